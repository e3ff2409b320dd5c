"""The live stream: one follower of the log a process feeds every open connection.

One thread tails the log, so that no connection ever does. It passes facts on undecoded, so one that
this release cannot read is told of like any other. Connections pull from a ring of recent events
and fall back on the log when they are behind it: a slow reader costs no memory and misses nothing.

A log that was restored or cut short is another log from then on: whoever follows is told
``reset`` with the head, and goes on from there.
"""

import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from starlette.concurrency import run_in_threadpool

from api.core.signals import Signal
from api.core.topics import Topics
from api.core.wire import live_event, reset_event
from journal.append import Row
from journal.errors import UnreadableFact
from journal.log import Journal

log = logging.getLogger("truenorth.api")

Event = tuple[int, bytes]

_RING = 4096
_BATCH = 500
_POLL = 0.5
_UNHURRIED = 0.02
"""Seconds between two looks while nobody listens to what they find."""


class Live:
    """Events of the log since this process began, and whoever listens to them.

    ``head`` is the last position that was passed on, ``era`` counts the logs seen: it grows when
    the log turns out to be another one. ``on_head`` hears of each new head, ``on_reset`` of the
    head of another log.
    """

    def __init__(
        self,
        journal: Journal,
        topics: Topics,
        on_head: Callable[[int], None],
        on_reset: Callable[[int], None],
    ) -> None:
        self._journal = journal
        self._topics = topics
        self._on_head = on_head
        self._on_reset = on_reset
        self._ring: deque[Event] = deque(maxlen=_RING)
        self._lock = threading.Lock()
        self._listener = threading.Event()
        self._stopping = threading.Event()
        self._grown: Signal | None = None
        self._thread: threading.Thread | None = None
        self._last_id: str | None = None
        self._trouble: str | None = None
        self.head = 0
        self.era = 0
        self.connections = 0

    # --- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to follow, from the present head on."""
        self._grown = Signal()
        self._stopping.clear()
        try:
            head = await run_in_threadpool(self._journal.head)
            self._last_id = await run_in_threadpool(self._id, head)
            self.head = head
            self._on_head(head)
        except Exception as fault:
            # The store may be away at boot: the thread goes on trying, reads answer 503 meanwhile.
            log.warning("the store does not answer yet: %s", fault)
        self._thread = threading.Thread(target=self._follow, name="feed-log", daemon=True)
        self._thread.start()

    @property
    def stand(self) -> tuple[int, str | None, str | None]:
        """The last position passed on, the id of the fact there, and why it comes no further."""
        with self._lock:
            return self.head, self._last_id, self._trouble

    def stop(self) -> None:
        """End every live connection; safe from any thread, but not from a signal's handler."""
        self._stopping.set()
        self._listener.set()
        if self._grown is not None:
            self._grown.wake()

    def join(self, timeout: float = 5.0) -> None:
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    # --- for connections -----------------------------------------------------------------------

    async def follow(self, after: int, heartbeat: float) -> AsyncIterator[bytes]:
        """Events after a position, then each as it comes.

        A position beyond the head is one of another log: the stream begins with ``reset``.
        """
        assert self._grown is not None
        self.connections += 1
        self._listener.set()
        try:
            era, cursor = self.era, after
            yield b"retry: 2000\n: following after %d\n\n" % cursor
            if cursor > self.head:
                # Another process may have written what this one has not yet passed on.
                head = await run_in_threadpool(self._journal.head)
                if cursor > head:
                    cursor = head
                    yield reset_event(head)
            while not self._stopping.is_set():
                if era != self.era:
                    era, cursor = self.era, self.head
                    yield reset_event(cursor)
                events = self._recent(cursor)
                if events is None:
                    events = await run_in_threadpool(self._older, cursor)
                if events:
                    if era != self.era:
                        continue
                    cursor = events[-1][0]
                    yield b"".join(event for _, event in events)
                elif not await self._grown.wait(heartbeat):
                    yield b": heartbeat %d\n\n" % self.head
        finally:
            self.connections -= 1
            if not self.connections:
                self._listener.clear()

    def _recent(self, cursor: int) -> Sequence[Event] | None:
        """Events after the cursor from the ring; None when the ring begins too late."""
        if cursor >= self.head:
            return []
        with self._lock:
            if not self._ring or self._ring[0][0] > cursor + 1:
                return None
            start = cursor + 1 - self._ring[0][0]
            return [self._ring[i] for i in range(start, min(start + _BATCH, len(self._ring)))]

    def _older(self, cursor: int) -> Sequence[Event]:
        return [self._event(row) for row in self._journal.rows(cursor, _BATCH)]

    def _event(self, row: Row) -> Event:
        return row[0], live_event(row, self._journal, self._topics)

    # --- the thread ----------------------------------------------------------------------------

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Exception as fault:
                if self._trouble is None:
                    log.warning("the log does not answer; following goes on: %s", fault)
                self._trouble = f"the log does not answer: {fault}"
                self._stopping.wait(_POLL)
            else:
                self._trouble = None

    def _look(self) -> None:
        """Wait for news, and pass on what there is."""
        head = self._journal.wait(self.head, _POLL)
        if head < self.head or self._id(self.head) != self._last_id:
            self._begin_again(head)
        elif head > self.head:
            if self.connections:
                batch = self._journal.rows(self.head, _BATCH)
                if batch:
                    self._pass_on([self._event(row) for row in batch])
            else:
                # Nobody listens: whoever comes later reads from the log.
                self._pass_on([], head)
                self._listener.wait(_UNHURRIED)

    def _pass_on(self, events: Sequence[Event], head: int | None = None) -> None:
        """Events into the ring; ``head`` instead when they are left out of it."""
        last = events[-1][0] if head is None else head
        last_id = self._id(last)
        with self._lock:
            if events:
                self._ring.extend(events)
            else:
                self._ring.clear()
            self.head, self._last_id = last, last_id
        self._tell(self._on_head, last)

    def _begin_again(self, head: int) -> None:
        """The log is not the one that was followed."""
        log.warning(
            "the log was restored or cut short: it ends at %d and held other facts before; "
            "clients are told to begin again",
            head,
        )
        self._journal.forget()
        last_id = self._id(head)
        with self._lock:
            self._ring.clear()
            self.head, self._last_id = head, last_id
            self.era += 1
        self._tell(self._on_reset, head)

    def _id(self, position: int) -> str | None:
        """The id of the fact there; of a damaged one it may be unreadable, too."""
        try:
            return self._journal.event_id(position)
        except UnreadableFact:
            return "unreadable"

    def _tell(self, heard: Callable[[int], None], head: int) -> None:
        heard(head)
        # One that came just now counted itself before it looked at the head.
        if self.connections and self._grown is not None:
            self._grown.wake()
