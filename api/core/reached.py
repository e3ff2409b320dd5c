"""How far the views are: one thread a process watches, so that no waiting read asks the store."""

import logging
import threading
import time

from starlette.concurrency import run_in_threadpool

from api.core.signals import Signal
from projections.engine.view_store import MOVING, ViewStore

log = logging.getLogger("truenorth.api")

_POLL = 0.5
_UNHURRIED = 0.02
"""Seconds between two looks while nobody waits for what they find."""


class Reached:
    """The position that the views have reached, as this process has seen it.

    A view that has stopped holds nobody up who does not read it; whoever does is told when reading.

    ``head`` is the log's as far as it is known here, ``acknowledged`` the last position this
    process has answered a write with: a live read waits for it, so that people read what they
    wrote.
    """

    def __init__(self, views: ViewStore) -> None:
        self._views = views
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._waiting = 0
        self._caught_up: Signal | None = None
        self._thread: threading.Thread | None = None
        self.head = 0
        self.seen = 0
        self.acknowledged = 0

    # --- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to watch. A store that is away at boot is looked for until it answers."""
        self._caught_up = Signal()
        self._stopping.clear()
        try:
            self.seen = await run_in_threadpool(self._views.position)
        except Exception as fault:
            log.warning("the views do not answer yet: %s", fault)
        self._thread = threading.Thread(target=self._watch, name="feed-views", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let waiting reads go; safe from any thread, but not from a signal's handler."""
        self._stopping.set()
        self._news.set()
        self._wanted.set()
        if self._caught_up is not None:
            self._caught_up.wake()

    def join(self, timeout: float = 5.0) -> None:
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    # --- for writes and reads ------------------------------------------------------------------

    def acknowledge(self, position: int) -> None:
        """This process has answered a write at ``position``."""
        with self._lock:
            self.acknowledged = max(self.acknowledged, position)
        self._news.set()

    def grown(self, head: int) -> None:
        """The log has come to ``head``."""
        self.head = head
        self._news.set()

    def restored(self, head: int) -> None:
        """The log is another one now, and ends at ``head``: what was acknowledged is gone."""
        with self._lock:
            self.head = head
            self.acknowledged = min(self.acknowledged, head)
        self._news.set()

    async def reaches(self, position: int, timeout: float) -> bool:
        """Wait until the views reflect ``position``; False when they do not within ``timeout``."""
        if self.seen >= position:
            return True
        caught_up = self._caught_up
        if caught_up is None or self._thread is None:
            arrived = await run_in_threadpool(self._views.wait_for, position, timeout, MOVING)
            self.seen = max(self.seen, await run_in_threadpool(self._views.position))
            return arrived
        deadline = time.monotonic() + timeout
        self._waiting += 1
        try:
            self._news.set()
            self._wanted.set()
            while self.seen < position:
                left = deadline - time.monotonic()
                if left <= 0 or self._stopping.is_set():
                    return False
                await caught_up.wait(left)
        finally:
            self._waiting -= 1
        return True

    # --- the thread ----------------------------------------------------------------------------

    def _watch(self) -> None:
        silent = False
        while not self._stopping.is_set():
            try:
                target = max(self.head, self.acknowledged)
                if self.seen >= target:
                    self._news.wait(_POLL)
                    self._news.clear()
                elif self._waiting:
                    self._views.wait_for(self.seen + 1, _POLL, MOVING)
                else:
                    self._wanted.wait(_UNHURRIED)
                    self._wanted.clear()
                position = self._views.position()
            except Exception as fault:
                if not silent:
                    log.warning("the views do not answer; watching goes on: %s", fault)
                silent = True
                self._stopping.wait(_POLL)
                continue
            silent = False
            if position != self.seen:
                # Also downwards: a rebuilt view may stand behind for a moment.
                self.seen = position
                # Who waits counted itself before it looked at what was seen.
                if self._waiting and self._caught_up is not None:
                    self._caught_up.wake()
