"""What a store must do for the journal; each method in one transaction, with a deadline."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from journal.append import Append, Loaded, Outcome, Receipt, Row
from journal.clock import Clock
from journal.hints import Hints


class Store(Protocol):
    """A log on some database. Every method raises the errors of ``journal.errors``."""

    hints: Hints

    def load(
        self, command_id: str, wanted: Sequence[tuple[str, int]], until: float | None = None
    ) -> Loaded:
        """One snapshot: the command's receipt, or each stream's rows after a version."""
        ...

    def newer(self, stream: str, version: int) -> Sequence[Row]:
        """Rows of a stream after ``version``."""
        ...

    def rows(self, stream: str, after: int, upto: int | None) -> Sequence[Row]:
        """Rows of a stream between two positions, the first excluded, the last included."""
        ...

    def rows_of(self, streams: Collection[str], upto: int) -> Sequence[Row]:
        """Rows of several streams up to and with a position, in the log's order; one statement."""
        ...

    def tail(self, after: int, limit: int) -> Sequence[Row]:
        """Rows of the log after a position."""
        ...

    def head(self) -> int:
        """The last position."""
        ...

    def receipt(self, command_id: str) -> Receipt | None:
        """The receipt of a command."""
        ...

    def append(
        self,
        batch: Sequence[Append],
        *,
        clock: Clock | None = None,
        until: float | None = None,
        together: bool = False,
    ) -> list[Outcome]:
        """Many appends in one transaction, each with its own outcome.

        Args:
            together: nothing is stored unless each of them is; see ``journal.append.not_stored``.
            clock: tells when the facts are recorded (see ``journal.stamps``); without one they
                keep their command's time.
            until: on ``time.monotonic``'s scale: no lock and no answer is waited for any longer.

        Raises:
            LogDamaged: also from the moment on in which any other method found damage.
        """
        ...

    def now(self) -> datetime:
        """The clock that stamps facts: the database's where there is one for all hosts."""
        ...

    def last_instant(self) -> datetime | None:
        """When the last fact was recorded."""
        ...

    def integrity(self, seconds: float | None = None) -> tuple[str, ...]:
        """What of the store is damaged, in words; looks for ``seconds`` at most if they are given.

        Once there is a finding, ``append`` raises LogDamaged.
        """
        ...

    def watch(self) -> None:
        """Sees to it that commits of other processes become hints from now on."""
        ...

    def check(self) -> None:
        """Raises StoreNotMigrated, StoreTooNew, LogUnguarded, or LogDamaged if nothing works."""
        ...

    def close(self) -> None: ...
