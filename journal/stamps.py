"""When a fact counts as recorded: at its commit, not when its command began.

A command may wait, for others or for a lock. If its facts carried the instant it began, a moment
in between would be answered one way before the commit and another way after it. So a store stamps
while nobody else can commit, and never earlier than the fact before: positions and instants agree,
whichever process or host wrote. Facts without a clock keep their command's time: that is what a
simulated history and an import ask for.
"""

from collections.abc import Sequence
from datetime import datetime

from journal.append import Stored
from journal.clock import Clock
from journal.mapper import recorded_at

_BEFORE = b'"at":"'


def instant(clock: Clock, last: datetime | None) -> datetime:
    """The present instant, or that of the log's last fact if the clock is behind it."""
    now = clock.now()
    return now if last is None or now > last else last


def stamped(facts: Sequence[Stored], at: str | None) -> Sequence[Stored]:
    """The facts as they go into a store at the instant ``at``; as they are without one."""
    if at is None:
        return facts
    return [
        (stream, version, fact_type, recorded_at(state, at))
        for stream, version, fact_type, state in facts
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
