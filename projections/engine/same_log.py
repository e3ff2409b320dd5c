"""Whether what a reader is about to show follows from the log that is there now."""

import threading
import time
from typing import Final

from journal.errors import JournalError
from journal.log import Journal
from projections.engine.followers import divergence, fact_id

TRUSTED_SECONDS: Final = 1.0
"""So long a checkpoint that was found in the log is not looked for again."""


class SameLog:
    """Compares checkpoints with the log. Safe for any number of threads.

    The projector withdraws what is not of this log, but it may be away, or come later than the
    first reader: a page must not show a fact for a second that is not in the log. One look into the
    log for each new position is enough.
    """

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._found: dict[tuple[int, str | None], tuple[float, str | None]] = {}

    def longer_than(self, position: int) -> bool:
        """Whether the log is known to hold a fact after ``position``."""
        try:
            return self._journal is not None and self._journal.head() > position
        except JournalError:
            return False

    def divergence(self, position: int, event_id: str | None) -> str | None:
        """In words, why a checkpoint is not of this log; None if it is, or nobody can tell."""
        journal = self._journal
        if journal is None or position == 0:
            return None
        place, now = (position, event_id), time.monotonic()
        with self._lock:
            asked_at, reason = self._found.get(place, (-TRUSTED_SECONDS, None))
        if now - asked_at < TRUSTED_SECONDS:
            return reason
        try:
            reason = divergence(position, event_id, lambda at: fact_id(journal, at))
        except JournalError:
            return None  # the log is away: views go on being read meanwhile
        with self._lock:
            fresh = {
                known: found
                for known, found in self._found.items()
                if now - found[0] < TRUSTED_SECONDS
            }
            self._found = {**fresh, place: (now, reason)}
        return reason
