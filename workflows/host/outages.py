"""Outages of the parts a worker depends on: one line when one begins, one when it is over.

Many things in a worker meet the same outage at once and try again for as long as it lasts. Each
tells it here, and the log holds two lines instead of a traceback a try.
"""

import logging
import time
from threading import Lock
from typing import Final

from temporalio.service import RPCError

from projections.engine.errors import ViewHalted
from workflows.clock.patience import LOG_AWAY, VIEWS_AWAY, ViewsBehind
from workflows.host.client import TemporalAway

LOG: Final = "the log"
VIEWS: Final = "the store of views"
BEHIND: Final = "a view"
TEMPORAL: Final = "Temporal"

_PART_OF: Final = (
    (LOG_AWAY, LOG),
    (VIEWS_AWAY, VIEWS),
    ((ViewsBehind, ViewHalted), BEHIND),
    ((TemporalAway, RPCError), TEMPORAL),
)

log = logging.getLogger(__name__)


class Outages:
    """Which parts are away now. Any thread may tell and ask."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._one_at_a_time = Lock()

    def met(self, error: BaseException) -> bool:
        """Whether ``error`` is an outage, one that ends without this process doing anything."""
        for kinds, part in _PART_OF:
            if isinstance(error, kinds):
                with self._one_at_a_time:
                    begun = part not in self._since
                    self._since.setdefault(part, time.monotonic())
                if begun:
                    log.warning("%s is away, trying again until it answers: %s", part, error)
                return True
        return False

    def over(self, *parts: str) -> None:
        """These parts have just answered."""
        for part in parts:
            with self._one_at_a_time:
                begun = self._since.pop(part, None)
            if begun is not None:
                log.info("%s answers again after %.0f s", part, time.monotonic() - begun)
