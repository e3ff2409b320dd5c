"""Key results: added, checked in, corrected, and changed as the rules allow (RULES B1, B2, B9)."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.body import StrictRoute
from api.core.doors import creating, editing
from api.core.fields import AsArray, Day, Id, Instant, Number, Request, Text, Title
from api.core.interface import Part
from api.core.problems import invalid_field, not_found, refused
from api.core.reading import Reading, reading
from api.core.references import home_of_check_in, must_exist
from api.core.resource import Found, Look, after, looking
from api.core.wire import dumps
from api.core.writing import Write
from api.okr import answers, objectives
from api.okr import objective_shapes as shapes
from api.okr.measures import Measure, measure
from domain.facts import Command, Refusal
from domain.ids import CheckInId, KeyResultId, ObjectiveId, PersonId
from domain.okr.check_in import CorrectCheckIn, RecordCheckIn
from domain.okr.conversion import ConvertKeyResult
from domain.okr.key_result import AddKeyResult, DropKeyResult, ReweightKeyResult
from domain.okr.measure import Reading as ReadOff
from domain.okr.retarget import RetargetKeyResult
from domain.okr.scoring import counted, latest
from domain.okr.stream import KeyResult


class NewKeyResult(Request):
    title: Title
    measure: Measure
    weight: Number | None = None
    owner_id: Id | None = None
    due_on: Day | None = None


class Read(Request):
    """What was read off: exactly one of the four, whichever fits the measure."""

    value: Number | None = None
    milestone_ids: Annotated[tuple[Id, ...], AsArray, Field(max_length=100)] | None = None
    done: bool | None = None
    zone: Literal["fail", "commit", "target", "stretch"] | None = None
    confidence: Number | None = None
    note: Text | None = None
    effective_at: Instant | None = None

    def reading(self) -> ReadOff:
        return ReadOff(
            value=self.value,
            milestone_ids=self.milestone_ids,
            done=self.done,
            zone=self.zone,
        )


class CheckIn(Read):
    """A reading, or ``unchanged``: what the check-in that stands read off is still so."""

    unchanged: bool = False
    reason: Text | None = None

    def reading_after(self, held: KeyResult, at: datetime) -> ReadOff:
        """What was read off of a key result. Raises 422 when that cannot be said."""
        given = self.reading()
        if not self.unchanged:
            return given
        if given.model_dump(exclude_none=True):
            detail = "Send a reading or unchanged, not both."
            raise invalid_field("/unchanged", detail)
        last = latest(counted(held, self.effective_at or at))
        if last is None:
            detail = "Nothing was read off yet, so nothing can be unchanged: send a reading."
            raise invalid_field("/unchanged", detail)
        return last.reading


class Correction(Read):
    reason: Text | None = None


class Retarget(Request):
    target: Number
    reason_code: Literal["external_change", "measurement_error", "scope_decision"]
    reason: Text | None = None


class Reweight(Request):
    weight: Number
    reason: Text | None = None


class Convert(Request):
    measure: Measure
    reason: Text | None = None


router = APIRouter(prefix="/v1", tags=["key results"], route_class=StrictRoute)

PART: Final = Part(router)

OBJECTIVE: Final = objectives.RESOURCE

Add = Annotated[Write, editing(OBJECTIVE, "objective_id", versioned=False)]
Sought = Annotated[Write, creating(None)]  # what it is about is looked for first: 404, then 403
Edit = Annotated[Write, editing(OBJECTIVE, "objective_id")]
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
    return _show_check_in(_recording(write, key_result_id, body), write, key_result_id, body)


@router.post(_OF + "/{key_result_id}/preview", response_model=shapes.Preview)
def preview(key_result_id: str, body: CheckIn, write: Add) -> Response:
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
def correct(check_in_id: str, body: Correction, write: Sought) -> Response:
    """Replace a check-in by a new one, with a reason; the old one stays readable (RULES B1)."""
    home = home_of_check_in(write.services, check_in_id)
    if home is None:
        raise not_found("check-in")
    write.principal.must_any(OBJECTIVE.permits)
    objective_id, key_result_id = home
    found = OBJECTIVE.find(write.services, objective_id)
    write.thing_id, write.state, write.version = found.id, found.state, found.version
    command = CorrectCheckIn(
        **_about(write, key_result_id, body.reason),
        **_said(write, body, body.reading()),
        corrects=CheckInId(check_in_id),
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
    found = OBJECTIVE.find(read.services, objective_id, read.upto)
    thing = answers.key_result(found, key_result_id, looking(read), check_ins=True)
    return read.thing(thing, found.version)


def _about(write: Write, key_result_id: str, reason: str | None) -> dict[str, Any]:
    if key_result_id not in write.state.key_results:
        raise not_found("key result")
    return {
        "objective_id": ObjectiveId(write.thing_id),
        "key_result_id": KeyResultId(key_result_id),
        **write.stamp(reason),
    }


def _said(write: Write, body: Read, read_off: ReadOff) -> dict[str, Any]:
    """What a check-in and its correction both say."""
    return {
        "cycle_id": write.state.cycle_id,
        "check_in_id": CheckInId(write.new_id()),
        "reading": read_off,
        "confidence": body.confidence,
        "note": body.note,
        "effective_at": body.effective_at,
    }


def _recording(write: Write, key_result_id: str, body: CheckIn) -> RecordCheckIn:
    about = _about(write, key_result_id, body.reason)
    read_off = body.reading_after(write.state.key_results[key_result_id], write.at)
    return RecordCheckIn(**about, **_said(write, body, read_off))


def _show(command: Command, write: Write, body: Any, status: int = 200) -> Response:
    receipt = write.handle(command, body)
    found = OBJECTIVE.find(write.services, write.thing_id, receipt.position)
    thing = answers.key_result(found, receipt.subject, after(write, receipt))
    return write.respond(receipt, thing, status=status)


def _show_check_in(command: Command, write: Write, key_result_id: str, body: Read) -> Response:
    receipt = write.handle(command, body)
    found = OBJECTIVE.find(write.services, write.thing_id, receipt.position)
    thing = answers.check_in(found, key_result_id, receipt.subject, after(write, receipt))
    return write.respond(receipt, thing, status=201)
