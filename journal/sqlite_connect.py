"""Connections and transactions on the log's SQLite file, under the library's datastore interface.

The library's own pool closes connections that other threads are using (SQLite crashes then) and
keeps its writer lock when connecting fails; so connections are kept here, one per busy thread.

A backup may be put in the place of the file while processes run. Whoever still has the old file
open would write where nobody reads, so each use goes with a look at what has its name now: a read
begins with it, a write ends with it. What was committed to a file that had lost its name meanwhile
was written nowhere, and is written again to the one that has it.
"""

import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Any, TypeVar
from urllib.parse import quote

from eventsourcing import persistence
from eventsourcing.sqlite import SQLiteConnection, SQLiteCursor, SQLiteDatastore

T = TypeVar("T")

LOCK_TIMEOUT = 5.0
"""Seconds a statement waits for another process's write lock."""

PATIENCE_STEP = 0.25
"""Patience with another process's lock is rounded down to this, so that it is seldom set anew."""

LOOK_SECONDS = 0.25
"""A write also begins with a look unless there was one so recently: many writes need but one each,
and a file that was replaced long ago is not written to even once.
"""

_ERRORS = (
    (sqlite3.InterfaceError, persistence.InterfaceError),
    (sqlite3.DataError, persistence.DataError),
    (sqlite3.OperationalError, persistence.OperationalError),
    (sqlite3.IntegrityError, persistence.IntegrityError),
    (sqlite3.InternalError, persistence.InternalError),
    (sqlite3.ProgrammingError, persistence.ProgrammingError),
    (sqlite3.NotSupportedError, persistence.NotSupportedError),
    (sqlite3.DatabaseError, persistence.DatabaseError),
)


def identity_of(path: str) -> tuple[int, int] | None:
    """What tells the file at ``path`` from any other that may come to its place; None if none is.

    Not its content: that is the same file again after every write.
    """
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def file_uri(path: str, mode: str) -> str:
    """An SQLite URI for ``path``; mode ``rw`` never creates a file, ``rwc`` does."""
    return f"file:{quote(path)}?mode={mode}"


