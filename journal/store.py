"""Opens a log by its URL, on the store that the URL names."""

from pathlib import Path

from journal.clock import Clock
from journal.decider import Decider
from journal.errors import StoreNotMigrated
from journal.keys import KeyRing
from journal.log import Journal
from journal.port import Store
from journal.postgres import PostgresLog
from journal.sqlite import SQLiteLog
from journal.urls import keys_beside, sqlite_path

LOOK_FOR_DAMAGE_SECONDS = 1.0
"""How long opening a log looks for damage; ``Journal.integrity`` looks at all of it."""


def open_journal(
    url: str, decider: Decider, clock: Clock | None = None, keys: str | None = None
) -> Journal:
    """The journal on ``sqlite:///absolute/file.db`` or ``postgresql://…``, checked at once.

    Args:
        clock: tells when facts are recorded; without one they keep the time of their command, which
            is what a simulated clock needs.
        keys: URL of the store of keys for private words; see ``journal.urls.keys_beside``.

    Raises:
        StoreNotMigrated, StoreTooNew: the migrate step is due, or this release is too old.
        LogUnguarded: a trigger that keeps the log append-only is missing or switched off.
        LogDamaged: nothing of it can be read. A log that is damaged in parts is opened: what can be
            read is read, and every append raises LogDamaged.
        JournalUnavailable: the store does not answer.
    """
    store = open_store(url)
    try:
        store.check()
        store.integrity(LOOK_FOR_DAMAGE_SECONDS)
        ring = KeyRing(keys or keys_beside(url))
    except BaseException:
        store.close()
        raise
    return Journal(store, decider, ring, clock=clock)


def open_store(url: str) -> Store:
    """The store alone, unchecked."""
    path = sqlite_path(url)
    if path is None:
        return PostgresLog(url)
    if not Path(path).exists():
        raise StoreNotMigrated(f"{path} does not exist; run the migrate step")
    return SQLiteLog(path)
