"""Cycles: planned once, then moved by people and, milestone by milestone, by their clock."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from starlette.responses import Response

from api.core.bodies import Reason
from api.core.descriptions import Described, Description, Links, given_words, never_null
from api.core.doors import creating, editing
from api.core.fields import Day, Id, Instant, Request, Text, Title, Zone
from api.core.problems import invalid_field
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource, looking
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import TAKEN_BACK, Undo, edit_back
from api.core.writing import Write
from api.policy.values import PolicyChoice
from domain.cycle import cycle_thing, policy
from domain.cycle.cycle import (
    CloseCycle,
    PauseCycle,
    PlanCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
)
from domain.cycle.cycle import Cycle as State
from domain.cycle.editing import EditCycle
from domain.cycle.milestones import CycleCommand
from domain.cycle.policy_adoption import AdoptPolicy
from domain.editing import given_fields
from domain.ids import CycleId, PersonId
from journal.ids import derived_id
from projections.cycle import lists, render
from projections.obligations.pages import waiting_for


class NewCycle(Request):
    name: Title
    starts_on: Day
    ends_on: Day
    timezone: Zone | None = None
    policy: PolicyChoice | None = None
    coordinator_id: Id | None = None
    reason: Text | None = None


class CycleEdit(Request):
    """What is left out stays as it is. ``coordinator_id`` null leaves the cycle to nobody.

    A ``policy`` needs a reason. It counts from ``effective_from``, else from now.
    """

    name: Title | None = None
    coordinator_id: Id | None = None
    policy: PolicyChoice | None = None
    effective_from: Instant | None = None
    description: Description | None = None
    links: Links | None = None
    reason: Text | None = None


class Reschedule(Request):
    phase: policy.Phase
    ends_at: Instant
    reason: Title | None = None


class Phase(Shape):
    name: Literal["draft", "align", "commit", "run", "grade", "learn"]
    starts_at: datetime
    ends_at: datetime
    state: Literal["done", "current", "coming"]


class CycleItem(Described):
    id: str
    name: str
    coordinator_id: str | None
    state: Literal["planned", "drafting", "aligning", "active", "grading", "closed"]
    starts_on: date
    ends_on: date
    timezone: str


class Cycle(CycleItem, Versioned):
    policy: dict[str, Any]
    slots: list[date]
    phase: str | None
    phases: list[Phase]
    moves: list[str]


class CycleStatus(Cycle):
    waiting_for: list[dict[str, Any]]


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    return render.cycle(found.state, found.version, look.upto)


RESOURCE: Final[Resource[State]] = Resource(
    cycle_thing.THING,
    "/v1/cycles",
    _render,
    tags=("cycles",),
    topics=("cycles",),
    also=("asked",),
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Edit = Annotated[Write, editing(RESOURCE, "cycle_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[CycleItem])
def list_cycles(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Cycles in the order they were planned."""
    return read.listing(
        cursor,
        lambda moment, start: lists.cycles(
            read.services.views, moment=moment, limit=limit, cursor=start
        ),
    )


