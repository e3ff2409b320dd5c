"""When a fact counts as recorded: at its commit, not when its command began.

A command may wait, for others or for a lock. If its facts carried the instant it began, a moment
in between would be answered one way before the commit and another way after it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from eventsourcing.persistence import StoredEvent

from journal.clock import Clock
from journal.mapper import recorded_at

Stamp = Callable[[], str | None]
"""Asked by a store, when nobody else can commit before this batch, for the instant in ISO 8601
that its facts shall carry; None leaves them their own."""

Stored = tuple[str, int, str, bytes]
"""One fact as it goes into a store: stream, version, wire name, state."""


def as_told() -> None:
    """Facts keep their command's time: what a simulated clock and an import ask for."""


class Stamps:
    """Tells the present instant; never an earlier one than before.

    One writer at a time calls it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> str:
        self._last = max(self._last, self._clock.now())
        return self._last.isoformat()


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
