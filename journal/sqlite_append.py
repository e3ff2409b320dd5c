"""Many appends in one SQLite transaction, in five statements however many they are.

Each statement gives up the interpreter lock, and with many threads about it takes long to get it
back; so the batch is read at once, decided here, and written at once. The write lock is held: what
is read still stands at commit, nothing can fail for a conflict, and no append spoils another.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from journal.append import Append, Outcome, Receipt, Stale
from journal.stamps import Stored, stamped

ROWS_A_STATEMENT = 500
"""Rows of one INSERT; SQLite takes at most 32,766 parameters."""

RECEIPT_COLUMNS = "command_id, subject, stream, version, position, facts, fingerprint"

_STANDING = (
    "SELECT (SELECT MAX(rowid) FROM stored_events), json_group_object(s.value,"  # noqa: S608 - constants
    " (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = s.value)),"
    f" (SELECT json_group_array(json_array({RECEIPT_COLUMNS})) FROM command_receipts"
    " WHERE command_id IN (SELECT value FROM json_each(?)))"
    " FROM json_each(?) AS s"
)


def append_batch(c: sqlite3.Connection, batch: Sequence[Append], at: str | None) -> list[Outcome]:
    """Outcomes in the order of ``batch``; must run in a transaction that holds the write lock.

    Args:
        at: the instant of recording, see ``journal.stamps``.
    """
    ids = orjson.dumps([append.receipt.command_id for append in batch]).decode()
    streams = {stream for append in batch for stream, _ in append.guards}
    row = c.execute(_STANDING, (ids, orjson.dumps(list(streams)).decode())).fetchone()
    position: int = row[0] or 0
    versions: dict[str, int] = {name: seen or 0 for name, seen in orjson.loads(row[1]).items()}
    answered = {values[0]: Receipt(*values) for values in orjson.loads(row[2])}
    facts: list[Stored] = []
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
        for stored in stamped(append.facts, at):
            facts.append(stored)
            versions[stored[0]] = stored[1]
        position += len(append.facts)
        receipt = given.at(position)
        answered[given.command_id] = receipt
        receipts.append(receipt[:7])
        outcomes.append(receipt)
    last = _insert(
        c, "stored_events (originator_id, originator_version, topic, state)", "(?,?,?,?)", facts
    )
    assert last in (None, position), f"positions ran to {last}, not to {position}"
    _insert(c, f"command_receipts ({RECEIPT_COLUMNS})", "(?,?,?,?,?,?,?)", receipts)
    return outcomes


def _insert(
    c: sqlite3.Connection, into: str, one: str, rows: Sequence[Iterable[Any]]
) -> int | None:
    """Inserts all rows and returns the last rowid, None if there was nothing to insert."""
    last: int | None = None
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        last = c.execute(
            f"INSERT INTO {into} VALUES " + ",".join([one] * len(some)),  # noqa: S608 - constants
            [value for row in some for value in row],
        ).lastrowid
    return last