@router.post("", status_code=201, response_model=Cycle)
def plan_cycle(body: NewCycle, write: Create) -> Response:
    """Plan a cycle; its slots and timetable follow from the dates, the zone and the policy. A zone
    or a policy that is left out is the organisation's.
    """
    chosen = body.policy or PolicyChoice()
    command = PlanCycle(
        cycle_id=CycleId(write.new_id()),
        name=body.name,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        timezone=body.timezone,
        policy=chosen.values(),
        policy_id=chosen.policy_id(),
        policy_version=chosen.version,
        coordinator_id=PersonId(body.coordinator_id) if body.coordinator_id else None,
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.patch("/{cycle_id}", response_model=Cycle)
def edit_cycle(body: CycleEdit, write: Edit) -> Response:
    """Rename or describe the cycle, let somebody else coordinate it, or let it go by another
    policy. Dates move by `reschedule`.
    """
    never_null(body, "name", "links", "policy")
    if body.policy is None and body.effective_from is not None:
        raise invalid_field("/effective_from", "Only a policy counts from a date: name one.")
    command = EditCycle(
        cycle_id=CycleId(write.thing_id),
        **given_fields(body, "name", "coordinator_id"),
        **given_words(body),
        **write.stamp(body.reason),
    )
    if body.policy is None:
        return RESOURCE.done(write, command, body, undo=_edited_back)
    stamp = write.stamp(body.reason)
    adopt = AdoptPolicy(
        cycle_id=CycleId(write.thing_id),
        policy_id=body.policy.policy_id(),
        policy_version=body.policy.version,
        choices=body.policy.values(),
        effective_from=body.effective_from,
        **{**stamp, "command_id": derived_id(write.command_id, "policy")},
    )
    return RESOURCE.shown(write, write.handle_all([command, adopt], body), undo=_edited_back)


def _edited_back(before: Found[State], now: Found[State]) -> Undo | None:
    back = edit_back(f"{RESOURCE.path}/{now.id}", _editable(before.state), _editable(now.state))
    if back is None or back.body is None or "policy" not in back.body:
        return back
    return back.model_copy(update={"body": {**back.body, "reason": TAKEN_BACK}})


def _editable(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "coordinator_id": state.coordinator_id,
        "policy": _policy_back(state),
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
    }


def _policy_back(state: State) -> dict[str, Any]:
    """What to send so that the cycle goes by its policy again, followed or at one version."""
    name = state.policy_name
    if name is None or name.policy_id is None:
        return state.policy.model_dump()
    return {"id": name.policy_id, **({"version": name.version} if name.pinned else {})}


@router.post("/{cycle_id}/start", response_model=Cycle)
def start_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Start the cycle's clock."""
    return _move(StartCycle, write, body)


@router.post("/{cycle_id}/pause", response_model=Cycle)
def pause_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Hold every deadline."""
    return _move(PauseCycle, write, body, back="resume")


@router.post("/{cycle_id}/resume", response_model=Cycle)
def resume_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Go on; what is due is kept or shifted, as the policy says."""
    return _move(ResumeCycle, write, body, back="pause")


@router.post("/{cycle_id}/close", response_model=Cycle)
def close_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Close the cycle: nothing in it changes any more."""
    return _move(CloseCycle, write, body)


@router.post("/{cycle_id}/reopen", response_model=Cycle)
def reopen_cycle(write: Edit, body: Reason | None = None) -> Response:
    """Open a closed cycle again, with a reason."""
    return _move(ReopenCycle, write, body)


@router.post("/{cycle_id}/reschedule", response_model=Cycle)
def reschedule_phase(body: Reschedule, write: Edit) -> Response:
    """Move the end of a phase; what is already done stays done."""
    command = ReschedulePhase(
        cycle_id=CycleId(write.thing_id),
        phase=body.phase,
        ends_at=body.ends_at,
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body)


@router.get("/{cycle_id}", response_model=CycleStatus)
def get_cycle(cycle_id: str, read: Asked) -> Response:
    """A cycle with its phases, and whom it waits for and what for."""
    look = looking(read)
    found = RESOURCE.find(read.services, cycle_id, look.upto)
    waiting = waiting_for(read.services.views, cycle_id, read.when(), views=read.services.catalogue)
    return read.thing({**_render(found, look), "waiting_for": waiting}, found.version)


def _move(
    kind: type[CycleCommand], write: Write, body: Reason | None, *, back: str | None = None
) -> Response:
    """``back`` is the move that takes this one back."""
    command = kind(cycle_id=CycleId(write.thing_id), **write.stamp(body.reason if body else None))
    path = f"{RESOURCE.path}/{write.thing_id}/{back}"
    return RESOURCE.done(
        write, command, body, undo=Undo(method="POST", path=path) if back else None
    )
