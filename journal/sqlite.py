"""The log in one SQLite file: WAL, synchronous FULL, dense positions, append-only by triggers."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from eventsourcing.persistence import PersistenceError
from eventsourcing.sqlite import SQLiteApplicationRecorder

from journal import sqlite_schema
from journal.append import Append, Loaded, Outcome, Receipt, Row, Torn, not_stored
from journal.clock import Clock
from journal.errors import LogDamaged, LogUnguarded, StoreNotMigrated, StoreTooNew
from journal.failures import named
from journal.file_changes import FileChanges
from journal.hints import Hints
from journal.sqlite_append import Appended, LastFact, append_batch
from journal.sqlite_connect import LOCK_TIMEOUT, SQLiteLogDatastore
from journal.sqlite_integrity import damage_of
from journal.stamps import instant_of

_BEYOND = 2**63 - 1
_ROWS = "SELECT rowid, originator_id, originator_version, topic, state FROM stored_events"


@cache
def _load(streams: int) -> str:
    """One statement, so one snapshot: the receipt as row 0, then the rows of stream 1, 2, …"""
    newer = " UNION ALL ".join(
        f"SELECT * FROM (SELECT {n}, rowid, originator_id, originator_version, topic, state,"  # noqa: S608
        " NULL, NULL FROM stored_events WHERE originator_id=? AND originator_version>?"
        " ORDER BY originator_version)"
        for n in range(1, streams + 1)
    )
    receipt = (
        "SELECT 0, position, stream, version, subject, NULL, facts, fingerprint"
        " FROM command_receipts WHERE command_id=?"
    )
    return f"{receipt} UNION ALL {newer}" if newer else receipt


class SQLiteLog(SQLiteApplicationRecorder):
    """The library's recorder, with receipts, guards and positions that are never used twice."""

    def __init__(
        self, path: str, hints: Hints | None = None, *, lock_timeout: float = LOCK_TIMEOUT
    ) -> None:
        self.log_datastore = SQLiteLogDatastore(path, lock_timeout=lock_timeout)
        super().__init__(self.log_datastore)
        self.path = path
        self.hints = hints or Hints()
        self.insert_events_statement = (
            f"INSERT INTO {self.events_table_name}"  # noqa: S608 - a constant name
            " (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"
        )
        self._changes = FileChanges(path, self.hints.tell)
        self._last: LastFact | None = None
        self._last_in = 0
        self._damage: tuple[str, ...] = ()

    def construct_create_table_statements(self) -> list[str]:
        """Tables come from the migrate step alone (J11); the library shall create none."""
        return []

    # --- reading -------------------------------------------------------------------------------

    def _fetch(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            return self.log_datastore.fetch(statement, parameters)
        except PersistenceError as e:
            raise self._named(e) from e

    def _named(self, error: PersistenceError) -> Exception:
        """The journal's error for the store's; damage is remembered."""
        ours = named(error, self.path)
        if isinstance(ours, LogDamaged):
            self._damage = self._damage or ours.findings
        return ours or error

    def load(
        self,
        command_id: str,
        wanted: Sequence[tuple[str, int]],
        until: float | None = None,  # noqa: ARG002 - reading a WAL file waits for nobody
    ) -> Loaded:
        """The command's receipt, or each wanted stream's rows after a version; one snapshot."""
        parameters: list[str | int] = [command_id]
        for stream, version in wanted:
            parameters += (stream, version)
        found = self._fetch(_load(len(wanted)), parameters)
        if not found:
            return Loaded(None, ((),) * len(wanted))
        if found[0][0] == 0:
            _, position, stream, version, subject, _, facts, fingerprint = found[0]
            return Loaded(
                Receipt(command_id, subject, stream, version, position, facts, fingerprint, True),
                (),
            )
        rows: tuple[list[Row], ...] = tuple([] for _ in wanted)
        for n, *row, _, _ in found:
            rows[n - 1].append(tuple(row))
        return Loaded(None, rows)

    def newer(self, stream: str, version: int) -> Sequence[Row]:
        """Rows of ``stream`` after ``version``."""
        return self._fetch(
            f"{_ROWS} WHERE originator_id=? AND originator_version>? ORDER BY originator_version",
            (stream, version),
        )

    def rows(self, stream: str, after: int, upto: int | None) -> Sequence[Row]:
        """Rows of ``stream`` at positions after ``after``, up to and with ``upto``."""
        return self._fetch(
            f"{_ROWS} WHERE originator_id=? AND rowid>? AND rowid<=? ORDER BY originator_version",
            (stream, after, _BEYOND if upto is None else upto),
        )

    def rows_of(self, streams: Collection[str], upto: int) -> Sequence[Row]:
        """Rows of several streams up to and with the position ``upto``, in the log's order."""
        wanted = "originator_id IN (SELECT value FROM json_each(?))"
        return self._fetch(
            f"{_ROWS} WHERE {wanted} AND rowid<=? ORDER BY rowid",
            (orjson.dumps([*streams]).decode(), upto),
        )

    def tail(self, after: int, limit: int) -> Sequence[Row]:
        """At most ``limit`` rows of the whole log after position ``after``."""
        return self._fetch(f"{_ROWS} WHERE rowid>? ORDER BY rowid LIMIT ?", (after, limit))

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        return self._fetch("SELECT MAX(rowid) FROM stored_events")[0][0] or 0

    def receipt(self, command_id: str) -> Receipt | None:
        """The receipt of a command, None if it was never answered."""
        return self.load(command_id, ()).receipt

    # --- appending -----------------------------------------------------------------------------

    def append(
        self,
        batch: Sequence[Append],
        *,
        clock: Clock | None = None,
        until: float | None = None,
        together: bool = False,
    ) -> list[Outcome]:
        """Many appends in one transaction, each with its own success or conflict."""
        if self._damage:
            raise LogDamaged(self.path, self._damage)

        def work(c: sqlite3.Connection) -> Appended:
            known = self._last if self._last_in == self.log_datastore.files_seen else None
            appended = append_batch(c, batch, clock, known)
            if together and not_stored(appended.outcomes):
                raise Torn(appended.outcomes)
            return appended

        try:
            outcomes, last = self.log_datastore.write(work, until)
        except Torn as e:
            return e.outcomes
        except PersistenceError as e:
            raise self._named(e) from e
        self._last, self._last_in = last, self.log_datastore.files_seen
        return outcomes

    # --- time ------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """This machine's clock: nobody else's writes into a file."""
        return datetime.now(UTC)

    def last_instant(self) -> datetime | None:
        """When the last fact was recorded; None for an empty log."""
        rows = self._fetch("SELECT state FROM stored_events ORDER BY rowid DESC LIMIT 1")
        return instant_of(rows[0][0]) if rows else None

    # --- waiting -------------------------------------------------------------------------------

    def watch(self) -> None:
        """Begins to follow the file's changes, once: they tell of every process's commits (J1)."""
        self._changes.start()

    # --- guarding ------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises unless the tables are of this release and every trigger is in place, unchanged."""
        version = sqlite_schema.stamped(self._fetch)
        if version < sqlite_schema.VERSION:
            raise StoreNotMigrated(
                f"{self.path} has schema {version}, this release needs"
                f" {sqlite_schema.VERSION}: run the migrate step"
            )
        if version > sqlite_schema.VERSION:
            raise StoreTooNew(
                f"{self.path} has schema {version}, this release knows up to"
                f" {sqlite_schema.VERSION}: start the release that migrated it, or a newer one"
            )
        try:
            findings = self._unguarded()
        except LogDamaged:
            return  # nothing is written any more; what can be read still is
        if findings:
            raise LogUnguarded(tuple(findings))

    def _unguarded(self) -> list[str]:
        present = dict(self._fetch("SELECT name, sql FROM sqlite_master WHERE type='trigger'"))
        findings = [
            f"trigger {name} is {'changed' if name in present else 'missing'}"
            for name, sql in sqlite_schema.TRIGGERS.items()
            if present.get(name) != sql
        ]
        ((given, first, last),) = self._fetch(
            "SELECT (SELECT seq FROM sqlite_sequence WHERE name='stored_events'),"
            " (SELECT MIN(rowid) FROM stored_events), (SELECT MAX(rowid) FROM stored_events)"
        )
        if (given or 0) != (last or 0) or first not in (1, None):
            findings.append(f"positions run {first}..{last}, {given} were given out")
        return findings

    def integrity(self, seconds: float | None = None) -> tuple[str, ...]:
        """What is damaged, in words; from the first finding on, nothing is written any more.

        Args:
            seconds: a large file is looked at for this long at most; the whole file by default.
        """
        found = damage_of(self.path, seconds)
        self._damage = self._damage or found
        return self._damage

    def close(self) -> None:
        self._changes.stop()
        self.datastore.close()
