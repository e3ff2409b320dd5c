"""When a fact counts as recorded: at its commit, not when its command began.

A command may wait, for others or for a lock. If its facts carried the instant it began, a moment
in between would be answered one way before the commit and another way after it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from eventsourcing.persistence import StoredEvent

from journal.append import Append
from journal.clock import Clock
from journal.mapper import recorded_at

Stamp = Callable[[Sequence[Append]], Sequence[Append]]
"""Called by a store when nobody else can commit before this batch."""


def as_told(batch: Sequence[Append]) -> Sequence[Append]:
    """Facts keep their command's time: what a simulated clock and an import ask for."""
    return batch


class Stamps:
    """Gives every fact of a batch the present instant; never an earlier one than the batch before.

    One writer at a time calls it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self, batch: Sequence[Append]) -> Sequence[Append]:
        self._last = max(self._last, self._clock.now())
        at = self._last.isoformat()

        def stamped(fact: StoredEvent) -> StoredEvent:
            return StoredEvent(
                fact.originator_id,
                fact.originator_version,
                fact.topic,
                recorded_at(fact.state, at),
            )

        return [replace(each, facts=tuple(map(stamped, each.facts))) for each in batch]
