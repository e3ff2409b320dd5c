"""What a page needs before it can show anything, in one request instead of seven.

Each part is what its own address answers, asked for here (``api/core/inner.py``), so no shape is
written twice. The ETag leaves out what changes with the clock and with every fact, or no page would
ever hear 304: whoever has the answer follows the live stream from its position.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter
from fastapi import Request as HttpRequest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.inner import Inner, Told, ask
from api.core.interface import Part
from api.core.kept import answer
from api.core.reading import Reading, reading
from api.core.shapes import Shape
from api.cycle.cycles import CycleItem
from api.desk.own import desk_of
from api.people.organisation import Organisation
from api.people.people import Person
from api.people.teams import TeamItem
from api.system.system import Me, System
from projections.notifications.pages import unread_count
from projections.obligations import pages

_PAGE: Final = 500
_PASSING: Final = frozenset({"position", "now", "head", "views"})
"""Fields that change with every fact or with the clock, wherever they stand."""


class Badges(Shape):
    """How much waits for you: what you owe, what of it is overdue, and what you have not read."""

    owed: int
    overdue: int
    notifications: int


class Bootstrap(Shape):
    position: int
    system: System
    me: Me
    organisation: Organisation
    people: list[Person]
    teams: list[TeamItem]
    cycles: list[CycleItem]
    badges: Badges


router = APIRouter(prefix="/v1/bootstrap", tags=["system"], route_class=StrictRoute)

PART: Final = Part(router)

Asked = Annotated[Reading, reading()]


class _Refused(Exception):
    """One of the parts has no answer; that is the answer to the whole."""

    def __init__(self, answer: Told) -> None:
        super().__init__(answer.status)
        self.answer = answer


@router.get("", response_model=Bootstrap)
async def bootstrap(request: HttpRequest, read: Asked) -> Response:
    """System, you, the organisation, all people, teams and cycles, and what waits for you."""
    as_of = request.query_params.get("as_of")
    past = {} if as_of is None else {"as_of": as_of}

    async def one(path: str, **query: str) -> Mapping[str, Any]:
        told = await ask(request, Inner("GET", f"{path}?{urlencode(query)}" if query else path))
        if not told.fine:
            raise _Refused(told)
        found: Mapping[str, Any] = told.json()
        return found

    async def every(path: str) -> tuple[list[Any], int]:
        """All items of a list, and the position of its first page: nothing older is missing."""
        items, position = list[Any](), None
        more: dict[str, str] = {}
        while True:
            page = await one(path, **past, **more, limit=str(_PAGE))
            items += page["items"]
            position = page["position"] if position is None else position
            if page["next_cursor"] is None:
                return items, position
            more = {"cursor": page["next_cursor"]}

    try:
        system, me = await one("/v1/system"), await one("/v1/me")
        organisation = await one("/v1/organisation", **past)
        people, teams, cycles = [
            await every(f"/v1/{each}") for each in ("people", "teams", "cycles")
        ]
    except _Refused as refused:
        return refused.answer.response()
    badges = await run_in_threadpool(_badges, read)
    position = min(organisation["position"], people[1], teams[1], cycles[1])
    body = {
        "position": position,
        "system": system,
        "me": me,
        "organisation": organisation,
        "people": people[0],
        "teams": teams[0],
        "cycles": cycles[0],
        "badges": badges,
    }
    found = answer(orjson.dumps(body), position, same=orjson.dumps(_lasting(body)))
    return found.response(request.headers.get("if-none-match"))


def _badges(read: Reading) -> dict[str, int]:
    """What waits for the asker; for a machine and for the local admin nothing does."""
    person_id, desk, _ = desk_of(read)
    if person_id is None:
        return {"owed": 0, "overdue": 0, "notifications": 0}
    moment = read.when()
    owed, overdue = pages.tally(read.services.views, person_id, moment)
    with read.services.views.reading() as look:
        unread = unread_count(look, person_id, desk, moment)
    return {"owed": owed, "overdue": overdue, "notifications": unread}


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lasting(each) for name, each in value.items() if name not in _PASSING}
    if isinstance(value, list):
        return [_lasting(each) for each in value]
    return value
