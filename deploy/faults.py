"""What went wrong with a command, in words for an operator: what it is, and what to do.

No command ends in a traceback. What nobody foresaw is named in one line too; where it happened is
written into a file, for whoever mends it.
"""

import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

from deploy import stores
from deploy.datadir import DataDirectory, DataDirectoryError
from deploy.logs import RotatingLog
from deploy.settings import Settings, SettingsError
from deploy.supervisor import StackError
from journal.errors import (
    DiskFull,
    JournalError,
    JournalUnavailable,
    LogUnguarded,
    StoreDamaged,
    StoreForbidden,
    StoreNotMigrated,
    StoreTooNew,
    UnreadableFact,
)

_RIGHTS = (
    "Give it the rights that docs/operators.md lists under PostgreSQL; "
    "`truenorth migrate`, run by the owner of the schemas, makes the tables"
)

_SIGNS_OF_DAMAGE = ("malformed", "file is not a database", "disk I/O error")


def in_words(error: Exception, settings: Settings) -> str:
    """One error as one message."""
    known = _known(error, settings)
    return known if known is not None else _unforeseen(error, settings)


def damaged(settings: Settings) -> str | None:
    """The stores that are damaged, each with its cure; None when all are whole."""
    found = [
        f"the {store.name} is damaged: {store.path}: {damage}. {store.cure}."
        for store in stores.files(settings)
        if (damage := store.damage()) is not None
    ]
    return "\n".join(found) or None


def _known(error: Exception, settings: Settings) -> str | None:
    causes = list(_chain(error))
    match error:
        case DataDirectoryError() | StackError() | SettingsError():
            return str(error)
        case StoreNotMigrated():
            return _refused(causes) or f"{_line(error)}. Do that first: `truenorth migrate`."
        case StoreTooNew():
            return f"{_line(error)}. Install the newer True North; nothing was touched."
        case DiskFull():
            return f"the disk is full: {_line(error)}. Free space; nothing is half-written."
        case StoreForbidden():
            return f"{_line(error)}. {_RIGHTS}."
        case StoreDamaged():
            return damaged(settings) or f"{_line(error)}."
        case LogUnguarded():
            return (
                f"{_line(error)}. Somebody changed the tables of the log. Find out who and why, "
                "and put the last backup back."
            )
        case UnreadableFact():
            return (
                f"this release cannot read {_line(error)}. A newer release wrote it: install that "
                "one; or the log is damaged: put the last backup back."
            )
    if any(sign in str(each) for each in causes for sign in _SIGNS_OF_DAMAGE):
        return damaged(settings) or f"a store is damaged: {_line(error)}."
    return _store_trouble(causes) or _others(error)


def _store_trouble(causes: list[BaseException]) -> str | None:
    """Trouble that a store makes: no right, no tables, no answer."""
    import sqlite3  # noqa: PLC0415 - loaded anyway when one of its errors is at hand

    import psycopg  # noqa: PLC0415

    refused = _refused(causes)
    if refused:
        return refused
    last = causes[-1]
    if "no such table" in str(last) or isinstance(last, psycopg.errors.UndefinedTable):
        return f"the store lacks tables of this release ({_line(last)}). Run `truenorth migrate`."
    away = (JournalUnavailable, psycopg.OperationalError, sqlite3.OperationalError)
    if any(isinstance(each, away) for each in causes):
        return (
            f"the store does not answer: {_line(last)}. Is the database up, and is the address "
            "right? Nothing is lost; try again."
        )
    if isinstance(causes[0], JournalError):
        return f"{_line(causes[0])}."
    return None


def _refused(causes: list[BaseException]) -> str | None:
    import psycopg  # noqa: PLC0415

    for each in causes:
        if isinstance(each, psycopg.errors.InsufficientPrivilege):
            return f"the database refuses: {_line(each)}. {_RIGHTS}."
    return None


def _others(error: Exception) -> str | None:
    from projections.engine import rebuild  # noqa: PLC0415
    from projections.engine.errors import ViewHalted, ViewsDamaged  # noqa: PLC0415
    from workflows.clock.patience import ViewsBehind  # noqa: PLC0415
    from workflows.host.client import TemporalAway  # noqa: PLC0415
    from workflows.host.servers import ServerMissing  # noqa: PLC0415

    match error:
        case rebuild.DigestDiffers():
            return (
                f"{_line(error)}. If the log was restored, or the rows were tampered with, switch "
                "all the same with `truenorth rebuild --force`."
            )
        case rebuild.RebuildOvertaken() | rebuild.UnknownView():
            return f"{_line(error)}."
        case ViewHalted() | ViewsBehind():
            return f"{_line(error)}. Is the projector running? Look at `truenorth doctor`."
        case ViewsDamaged():
            return f"{_line(error)}. Run `truenorth rebuild`."
        case TemporalAway():
            return f"Temporal does not answer: {_line(error)}. Is it running?"
        case ServerMissing():
            return f"{_line(error)}."
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return f"{place}{error.strerror or error}. Mend that and try again."
    return None


def _unforeseen(error: Exception, settings: Settings) -> str:
    said = f"{type(error).__name__}: {_line(error)}"
    told = DataDirectory(settings.data.resolve()).logs / "faults.log"
    if told.parent.is_dir():
        at = datetime.now(UTC).isoformat(timespec="seconds")
        RotatingLog(told).write(f"{at} {''.join(traceback.format_exception(error))}\n".encode())
        where = f"Where it happened is written in {told}"
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"It happened in {last.filename}, line {last.lineno}"
    return f"a fault that nobody foresaw: {said}. {where}; please report it."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what caused it, what caused that; each once, for they may name each other."""
    known: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in known:
        yield following
        known.append(following)
        following = getattr(following, "orig", None) or following.__cause__ or following.__context__


def _line(error: BaseException) -> str:
    """What an error says, on one line, without the statement that a library adds."""
    said = str(getattr(error, "orig", None) or error).strip()
    return " ".join(said.split("\n[SQL:")[0].split()).rstrip(".") or type(error).__name__
