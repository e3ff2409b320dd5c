"""When a fact counts as recorded: at its commit, not when its command began.

A command may wait, for others or for a lock. If its facts carried the instant it began, a moment
in between would be answered one way before the commit and another way after it. So a store stamps
while nobody else can commit, and never earlier than the fact before: positions and instants agree,
whichever process or host wrote. Facts without a clock keep their command's time: that is what a
simulated history and an import ask for.
"""

from collections.abc import Iterable
from datetime import datetime

from eventsourcing.persistence import StoredEvent

from journal.clock import Clock
from journal.mapper import recorded_at

Stored = tuple[str, int, str, bytes]
"""One fact as it goes into a store: stream, version, wire name, state."""

_BEFORE = b'"at":"'


def instant(clock: Clock, last: datetime | None) -> datetime:
    """The present instant, or that of the log's last fact if the clock is behind it."""
    now = clock.now()
    return now if last is None or now > last else last


def stamped(facts: Iterable[StoredEvent], at: str | None) -> list[Stored]:
    """The facts as they go into a store at the instant ``at``; as they are without one."""
    return [
        (
            str(fact.originator_id),
            fact.originator_version,
            fact.topic,
            fact.state if at is None else recorded_at(fact.state, at),
        )
        for fact in facts
    ]


def instant_of(state: bytes) -> datetime | None:
    """When a stored fact was recorded, without decoding it; None where it does not say."""
    start = state.find(_BEFORE) + len(_BEFORE)
    if start < len(_BEFORE):
        return None
    try:
        at = datetime.fromisoformat(state[start : state.index(b'"', start)].decode())
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
