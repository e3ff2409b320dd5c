"""The log in PostgreSQL: one function call per append, positions assigned by trigger (J4 to J8)."""

import random
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any, LiteralString, TypeVar

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

from journal import postgres_schema
from journal.append import Append, Loaded, Outcome, Receipt, Row, Torn, not_stored
from journal.clock import Clock
from journal.errors import (
    JournalUnavailable,
    LogDamaged,
    LogUnguarded,
    StoreNotMigrated,
    StoreTooNew,
)
from journal.failures import translated
from journal.hints import Hints
from journal.postgres_append import APPEND, INSERT, arguments, columns, outcome
from journal.postgres_connect import CONNECT_SECONDS, DEADLINE_SECONDS, PostgresLogDatastore
from journal.postgres_listen import Listener

T = TypeVar("T")

_ROW = "e.notification_id, e.originator_id, e.originator_version, e.topic, e.state"
_BEYOND = 2**63 - 1

_LOAD: LiteralString = """
SELECT 0, position, stream, version, subject, NULL::bytea, facts, fingerprint
FROM journal.command_receipts WHERE command_id = %s
UNION ALL
SELECT s.n::int, e.notification_id, e.originator_id, e.originator_version, e.topic, e.state,
       NULL, NULL
FROM unnest(%s::text[], %s::bigint[]) WITH ORDINALITY AS s (stream, after, n)
JOIN journal.stored_events e ON e.originator_id = s.stream AND e.originator_version > s.after
ORDER BY 1, 4
"""

_QUICK: LiteralString = """
SELECT pos AS given, coalesce(max(notification_id), 0) AS last,
       coalesce(max(notification_id), 0) AS count
FROM journal.log_head LEFT JOIN journal.stored_events e ON e.notification_id >= pos GROUP BY pos
"""

_THOROUGH: LiteralString = """
SELECT pos AS given, (SELECT coalesce(max(notification_id), 0) FROM journal.stored_events) AS last,
       (SELECT count(*) FROM journal.stored_events
        WHERE md5(state) IS NOT NULL AND md5(originator_id || topic) IS NOT NULL)
       + (SELECT 0 * count(*) FROM journal.command_receipts r WHERE md5(r::text) IS NOT NULL)
       AS count
FROM journal.log_head
"""

_THOROUGH_SECONDS = 600

_LAST_WORD = 0.1
"""Seconds before our patience ends in which the server still says that it got no lock."""

_TRIGGERS: LiteralString = """
SELECT c.relname, t.tgname, t.tgenabled::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'journal' AND NOT t.tgisinternal
"""


