"""What each clock waits for, asked of the log itself: strongly consistent, one fold away."""

from datetime import datetime

from domain.cycle.agenda import next_due as cycle_due
from domain.due import Due
from domain.lean.agenda import action_due, obstacle_due
from journal.log import Journal


def next_due(journal: Journal, stream: str, now: datetime) -> Due | None:
    """The next thing due on ``stream``; None when the stream is at rest (WORKFLOWS 4.4)."""
    state, _version = journal.state(stream)
    match stream.partition("/")[0]:
        case "cycle":
            return cycle_due(state, now)
        case "obstacle":
            return obstacle_due(state, now)
        case "action":
            return action_due(state, now)
        case kind:
            raise LookupError(f"streams of kind {kind!r} have no clock")
