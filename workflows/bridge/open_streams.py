"""Which streams have a clock at all, as the views list them."""

from datetime import datetime
from typing import Final

from journal.log import Journal
from projections.cycle import owed as readers
from projections.engine.view_store import ViewStore

PATIENCE: Final = 10.0


class ViewsBehind(Exception):
    """The views did not reach the head of the log in time; try again later."""


def clocked_streams(journal: Journal, views: ViewStore) -> list[str]:
    """Cycles, obstacles and actions whose clock may have something due."""
    _at_head(journal, views)
    return list(readers.open_streams(views))


def cycle_ids(journal: Journal, views: ViewStore, now: datetime) -> list[str]:
    """Every cycle ever planned."""
    _at_head(journal, views)
    return [row["id"] for row in readers.cycles(views, views.moment(None, now))]


def _at_head(journal: Journal, views: ViewStore) -> None:
    head = journal.head()
    if not views.wait_for(head, PATIENCE):
        raise ViewsBehind(f"the views are behind position {head}")
