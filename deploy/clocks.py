"""This machine's clock against the log's: the last fact cannot have been recorded tomorrow."""

import logging
from datetime import UTC, datetime, timedelta

from journal.errors import UnreadableFact
from journal.log import Journal

TOLERANCE = timedelta(seconds=2)
"""Clocks of hosts that are kept right differ by less."""

log = logging.getLogger("truenorth.clock")


def log_ahead_by(journal: Journal, now: datetime) -> timedelta | None:
    """By how much the log's last time lies after ``now``; None when it does not."""
    head = journal.head()
    rows = journal.rows(head - 1, 1) if head else ()
    if not rows:
        return None
    try:
        ahead = journal.header(rows[0]).recorded_at - now
    except UnreadableFact:
        return None
    return timedelta(seconds=round(ahead.total_seconds())) if ahead > TOLERANCE else None


def warn_when_the_log_is_ahead(journal: Journal) -> None:
    """Said once, at the start of a process."""
    ahead = log_ahead_by(journal, datetime.now(UTC))
    if ahead is not None:
        log.warning(
            "the last fact was recorded %s after what this machine's clock says. One of the two is "
            "wrong; set the clock right (NTP). Until then new facts get times after the last one",
            ahead,
        )
