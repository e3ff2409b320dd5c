"""What a cycle waits for next: the ladder of its timetable."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from domain.cycle.cycle import Cycle
from domain.due import Due
from domain.ladder import Ladder, Rung

HOLD: Final = timedelta(days=7)


def next_due(cycle: Cycle, now: datetime) -> Due | None:
    """The one thing that ``cycle`` waits for; None when it has not begun or is at rest.

    A paused cycle holds and is asked again in a week.
    """
    stream = f"cycle/{cycle.cycle_id}"
    if cycle.paused:
        hold = Rung("hold", now + HOLD, "hold", phase=cycle.phase or "")
        return Ladder(stream, (hold,), generation=cycle.generation).due()
    return Ladder(stream, _rungs(cycle), cycle.done, cycle.generation).due()


def _rungs(cycle: Cycle) -> Iterator[Rung]:
    """The milestones in order; one closed before its time still has its close to perform."""
    for one in cycle.milestones:
        if cycle.status == "closed" and one.kind != "close":
            continue
        at = min(one.at, cycle.closed_at or one.at)
        yield Rung(one.id, at, one.kind, one.level, one.phase)
