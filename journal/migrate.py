"""The one explicit step that makes or lifts the tables of the log (J11).

Processes never create tables. Any number of migrate steps may run together: one does the work,
the others wait for it and find nothing left to do.
"""

import errno
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from journal import postgres_schema, sqlite_schema
from journal.errors import (
    DiskFull,
    KeysDamaged,
    KeysMissing,
    LogDamaged,
    StoreDamaged,
    StoreForbidden,
    StoreNotMigrated,
    StoreTooNew,
)
from journal.failures import named
from journal.key_check import begin_anew, holds_sealed
from journal.keys import KeyRing, lift_postgres, lift_sqlite
from journal.postgres_connect import parameters
from journal.postgres_roles import give_roles
from journal.schema_steps import climb
from journal.sqlite_connect import file_uri
from journal.store import open_store
from journal.urls import keys_beside, sqlite_path

WAIT_SECONDS = 60
_LOCK = 0x7472_7565_6E6F_7274  # one advisory lock for every part that migrates


def migrate(url: str, keys: str | None = None, *, new_keys: bool = False) -> int:
    """Brings a log and its keys to this release's schema; safe to repeat and to run in parallel.

    Args:
        keys: URL of the key store; see ``journal.urls.keys_beside``.
        new_keys: make keys anew for whom they are lost: what was sealed under them stays shut.

    Returns:
        the schema version of the log now in force.

    Raises:
        StoreTooNew: a newer release migrated it.
        JournalUnavailable: the store does not answer or is locked for too long.
        StoreForbidden: this user may not make or change it.
        LogDamaged: the file is no database any more.
        DiskFull: no room for the tables.
        KeysMissing: texts of the log are sealed, there is no key store, and ``new_keys`` was not
            asked for.
    """
    path = sqlite_path(url)
    if path is None:
        with postgres_step(url) as connection:
            _lift_postgres(connection)
        version = postgres_schema.VERSION
    else:
        with sqlite_step(path) as cursor:
            _lift_sqlite(cursor, path)
        version = sqlite_schema.VERSION
    _keep_keys(url, keys or keys_beside(url), new_keys=new_keys)
    return version


def _keep_keys(log: str, url: str, *, new_keys: bool) -> None:
    """Makes or lifts the key store, but none in place of one that is lost."""
    with closing(open_store(log)) as store:
        if not new_keys and _none_at(url) and holds_sealed(store):
            raise KeysMissing(sqlite_path(url) or "the schema keys")
        _migrate_keys(url)
        if new_keys:
            with KeyRing(url) as ring:
                begin_anew(store, ring)


def _none_at(url: str) -> bool:
    """Whether there is no key store yet."""
    try:
        KeyRing(url).close()
    except StoreNotMigrated:
        return True
    except StoreTooNew:
        return False
    return False


def _migrate_keys(url: str) -> None:
    path = sqlite_path(url)
    if path is None:
        with postgres_step(url, KeysDamaged) as connection:
            lift_postgres(connection)
    else:
        lift_sqlite(path, WAIT_SECONDS)


@contextmanager
def sqlite_step(path: str, damaged: type[StoreDamaged] = LogDamaged) -> Iterator[sqlite3.Cursor]:
    """One migration transaction that holds the write lock; the file is made if need be."""
    _make_file(Path(path))
    try:
        with closing(
            sqlite3.connect(
                file_uri(path, "rwc"), uri=True, isolation_level=None, timeout=WAIT_SECONDS
            )
        ) as connection:
            _wal(connection)
            connection.execute("PRAGMA synchronous=FULL")
            cursor = connection.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
    except sqlite3.Error as e:
        raise (named(e, path, damaged) or e) from e


def _make_file(path: Path) -> None:
    """Facts, names and hashes of keys are no other local user's business, in an old file neither.

    SQLite gives the files beside it the same mode.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            if each.exists() and each.stat().st_mode & 0o007 and each.stat().st_uid == os.getuid():
                each.chmod(each.stat().st_mode & 0o770)
    except OSError as e:
        if e.errno == errno.ENOSPC:
            raise DiskFull(f"{path}: {e.strerror}") from e
        raise StoreForbidden(f"{path} cannot be made: {e.strerror}") from e


@contextmanager
def postgres_step(
    url: str, damaged: type[StoreDamaged] = LogDamaged
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One migration transaction that holds the advisory lock of all migrate steps."""
    given = parameters(url)
    given["options"] += f" -c statement_timeout={WAIT_SECONDS}s -c lock_timeout={WAIT_SECONDS}s"
    try:
        with psycopg.connect(**given) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield connection
    except psycopg.Error as e:
        raise (named(e, "the database", damaged) or e) from e


def _lift_sqlite(cursor: sqlite3.Cursor, path: str) -> None:
    found = sqlite_schema.stamped(lambda query: cursor.execute(query).fetchall())
    if climb(f"the log ({path})", found, sqlite_schema.STEPS, cursor):
        cursor.execute(sqlite_schema.VERSIONS_TABLE)
        cursor.execute(
            "INSERT INTO schema_versions VALUES ('journal', ?, ?)"
            " ON CONFLICT (part) DO UPDATE SET version = excluded.version,"
            " migrated_at = excluded.migrated_at",
            (sqlite_schema.VERSION, datetime.now(UTC).isoformat()),
        )


def _wal(connection: sqlite3.Connection) -> None:
    """Switches to WAL for good; the switch does not wait for others by itself, so we do."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _lift_postgres(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    schema = postgres_schema
    connection.execute("CREATE SCHEMA IF NOT EXISTS journal")
    connection.execute(schema.VERSIONS_TABLE)
    row = connection.execute(
        "SELECT version FROM journal.schema_versions WHERE part = 'journal'"
    ).fetchone()
    if climb("the log", row[0] if row else 0, schema.STEPS, connection):
        give_roles(connection, schema.GRANTS, schema.OWNERSHIP)
        connection.execute(
            "INSERT INTO journal.schema_versions (part, version) VALUES ('journal', %s)"
            " ON CONFLICT (part) DO UPDATE SET version = excluded.version, migrated_at = now()",
            (schema.VERSION,),
        )


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(f"schema {migrate(each)}")
