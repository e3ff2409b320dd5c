"""What the clock of a cycle does: timetables published, milestones reached (WORKFLOWS 4.5).

One milestone is one command on the cycle's stream. What follows for objectives and people's
obstacles are commands of their own.
"""

from datetime import date, datetime
from typing import ClassVar, assert_never

from pydantic import AwareDatetime

from domain.cycle.policy import Asked, CycleState, Level, Milestone, Owed, Phase
from domain.facts import Command, Fact, Facts
from domain.ids import CycleId

STATE_IN: dict[Phase, CycleState] = {
    "draft": "drafting",
    "align": "aligning",
    "commit": "aligning",
    "run": "active",
    "grade": "grading",
    "learn": "grading",
}
"""The state of a cycle while it is in a phase (RULES B9)."""

# --- facts -------------------------------------------------------------------------------------


class CycleFact(Fact):
    cycle_id: CycleId

    @property
    def stream(self) -> str:
        return f"cycle/{self.cycle_id}"


class TimetablePublished(CycleFact):
    """A new generation of the plan; milestones already done stay done (WORKFLOWS 4.6)."""

    TYPE: ClassVar[str] = "cycle.timetable-published"
    generation: int
    milestones: tuple[Milestone, ...]


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
    asked_at: AwareDatetime | None = None


class PeopleReminded(CycleFact):
    """Chases and escalations: ``level`` says who hears; at most one nudge a day and subject."""

    TYPE: ClassVar[str] = "cycle.people-reminded"
    milestone: str
    asked: Asked
    level: Level
    slot: date | None = None
    owed: tuple[Owed, ...]
    reminded_at: AwareDatetime | None = None


class AdjustmentOpened(CycleFact):
    TYPE: ClassVar[str] = "cycle.adjustment-opened"


class AdjustmentClosed(CycleFact):
    TYPE: ClassVar[str] = "cycle.adjustment-closed"


class GradingLocked(CycleFact):
    TYPE: ClassVar[str] = "cycle.grading-locked"


class CycleClosed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-closed"
    closed_at: AwareDatetime | None = None


# --- commands ----------------------------------------------------------------------------------


class CycleCommand(Command):
    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"cycle/{self.cycle_id}",)


class ReachMilestone(CycleCommand):
    """Issued by the cycle's workflow only. A milestone done or replaced yields no facts.

    ``owed`` is who owes what the milestone asks for; needed whenever the milestone has ``asked``.
    """

    milestone: str
    generation: int
    owed: tuple[Owed, ...] = ()


# --- what performing means ---------------------------------------------------------------------


def performed(
    command: ReachMilestone, milestone: Milestone, owed: tuple[Owed, ...], phase: Phase | None
) -> Facts:
    """The facts of performing ``milestone`` for a cycle that is in ``phase``.

    ``owed`` is what the command found, less what people have heard of today.
    """
    cycle_id = command.cycle_id
    entered = PhaseEntered(
        cycle_id=cycle_id, phase=milestone.phase, state=STATE_IN[milestone.phase]
    )
    asked: Facts = ()
    if milestone.asked and owed and not milestone.level:
        asked = (
            PeopleAsked(
                cycle_id=cycle_id,
                milestone=milestone.id,
                asked=milestone.asked,
                slot=milestone.slot,
                owed=owed,
                asked_at=command.at,
            ),
        )
    match milestone.kind:
        case "enter" | "activate":
            return (*((entered,) if phase != milestone.phase else ()), *asked)
        case "ask":
            return asked
        case "chase":
            if not (milestone.asked and milestone.level and owed):
                return ()
            return (
                PeopleReminded(
                    cycle_id=cycle_id,
                    milestone=milestone.id,
                    asked=milestone.asked,
                    level=milestone.level,
                    slot=milestone.slot,
                    owed=owed,
                    reminded_at=command.at,
                ),
            )
        case "window":
            if milestone.id.endswith(".open"):
                return (AdjustmentOpened(cycle_id=cycle_id), *asked)
            return (AdjustmentClosed(cycle_id=cycle_id),)
        case "lock":
            return (GradingLocked(cycle_id=cycle_id),)
        case "close":
            return (CycleClosed(cycle_id=cycle_id, closed_at=command.at),)
        case _:
            assert_never(milestone.kind)


def late_by(command_at: datetime, due_at: datetime) -> int:
    """Whole seconds from ``due_at`` to the moment of performing, 0 when that is early."""
    return max(0, int((command_at - due_at).total_seconds()))
