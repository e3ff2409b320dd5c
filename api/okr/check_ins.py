"""Check-ins: recorded, tried out, corrected, withdrawn (RULES B1)."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.doors import creating, editing
from api.core.interface import Part
from api.core.problems import not_found, refused
from api.core.references import home_of_check_in
from api.core.resource import Found, Look, WayBack, after
from api.core.undo import Undo
from api.core.wire import dumps
from api.core.writing import Write
from api.okr import answers, objectives
from api.okr import key_result_bodies as bodies
from api.okr import key_result_ways_back as ways_back
from api.okr import objective_shapes as shapes
from api.okr.key_results import about
from domain.facts import Command, Refusal
from domain.ids import CheckInId
from domain.okr.check_in import CorrectCheckIn, RecordCheckIn, WithdrawCheckIn
from domain.okr.measure import Reading as ReadOff
from domain.okr.stream import ObjectiveState

router = APIRouter(prefix="/v1", tags=["key results"], route_class=StrictRoute)

PART: Final = Part(router)

OBJECTIVE: Final = objectives.RESOURCE

Add = Annotated[Write, editing(OBJECTIVE, "objective_id", versioned=False)]
Sought = Annotated[Write, creating(None)]  # what it is about is looked for first: 404, then 403

_OF = "/objectives/{objective_id}/key-results"


@router.post(_OF + "/{key_result_id}/check-ins", status_code=201, response_model=shapes.CheckIn)
def check_in(key_result_id: str, body: bodies.CheckIn, write: Add) -> Response:
    """Say where the key result stands, and how confident you are."""
    command = _recording(write, key_result_id, body)
    back = partial(ways_back.withdrawn_again, key_result_id)
    return _show_check_in(command, write, key_result_id, body, undo=back)


@router.post(_OF + "/{key_result_id}/preview", response_model=shapes.Preview)
def preview(key_result_id: str, body: bodies.CheckIn, write: Add) -> Response:
    """What a check-in would give, without recording it."""
    command = _recording(write, key_result_id, body)
    things, journal = write.services.things, write.services.journal
    states = tuple([journal.state(stream)[0] for stream in command.reads])
    decision = things.decide(command, states)
    if isinstance(decision, Refusal):
        raise refused(decision)
    state = states[0]
    for fact in decision:
        state = things.evolve(command.reads[0], state, fact)
    found = Found(write.thing_id, state, write.version)
    return Response(
        dumps(answers.would_be(found, key_result_id, Look(write.services, None, write.at))),
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )


@router.post("/check-ins/{check_in_id}/correct", status_code=201, response_model=shapes.CheckIn)
def correct(check_in_id: str, body: bodies.Correction, write: Sought) -> Response:
    """Replace a check-in by a new one, with a reason; the old one stays readable (RULES B1)."""
    key_result_id = _home(write, check_in_id)
    command = CorrectCheckIn(
        **about(write, key_result_id, body.reason),
        **_said(write, body, body.reading()),
        corrects=CheckInId(check_in_id),
    )
    back = partial(ways_back.corrected_back, key_result_id, check_in_id)
    return _show_check_in(command, write, key_result_id, body, undo=back)


@router.post("/check-ins/{check_in_id}/withdraw", response_model=shapes.CheckIn)
def withdraw(check_in_id: str, write: Sought, body: bodies.Withdraw | None = None) -> Response:
    """Take a check-in back, with a reason; it stays readable and counts nowhere (RULES B1)."""
    key_result_id = _home(write, check_in_id)
    command = WithdrawCheckIn(
        **about(write, key_result_id, body.reason if body else None),
        cycle_id=write.state.cycle_id,
        check_in_id=CheckInId(check_in_id),
    )
    back = partial(ways_back.said_again, key_result_id, check_in_id)
    return _show_check_in(command, write, key_result_id, body, status=200, undo=back)


def _home(write: Write, check_in_id: str) -> str:
    """Opens the objective that a check-in belongs to; gives its key result. Raises 404."""
    home = home_of_check_in(write.services, check_in_id)
    if home is None:
        raise not_found("check-in")
    write.principal.must_any(OBJECTIVE.permits)
    objective_id, key_result_id = home
    found = OBJECTIVE.find(write.services, objective_id)
    write.thing_id, write.state, write.version = found.id, found.state, found.version
    return key_result_id


def _said(write: Write, body: bodies.Read, read_off: ReadOff) -> dict[str, Any]:
    """What a check-in and its correction both say."""
    return {
        "cycle_id": write.state.cycle_id,
        "check_in_id": CheckInId(write.new_id()),
        "reading": read_off,
        "confidence": body.confidence,
        "note": body.note,
        "effective_at": body.effective_at,
    }


def _recording(write: Write, key_result_id: str, body: bodies.CheckIn) -> RecordCheckIn:
    named = about(write, key_result_id, body.reason)
    read_off = body.reading_after(write.state.key_results[key_result_id], write.at)
    return RecordCheckIn(**named, **_said(write, body, read_off))


def _show_check_in(
    command: Command,
    write: Write,
    key_result_id: str,
    body: Any,
    *,
    status: int = 201,
    undo: Undo | WayBack[ObjectiveState] | None = None,
) -> Response:
    receipt = write.handle(command, body)
    found = OBJECTIVE.find(write.services, write.thing_id, receipt.position)
    thing = answers.check_in(found, key_result_id, receipt.subject, after(write, receipt))
    back = OBJECTIVE.way_back(undo, write, receipt, found)
    return write.respond(receipt, thing, status=status, undo=back)
