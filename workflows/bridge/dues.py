"""What every clock should be waiting for, read from the views at once."""

from dataclasses import dataclass
from datetime import datetime

from domain.due import Due
from journal.log import Journal
from projections.engine.view_store import ViewStore
from workflows.clock.at_head import at_head
from workflows.clock.clockwork import Clockworks


@dataclass(frozen=True)
class Dues:
    """The next thing due by stream, for all that are awake, as the log stood at ``position``."""

    position: int
    by_stream: dict[str, Due]


def dues_now(journal: Journal, views: ViewStore, clockworks: Clockworks, now: datetime) -> Dues:
    """Two or three statements, however many things are awake: none is folded by itself.

    No fact comes of it, only clocks that ask for themselves, so views may answer.

    Raises:
        ViewsBehind, ViewHalted: a view that tells who is awake is not at the head.
    """
    moment = at_head(journal, views, clockworks.views, now)
    with views.reading() as look:
        return Dues(moment.position, clockworks.dues(look, moment))
