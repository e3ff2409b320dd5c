"""Key results: added, checked in, corrected, and changed as the rules allow (RULES B1, B2, B9)."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.body import StrictRoute
from api.core.descriptions import links_of
from api.core.doors import editing
from api.core.interface import Part
from api.core.problems import never_null, not_found
from api.core.reading import Reading, reading
from api.core.references import home_of_key_result, must_exist
from api.core.resource import Found, Look, WayBack, after, looking
from api.core.undo import TAKEN_BACK, Undo
from api.core.writing import Write
from api.okr import answers, objectives
from api.okr import key_result_bodies as bodies
from api.okr import key_result_ways_back as ways_back
from api.okr import objective_shapes as shapes
from api.okr.measures import measure
from domain.facts import Command
from domain.ids import KeyResultId, ObjectiveId, PersonId
from domain.okr.conversion import ConvertKeyResult
from domain.okr.key_result import AddKeyResult, DropKeyResult, ReweightKeyResult
from domain.okr.key_result_editing import EditKeyResult
from domain.okr.measure_correction import CorrectMeasure
from domain.okr.retarget import RetargetKeyResult
from domain.okr.returning import ReinstateKeyResult
from domain.okr.stream import ObjectiveState
from domain.text import said
from projections.history.pages import history
from projections.okr.series import series

_MANY: Final = 10_000
"""More than a key result is ever told of in one cycle."""

router = APIRouter(prefix="/v1", tags=["key results"], route_class=StrictRoute)

PART: Final = Part(router)

OBJECTIVE: Final = objectives.RESOURCE

Add = Annotated[Write, editing(OBJECTIVE, "objective_id", versioned=False)]
Edit = Annotated[Write, editing(OBJECTIVE, "objective_id")]
Asked = Annotated[Reading, reading()]

_OF = "/objectives/{objective_id}/key-results"


@router.post(_OF, status_code=201, response_model=shapes.KeyResultThing)
def add_key_result(body: bodies.NewKeyResult, write: Add) -> Response:
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
        starts_on=body.starts_on,
        description=said(body.description),
        links=links_of(body.links),
        indicator=body.indicator,
        capacity=body.capacity,
        **given,
        **write.stamp(body.reason),
    )
    return _show(command, write, body, status=201, undo=ways_back.dropped_again)


@router.patch(_OF + "/{key_result_id}", response_model=shapes.KeyResultThing)
def edit_key_result(key_result_id: str, body: bodies.KeyResultEdit, write: Edit) -> Response:
    """Change what is given. Once it is active this needs a reason; in the end only words change."""
    never_null(body, "title")
    command = EditKeyResult(**about(write, key_result_id, body.reason), **body.changes())
    return _show(command, write, body, undo=partial(ways_back.edited_back, key_result_id))


@router.post(_OF + "/{key_result_id}/retarget", response_model=shapes.KeyResultThing)
def retarget(key_result_id: str, body: bodies.Retarget, write: Edit) -> Response:
    """Move the target; after activation somebody other than the owner approves it."""
    command = RetargetKeyResult(
        **_dated(write, key_result_id, body),
        target=body.target,
        reason_code=body.reason_code,
    )
    return _show(
        command,
        write,
        body,
        undo=partial(ways_back.aimed_back, key_result_id, body.reason_code, body.effective_at),
    )


@router.post(_OF + "/{key_result_id}/reweight", response_model=shapes.KeyResultThing)
def reweight(key_result_id: str, body: bodies.Reweight, write: Edit) -> Response:
    """Change how much the key result counts."""
    command = ReweightKeyResult(**_dated(write, key_result_id, body), weight=body.weight)
    return _show(
        command, write, body, undo=partial(ways_back.weighed_back, key_result_id, body.effective_at)
    )


@router.post(_OF + "/{key_result_id}/convert", response_model=shapes.KeyResultThing)
def convert(key_result_id: str, body: bodies.Convert, write: Edit) -> Response:
    """Measure it another way from here on; what was read before keeps its meaning (RULES B1)."""
    command = ConvertKeyResult(
        **_dated(write, key_result_id, body),
        measure=measure(body.measure, write.new_id),
    )
    return _show(command, write, body)


@router.post(_OF + "/{key_result_id}/correct-measure", response_model=shapes.KeyResultThing)
def correct_measure(key_result_id: str, body: bodies.CorrectMeasure, write: Edit) -> Response:
    """Put right what was measured wrongly from the beginning; the first target too (RULES B1)."""
    command = CorrectMeasure(
        **about(write, key_result_id, body.reason),
        measure=measure(body.measure, write.new_id),
    )
    return _show(command, write, body, undo=partial(ways_back.measured_back, key_result_id))


@router.post(_OF + "/{key_result_id}/reinstate", response_model=shapes.KeyResultThing)
def reinstate_key_result(key_result_id: str, write: Edit, body: Reason | None = None) -> Response:
    """Bring a dropped key result back; it counts again."""
    command = ReinstateKeyResult(**about(write, key_result_id, body.reason if body else None))
    return _show(command, write, body, undo=ways_back.dropped_again)


@router.post(_OF + "/{key_result_id}/drop", response_model=shapes.KeyResultThing)
def drop_key_result(key_result_id: str, write: Edit, body: bodies.Drop | None = None) -> Response:
    """Give the key result up, with a reason; it leaves the score from then on (RULES B1, B3)."""
    command = DropKeyResult(**_dated(write, key_result_id, body or bodies.Drop()))
    back = Undo(
        method="POST",
        path=f"{_address(write, key_result_id)}/reinstate",
        body={"reason": TAKEN_BACK},
    )
    return _show(command, write, body, undo=back)


@router.get(_OF + "/{key_result_id}", response_model=shapes.KeyResultHistory)
def get_key_result(objective_id: str, key_result_id: str, read: Asked) -> Response:
    """One key result with its check-ins, corrected ones included."""
    found = OBJECTIVE.find(read.services, objective_id, read.upto)
    thing = answers.key_result(found, key_result_id, looking(read), check_ins=True)
    return read.thing(thing, found.version)


@router.get("/key-results/{key_result_id}", response_model=shapes.KeyResultAlone)
def get_key_result_alone(key_result_id: str, read: Asked) -> Response:
    """One key result by its own id, with its check-ins and the objective it belongs to."""
    found = _objective_of(read, key_result_id)
    return read.thing(answers.alone(found, key_result_id, looking(read)), found.version)


@router.get("/key-results/{key_result_id}/series", response_model=shapes.Series)
def get_series(key_result_id: str, read: Asked) -> Response:
    """How it went: what each check-in read, what was aimed at when, and what changed it."""
    moment = read.when()
    found = _objective_of(read, key_result_id)
    found = OBJECTIVE.find(read.services, found.id, moment.position)
    look = Look(read.services, moment.position, moment.at)
    if key_result_id not in found.state.key_results:
        raise not_found("key result")
    told = history(
        read.services.views,
        read.services.directory,
        moment=moment,
        views=read.services.catalogue,
        about=key_result_id,
        limit=_MANY,
    )
    drawn = series(
        found.state.key_results[key_result_id],
        answers.frame(found.state.cycle_id, look),
        read.services.journal.read(f"objective/{found.id}", upto=moment.position),
        told["items"],
        read.effective_at or moment.at,
    )
    return read.view({"position": moment.position, **drawn}, moment)


def _objective_of(read: Reading, key_result_id: str) -> Found[ObjectiveState]:
    """The objective that holds a key result, as of the moment asked about. Raises 404."""
    home = home_of_key_result(read.services, key_result_id)
    if home is None:
        raise not_found("key result")
    return OBJECTIVE.find(read.services, home, read.upto)


def about(write: Write, key_result_id: str, reason: str | None) -> dict[str, Any]:
    if key_result_id not in write.state.key_results:
        raise not_found("key result")
    return {
        "objective_id": ObjectiveId(write.thing_id),
        "key_result_id": KeyResultId(key_result_id),
        **write.stamp(reason),
    }


def _dated(write: Write, key_result_id: str, body: bodies.Dated) -> dict[str, Any]:
    """What a change says of itself that counts from now on, or from a stated instant (RULES B1)."""
    return {
        **about(write, key_result_id, body.reason),
        "cycle_id": write.state.cycle_id,
        "effective_at": body.effective_at,
    }


def _address(write: Write, key_result_id: str) -> str:
    return f"{OBJECTIVE.path}/{write.thing_id}/key-results/{key_result_id}"


def _show(
    command: Command,
    write: Write,
    body: Any,
    *,
    status: int = 200,
    undo: Undo | WayBack[ObjectiveState] | None = None,
) -> Response:
    receipt = write.handle(command, body)
    found = OBJECTIVE.find(write.services, write.thing_id, receipt.position)
    thing = answers.key_result(found, receipt.subject, after(write, receipt))
    back = OBJECTIVE.way_back(undo, write, receipt, found)
    return write.respond(receipt, thing, status=status, undo=back)
