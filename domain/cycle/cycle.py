"""A cycle: planned, drafting, aligning, active, grading, closed (RULES B9); its milestones done."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from domain.facts import Command, Fact, Thing, Value
from domain.ids import CycleId, PersonId

CycleState = Literal["planned", "drafting", "aligning", "active", "grading", "closed"]
Phase = Literal["draft", "align", "commit", "run", "grade", "learn"]
Level = Literal["owner", "lead", "sponsor", "coordinator"]
Asked = Literal[
    "objectives", "agreement", "commitment", "check_in", "adjustment", "grades", "lessons"
]


class CyclePolicy(Value):
    """Choices that are data, versioned with the cycle (RULES, policy). Defaults are the rules'."""

    slot_weekday: int = 3  # Monday is 0; Thursday
    ask_at: str = "09:00"  # local time of day
    pace: Literal["ratio", "gap"] = "ratio"
    score_floor: Decimal = Decimal(0)
    score_cap: Decimal = Decimal(1)
    rollup: Literal["key_results", "children", "both"] = "both"
    status_rollup: Literal["worst", "mean"] = "worst"
    backdating_grace_days: int = 3
    outdated_after_days: int = 3
    objectives_per_team: int = 5
    draft_days: int = 20  # working days before the start
    align_days: int = 10
    commit_days: int = 2
    grading_days: int = 4  # working days after the end
    learn_days: int = 9
    close_days: int = 10
    window_week: int = 7
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[date, ...] = ()
    resume: Literal["keep", "shift"] = "shift"


class Milestone(Value):
    """Something due in the cycle: ``id`` such as ``week-05.ask``; ``at`` is derived, in UTC.

    ``kind`` tells what performing it means: ``enter`` a phase, ``ask``, ``chase`` (at ``level``),
    ``activate``, ``window`` (open or close by id), ``lock`` or ``close``.
    """

    id: str
    kind: Literal["enter", "ask", "chase", "activate", "window", "lock", "close"]
    phase: Phase
    at: AwareDatetime
    asked: Asked | None = None
    level: Level | None = None
    slot: date | None = None


class Owed(Value):
    """Who owes what: one person, the things it is about, and when it was due."""

    person_id: PersonId
    about: tuple[Thing, ...]
    due_at: AwareDatetime


# --- facts -------------------------------------------------------------------------------------


class CycleFact(Fact):
    cycle_id: CycleId

    @property
    def stream(self) -> str:
        return f"cycle/{self.cycle_id}"


class CyclePlanned(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-planned"
    name: str
    starts_on: date
    ends_on: date
    timezone: str
    policy: CyclePolicy
    coordinator_id: PersonId | None = None


class CycleStarted(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-started"


class TimetablePublished(CycleFact):
    """A new generation of the plan; milestones already done stay done (WORKFLOWS 4.6)."""

    TYPE: ClassVar[str] = "cycle.timetable-published"
    generation: int
    milestones: tuple[Milestone, ...]


class PhaseRescheduled(CycleFact):
    TYPE: ClassVar[str] = "cycle.phase-rescheduled"
    phase: Phase
    ends_at: AwareDatetime


class MilestoneReached(CycleFact):
    """A milestone was performed; ``late_by`` in whole seconds."""

    TYPE: ClassVar[str] = "cycle.milestone-reached"
    milestone: str
    generation: int
    due_at: AwareDatetime
    late_by: int = 0


class PhaseEntered(CycleFact):
    TYPE: ClassVar[str] = "cycle.phase-entered"
    phase: Phase
    state: CycleState


class PeopleAsked(CycleFact):
    """Asks; each ``owed`` opens obligations that the matching facts of people close."""

    TYPE: ClassVar[str] = "cycle.people-asked"
    milestone: str
    asked: Asked
    slot: date | None = None
    owed: tuple[Owed, ...]


class PeopleReminded(CycleFact):
    """Chases and escalations: ``level`` says who hears of it; at most one nudge a day and subject."""

    TYPE: ClassVar[str] = "cycle.people-reminded"
    milestone: str
    asked: Asked
    level: Level
    slot: date | None = None
    owed: tuple[Owed, ...]


class AdjustmentOpened(CycleFact):
    TYPE: ClassVar[str] = "cycle.adjustment-opened"


class AdjustmentClosed(CycleFact):
    TYPE: ClassVar[str] = "cycle.adjustment-closed"


class GradingLocked(CycleFact):
    TYPE: ClassVar[str] = "cycle.grading-locked"


class CyclePaused(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-paused"


class CycleResumed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-resumed"
    shifted_working_days: int = 0


class CycleClosed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-closed"


class CycleReopened(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-reopened"


# --- commands ----------------------------------------------------------------------------------


class CycleCommand(Command):
    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"cycle/{self.cycle_id}",)


class PlanCycle(CycleCommand):
    name: str
    starts_on: date
    ends_on: date
    timezone: str
    policy: CyclePolicy = CyclePolicy()
    coordinator_id: PersonId | None = None


class StartCycle(CycleCommand): ...


class PauseCycle(CycleCommand): ...


class ResumeCycle(CycleCommand): ...


class ReschedulePhase(CycleCommand):
    phase: Phase
    ends_at: AwareDatetime


class CloseCycle(CycleCommand): ...


class ReopenCycle(CycleCommand): ...


class ReachMilestone(CycleCommand):
    """Issued by the cycle's workflow only. A milestone done or replaced yields no facts."""

    milestone: str
    generation: int
    owed: tuple[Owed, ...] = ()
