"""Tells the table of followers how this process's live feed is, so that any host can see it.

From a thread of its own: the feed must not wait for the store of the views.
"""

import logging
import threading
import time
from typing import Final

from api.core.live import Live
from projections.engine.feeds import LEASE_SECONDS, Feeds
from projections.engine.holder import holder
from projections.engine.view_store import ViewStore

log = logging.getLogger("truenorth.api")

_LOOK_SECONDS: Final = 1.0
"""Between two looks at the feed; a row is written at most so often."""

_REST_SECONDS: Final = LEASE_SECONDS / 4
"""Between two signs of a feed that has nothing to pass on."""


class SignOfLife:
    """Signs for one live feed while it runs, and takes its row away at the end."""

    def __init__(self, live: Live, views: ViewStore) -> None:
        self._live = live
        self._views = views
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="feed-sign", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Safe from any thread, but not from a signal's handler."""
        self._stopping.set()

    def join(self, timeout: float = 5.0) -> None:
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _run(self) -> None:
        feeds = Feeds(self._views.engine, holder())
        told, told_at, silent = None, -_REST_SECONDS, False
        while not self._stopping.is_set():
            stand, now = self._live.stand, time.monotonic()
            if stand != told or now - told_at >= _REST_SECONDS:
                try:
                    feeds.sign(*stand)
                except Exception as fault:
                    if not silent:
                        log.warning(
                            "the live feed's sign of life cannot be stored: %s", _shortly(fault)
                        )
                    silent = True
                else:
                    told, told_at, silent = stand, now, False
            self._stopping.wait(_LOOK_SECONDS)
        try:
            feeds.leave()
        except Exception as fault:
            log.info("the live feed's row stays until its lease is over: %s", _shortly(fault))


def _shortly(fault: Exception) -> str:
    """Without the statement and the links that the layers between put around it."""
    return str(getattr(fault, "orig", None) or fault)
