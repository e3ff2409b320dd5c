"""From the stores' many error codes to the few errors of ``journal.errors``."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, PersistenceError

from journal.errors import (
    DiskFull,
    JournalError,
    JournalUnavailable,
    LogDamaged,
    StoreDamaged,
    StoreForbidden,
    StoreNotMigrated,
)

_NO_ROOM = {"53100"}
_ABSENT = {"42P01", "3F000", "42883", "3D000"}
_FORBIDDEN = {"42501"}
_DAMAGED = {"XX001", "XX002"}


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Runs calls to the log's store at ``place``; raises journal errors where there is one.

    Raises:
        DiskFull: no room; nothing of the transaction was kept.
        StoreNotMigrated: no file, no schema, no tables.
        StoreForbidden: a right is missing.
        LogDamaged: pages or indexes of the store cannot be read.
        JournalUnavailable: locked, away, shutting down.
    """
    try:
        yield
    except PersistenceError as e:
        error = named(e, place)
        if error is None:
            raise
        raise error from e


def named(
    error: BaseException, place: str, damaged: type[StoreDamaged] = LogDamaged
) -> JournalError | None:
    """The journal's error for a store's, None if it is none of those (a conflict, a bug).

    Args:
        error: the driver's own, or one that was raised from it.
        place: where the store is, for people.
        damaged: what a damaged store of this kind is called.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, sqlite3.Error | psycopg.Error):
        cause = cause.__cause__
    known = None
    if isinstance(cause, sqlite3.Error):
        known = _named_sqlite(cause, place, damaged)
    elif isinstance(cause, psycopg.Error):
        known = _named_postgres(cause, place, damaged)
    if known is None and isinstance(error, OperationalError | InterfaceError):
        return JournalUnavailable(f"the store does not answer: {error}")
    return known


def _named_sqlite(
    cause: sqlite3.Error, place: str, damaged: type[StoreDamaged]
) -> JournalError | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    text = str(cause)
    match code:
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"no room left: {text}")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(place, (text,))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreForbidden(f"{place} cannot be written by this user: {text}")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_IOERR:
            return JournalUnavailable(f"the store does not answer: {text}")
        case sqlite3.SQLITE_CANTOPEN:
            return StoreNotMigrated(f"run the migrate step: {text}")
        case _ if "no such table" in text:
            return StoreNotMigrated(f"run the migrate step: {text}")
        case _:
            return None


def _named_postgres(
    cause: psycopg.Error, place: str, damaged: type[StoreDamaged]
) -> JournalError | None:
    if cause.sqlstate in _NO_ROOM:
        return DiskFull(f"the database has no room left: {cause}")
    if cause.sqlstate in _ABSENT:
        return StoreNotMigrated(f"run the migrate step: {cause}")
    if cause.sqlstate in _FORBIDDEN:
        return StoreForbidden(f"the database user may not do this: {cause}")
    if cause.sqlstate in _DAMAGED:
        return damaged(place, (str(cause),))
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return JournalUnavailable(f"the store does not answer: {cause}")
    return None
