"""How far the relay has told Temporal, in a small file of its own beside the log.

Lost, it starts at zero: the relay then looks at every stream once more, and only those with
something due are started or nudged. So it needs no backup and no lock.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self

PATIENCE = 20
"""How often telling one stream may fail before it is parked."""

_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER);
CREATE TABLE IF NOT EXISTS untold (
    stream TEXT PRIMARY KEY, position INTEGER NOT NULL, failures INTEGER NOT NULL,
    reason TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Untold:
    """News of a stream that could not be told yet, how often it was tried, and why it failed."""

    stream: str
    position: int
    failures: int
    reason: str

    @property
    def parked(self) -> bool:
        """Given up: somebody has to look."""
        return self.failures >= PATIENCE


class Checkpoint:
    """Position, and the streams that stay behind it. Any thread may use it, until it is closed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._one_at_a_time = Lock()
        self._file = sqlite3.connect(path, timeout=5.0, check_same_thread=False)
        # A power cut may cost the last commits: then some streams are told twice.
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.executescript(_TABLES)

    def close(self) -> None:
        """Close the file; the other methods must not be called any more."""
        with self._one_at_a_time:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._one_at_a_time, self._file:
            yield self._file

    @property
    def position(self) -> int:
        """The last position whose news reached Temporal or stand in ``untold``; 0 at first."""
        with self._transaction() as file:
            row = file.execute("SELECT position FROM checkpoint").fetchone()
        return int(row[0]) if row else 0

    def advance(self, position: int) -> None:
        """Remember ``position``; never goes back, so two relays on one file do no harm."""
        with self._transaction() as file:
            file.execute(
                "INSERT INTO checkpoint VALUES (1, ?) ON CONFLICT (one) "
                "DO UPDATE SET position = max(position, excluded.position)",
                (position,),
            )

    def rewind(self) -> None:
        """Start over: the log was restored to an earlier state than this file knows."""
        with self._transaction() as file:
            file.execute("DELETE FROM checkpoint")
            file.execute("DELETE FROM untold")

    def keep(self, stream: str, position: int, reason: str) -> Untold:
        """Set a stream aside that could not be told, so that the others go on."""
        with self._transaction() as file:
            row = file.execute(
                "INSERT INTO untold VALUES (?, ?, 1, ?) ON CONFLICT (stream) DO UPDATE "
                "SET position = max(position, excluded.position), failures = failures + 1, "
                "reason = excluded.reason RETURNING stream, position, failures, reason",
                (stream, position, reason),
            ).fetchone()
        return Untold(*row)

    def release(self, stream: str) -> None:
        """The stream was told after all, or shall be tried afresh."""
        with self._transaction() as file:
            file.execute("DELETE FROM untold WHERE stream = ?", (stream,))

    def untold(self) -> tuple[Untold, ...]:
        """All streams set aside, parked ones included."""
        with self._transaction() as file:
            rows = file.execute("SELECT * FROM untold ORDER BY stream").fetchall()
        return tuple(Untold(*row) for row in rows)
