"""Check-ins on many key results in one request: each on its own, as the grid sends them."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from pydantic import Field, SkipValidation
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.doors import creating
from api.core.fields import UUID_TEXT, AsArray, Id, Request
from api.core.inner import Inner, Told, answered, ask, last_position, told
from api.core.interface import Part
from api.core.problems import invalid_field, not_found
from api.core.references import homes_of_key_results
from api.core.shapes import Shape
from api.core.writing import Write
from api.okr.key_result_bodies import CheckIn
from api.okr.objectives import RESOURCE
from api.services import Services
from domain.okr.check_in import RecordCheckIn
from journal.ids import derived_id

MOST: Final = 200


class BulkCheckIn(CheckIn):
    """A check-in, and on which key result."""

    key_result_id: Id


class BulkCheckIns(Request):
    # Each is looked at by itself, where it is recorded: one that cannot be read stops no other.
    items: Annotated[
        tuple[SkipValidation[BulkCheckIn], ...], AsArray, Field(min_length=1, max_length=MOST)
    ]


class BulkResult(Shape):
    """What a single check-in is answered with: 201 and the check-in, or a problem."""

    key_result_id: str | None
    status: int
    facts: int
    body: Any


class BulkAnswer(Shape):
    results: list[BulkResult]
    position: int


router = APIRouter(prefix="/v1/check-ins", tags=["key results"], route_class=StrictRoute)

PART: Final = Part(router)

Record = Annotated[Write, creating(RESOURCE, RecordCheckIn)]


@router.post("/bulk", response_model=BulkAnswer)
async def check_in_many(request: HttpRequest, body: BulkCheckIns, write: Record) -> Response:
    """Check in on up to 200 key results, each on its own: the result tells what became of each.

    `unchanged` repeats what was last read off. A repeated `Idempotency-Key` gives the first
    answers again, item by item.
    """
    items: tuple[Any, ...] = body.items
    sought = {each for item in items if (each := _key_result(item)) is not None}
    find = partial(homes_of_key_results, write.services, sought)
    homes = await write.writers.run(find, write.deadline)
    draft: Services | None = getattr(request.state, "draft", None)
    answers: list[Told] = []
    for place, item in enumerate(items):
        key = derived_id(write.key, str(place))
        answers.append(await _one(request, item, homes, key, draft))
    named = [{"key_result_id": _key_result(item)} for item in items]
    position = last_position(answers)
    if position is None:
        position = await write.writers.run(write.services.journal.head, write.deadline)
    return answered(write, answers, position, named)


async def _one(
    request: HttpRequest, item: Any, homes: Mapping[str, str], key: str, draft: Services | None
) -> Told:
    key_result_id = _key_result(item)
    if key_result_id is None:
        return told(invalid_field("/key_result_id", "The id of a key result is needed."))
    if key_result_id not in homes:
        return told(not_found("key result"))
    path = f"{RESOURCE.path}/{homes[key_result_id]}/key-results/{key_result_id}/check-ins"
    body = {name: value for name, value in item.items() if name != "key_result_id"}
    return await ask(request, Inner("POST", path, body, key), draft)


def _key_result(item: Any) -> str | None:
    """Which key result an item is about, if it says so in a form that an id has."""
    found = item.get("key_result_id") if isinstance(item, Mapping) else None
    return found if isinstance(found, str) and UUID_TEXT.match(found) else None
