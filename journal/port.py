"""What a store must do for the journal; each method in one transaction, with a deadline."""

from collections.abc import Sequence
from typing import Protocol

from journal.append import Append, Loaded, Outcome, Receipt, Row
from journal.hints import Hints
from journal.stamps import Stamp, as_told


class Store(Protocol):
    """A log on some database. Every method raises the errors of ``journal.errors``."""

    hints: Hints

    def load(self, command_id: str, wanted: Sequence[tuple[str, int]]) -> Loaded:
        """One snapshot: the command's receipt, or each stream's rows after a version."""
        ...

    def newer(self, stream: str, version: int) -> Sequence[Row]:
        """Rows of a stream after ``version``."""
        ...

    def rows(self, stream: str, after: int, upto: int | None) -> Sequence[Row]:
        """Rows of a stream between two positions, the first excluded, the last included."""
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

    def append(self, batch: Sequence[Append], stamp: Stamp = as_told) -> list[Outcome]:
        """Many appends in one transaction, each with its own outcome.

        ``stamp`` gives the facts their time as late as the store can tell: see ``journal.stamps``.
        """
        ...

    def watch(self) -> None:
        """Sees to it that commits of other processes become hints from now on."""
        ...

    def check(self) -> None:
        """Raises StoreNotMigrated, StoreTooNew or LogUnguarded."""
        ...

    def close(self) -> None: ...
