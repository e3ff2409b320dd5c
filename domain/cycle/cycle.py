"""A cycle: planned, drafting, aligning, active, grading, closed (RULES B9).

A person plans, starts, pauses, moves and closes it; its clock reaches the milestones of the
timetable. What the clock does stands in ``milestones``, what each command leads to in
``decisions``, what edits a cycle in ``editing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from pydantic import AwareDatetime

from domain.cycle.calendar import DAY, Era, WorkingDays
from domain.cycle.milestones import (
    CycleClosed,
    CycleCommand,
    CycleFact,
    MilestoneReached,
    PeopleAsked,
    PeopleReminded,
    PhaseEntered,
    TimetablePublished,
)
from domain.cycle.policy import (
    CyclePolicy,
    CycleState,
    Milestone,
    Phase,
    PolicyInForce,
    PolicyName,
)
from domain.description import Links
from domain.ids import CycleId, PersonId, PolicyId
from domain.people.organisation import STREAM as ORGANISATION
from domain.policy.policy import DEFAULT
from domain.text import SealedText
from domain.title import Title

# --- facts -------------------------------------------------------------------------------------


class CyclePlanned(CycleFact):
    """``policy_name`` says whose values ``policy`` are; facts of the first release do not say."""

    TYPE: ClassVar[str] = "cycle.cycle-planned"
    name: str
    starts_on: date
    ends_on: date
    timezone: str
    policy: CyclePolicy
    coordinator_id: PersonId | None = None
    policy_name: PolicyName | None = None


class CalendarAdopted(CycleFact):
    """From here on the cycle goes by these days, Monday being weekday 0; what its policy says of
    them is among them. ``holidays`` are those around the cycle, from drafting to its close.
    """

    TYPE: ClassVar[str] = "cycle.calendar-adopted"
    workdays: tuple[int, ...]
    holidays: tuple[date, ...]


class CycleStarted(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-started"
    started_at: AwareDatetime | None = None


class PhaseRescheduled(CycleFact):
    TYPE: ClassVar[str] = "cycle.phase-rescheduled"
    phase: Phase
    ends_at: AwareDatetime


class CyclePaused(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-paused"
    paused_at: AwareDatetime | None = None


class CycleResumed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-resumed"
    shifted_working_days: int = 0


class CycleReopened(CycleFact):
    """Grading begins again; what the closing had done is to be done once more."""

    TYPE: ClassVar[str] = "cycle.cycle-reopened"


NOT_YET, DEFAULTS = CycleId(""), CyclePolicy()

# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cycle:
    """``milestones`` is the timetable of ``generation`` in order; ``done`` are ids of them.

    ``asks`` are those by which people were asked or reminded in the last two days, and when.
    ``adopted`` is the organisation's calendar as the cycle took it over; None when it never did.
    ``earlier`` is what it was measured by before, in order. ``policies`` are what it has gone by,
    each from its time on, once it has gone by more than one; ``policy`` is the last of them.
    """

    cycle_id: CycleId = NOT_YET
    name: str = ""
    starts_on: date = date(1970, 1, 1)
    ends_on: date = date(1970, 1, 1)
    timezone: str = "UTC"
    policy: CyclePolicy = DEFAULTS
    policy_name: PolicyName | None = None
    policies: tuple[PolicyInForce, ...] = ()
    earlier: tuple[Era, ...] = ()
    coordinator_id: PersonId | None = None
    adopted: WorkingDays | None = None
    status: CycleState = "planned"
    phase: Phase | None = None
    started_at: datetime | None = None
    paused: bool = False
    paused_since: datetime | None = None
    closed_at: datetime | None = None
    generation: int = 0
    milestones: tuple[Milestone, ...] = ()
    done: frozenset[str] = frozenset()
    window_open: bool = False
    grading_locked: bool = False
    asks: Mapping[str, datetime] = field(default_factory=dict)
    description: SealedText | None = None
    links: Links = ()

    @property
    def exists(self) -> bool:
        """Whether it was ever planned."""
        return self.cycle_id != ""

    def policy_at(self, moment: datetime) -> CyclePolicy:
        """The choices in force at ``moment`` (RULES B1)."""
        return next((era.policy for era in self.earlier if moment < era.until), self.policy)


INITIAL = Cycle()


def planned(state: Cycle, fact: CyclePlanned) -> Cycle:
    return replace(
        state,
        cycle_id=fact.cycle_id,
        name=fact.name,
        starts_on=fact.starts_on,
        ends_on=fact.ends_on,
        timezone=fact.timezone,
        policy=fact.policy,
        policy_name=fact.policy_name,
        coordinator_id=fact.coordinator_id,
    )


def calendar_adopted(state: Cycle, fact: CalendarAdopted) -> Cycle:
    days = WorkingDays(frozenset(fact.workdays), frozenset(fact.holidays))
    return replace(state, adopted=days)


def started(state: Cycle, fact: CycleStarted) -> Cycle:
    return replace(state, started_at=fact.started_at)


def published(state: Cycle, fact: TimetablePublished) -> Cycle:
    return replace(state, generation=fact.generation, milestones=fact.milestones)


def reached(state: Cycle, fact: MilestoneReached) -> Cycle:
    return replace(state, done=state.done | {fact.milestone})


def entered(state: Cycle, fact: PhaseEntered) -> Cycle:
    return replace(state, phase=fact.phase, status=fact.state)


def paused(state: Cycle, fact: CyclePaused) -> Cycle:
    return replace(state, paused=True, paused_since=fact.paused_at)


def resumed(state: Cycle, fact: CycleResumed) -> Cycle:  # noqa: ARG001
    return replace(state, paused=False, paused_since=None)


def closed(state: Cycle, fact: CycleClosed) -> Cycle:
    return replace(
        state,
        status="closed",
        phase=None,
        paused=False,
        paused_since=None,
        window_open=False,
        closed_at=fact.closed_at,
    )


def reopened(state: Cycle, fact: CycleReopened) -> Cycle:  # noqa: ARG001
    before = (m.id for m in state.milestones if m.phase not in ("grade", "learn"))
    return replace(
        state,
        status="grading",
        phase="grade",
        grading_locked=False,
        closed_at=None,
        done=frozenset(before),
    )


def asked(state: Cycle, fact: PeopleAsked) -> Cycle:
    return _asked(state, fact.milestone, fact.asked_at)


def reminded(state: Cycle, fact: PeopleReminded) -> Cycle:
    return _asked(state, fact.milestone, fact.reminded_at)


def _asked(state: Cycle, milestone: str, at: datetime | None) -> Cycle:
    if at is None:
        return state
    recent = {each: when for each, when in state.asks.items() if when > at - 2 * DAY}
    return replace(state, asks={**recent, milestone: at})


_MOVES: Mapping[CycleState, tuple[str, ...]] = {
    "planned": ("start",),
    "drafting": ("pause", "reschedule", "close"),
    "aligning": ("pause", "reschedule", "close"),
    "active": ("pause", "reschedule", "close"),
    "grading": ("pause", "reschedule", "close"),
    "closed": ("reopen",),
}


def moves(state: Cycle) -> tuple[str, ...]:
    """What people may do with the cycle now."""
    if not state.exists:
        return ()
    return ("resume", "close") if state.paused else _MOVES[state.status]


# --- commands ----------------------------------------------------------------------------------


class CalendarCommand(CycleCommand):
    """A move at which the cycle takes over the organisation's calendar as it is by then."""

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, ORGANISATION)


class PlanCycle(CalendarCommand):
    """``timezone`` that is None is the organisation's.

    Choices made in ``policy`` are the cycle's own, laid over the policy of ``policy_id``. Without
    any it goes by that policy: by one version of it, or by whichever is the newest. Where no id is
    given it is the organisation's.
    """

    name: Title
    starts_on: date
    ends_on: date
    timezone: str | None = None
    policy: CyclePolicy = CyclePolicy()
    policy_id: PolicyId | None = None
    policy_version: int | None = None
    coordinator_id: PersonId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        named = (*super().reads, f"policy/{self.policy_id or DEFAULT}")
        return (*named, f"person/{self.coordinator_id}") if self.coordinator_id else named


class StartCycle(CalendarCommand): ...


class PauseCycle(CycleCommand): ...


class ResumeCycle(CalendarCommand): ...


class ReschedulePhase(CalendarCommand):
    """``phase`` is to end at ``ends_at``, or on the next working day. Needs a reason."""

    phase: Phase
    ends_at: AwareDatetime


class CloseCycle(CycleCommand): ...


class ReopenCycle(CalendarCommand): ...
