"""Where views live: an SQLite file of their own, or the schema ``views`` of a PostgreSQL database.

Views are disposable, so SQLite syncs with WAL's ``NORMAL`` and PostgreSQL commits without waiting
for the disk: a power cut may take back the last batches, never part of one, and they are made again
from the log.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError

from projections.engine.damage import damage

log = logging.getLogger(__name__)

SCHEMA: Final = "views"
_BUSY_MS = 10_000


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///…/views.db`` or ``postgresql://…``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, pool_size=4, max_overflow=60, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "checkout", _same_file)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _name_damage)
        return engine
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=4,
            max_overflow=60,
            pool_pre_ping=True,
            connect_args={
                "options": f"-csearch_path={SCHEMA} -ctimezone=UTC -csynchronous_commit=off"
            },
        )
    raise ValueError(f"views live in SQLite or PostgreSQL, not in {parsed.get_backend_name()}")


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    try:
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            f" PRAGMA busy_timeout={_BUSY_MS}; PRAGMA cache_size=-64000;"
            " PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY"
        )
    except sqlite3.DatabaseError as error:
        connection.close()
        damaged = damage(error)
        if damaged is not None:
            raise damaged from error
        raise
    (_, _, path) = connection.execute("PRAGMA database_list").fetchone()
    record.info["file"] = path, _identity(path)


def _same_file(_: Any, record: Any, __: Any) -> None:
    """A damaged file was put aside: who still has it open goes over to the one of its name."""
    path, opened = record.info["file"]
    now = _identity(path)
    if now is not None and now != opened:
        raise DisconnectionError(f"{path} is another file now")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _name_damage(context: ExceptionContext) -> None:
    damaged = damage(context.original_exception)
    if damaged is not None:
        context.is_disconnect = True  # no connection is worth keeping
        raise damaged from context.original_exception


def _begin_sqlite(connection: Connection) -> None:
    # Taking the write lock at once: a transaction that reads first and then writes could find that
    # somebody else wrote in between, and SQLite would fail it without waiting.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; committed at the end."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A read transaction that sees one state of all tables, whatever is written meanwhile."""
    postgres = engine.dialect.name == "postgresql"
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if postgres else {}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection
