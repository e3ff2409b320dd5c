"""The SQLite tables of the log and the triggers that keep it append-only.

Whoever holds the file can drop a trigger: SQLite is tamper-evident, never tamper-proof. The
self-check names every trigger that is missing or was changed.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Final

_TABLES = (
    # An explicit autoincrement key that is literally named rowid: the id of a deleted last row is
    # never used again, dump and restore keep every position, and the library still finds it.
    """CREATE TABLE stored_events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    )""",
    """CREATE TABLE command_receipts (
        command_id TEXT PRIMARY KEY,
        subject TEXT NOT NULL,
        stream TEXT NOT NULL,
        version INTEGER NOT NULL,
        position INTEGER NOT NULL,
        facts INTEGER NOT NULL,
        fingerprint TEXT NOT NULL
    ) WITHOUT ROWID""",
)

TRIGGERS = {
    "no_update": """CREATE TRIGGER no_update BEFORE UPDATE ON stored_events
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: no update'); END""",
    "no_delete": """CREATE TRIGGER no_delete BEFORE DELETE ON stored_events
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: no delete'); END""",
    # INSERT OR REPLACE deletes silently, past any delete trigger of a connection without
    # recursive_triggers; so an existing key is refused before anything is replaced.
    "no_replace": """CREATE TRIGGER no_replace BEFORE INSERT ON stored_events
        WHEN EXISTS (SELECT 1 FROM stored_events
                     WHERE originator_id = NEW.originator_id
                     AND originator_version = NEW.originator_version)
          OR EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: this version exists'); END""",
    # Positions come out dense and in commit order, whoever inserts.
    "no_backdate": """CREATE TRIGGER no_backdate AFTER INSERT ON stored_events
        WHEN NEW.rowid < 1
          OR EXISTS (SELECT 1 FROM stored_events WHERE rowid > NEW.rowid)
          OR (NEW.rowid > 1
              AND NOT EXISTS (SELECT 1 FROM stored_events WHERE rowid = NEW.rowid - 1))
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: positions are dense'); END""",
    "no_receipt_update": """CREATE TRIGGER no_receipt_update BEFORE UPDATE ON command_receipts
        BEGIN SELECT RAISE(ABORT, 'receipts are append-only: no update'); END""",
    "no_receipt_delete": """CREATE TRIGGER no_receipt_delete BEFORE DELETE ON command_receipts
        BEGIN SELECT RAISE(ABORT, 'receipts are append-only: no delete'); END""",
    "no_receipt_replace": """CREATE TRIGGER no_receipt_replace BEFORE INSERT ON command_receipts
        WHEN EXISTS (SELECT 1 FROM command_receipts WHERE command_id = NEW.command_id)
        BEGIN SELECT RAISE(ABORT, 'receipts are append-only: this one exists'); END""",
}

VERSIONS_TABLE = """CREATE TABLE IF NOT EXISTS schema_versions (
    part TEXT PRIMARY KEY, version INTEGER NOT NULL, migrated_at TEXT NOT NULL
)"""


def stamped(fetch: Callable[[str], list[Any]]) -> int:
    """The schema version that a migrate step left in a file; 0 for an untouched one.

    Args:
        fetch: runs one statement and returns its rows.
    """
    if not fetch("SELECT 1 FROM sqlite_master WHERE name='schema_versions'"):
        return 0
    rows = fetch("SELECT version FROM schema_versions WHERE part='journal'")
    return int(rows[0][0]) if rows else 0


def _first(cursor: sqlite3.Cursor) -> None:
    """Tables and triggers of an empty log."""
    for statement in (*_TABLES, *TRIGGERS.values()):
        cursor.execute(statement)


def _second(_: sqlite3.Cursor) -> None:
    """From here on no fact is recorded at an earlier instant than the one before.

    No table changes for that; but a process of an older release would go by its own clock alone,
    and must not write here any more.
    """


STEPS: Final = (_first, _second)
VERSION: Final = len(STEPS)