class PostgresLog(PostgresApplicationRecorder):
    """The library's recorder, with receipts, guards and dense commit-ordered positions."""

    def __init__(self, url: str, hints: Hints | None = None) -> None:
        self.log_datastore = PostgresLogDatastore(url)
        super().__init__(self.log_datastore)
        self.place = self.log_datastore.place
        self._damage: tuple[str, ...] = ()
        self.hints = hints or Hints()
        self.channel_name = postgres_schema.CHANNEL
        self._listener = Listener(url, self.hints)

    def create_table(self) -> None:
        """Tables come from the migrate step alone (J11)."""

    # --- reading -------------------------------------------------------------------------------

    @contextmanager
    def _connection(self, until: float) -> Iterator[Connection[Any]]:
        try:
            with translated(self.place), self.log_datastore.connection_until(until) as connection:
                yield connection
        except LogDamaged as e:
            self._damage = self._damage or e.findings
            raise

    def _patiently(
        self, ask: Callable[[Cursor[tuple[Any, ...]]], T], until: float | None = None
    ) -> T:
        """Asks again over a fresh connection while the deadline has room for one more connect."""
        until = time.monotonic() + DEADLINE_SECONDS if until is None else until
        while True:
            try:
                with (
                    self._connection(until) as conn,
                    conn.cursor(row_factory=tuple_row, binary=True) as c,
                ):
                    return ask(c)
            except JournalUnavailable:
                if time.monotonic() > until - CONNECT_SECONDS:
                    raise
                time.sleep(random.uniform(0.02, 0.1))  # noqa: S311 - jitter, no secret

    def _rows(self, condition: LiteralString, params: Sequence[Any]) -> list[Row]:
        query = f"SELECT {_ROW} FROM journal.stored_events e WHERE {condition}"  # noqa: S608

        def ask(c: Cursor[tuple[Any, ...]]) -> list[Any]:
            return c.execute(query, params, prepare=True).fetchall()

        return self._patiently(ask)

    def load(
        self, command_id: str, wanted: Sequence[tuple[str, int]], until: float | None = None
    ) -> Loaded:
        """The command's receipt, or each wanted stream's rows after a version; one snapshot."""
        streams = [stream for stream, _ in wanted]
        versions = [version for _, version in wanted]
        found = self._patiently(
            lambda c: c.execute(_LOAD, (command_id, streams, versions), prepare=True).fetchall(),
            until,
        )
        if found and found[0][0] == 0:
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
        return self._rows(
            "e.originator_id = %s AND e.originator_version > %s ORDER BY e.originator_version",
            (stream, version),
        )

    def rows(self, stream: str, after: int, upto: int | None) -> Sequence[Row]:
        """Rows of ``stream`` at positions after ``after``, up to and with ``upto``."""
        return self._rows(
            "e.originator_id = %s AND e.notification_id > %s AND e.notification_id <= %s"
            " ORDER BY e.originator_version",
            (stream, after, _BEYOND if upto is None else upto),
        )

    def rows_of(self, streams: Collection[str], upto: int) -> Sequence[Row]:
        """Rows of several streams up to and with the position ``upto``, in the log's order."""
        return self._rows(
            "e.originator_id = ANY(%s) AND e.notification_id <= %s ORDER BY e.notification_id",
            ([*streams], upto),
        )

    def tail(self, after: int, limit: int) -> Sequence[Row]:
        """At most ``limit`` rows of the whole log after position ``after``."""
        return self._rows(
            "e.notification_id > %s ORDER BY e.notification_id LIMIT %s", (after, limit)
        )

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        return self.max_notification_id() or 0

    def receipt(self, command_id: str) -> Receipt | None:
        return self.load(command_id, ()).receipt

    # --- the library's own reading methods, without its ten retries (J8) --------------------------

    def max_notification_id(self) -> int | None:
        query = "SELECT max(notification_id) FROM journal.stored_events"
        row = self._patiently(lambda c: c.execute(query, prepare=True).fetchone())
        return row[0] if row else None

    def select_events(
        self,
        originator_id: Any,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        once = super().select_events.__wrapped__
        found: Sequence[StoredEvent] = once(
            self, originator_id, gt=gt, lte=lte, desc=desc, limit=limit
        )
        return found

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        once = super().select_notifications.__wrapped__
        found: Sequence[Notification] = once(
            self, start, limit, stop, topics, inclusive_of_start=inclusive_of_start
        )
        return found

    # --- appending -----------------------------------------------------------------------------

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """As the library calls it; no table lock, the trigger orders positions."""
        with (
            self.datastore.get_connection() as conn,
            conn.transaction(),
            conn.cursor(row_factory=tuple_row) as c,
        ):
            c.execute("NOTIFY journal_facts")
            facts = [
                (str(e.originator_id), e.originator_version, e.topic, e.state)
                for e in stored_events
            ]
            c.execute(INSERT, columns(facts))
            return [row[0] for row in c.fetchall()]

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
            raise LogDamaged(self.place, self._damage)
        until = time.monotonic() + DEADLINE_SECONDS if until is None else until
        try:
            with (
                self._connection(until) as conn,
                conn.transaction() if together else nullcontext(),
                conn.cursor(row_factory=tuple_row, binary=True) as c,
            ):
                patience = until - time.monotonic() - _LAST_WORD
                rows = c.execute(APPEND, arguments(batch, clock, patience), prepare=True).fetchall()
                outcomes = [outcome(append, row) for append, row in zip(batch, rows, strict=True)]
                if together and not_stored(outcomes):
                    raise Torn(outcomes)
        except Torn as e:
            return e.outcomes
        except StoreNotMigrated:
            self._compare_versions()  # our function may be gone because a newer release migrated
            raise
        return outcomes

    # --- time ------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The server's clock, which stamps the facts of every host."""
        return self._one("SELECT clock_timestamp()")  # type: ignore[no-any-return]

    def last_instant(self) -> datetime | None:
        """When the last fact was recorded; None for an empty log."""
        return self._one("SELECT recorded_at FROM journal.log_head")  # type: ignore[no-any-return]

    def _one(self, query: LiteralString) -> Any:
        row = self._patiently(lambda c: c.execute(query).fetchone())
        return None if row is None else row[0]

    # --- waiting -------------------------------------------------------------------------------

    def watch(self) -> None:
        """Starts LISTEN, once; when this returns, no later commit goes by without a hint."""
        self._listener.start()

    # --- guarding ------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises unless the tables are of this release and every trigger has its state (J12)."""
        self._compare_versions()
        states = {
            (table, trigger): state
            for table, trigger, state in self._patiently(lambda c: c.execute(_TRIGGERS).fetchall())
        }
        findings = [
            f"trigger {trigger} on {table}: {states.get((table, trigger), 'missing')}, not {state}"
            for (table, trigger), state in postgres_schema.TRIGGER_STATES.items()
            if states.get((table, trigger)) != state
        ]
        if findings:
            raise LogUnguarded(tuple(findings))

    def _compare_versions(self) -> None:
        version = self._patiently(_stamped)
        if version < postgres_schema.VERSION:
            raise StoreNotMigrated(
                f"the log has schema {version}, this release needs"
                f" {postgres_schema.VERSION}: run the migrate step"
            )
        if version > postgres_schema.VERSION:
            raise StoreTooNew(
                f"the log has schema {version}, this release knows up to"
                f" {postgres_schema.VERSION}: start the release that migrated it, or a newer one"
            )

    def integrity(self, seconds: float | None = None) -> tuple[str, ...]:
        """What is damaged, in words; from the first finding on, nothing is written any more.

        Args:
            seconds: given: only the head is compared with the last fact, which is quick. By
                default every stored byte is read once, so that a page that cannot be is found.
        """
        query = _QUICK if seconds is not None else _THOROUGH
        until = time.monotonic() + (seconds if seconds is not None else _THOROUGH_SECONDS)
        try:
            with self._connection(until) as conn, conn.transaction(), conn.cursor() as c:
                c.execute(f"SET LOCAL statement_timeout = {_THOROUGH_SECONDS * 1000}")
                c.execute("SET LOCAL enable_seqscan = on")
                row = c.execute(query).fetchone()
        except JournalUnavailable:
            return self._damage  # no time left: nothing is known to be damaged
        except LogDamaged as e:
            return e.findings
        given, last, count = tuple((row or {}).values())
        if (given, count) != (last, last):
            found = f"{count} facts up to position {last}, {given} positions were given out"
            self._damage = self._damage or (found,)
        return self._damage

    def close(self) -> None:
        self._listener.stop()
        self.datastore.close()


def _stamped(c: Cursor[tuple[Any, ...]]) -> int:
    known = c.execute("SELECT to_regclass('journal.schema_versions') IS NOT NULL").fetchone()
    if not known or not known[0]:
        return 0
    row = c.execute("SELECT version FROM journal.schema_versions WHERE part = 'journal'").fetchone()
    return int(row[0]) if row else 0
