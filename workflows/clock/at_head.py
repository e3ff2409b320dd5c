"""Views asked by name, never older than the log at that moment.

Whoever names a view waits for that one only, and a view that halted never counts as reached: the
activity is tried again until somebody has mended it. Guessing from old rows would write a milestone
off that nobody performed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from journal.log import Journal
from projections.engine.moment import Moment
from projections.engine.view_store import ViewStore
from workflows.clock.patience import ViewsBehind

PATIENCE: Final = 5.0
"""Seconds for views to reach the head before whoever asks is to try again."""


def at_head(journal: Journal, views: ViewStore, names: Sequence[str], now: datetime) -> Moment:
    """The present, in which each of the views that are named shows all that was in the log.

    Raises:
        ViewsBehind: not within a few seconds.
        ViewHalted: one of them stands before the head and does not move.
    """
    head = journal.head()
    if not views.wait_for(head, PATIENCE, views=names):
        raise ViewsBehind(f"the views {', '.join(names)} are behind position {head}")
    return Moment(views.position(names), now, live=True)
