"""From the stores' many error codes to the few errors of ``journal.errors``."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError

from journal.errors import DiskFull, JournalError, JournalUnavailable, StoreNotMigrated

_NO_ROOM = {"53100"}
_ABSENT = {"42P01", "3F000", "42883", "3D000"}


@contextmanager
def translated() -> Iterator[None]:
    """Runs store calls; raises journal errors for what the caller can act on.

    Raises:
        DiskFull: no room; nothing of the transaction was kept.
        StoreNotMigrated: no file, no schema, no tables.
        JournalUnavailable: locked, away, shutting down.
    """
    try:
        yield
    except PersistenceError as e:
        error = named(e)
        if error is None:
            raise
        raise error from e


def named(error: PersistenceError) -> JournalError | None:
    """The journal's error for a store's, None if it is none of those (a conflict, a bug)."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, sqlite3.Error | psycopg.Error):
        cause = cause.__cause__
    if isinstance(cause, sqlite3.Error):
        return _named_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate in _NO_ROOM:
            return DiskFull(f"the database has no room left: {cause}")
        if cause.sqlstate in _ABSENT:
            return StoreNotMigrated(f"run the migrate step: {cause}")
    if isinstance(error, OperationalError | InterfaceError):
        return JournalUnavailable(f"the store does not answer: {error}")
    return None


def _named_sqlite(cause: sqlite3.Error) -> JournalError | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    text = str(cause)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"no room left: {text}")
    if code == sqlite3.SQLITE_CANTOPEN or "no such table" in text:
        return StoreNotMigrated(f"run the migrate step: {text}")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR):
        return JournalUnavailable(f"the store does not answer: {text}")
    return None
