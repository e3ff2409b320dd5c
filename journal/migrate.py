"""The one explicit step that makes or lifts the tables of the log (J11).

Processes never create tables. Any number of migrate steps may run together: one does the work,
the others wait for it and find nothing left to do.
"""

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
from journal.errors import DiskFull, JournalUnavailable, StoreTooNew
from journal.keys import lift_postgres, lift_sqlite
from journal.postgres_connect import parameters
from journal.sqlite_connect import file_uri
from journal.urls import keys_beside, sqlite_path

WAIT_SECONDS = 60
_LOCK = 0x7472_7565_6E6F_7274  # one advisory lock for every part that migrates


def migrate(url: str, keys: str | None = None) -> int:
    """Brings a log and its keys to this release's schema; safe to repeat and to run in parallel.

    Args:
        keys: URL of the key store; see ``journal.urls.keys_beside``.

    Returns:
        the schema version of the log now in force.

    Raises:
        StoreTooNew: a newer release migrated it.
        JournalUnavailable: the store does not answer or is locked for too long.
        DiskFull: no room for the tables.
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
    _migrate_keys(keys or keys_beside(url))
    return version


def _migrate_keys(url: str) -> None:
    path = sqlite_path(url)
    if path is None:
        with postgres_step(url) as connection:
            lift_postgres(connection)
    else:
        lift_sqlite(path, WAIT_SECONDS)


@contextmanager
def sqlite_step(path: str) -> Iterator[sqlite3.Cursor]:
    """One migration transaction that holds the write lock; the file is made if need be."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
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
    except sqlite3.OperationalError as e:
        if e.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise DiskFull(f"{path}: {e}") from e
        raise JournalUnavailable(f"{path}: {e}") from e


@contextmanager
def postgres_step(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """One migration transaction that holds the advisory lock of all migrate steps."""
    given = parameters(url)
    given["options"] += f" -c statement_timeout={WAIT_SECONDS}s -c lock_timeout={WAIT_SECONDS}s"
    try:
        with psycopg.connect(**given) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield connection
    except psycopg.errors.DiskFull as e:
        raise DiskFull(str(e)) from e
    except psycopg.OperationalError as e:
        raise JournalUnavailable(f"the store does not answer: {e}") from e


def _lift_sqlite(cursor: sqlite3.Cursor, path: str) -> None:
    found = sqlite_schema.stamped(lambda query: cursor.execute(query).fetchall())
    if found > sqlite_schema.VERSION:
        raise StoreTooNew(f"{path}: schema {found}, this release knows {sqlite_schema.VERSION}")
    if found == 0:
        cursor.execute(sqlite_schema.VERSIONS_TABLE)
        for statement in (*sqlite_schema.TABLES, *sqlite_schema.TRIGGERS.values()):
            cursor.execute(statement)
        cursor.execute(
            "INSERT INTO schema_versions VALUES ('journal', ?, ?)",
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
    found = row[0] if row else 0
    if found > schema.VERSION:
        raise StoreTooNew(f"journal schema {found}, this release knows {schema.VERSION}")
    if found == 0:
        connection.execute(schema.TABLES)
        connection.execute(schema.FUNCTIONS)
        connection.execute(schema.TRIGGERS)
        _give_roles(connection)
        connection.execute(
            "INSERT INTO journal.schema_versions (part, version) VALUES ('journal', %s)",
            (schema.VERSION,),
        )


def _give_roles(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Splits the rights among four roles, if this database user may create roles."""
    may = connection.execute(
        "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if may and may[0]:
        for role in postgres_schema.ROLES:
            connection.execute(postgres_schema.CREATE_ROLE.format(role=role))
        connection.execute(postgres_schema.GRANTS)
        connection.execute(postgres_schema.OWNERSHIP)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(f"schema {migrate(each)}")
