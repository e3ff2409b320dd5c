"""The statements that append to PostgreSQL: what goes in as arrays, what comes back as rows."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, LiteralString

from journal.append import Append, Outcome, Receipt, Stale, Stored
from journal.clock import Clock, SystemClock

APPEND: LiteralString = """
SELECT * FROM journal.append_facts(
    %b::integer, %b::boolean, %b::timestamptz,
    %b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[],
    %b::integer[], %b::text[], %b::bigint[],
    %b::integer[], %b::text[], %b::bigint[], %b::text[], %b::bytea[])
"""

INSERT: LiteralString = """
INSERT INTO journal.stored_events (originator_id, originator_version, topic, state)
SELECT * FROM unnest(%b::text[], %b::bigint[], %b::text[], %b::bytea[])
RETURNING notification_id
"""


def columns(facts: Sequence[Stored]) -> tuple[list[Any], ...]:
    """Facts as the four columns that may be inserted."""
    return tuple([fact[n] for fact in facts] for n in range(4))


def arguments(batch: Sequence[Append], clock: Clock | None, patience: float) -> tuple[Any, ...]:
    """A batch as the arguments of ``journal.append_facts``.

    Args:
        clock: tells when the facts are recorded. Instead of a machine's clock the server's is
            taken: it is the same for all hosts, and it is asked when the lock is held.
        patience: seconds that the lock may be waited for.
    """
    receipts = [append.receipt for append in batch]
    guards = [guard for append in batch for guard in append.guards]
    told = None if clock is None or isinstance(clock, SystemClock) else clock.now()
    return (
        max(1, round(patience * 1000)),
        clock is not None,
        told,
        [receipt.command_id for receipt in receipts],
        [receipt.subject for receipt in receipts],
        [receipt.stream for receipt in receipts],
        [receipt.version for receipt in receipts],
        [receipt.fingerprint for receipt in receipts],
        list(accumulate(len(append.guards) for append in batch)),
        [stream for stream, _ in guards],
        [version for _, version in guards],
        list(accumulate(len(append.facts) for append in batch)),
        *columns([fact for append in batch for fact in append.facts]),
    )


def outcome(append: Append, row: tuple[Any, ...]) -> Outcome:
    """One row of the function's answer."""
    said, subject, stream, version, position, facts, fingerprint = row
    if said == "stale":
        return Stale(stream, version)
    return Receipt(
        append.receipt.command_id,
        subject,
        stream,
        version,
        position,
        facts,
        fingerprint,
        replayed=said == "answered",
    )
