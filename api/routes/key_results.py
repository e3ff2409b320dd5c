"""Key results: added, checked in, corrected, and changed as the rules allow (RULES B1, B2, B9)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.preview import preview as would_be
from api.problems import not_found
from api.reading import Reading, reading
from api.references import home_of_check_in, must_exist
from api.requests.common import Reason
from api.requests.key_results import (
    CheckIn,
    Convert,
    Correction,
    NewKeyResult,
    Read,
    Retarget,
    Reweight,
)
from api.requests.measures import measure
from api.writing import Write, creating, editing
from domain.facts import Command
from domain.ids import CheckInId, KeyResultId, ObjectiveId, PersonId
from domain.okr.check_in import CorrectCheckIn, RecordCheckIn
from domain.okr.conversion import ConvertKeyResult
from domain.okr.key_result import AddKeyResult, DropKeyResult, ReweightKeyResult
from domain.okr.retarget import RetargetKeyResult

router = APIRouter(prefix="/v1", tags=["key results"], route_class=StrictRoute)

Add = Annotated[Write, editing("objective", "objective_id", versioned=False)]
Found = Annotated[Write, creating("read")]  # what it is about is looked for first: 404, then 403
Edit = Annotated[Write, editing("objective", "objective_id")]
Asked = Annotated[Reading, reading()]

_OF = "/objectives/{objective_id}/key-results"


@router.post(_OF, status_code=201, response_model=shapes.KeyResultThing)
def add_key_result(body: NewKeyResult, write: Add) -> Response:
    """Add a key result to the objective."""
    must_exist(write.services, "person", body.owner_id, "/owner_id")
    given: dict[str, Any] = {} if body.weight is None else {"weight": body.weight}
    command = AddKeyResult(
        objective_id=ObjectiveId(write.thing_id),
        key_result_id=KeyResultId(write.new_id()),
        title=body.title,
        measure=measure(body.measure, write.new_id),
        owner_id=PersonId(body.owner_id) if body.owner_id else None,
        due_on=body.due_on,
        **given,
        **write.stamp(),
    )
    return _show(command, write, body, status=201)


@router.post(_OF + "/{key_result_id}/check-ins", status_code=201, response_model=shapes.CheckIn)
def check_in(key_result_id: str, body: CheckIn, write: Add) -> Response:
    """Say where the key result stands, and how confident you are."""
    command = RecordCheckIn(
        **_about(write, key_result_id, body.reason),
        cycle_id=write.state.cycle_id,
        check_in_id=CheckInId(write.new_id()),
        reading=body.reading(),
        confidence=body.confidence,
        note=body.note,
        effective_at=body.effective_at,
    )
    return _show_check_in(command, write, key_result_id, body)


@router.post(_OF + "/{key_result_id}/preview", response_model=shapes.Preview)
def preview(key_result_id: str, body: CheckIn, write: Add) -> Response:
    """What a check-in would give, without recording it."""
    command = RecordCheckIn(
        **_about(write, key_result_id, body.reason),
        cycle_id=write.state.cycle_id,
        check_in_id=CheckInId(write.new_id()),
        reading=body.reading(),
        confidence=body.confidence,
        note=body.note,
        effective_at=body.effective_at,
    )
    return would_be(write.services, command, write.at)


@router.post("/check-ins/{check_in_id}/correct", status_code=201, response_model=shapes.CheckIn)
def correct(check_in_id: str, body: Correction, write: Found) -> Response:
    """Replace a check-in by a new one, with a reason; the old one stays readable (RULES B1)."""
    home = home_of_check_in(write.services, check_in_id)
    if home is None:
        raise not_found("check-in")
    write.principal.must("write")
    objective_id, key_result_id = home
    write.thing_id = objective_id
    write.state, write.version = write.services.journal.state(f"objective/{objective_id}")
    command = CorrectCheckIn(
        **_about(write, key_result_id, body.reason),
        cycle_id=write.state.cycle_id,
        check_in_id=CheckInId(write.new_id()),
        corrects=CheckInId(check_in_id),
        reading=body.reading(),
        confidence=body.confidence,
        note=body.note,
        effective_at=body.effective_at,
    )
    return _show_check_in(command, write, key_result_id, body)


@router.post(_OF + "/{key_result_id}/retarget", response_model=shapes.KeyResultThing)
def retarget(key_result_id: str, body: Retarget, write: Edit) -> Response:
    """Move the target; after activation somebody other than the owner approves it."""
    command = RetargetKeyResult(
        **_about(write, key_result_id, body.reason),
        target=body.target,
        reason_code=body.reason_code,
    )
    return _show(command, write, body)


@router.post(_OF + "/{key_result_id}/reweight", response_model=shapes.KeyResultThing)
def reweight(key_result_id: str, body: Reweight, write: Edit) -> Response:
    """Change how much the key result counts."""
    command = ReweightKeyResult(**_about(write, key_result_id, body.reason), weight=body.weight)
    return _show(command, write, body)


@router.post(_OF + "/{key_result_id}/convert", response_model=shapes.KeyResultThing)
def convert(key_result_id: str, body: Convert, write: Edit) -> Response:
    """Give a key result whose baseline is established its normal measure (RULES B2)."""
    command = ConvertKeyResult(
        **_about(write, key_result_id, body.reason),
        measure=measure(body.measure, write.new_id),
    )
    return _show(command, write, body)


@router.post(_OF + "/{key_result_id}/drop", response_model=shapes.KeyResultThing)
def drop_key_result(key_result_id: str, write: Edit, body: Reason | None = None) -> Response:
    """Give the key result up, with a reason; it leaves the score from now on (RULES B3)."""
    command = DropKeyResult(**_about(write, key_result_id, body.reason if body else None))
    return _show(command, write, body)


@router.get(_OF + "/{key_result_id}", response_model=shapes.KeyResultHistory)
def get_key_result(objective_id: str, key_result_id: str, read: Asked) -> Response:
    """One key result with its check-ins, corrected ones included."""
    return read.thing(
        *Answers(read.services).key_result(
            objective_id, key_result_id, read.upto, read.at, read.effective_at, check_ins=True
        )
    )


def _about(write: Write, key_result_id: str, reason: str | None) -> dict[str, Any]:
    if key_result_id not in write.state.key_results:
        raise not_found("key result")
    return {
        "objective_id": ObjectiveId(write.thing_id),
        "key_result_id": KeyResultId(key_result_id),
        **write.stamp(reason),
    }


def _show(command: Command, write: Write, body: Any, status: int = 200) -> Response:
    receipt = write.handle(command, body)
    thing, _ = Answers(write.services).key_result(
        write.thing_id, receipt.subject, receipt.position, write.answered_at(receipt)
    )
    return write.respond(receipt, thing, status=status)


def _show_check_in(command: Command, write: Write, key_result_id: str, body: Read) -> Response:
    receipt = write.handle(command, body)
    thing = Answers(write.services).check_in(
        write.thing_id,
        key_result_id,
        receipt.subject,
        receipt.position,
        write.answered_at(receipt),
    )
    return write.respond(receipt, thing, status=201)
