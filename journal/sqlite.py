"""The log in one SQLite file: WAL, synchronous FULL, dense positions, append-only by triggers."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from journal import sqlite_schema
from journal.append import Append, Loaded, Outcome, Receipt, Row, Stale
from journal.errors import LogUnguarded, StoreNotMigrated, StoreTooNew
from journal.failures import translated
from journal.hints import Hints
from journal.sqlite_connect import LOCK_TIMEOUT, SQLiteLogDatastore, file_uri

DATA_VERSION_EVERY = 0.005
"""Seconds between two looks at PRAGMA data_version while somebody waits (11 µs each)."""

_BEYOND = 2**63 - 1
_ROWS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events "
_VERSION = "SELECT MAX(originator_version) FROM stored_events WHERE originator_id=?"
_RECEIPT = (
    "SELECT command_id, subject, stream, version, position, facts, fingerprint"
    " FROM command_receipts WHERE command_id=?"
)


def _receipt(c: sqlite3.Cursor, command_id: str) -> Receipt | None:
    row = c.execute(_RECEIPT, (command_id,)).fetchone()
    if row is None:
        return None
    _, subject, stream, version, position, facts, fingerprint = row
    return Receipt(command_id, subject, stream, version, position, facts, fingerprint, True)


def _newer(c: sqlite3.Cursor, stream: str, version: int) -> Sequence[Row]:
    return c.execute(
        _ROWS + "WHERE originator_id=? AND originator_version>? ORDER BY originator_version",
        (stream, version),
    ).fetchall()


def _head(c: sqlite3.Cursor) -> int:
    c.row_factory = None
    return c.execute("SELECT MAX(rowid) FROM stored_events").fetchone()[0] or 0


class SQLiteLog(SQLiteApplicationRecorder):
    """The library's recorder, with receipts, guards and positions that are never used twice."""

    def __init__(
        self, path: str, hints: Hints | None = None, *, lock_timeout: float = LOCK_TIMEOUT
    ) -> None:
        self.log_datastore = SQLiteLogDatastore(path, lock_timeout=lock_timeout)
        super().__init__(self.log_datastore)
        self.path = path
        self.hints = hints or Hints()
        self.pace = DATA_VERSION_EVERY
        self.insert_events_statement = (
            f"INSERT INTO {self.events_table_name}"  # noqa: S608 - a constant name
            " (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )
        self._watch_lock = Lock()
        self._watch: sqlite3.Connection | None = None
        self._watched: tuple[float, int] = (0.0, -1)

    def construct_create_table_statements(self) -> list[str]:
        """Tables come from the migrate step alone (J11); the library shall create none."""
        return []

    # --- reading -------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Cursor]:
        with translated(), self.log_datastore.query() as c:
            yield c

    def load(self, command_id: str, wanted: Sequence[tuple[str, int]]) -> Loaded:
        """The command's receipt, or each wanted stream's rows after a version; one snapshot."""
        with translated(), self.datastore.transaction(commit=False) as cursor:
            c = cursor.sqlite_cursor
            c.row_factory = None
            if receipt := _receipt(c, command_id):
                return Loaded(receipt, ())
            return Loaded(None, tuple(_newer(c, stream, version) for stream, version in wanted))

    def newer(self, stream: str, version: int) -> Sequence[Row]:
        """Rows of ``stream`` after ``version``."""
        with self._reading() as c:
            return _newer(c, stream, version)

    def rows(self, stream: str, after: int, upto: int | None) -> Sequence[Row]:
        """Rows of ``stream`` at positions after ``after``, up to and with ``upto``."""
        with self._reading() as c:
            c.execute(
                _ROWS
                + "WHERE originator_id=? AND rowid>? AND rowid<=? ORDER BY originator_version",
                (stream, after, _BEYOND if upto is None else upto),
            )
            return c.fetchall()

    def tail(self, after: int, limit: int) -> Sequence[Row]:
        """At most ``limit`` rows of the whole log after position ``after``."""
        with self._reading() as c:
            c.execute(_ROWS + "WHERE rowid>? ORDER BY rowid LIMIT ?", (after, limit))
            return c.fetchall()

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        with self._reading() as c:
            return _head(c)

    def receipt(self, command_id: str) -> Receipt | None:
        with self._reading() as c:
            return _receipt(c, command_id)

    # --- appending -----------------------------------------------------------------------------

    def append(self, batch: Sequence[Append]) -> list[Outcome]:
        """Many appends in one transaction, each with its own success or conflict."""
        with translated(), self.datastore.transaction(commit=True) as c:
            return [self._append(c, append) for append in batch]

    def _append(self, c: SQLiteCursor, append: Append) -> Outcome:
        plain = c.sqlite_cursor
        plain.row_factory = None
        if receipt := _receipt(plain, append.receipt.command_id):
            return receipt
        # The write lock is held: what stands here now still stands at commit, so nothing below
        # can fail for a conflict and no append can spoil its neighbours in the batch.
        for stream, expected in append.guards:
            version = plain.execute(_VERSION, (stream,)).fetchone()[0] or 0
            if version != expected:
                return Stale(stream, version)
        positions = self._insert_events(c, append.facts, receipt=append.receipt) or ()
        given = append.receipt
        return Receipt(
            given.command_id,
            given.subject,
            given.stream,
            given.version,
            positions[-1] if positions else _head(plain),
            given.facts,
            given.fingerprint,
        )

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """As the library calls it; ``receipt`` goes into the same transaction."""
        positions = super()._insert_events(c, stored_events)
        receipt: Receipt | None = kwargs.get("receipt")
        if receipt is not None:
            c.execute(
                "INSERT INTO command_receipts VALUES (?,?,?,?,?,?,?)",
                (
                    receipt.command_id,
                    receipt.subject,
                    receipt.stream,
                    receipt.version,
                    positions[-1] if positions else _head(c.sqlite_cursor),
                    receipt.facts,
                    receipt.fingerprint,
                ),
            )
        return positions

    # --- waiting -------------------------------------------------------------------------------

    def watch(self) -> None:
        """Nothing to start: ``PRAGMA data_version`` tells of every process's commits (J1)."""

    def look(self) -> None:
        """Tells the hints when anybody, in any process, has committed since the last look."""
        with self._watch_lock:
            looked_at, seen = self._watched
            now = time.monotonic()
            if now - looked_at < self.pace:
                return
            if self._watch is None:
                self._watch = sqlite3.connect(
                    file_uri(self.path, "ro"),
                    uri=True,
                    check_same_thread=False,
                    isolation_level=None,
                )
            version = self._watch.execute("PRAGMA data_version").fetchone()[0]
            self._watched = (now, version)
        if version != seen:
            self.hints.tell()

    # --- guarding ------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises unless the tables are of this release and every trigger is in place, unchanged."""
        with self._reading() as c:
            version = sqlite_schema.stamped(c, "journal")
            if version < sqlite_schema.VERSION:
                raise StoreNotMigrated(f"{self.path}: schema {version}, run the migrate step")
            if version > sqlite_schema.VERSION:
                raise StoreTooNew(f"{self.path}: schema {version}, this release knows up to 1")
            c.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'")
            present = dict(c.fetchall())
            findings = [
                f"trigger {name} is {'changed' if name in present else 'missing'}"
                for name, sql in sqlite_schema.TRIGGERS.items()
                if present.get(name) != sql
            ]
            count, first, last = c.execute(
                "SELECT (SELECT seq FROM sqlite_sequence WHERE name='stored_events'),"
                " MIN(rowid), MAX(rowid) FROM stored_events"
            ).fetchone()
            if last is not None and (first != 1 or count != last):
                findings.append(f"positions run {first}..{last}, {count} were given out")
        if findings:
            raise LogUnguarded(tuple(findings))

    def close(self) -> None:
        with self._watch_lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.datastore.close()
