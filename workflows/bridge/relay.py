"""The only bridge from the log to Temporal: follows the log, starts and nudges clocks.

At least once and coalesced: a burst of facts about one stream becomes one nudge, and a nudge twice
does no harm. When Temporal is away the relay waits and catches up later; people go on working, for
they talk to the log alone.

It needs to know whose stream a fact belongs to and who wrote it, not what it says: so no fact that
this release cannot read stops it. Its checkpoint lies with those of all followers, in the database
of the views: a second host finds it, an empty disk loses nothing.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Iterable
from typing import Final

from temporalio.client import Client

from journal.append import Row
from journal.clock import Clock
from journal.errors import UnreadableFact
from journal.log import Journal
from projections.engine.followers import (
    Follower,
    Followers,
    Overtaken,
    divergence,
    fact_id,
    row_id,
)
from projections.engine.holder import holder
from projections.engine.set_aside import SetAside
from projections.engine.view_store import ViewStore
from workflows.bridge.starter import Starter
from workflows.clock.clockwork import Clockworks
from workflows.clock.patience import LOG_AWAY, VIEWS_AWAY
from workflows.host.client import TemporalAway, is_away
from workflows.host.outages import LOG, TEMPORAL, VIEWS, Outages

RELAY: Final = "relay"
"""Its name among the followers."""

COALESCE: Final = 0.2  # seconds a burst is given to become one nudge
WAIT: Final = 1.0  # a wait for news cannot be interrupted: so long a stop may take
LEASE: Final = 15.0  # seconds until another worker takes over from one that is gone
LONGEST_BACKOFF: Final = 15.0
BATCH: Final = 500
TELLERS: Final = 8  # calls to Temporal under way at once

ANOTHER_LOG: Final = "the log is another one than before: the clock begins anew"

log = logging.getLogger(__name__)


class Relay:
    """Follows ``journal`` from its own checkpoint and tells the clocks through ``client``."""

    def __init__(
        self,
        journal: Journal,
        views: ViewStore,
        client: Client,
        clock: Clock,
        clockworks: Clockworks,
        outages: Outages | None = None,
    ) -> None:
        self._journal = journal
        self._followers = Followers(views.engine)
        self._set_aside = SetAside(views.engine, RELAY)
        self._starter = Starter(client, clockworks)
        self._clock = clock
        self._clockworks = clockworks
        self._outages = outages or Outages()
        self._begun_anew: set[str] = set()
        self._kept: set[str] = set()
        self._holder = holder()

    def begin(self) -> Follower:
        """The checkpoint; one that never was is made at the head of the log.

        What happened before is left to the reconciliation, which compares every thing that is
        awake with the clocks that run: one look at each instead of one at every fact since the
        founding. So whoever starts a relay reconciles after this, not before.
        """
        known = self._followers.get(RELAY)
        if known is not None:
            return known
        head = self._journal.head()
        self._followers.ensure(RELAY)
        if head and (event_id := fact_id(self._journal, head)):
            try:
                self._followers.advance(RELAY, 0, head, event_id)
            except Overtaken:
                log.debug("another worker has begun to relay")
        return self._followers.ensure(RELAY)

    async def catch_up(self) -> dict[str, int]:
        """Tell everything up to the head; answers which streams were told up to which position.

        Nothing while another worker relays.

        Raises:
            TemporalAway: the checkpoint stands before the batch that could not be told whole.
        """
        known = await asyncio.to_thread(self._recognised)
        anew, position = known.state == "building", known.position
        if not anew:
            self._begun_anew.clear()
        kept = await asyncio.to_thread(self._set_aside.every)
        self._kept = {one.stream for one in kept}
        news = {one.stream: one.position for one in kept if not one.given_up}
        told: dict[str, int] = {}
        while await asyncio.to_thread(self._followers.lease, RELAY, self._holder, LEASE):
            rows = await asyncio.to_thread(self._journal.rows, position, BATCH)
            news |= self._news(rows)
            await self._tell_all(news, anew=anew)
            told |= news
            if not rows:
                if anew:
                    await asyncio.to_thread(self._followers.mark, RELAY, "running")
                return told
            await asyncio.to_thread(
                self._followers.advance,
                RELAY,
                position,
                rows[-1][0],
                row_id(self._journal, rows[-1]),
            )
            news, position = {}, rows[-1][0]
        return told

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until ``stop``, whatever happens to the stores and to Temporal."""
        failures = 0
        while not stop.is_set():
            try:
                await self.catch_up()
                await self._wait_for_news(stop)
            except Overtaken:
                log.info("another worker relays; looking again later")
                await pause(stop, LEASE / 3)
            except Exception as error:
                failures += 1
                if not self._outages.met(error):
                    log.exception("the relay failed, trying again")
                longest = min(LONGEST_BACKOFF, 0.2 * 2 ** min(failures, 10))
                await pause(stop, longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            else:
                failures = 0
                self._outages.over(LOG, VIEWS, TEMPORAL)
        try:
            await asyncio.to_thread(self.release)
        except VIEWS_AWAY as error:
            log.info("the next worker waits for the lease of this one: %s", error)

    def release(self) -> None:
        """Let another worker relay at once."""
        self._followers.release(RELAY, self._holder)

    async def _wait_for_news(self, stop: asyncio.Event) -> None:
        """Until the log grows, or the lease wants to be prolonged."""
        known = await asyncio.to_thread(self._followers.ensure, RELAY)
        for _ in range(int(LEASE / 3 / WAIT)):
            if stop.is_set():
                return
            if known.holder != self._holder:
                await pause(stop, WAIT)
            elif await asyncio.to_thread(self._journal.wait, known.position, WAIT) > known.position:
                await pause(stop, COALESCE)
                return

    def _recognised(self) -> Follower:
        """The checkpoint, at the beginning when the log is not the one that was followed.

        Clocks that heard of positions which are gone would be deaf until the log had grown past
        them, so while the whole log is told again each clock begins anew.
        """
        known = self.begin()
        why = divergence(
            known.position, known.event_id, lambda position: fact_id(self._journal, position)
        )
        if why is None:
            return known
        log.warning("telling all clocks anew: %s", why)
        self._set_aside.clear()
        self._followers.rewind(RELAY, why)
        self._begun_anew.clear()
        return self._followers.ensure(RELAY)

    def _news(self, rows: Iterable[Row]) -> dict[str, int]:
        """The last position of each clocked stream.

        A clock's own facts need not be told to it: its receipt carries the next due.
        """
        news: dict[str, int] = {}
        for row in rows:
            position, stream = row[0], row[1]
            if not self._clockworks.is_clocked(stream):
                continue
            try:
                by = self._journal.header(row).actor
            except UnreadableFact:
                by = None  # damaged to the bone: the clock shall look for itself
            if by is None or by.kind != "workflow" or by.id != stream:
                news[stream] = position
        return news

    async def _tell_all(self, news: dict[str, int], *, anew: bool) -> None:
        waiting = deque(news.items())

        async def tell() -> None:
            while waiting:
                stream, position = waiting.popleft()
                try:
                    await self._tell(stream, position, anew=anew)
                except BaseException:
                    waiting.clear()
                    raise

        tellers = (tell() for _ in range(min(TELLERS, len(waiting))))
        for outcome in await asyncio.gather(*tellers, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _tell(self, stream: str, position: int, *, anew: bool) -> None:
        try:
            if anew and stream not in self._begun_anew:
                await self._starter.end(stream, ANOTHER_LOG)
                self._begun_anew.add(stream)
            if await asyncio.to_thread(self._may_wait, stream):
                await self._starter.start_or_nudge(stream, position)
            else:
                await self._starter.nudge_if_running(stream, position)
        except (*LOG_AWAY, *VIEWS_AWAY):
            raise
        except Exception as error:
            if is_away(error):
                raise TemporalAway(str(error)) from error
            await self._keep(stream, position, error)
        else:
            if stream in self._kept:
                await asyncio.to_thread(self._set_aside.release, stream)

    def _may_wait(self, stream: str) -> bool:
        """Whether the clock of ``stream`` has something to wait for, as far as can be read."""
        try:
            return self._clockworks.next_due(self._journal, stream, self._clock.now()) is not None
        except UnreadableFact:
            return True  # the clock asks until a release that can read it answers

    async def _keep(self, stream: str, position: int, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        kept = await asyncio.to_thread(self._set_aside.keep, stream, position, reason)
        self._kept.add(stream)
        if kept.given_up:
            log.error("parked %s at %d after %d tries: %s", stream, position, kept.failures, reason)
        else:
            log.warning("could not tell %s at %d, will try again: %s", stream, position, reason)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not longer than until ``stop``."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
