"""Cycles: planned once, then moved by people and, milestone by milestone, by their clock."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from starlette.responses import Response

from api.core.bodies import Reason
from api.core.descriptions import Described, Description, Links, given_words, never_null
from api.core.doors import creating, editing
from api.core.fields import AsArray, Day, Id, Instant, Number, Request, Text, Title, Word, Zone
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource, looking
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo, edit_back
from api.core.writing import Write
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
from domain.editing import given_fields
from domain.ids import CycleId, PersonId
from projections.cycle import lists, render
from projections.obligations.pages import waiting_for

Whole = int


class Policy(Request):
    """Choices of a cycle; what is left out takes the default of RULES, working days and holidays
    those of the organisation.
    """

    slot_weekday: Whole | None = None
    ask_at: Word | None = None
    pace: Literal["ratio", "gap"] | None = None
    score_floor: Number | None = None
    score_cap: Number | None = None
    rollup: Literal["key_results", "children", "both"] | None = None
    status_rollup: Literal["worst", "mean"] | None = None
    backdating_grace_days: Whole | None = None
    outdated_after_days: Whole | None = None
    objectives_per_team: Whole | None = None
    draft_days: Whole | None = None
    align_days: Whole | None = None
    commit_days: Whole | None = None
    grading_days: Whole | None = None
    learn_days: Whole | None = None
    close_days: Whole | None = None
    window_week: Whole | None = None
    workdays: Annotated[tuple[Whole, ...], AsArray] | None = None
    holidays: Annotated[tuple[Day, ...], AsArray] | None = None
    resume: Literal["keep", "shift"] | None = None

    def policy(self) -> policy.CyclePolicy:
        return policy.CyclePolicy(**self.model_dump(exclude_none=True))


class NewCycle(Request):
    name: Title
    starts_on: Day
    ends_on: Day
    timezone: Zone | None = None
    policy: Policy | None = None
    coordinator_id: Id | None = None
    reason: Text | None = None


class CycleEdit(Request):
    """What is left out stays as it is. ``coordinator_id`` null leaves the cycle to nobody."""

    name: Title | None = None
    coordinator_id: Id | None = None
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
    that is left out is the organisation's.
    """
    command = PlanCycle(
        cycle_id=CycleId(write.new_id()),
        name=body.name,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        timezone=body.timezone,
        policy=(body.policy or Policy()).policy(),
        coordinator_id=PersonId(body.coordinator_id) if body.coordinator_id else None,
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.patch("/{cycle_id}", response_model=Cycle)
def edit_cycle(body: CycleEdit, write: Edit) -> Response:
    """Rename or describe the cycle, or let somebody else coordinate it. Dates move by
    `reschedule`.
    """
    never_null(body, "name", "links")
    command = EditCycle(
        cycle_id=CycleId(write.thing_id),
        **given_fields(body, "name", "coordinator_id"),
        **given_words(body),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, undo=_edited_back)


def _edited_back(before: Found[State], now: Found[State]) -> Undo | None:
    return edit_back(f"{RESOURCE.path}/{now.id}", _editable(before.state), _editable(now.state))


def _editable(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "coordinator_id": state.coordinator_id,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
    }


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
