"""What a cycle waits for next, and the phases as people see them (WORKFLOWS 4.4, 4.6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.cycle.bounds import END_OF, bounds_of, planned
from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle
from domain.cycle.policy import PHASES, Phase
from domain.due import Due

HOLD = timedelta(days=7)


def next_due(cycle: Cycle, now: datetime) -> Due | None:
    """The one thing that ``cycle`` waits for; None when it has not begun or is at rest.

    What is overdue comes first and in order. A paused cycle holds and is asked again in a week. A
    cycle closed before its time still has its close to perform.
    """
    stream = f"cycle/{cycle.cycle_id}"
    if cycle.paused:
        return Due(
            stream=stream,
            id="hold",
            kind="hold",
            at=now + HOLD,
            phase=cycle.phase or "",
            generation=cycle.generation,
        )
    closed = cycle.status == "closed"
    for milestone in cycle.milestones:
        if milestone.id in cycle.done or (closed and milestone.kind != "close"):
            continue
        at = min(milestone.at, cycle.closed_at or milestone.at)
        return Due(
            stream=stream,
            id=milestone.id,
            kind=milestone.kind,
            at=at,
            phase=milestone.phase,
            generation=cycle.generation,
        )
    return None


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """A phase as [starts_at, ends_at); before the start of the cycle as its policy plans it."""

    name: Phase
    starts_at: datetime
    ends_at: datetime
    state: Literal["ahead", "current", "past"]


def phases(cycle: Cycle) -> tuple[PhaseSpan, ...]:
    """The phases of a planned or running cycle, in order."""
    bounds = bounds_of(cycle.milestones) if cycle.milestones else planned(frame_of(cycle))

    def state(phase: Phase) -> Literal["ahead", "current", "past"]:
        if cycle.status == "closed":
            return "past"
        if phase == cycle.phase:
            return "current"
        over = END_OF[phase] in cycle.done or (
            cycle.phase is not None and PHASES.index(phase) < PHASES.index(cycle.phase)
        )
        return "past" if over else "ahead"

    return tuple(
        PhaseSpan(phase, bounds.opens[phase], bounds.ends[phase], state(phase)) for phase in PHASES
    )
