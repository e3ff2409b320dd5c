"""Many appends in one SQLite transaction, in five statements however many they are.

Each statement gives up the interpreter lock, and with many threads about it takes long to get it
back; so the batch is read at once, decided here, and written at once. The write lock is held: what
is read still stands at commit, nothing can fail for a conflict, and no append spoils another.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from journal.append import Append, Outcome, Receipt, Stale, Stored
from journal.clock import Clock
from journal.stamps import instant, instant_of, stamped

ROWS_A_STATEMENT = 500
"""Rows of one INSERT; SQLite takes at most 32,766 parameters."""

RECEIPT_COLUMNS = "command_id, subject, stream, version, position, facts, fingerprint"

_OF_MANY = (
    "SELECT (SELECT MAX(rowid) FROM stored_events), json_group_object(s.value,"  # noqa: S608 - constants
    " (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = s.value)),"
    f" (SELECT json_group_array(json_array({RECEIPT_COLUMNS})) FROM command_receipts"
    " WHERE command_id IN (SELECT value FROM json_each(?)))"
    " FROM json_each(?) AS s"
)


@cache
def _of_one(streams: int) -> str:
    """The same for one append, in a quarter of the time: no list has to be taken to pieces."""
    version = "(SELECT MAX(originator_version) FROM stored_events WHERE originator_id = ?)"
    return (
        "SELECT (SELECT MAX(rowid) FROM stored_events),"  # noqa: S608 - constants
        f" (SELECT json_array({RECEIPT_COLUMNS}) FROM command_receipts WHERE command_id = ?)"
        + f", {version}"
        * streams
    )


class _Standing(NamedTuple):
    """The last position, the versions of streams, and the receipts of commands that came before."""

    position: int
    versions: dict[str, int]
    answered: dict[str, Receipt]


class LastFact(NamedTuple):
    """The position of the last fact and when it was recorded."""

    position: int
    at: datetime | None


class Appended(NamedTuple):
    """What came of a batch, and the last fact after it where that is known."""

    outcomes: list[Outcome]
    last: LastFact | None


def append_batch(
    c: sqlite3.Connection, batch: Sequence[Append], clock: Clock | None, known: LastFact | None
) -> Appended:
    """Outcomes in the order of ``batch``; must run in a transaction that holds the write lock.

    Args:
        clock: tells when the facts are recorded; see ``journal.stamps``.
        known: what stood last after our own last append: nobody else may have written since, and
            then nothing has to be read.
    """
    position, versions, answered = _standing(c, batch)
    now = None if clock is None else instant(clock, _recorded_at(c, position, known))
    at = None if now is None else now.isoformat()
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
    if last is None or now is None:
        return Appended(outcomes, known)
    return Appended(outcomes, LastFact(position, now))


def _standing(c: sqlite3.Connection, batch: Sequence[Append]) -> _Standing:
    if len(batch) == 1:
        (append,) = batch
        command_id = append.receipt.command_id
        streams = [stream for stream, _ in append.guards]
        row = c.execute(_of_one(len(streams)), (command_id, *streams)).fetchone()
        receipts = {} if row[1] is None else {command_id: Receipt(*orjson.loads(row[1]))}
        versions = {stream: seen or 0 for stream, seen in zip(streams, row[2:], strict=True)}
        return _Standing(row[0] or 0, versions, receipts)
    ids = orjson.dumps([append.receipt.command_id for append in batch]).decode()
    names = orjson.dumps(list({stream for append in batch for stream, _ in append.guards})).decode()
    row = c.execute(_OF_MANY, (ids, names)).fetchone()
    return _Standing(
        row[0] or 0,
        {name: seen or 0 for name, seen in orjson.loads(row[1]).items()},
        {values[0]: Receipt(*values) for values in orjson.loads(row[2])},
    )


def _recorded_at(c: sqlite3.Connection, position: int, known: LastFact | None) -> datetime | None:
    if known is not None and known.position == position:
        return known.at
    row = c.execute("SELECT state FROM stored_events WHERE rowid = ?", (position,)).fetchone()
    return None if row is None else instant_of(row[0])


def _insert(
    c: sqlite3.Connection, into: str, one: str, rows: Sequence[Sequence[Any]]
) -> int | None:
    """Inserts all rows and returns the last rowid, None if there was nothing to insert."""
    last: int | None = None
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        last = c.execute(
            f"INSERT INTO {into} VALUES " + ",".join([one] * len(some)),  # noqa: S608 - constants
            some[0] if len(some) == 1 else [value for row in some for value in row],
        ).lastrowid
    return last
