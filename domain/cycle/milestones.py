"""What the clock of a cycle does: timetables published, milestones reached.

One milestone is one command on the cycle's stream. What follows for objectives and people's
obstacles are commands of their own.
"""

from datetime import date, datetime
from typing import Any, ClassVar, assert_never

from pydantic import AwareDatetime

from domain.cycle.asked import OwedListed, asked_stream, pages
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
    """A new generation of the plan; milestones already done stay done."""

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
    """``people`` persons were asked for ``count`` things; who and what stands in the ask's pages.

    ``owed`` is filled in facts of schema 1 only, which told everything themselves.
    """

    TYPE: ClassVar[str] = "cycle.people-asked"
    SCHEMA: ClassVar[int] = 2
    milestone: str
    asked: Asked
    slot: date | None = None
    count: int
    people: int
    asked_at: AwareDatetime | None = None
    owed: tuple[Owed, ...] = ()


class PeopleReminded(CycleFact):
    """Chases and escalations: ``level`` says who hears; at most one nudge a day and subject.

    ``count``, ``people`` and ``owed`` as in the ask.
    """

    TYPE: ClassVar[str] = "cycle.people-reminded"
    SCHEMA: ClassVar[int] = 2
    milestone: str
    asked: Asked
    level: Level
    slot: date | None = None
    count: int
    people: int
    reminded_at: AwareDatetime | None = None
    owed: tuple[Owed, ...] = ()


def counted(data: dict[str, Any], recorded_at: str) -> dict[str, Any]:  # noqa: ARG001
    """Schema 1 of an ask or a reminder to schema 2: what it listed is counted too."""
    owed = data["owed"]
    people = {one["person_id"] for one in owed}
    return {**data, "count": sum(len(one["about"]) for one in owed), "people": len(people)}


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
    ``earlier`` are the milestones by which people were asked on the same day (``asks_of_day``):
    who heard of a subject then hears of it again only at a higher level.
    """

    milestone: str
    generation: int
    owed: tuple[Owed, ...] = ()
    earlier: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        lists = (asked_stream(self.cycle_id, one) for one in (self.milestone, *self.earlier))
        return (f"cycle/{self.cycle_id}", *dict.fromkeys(lists))


# --- what performing means ---------------------------------------------------------------------


def performed(
    command: ReachMilestone, milestone: Milestone, owed: tuple[Owed, ...], phase: Phase | None
) -> Facts:
    """The facts of performing ``milestone`` for a cycle that is in ``phase``.

    ``owed`` is what the command found, less what people have heard of today.
    """
    cycle_id = command.cycle_id
    counts = {
        "count": sum(len(one.about) for one in owed),
        "people": len({one.person_id for one in owed}),
    }
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
                asked_at=command.at,
                **counts,
            ),
            *_listed(command, milestone, milestone.asked, owed),
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
                    reminded_at=command.at,
                    **counts,
                ),
                *_listed(command, milestone, milestone.asked, owed),
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


def _listed(
    command: ReachMilestone, milestone: Milestone, asked: Asked, owed: tuple[Owed, ...]
) -> Facts:
    """The pages that say who owes what."""
    return tuple(
        OwedListed(
            cycle_id=command.cycle_id,
            milestone=milestone.id,
            asked=asked,
            level=milestone.level,
            slot=milestone.slot,
            owed=page,
            listed_at=command.at,
        )
        for page in pages(owed)
    )


def late_by(command_at: datetime, due_at: datetime) -> int:
    """Whole seconds from ``due_at`` to the moment of performing, 0 when that is early."""
    return max(0, int((command_at - due_at).total_seconds()))
