"""One follower of the log per process; it feeds every live connection and every waiting read.

Two threads look at the stores, so that no connection ever does: one tails the log, one watches how
far the views have come. Connections pull from a ring of recent events and fall back on the log
when they are behind it: a slow reader costs no memory and misses nothing.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from api.topics import topics
from api.wire import live_event
from domain.facts import Envelope
from journal.log import Journal
from projections.engine.view_store import ViewStore

log = logging.getLogger("truenorth.api.feed")

_RING = 4096
_BATCH = 500
_POLL = 0.5
_UNHURRIED = 0.02
"""Seconds between two looks while nobody waits for what they find."""


class Feed:
    """Positions known to this process, and the events since.

    ``head`` is the log's, ``seen`` the views', ``acknowledged`` the last position this process
    has answered a write with: a live read waits for it, so that people read what they wrote.
    """

    def __init__(self, journal: Journal, views: ViewStore) -> None:
        self._journal = journal
        self._views = views
        self._ring: deque[tuple[int, bytes]] = deque(maxlen=_RING)
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._wanted = threading.Event()
        self._listener = threading.Event()
        self._waiting = 0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._grown: asyncio.Event | None = None
        self._caught_up: asyncio.Event | None = None
        self.head = 0
        self.seen = 0
        self.acknowledged = 0
        self.connections = 0

    # --- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to follow, from the present head on."""
        self._loop = asyncio.get_running_loop()
        self._grown, self._caught_up = asyncio.Event(), asyncio.Event()
        self._stopping.clear()
        try:
            self.head = await run_in_threadpool(self._journal.head)
            self.seen = await run_in_threadpool(self._views.position)
        except Exception:
            # The store may be away at boot: the threads go on trying, reads answer 503 meanwhile.
            log.warning("the store does not answer yet", exc_info=True)
        for name, work in (("feed-log", self._tail), ("feed-views", self._watch)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End every live connection; safe from any thread, but not from a signal's handler."""
        self._stopping.set()
        self._news.set()
        self._wanted.set()
        self._listener.set()
        self._wake(self._grown)
        self._wake(self._caught_up)

    def join(self, timeout: float = 5.0) -> None:
        for thread in self._threads:
            thread.join(timeout)
        self._threads.clear()

    @property
    def running(self) -> bool:
        return bool(self._threads) and not self._stopping.is_set()

    # --- for writes and reads ------------------------------------------------------------------

    def acknowledge(self, position: int) -> None:
        """This process has answered a write at ``position``."""
        with self._lock:
            self.acknowledged = max(self.acknowledged, position)
        self._news.set()

    async def reaches(self, position: int, timeout: float) -> bool:
        """Wait until the views reflect ``position``; False when they do not within ``timeout``."""
        if self.seen >= position:
            return True
        if not self.running or self._caught_up is None:
            arrived = await run_in_threadpool(self._views.wait_for, position, timeout)
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
                await _signal(self._caught_up, left)
        finally:
            self._waiting -= 1
        return True

    # --- for live connections ------------------------------------------------------------------

    async def follow(self, after: int | None, heartbeat: float) -> AsyncIterator[bytes]:
        """Events after a position (the present head by default), then each as it comes."""
        assert self._grown is not None
        cursor = max(self.head, self.acknowledged) if after is None else after
        self.connections += 1
        self._listener.set()
        try:
            yield b"retry: 2000\n: following after %d\n\n" % cursor
            while not self._stopping.is_set():
                events = self._recent(cursor)
                if events is None:
                    events = await run_in_threadpool(self._older, cursor)
                if events:
                    cursor = events[-1][0]
                    yield b"".join(event for _, event in events)
                elif not await _signal(self._grown, heartbeat):
                    yield b": heartbeat %d\n\n" % self.head
        finally:
            self.connections -= 1
            if not self.connections:
                self._listener.clear()

    def _recent(self, cursor: int) -> list[tuple[int, bytes]] | None:
        """Events after the cursor from the ring; None when the ring begins too late."""
        if cursor >= self.head:
            return []
        with self._lock:
            if not self._ring or self._ring[0][0] > cursor + 1:
                return None
            start = cursor + 1 - self._ring[0][0]
            return [self._ring[i] for i in range(start, min(start + _BATCH, len(self._ring)))]

    def _older(self, cursor: int) -> list[tuple[int, bytes]]:
        return [self._encode(each) for each in self._journal.tail(cursor, _BATCH)]

    def _encode(self, envelope: Envelope) -> tuple[int, bytes]:
        return envelope.position, live_event(envelope, topics(envelope, self._journal))

    # --- the two threads -----------------------------------------------------------------------

    def _tail(self) -> None:
        while not self._stopping.is_set():
            try:
                head = self._journal.wait(self.head, _POLL)
                if head <= self.head:
                    continue
                if not self.connections:
                    self._skip(head)  # nobody listens: whoever comes later reads from the log
                    self._listener.wait(_UNHURRIED)
                    continue
                batch = [self._encode(each) for each in self._journal.tail(self.head, _BATCH)]
            except Exception:
                log.warning("the log does not answer; following goes on", exc_info=True)
                self._stopping.wait(_POLL)
                continue
            if batch:
                with self._lock:
                    self._ring.extend(batch)
                    self.head = batch[-1][0]
                self._news.set()
                self._wake(self._grown)

    def _skip(self, head: int) -> None:
        with self._lock:
            self._ring.clear()
            self.head = head
        self._news.set()
        if self.connections:  # one that came just now counted itself before it looked at the head
            self._wake(self._grown)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                target = max(self.head, self.acknowledged)
                if self.seen >= target:
                    self._news.wait(_POLL)
                    self._news.clear()
                elif self._waiting:
                    self._views.wait_for(self.seen + 1, _POLL)
                else:
                    self._wanted.wait(_UNHURRIED)
                    self._wanted.clear()
                position = self._views.position()
            except Exception:
                log.warning("the views do not answer; watching goes on", exc_info=True)
                self._stopping.wait(_POLL)
                continue
            if position != self.seen:
                # Also downwards: a rebuilt view may stand behind for a moment.
                self.seen = position
                if self._waiting:  # who waits counted itself before it looked at what was seen
                    self._wake(self._caught_up)

    def _wake(self, event: asyncio.Event | None) -> None:
        loop = self._loop
        if event is None or loop is None or loop.is_closed():
            return
        try:
            loop.call_soon_threadsafe(_pulse, event)
        except RuntimeError:
            log.debug("the loop closed while it was being woken")


def _pulse(event: asyncio.Event) -> None:
    """Wake everybody who waits now; whoever comes later waits for the next news."""
    event.set()
    event.clear()


async def _signal(event: asyncio.Event, timeout: float) -> bool:
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return False
    return True
