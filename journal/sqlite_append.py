"""Many appends in one SQLite transaction, in six statements however many they are.

Each statement gives up the interpreter lock, and with many threads about it takes long to get it
back; so the batch is read at once, decided here, and written at once. The write lock is held: what
is read still stands at commit, nothing can fail for a conflict, and no append spoils another.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from journal.append import Append, Outcome, Receipt, Stale

ROWS_A_STATEMENT = 500
"""Rows of one INSERT; SQLite takes at most 32,766 parameters."""

RECEIPT_COLUMNS = "command_id, subject, stream, version, position, facts, fingerprint"

_ANSWERED = (
    f"SELECT {RECEIPT_COLUMNS} FROM command_receipts"  # noqa: S608 - a constant
    " WHERE command_id IN (SELECT value FROM json_each(?))"
)
_STANDING = (
    "SELECT (SELECT MAX(rowid) FROM stored_events), json_group_object(s.value,"
    " (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = s.value))"
    " FROM json_each(?) AS s"
)


def append_batch(c: sqlite3.Cursor, batch: Sequence[Append]) -> list[Outcome]:
    """Outcomes in the order of ``batch``; must run in a transaction that holds the write lock."""
    ids = orjson.dumps([append.receipt.command_id for append in batch]).decode()
    answered = {row[0]: Receipt(*row) for row in c.execute(_ANSWERED, (ids,)).fetchall()}
    streams = {stream for append in batch for stream, _ in append.guards}
    streams |= {str(fact.originator_id) for append in batch for fact in append.facts}
    row = c.execute(_STANDING, (orjson.dumps(list(streams)).decode(),)).fetchone()
    position: int = row[0] or 0
    versions: dict[str, int] = {name: seen or 0 for name, seen in orjson.loads(row[1]).items()}
    facts: list[Any] = []
    receipts: list[Any] = []
    outcomes: list[Outcome] = []
    for append in batch:
        given = append.receipt
        if given.command_id in answered:
            outcomes.append(answered[given.command_id].again())
            continue
        moved = [stream for stream, seen in append.guards if versions[stream] != seen]
        if moved:
            outcomes.append(Stale(moved[0], versions[moved[0]]))
            continue
        for fact in append.facts:
            facts.append((fact.originator_id, fact.originator_version, fact.topic, fact.state))
            versions[str(fact.originator_id)] = fact.originator_version
        position += len(append.facts)
        receipt = given.at(position)
        answered[given.command_id] = receipt
        receipts.append(
            (
                receipt.command_id,
                receipt.subject,
                receipt.stream,
                receipt.version,
                receipt.position,
                receipt.facts,
                receipt.fingerprint,
            )
        )
        outcomes.append(receipt)
    last = _insert(
        c, "stored_events (originator_id, originator_version, topic, state)", "(?,?,?,?)", facts
    )
    assert last in (None, position), f"positions ran to {last}, not to {position}"
    _insert(c, f"command_receipts ({RECEIPT_COLUMNS})", "(?,?,?,?,?,?,?)", receipts)
    return outcomes


def _insert(c: sqlite3.Cursor, into: str, one: str, rows: Sequence[Iterable[Any]]) -> int | None:
    """Inserts all rows and returns the last rowid, None if there was nothing to insert."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        c.execute(
            f"INSERT INTO {into} VALUES " + ",".join([one] * len(some)),  # noqa: S608 - constants
            [value for row in some for value in row],
        )
    return c.lastrowid if rows else None
