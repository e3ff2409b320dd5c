"""The SQLite files of an installation: which there are, whether one is damaged, and what to do.

A damaged file tells nobody which one it was: the error that comes up names a page, not a store. So
whoever has to say it looks at each.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from deploy.datadir import DataDirectory
from deploy.settings import Settings
from journal.urls import sqlite_path

LOG = "log"
VIEWS = "views"
DIRECTORY = "directory"
KEYS = "keys"
TEMPORAL = "clocks' database"

_CURES = {
    LOG: (
        "It is the truth, so nothing is written to it any more. Stop True North, keep the file, "
        "and put the last backup in its place; the views notice and make themselves anew"
    ),
    VIEWS: (
        "Nothing is lost: the next start of `truenorth up` or of the projector, or "
        "`truenorth rebuild`, sets it aside and makes the views anew from the log"
    ),
    DIRECTORY: (
        "It holds what the log never does: names, addresses and the hashes of API keys. Stop True "
        "North, keep the file, and put the last backup in its place"
    ),
    KEYS: (
        "Without the keys in it, private texts cannot be read. Stop True North, keep the file, and "
        "put its own last backup in its place"
    ),
    TEMPORAL: (
        "Nothing is lost: the next start of `truenorth up` sets it aside, and the clocks start "
        "anew from the log"
    ),
}
_STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class StoreFile:
    """One SQLite file of an installation."""

    name: str
    path: Path

    @property
    def cure(self) -> str:
        """What to do when it is damaged."""
        return _CURES[self.name]

    def damage(self) -> str | None:
        """What is wrong with the file; None when it is whole or not there.

        A file that is merely locked is not damaged.
        """
        if not self.path.exists():
            return None
        try:
            with closing(
                sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True, timeout=2)
            ) as file:
                found = str(file.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError as error:
            unreadable = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR
            return f"cannot be read ({error})" if unreadable else None
        except sqlite3.DatabaseError as error:
            return str(error)
        return None if found == "ok" else " ".join(found.split())


def files(settings: Settings) -> Iterator[StoreFile]:
    """Those that exist, the most precious first; none of them when PostgreSQL holds the stores."""
    known = {
        LOG: sqlite_path(settings.journal),
        DIRECTORY: sqlite_path(settings.directory),
        KEYS: sqlite_path(settings.keys),
        VIEWS: sqlite_path(settings.views),
        TEMPORAL: str(DataDirectory(settings.data.resolve()).temporal),
    }
    for name, path in known.items():
        if path is not None and Path(path).exists():
            yield StoreFile(name, Path(path))


def move_aside(path: Path, now: datetime | None = None) -> Path:
    """Rename a database, with what SQLite keeps beside it; the name it has from then on."""
    aside = path.with_name(f"{path.name}.damaged-{(now or datetime.now(UTC)).strftime(_STAMP)}")
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    path.replace(aside)
    return aside


def identity(settings: Settings) -> str | None:
    """What tells the log of this installation from every other, copies of it included.

    Of a file that is the very file, of PostgreSQL the very database: two processes that say the
    same serve the same log. None while there is no log.
    """
    path = sqlite_path(settings.journal)
    if path is None:
        return _identity_in_postgres(settings.journal)
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return _digest(f"{found.st_dev}:{found.st_ino}")


def identity_of(settings: Settings) -> Callable[[], str | None]:
    """The same, to be asked often: a file may be replaced, a database stays what it was."""
    if sqlite_path(settings.journal) is not None:
        return lambda: identity(settings)
    known = identity(settings)
    return lambda: known


def _identity_in_postgres(url: str) -> str | None:
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    from journal.postgres_connect import parameters  # noqa: PLC0415

    with psycopg.connect(**parameters(url)) as connection:
        row = connection.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    return None if row is None else _digest(f"{row[0]}:{row[1]}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
