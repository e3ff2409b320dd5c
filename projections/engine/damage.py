"""A damaged file of views: how it is recognised, and how it is put out of the way.

Views can be made again from the log, so a damaged file is no loss. It is kept beside the new one
for whoever wants to know what happened to it.
"""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from projections.engine.errors import ViewsDamaged

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BESIDE: Final = ("-wal", "-shm")
_NO_DATABASE: Final = b"this file was found empty".ljust(4096, b"\n")


def damage(error: BaseException) -> ViewsDamaged | None:
    """What the driver's error means, if it means that the file is damaged."""
    if isinstance(error, sqlite3.DatabaseError):
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in _DAMAGED:
            return ViewsDamaged(f"the store of views is damaged: {error}")
        if str(error).startswith("no such table"):
            return ViewsDamaged(f"the store of views has lost its tables: {error}")
    return None


def driver_error(
    engine: Engine, statement: str, error: sqlite3.Error | psycopg.Error
) -> DBAPIError | ViewsDamaged:
    """The driver's error as it would come through the layers."""
    damaged = damage(error)
    if damaged is not None:
        engine.dispose()
        return damaged
    return named(statement, error)


def named(statement: str, error: sqlite3.Error | psycopg.Error) -> DBAPIError:
    """The driver's error as SQLAlchemy would name it."""
    trouble = (sqlite3.OperationalError, psycopg.OperationalError)
    kind = OperationalError if isinstance(error, trouble) else DBAPIError
    return kind(statement, None, error)


def path_of(engine: Engine) -> Path | None:
    """The file of the views; None when they live in a server."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def examined(path: Path) -> str | None:
    """What is wrong with the file, in words; None when all of it can be read.

    Reads the whole file: meant for starts and for whoever was just told of damage.
    """
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        return str(error) if damage(error) else None  # busy, say: not damaged
    except sqlite3.DatabaseError as error:
        return str(error)
    if said != "ok":
        return str(said).replace("\n", " ")
    return None if tables else "it is empty"


def put_aside(engine: Engine) -> Path | None:
    """Renames a damaged file; where it lies now, None when there was none.

    The write-ahead log goes first and is looked for again at the end: a new file must never find
    the old one's.
    """
    path = path_of(engine)
    if path is None or not path.exists():
        return None
    engine.dispose()
    if not path.stat().st_size:
        # Who has an empty file open removes the write-ahead log that lies under its name, which is
        # soon the new file's: no database is better than an empty one.
        path.write_bytes(_NO_DATABASE)
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    for beside in _BESIDE:
        with suppress(FileNotFoundError):
            os.replace(f"{path}{beside}", f"{aside}{beside}")
    os.replace(path, aside)
    for beside in _BESIDE:
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{beside}")
    engine.dispose()
    return aside