class SQLiteLogDatastore(SQLiteDatastore):
    """Connections with full durability, whose triggers also see REPLACE (J9)."""

    def __init__(self, path: str, *, lock_timeout: float = LOCK_TIMEOUT) -> None:
        self.path = path
        self.lock_timeout = lock_timeout
        self.single_row_tracking = True
        self.originator_id_type = "text"
        self._lock = Lock()
        self._changed = Condition(self._lock)
        self._idle: list[LogConnection] = []
        self._busy = 0
        self._closed = False
        self.files_seen = 0
        """Grows when another file has come to the place of the log's."""
        self._looked_at = -math.inf

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:  # noqa: ARG002
        """A connection for this thread alone, until the block ends."""
        connection = self._take()
        try:
            yield connection
        finally:
            self._give(connection)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A read transaction, or one that takes the write lock at once and commits at the end.

        Taking the lock at once means that what is checked first still holds when it is written.
        Rows come as the library reads them, by name.
        """
        connection = self._take()
        try:
            with connection.cursor() as plain:
                plain.row_factory = sqlite3.Row
                plain.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
                yield SQLiteCursor(plain)
                if commit:
                    connection.commit()
        except sqlite3.Error as e:
            raise named(e) from e
        finally:
            # Nothing is left to roll back after a commit; a commit that failed for a full disk
            # leaves its transaction open.
            connection.rollback()
            self._give(connection)

    def write(self, work: Callable[[sqlite3.Connection], T], until: float | None = None) -> T:
        """Runs ``work`` in a transaction that holds the write lock from its beginning; once more,
        if it turns out that the file had been replaced.

        Args:
            until: on ``time.monotonic``'s scale: the lock is not waited for any longer.
        """
        while True:
            connection = self._take(look=time.monotonic() > self._looked_at + LOOK_SECONDS)
            try:
                return self._committed(connection, work, until)
            except _Replaced:
                continue
            finally:
                self._give(connection)

    def _committed(
        self,
        connection: "LogConnection",
        work: Callable[[sqlite3.Connection], T],
        until: float | None,
    ) -> T:
        plain = connection.plain
        try:
            left = self.lock_timeout if until is None else until - time.monotonic()
            connection.wait_at_most(min(left, self.lock_timeout))
            plain.execute("BEGIN IMMEDIATE")
            done = work(plain)
            plain.execute("COMMIT")
        except BaseException as e:
            if plain.in_transaction:  # a commit that failed for a full disk leaves it open
                plain.rollback()
            self._still_named(connection)  # or what failed is not the log's
            if isinstance(e, sqlite3.Error):
                raise named(e) from e
            raise
        self._still_named(connection)
        return done

    def _still_named(self, connection: "LogConnection") -> None:
        if not self._is_current(connection):
            raise _Replaced

    def fetch(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one statement, which is its own snapshot, as plain tuples."""
        connection = self._take()
        try:
            connection.wait_again(self.lock_timeout)
            return connection.plain.execute(statement, parameters).fetchall()
        except sqlite3.Error as e:
            raise named(e) from e
        finally:
            self._give(connection)

    def close(self) -> None:
        """Waits for those who are still reading or writing, then closes every connection."""
        with self._changed:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._changed.wait_for(lambda: not self._busy, self.lock_timeout + 1)

    def _take(self, *, look: bool = True) -> "LogConnection":
        with self._lock:
            if self._closed:
                raise persistence.InterfaceError("the log is closed")
            self._busy += 1
            kept = self._idle.pop() if self._idle else None
        try:
            while kept is not None:
                if not look or self._is_current(kept):
                    return kept
                kept = self._put_away(kept)
            return self._connect()
        except BaseException:
            self._give(kept)
            raise

    def _is_current(self, connection: "LogConnection") -> bool:
        """Whether the file it has open is the one that has the log's name now.

        Raises:
            OperationalError: there is none, or the new one lies beside the old one's write-ahead
                log, which SQLite would take for its own.
        """
        now = identity_of(self.path)
        if now == connection.file:
            self._looked_at = time.monotonic()
            return True
        self._looked_at = -math.inf
        if now is None:
            raise persistence.OperationalError(f"{self.path} is gone; put it or a backup back")
        wal = f"{self.path}-wal"
        if connection.wal is not None and identity_of(wal) == connection.wal:
            raise persistence.OperationalError(
                f"{self.path} was replaced, but {wal} belongs to the file before: remove {wal} and "
                f"{self.path}-shm"
            )
        return False

    def _put_away(self, connection: "LogConnection") -> "LogConnection | None":
        """Closes a connection to a file that was replaced; the next one at hand.

        SQLite sees that the file was moved, and writes nothing to the one of its name.
        """
        connection.close()
        with self._changed:
            self.files_seen += 1
            return self._idle.pop() if self._idle else None

    def _give(self, connection: "LogConnection | None") -> None:
        with self._lock:
            self._busy -= 1
            if connection is not None and not self._closed:
                self._idle.append(connection)
                return
            if connection is not None:
                connection.close()
            self._changed.notify_all()

    def _connect(self) -> "LogConnection":
        file = identity_of(self.path)
        try:
            plain = sqlite3.connect(
                file_uri(self.path, "rw"),
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=self.lock_timeout,
            )
        except sqlite3.Error as e:
            raise persistence.InterfaceError(e) from e
        try:
            plain.executescript("PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON")
            plain.execute("SELECT 1 FROM sqlite_master").fetchone()  # opens the write-ahead log
        except sqlite3.Error as e:  # the first statement is what finds that this is no database
            plain.close()
            raise named(e) from e
        return LogConnection(plain, self.lock_timeout, file, identity_of(f"{self.path}-wal"))


class _Replaced(Exception):
    """The file that was written to is not the log's any more."""


class LogConnection(SQLiteConnection):
    """The library's connection; ``plain`` is SQLite's own.

    ``file`` and ``wal`` are the files that it has open, whatever has their names by now.
    """

    def __init__(
        self,
        plain: sqlite3.Connection,
        patience: float,
        file: tuple[int, int] | None,
        wal: tuple[int, int] | None,
    ) -> None:
        super().__init__(plain, max_age=None)
        self.plain = plain
        self.file = file
        self.wal = wal
        self._patience = patience

    def wait_at_most(self, seconds: float) -> None:
        """How long the next statements wait for the lock of another process."""
        patience = max(0.0, seconds // PATIENCE_STEP * PATIENCE_STEP)
        if patience != self._patience:
            self.plain.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
            self._patience = patience

    def wait_again(self, seconds: float) -> None:
        """Patience for reads, which hardly need any, after a writer who had little of it left."""
        if self._patience < 1.0:
            self.wait_at_most(seconds)


def named(error: sqlite3.Error) -> persistence.PersistenceError:
    """The library's error for SQLite's."""
    for theirs, ours in _ERRORS:
        if isinstance(error, theirs):
            return ours(error)
    return persistence.PersistenceError(error)
