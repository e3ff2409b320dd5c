"""The clock port: the one place where the journal's callers take the time from."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ClockAhead(NamedTuple):
    """How the clocks behind a log differ from this machine's.

    ``log``: how far its last fact lies ahead, zero if it does not. Until this machine's clock has
    come there, every new fact is recorded at that same instant. ``store``: how far the database's
    clock, which stamps facts, is ahead; negative when it is behind, about zero for a file.
    """

    log: timedelta
    store: timedelta
