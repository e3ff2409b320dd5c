"""The only bridge from the log to Temporal: follows the log, starts and nudges clocks.

At least once and coalesced: a burst of facts about one stream becomes one nudge, and a nudge twice
does no harm. When Temporal is away the relay waits and catches up later; people go on working, for
they talk to the log alone (WORKFLOWS 4.8).
"""

import asyncio
import logging
import random
from typing import Final

from temporalio.client import Client

from journal.clock import Clock
from journal.log import Journal
from workflows.bridge.checkpoint import Checkpoint
from workflows.bridge.starter import nudge_if_running, start_or_nudge
from workflows.clock.agenda import next_due
from workflows.clock.contracts import is_clocked
from workflows.host.client import TemporalAway, is_away

COALESCE: Final = 0.2  # seconds a burst is given to become one nudge
POLL: Final = 0.5
LONGEST_BACKOFF: Final = 15.0
BATCH: Final = 500

log = logging.getLogger(__name__)


class Relay:
    """Follows ``journal`` from its own ``checkpoint`` and tells the clocks through ``client``."""

    def __init__(
        self, journal: Journal, client: Client, checkpoint: Checkpoint, clock: Clock
    ) -> None:
        self._journal = journal
        self._client = client
        self._checkpoint = checkpoint
        self._clock = clock

    async def catch_up(self) -> dict[str, int]:
        """Tell everything up to the head; answers which streams were told up to which position.

        Raises:
            TemporalAway: the checkpoint stands before the first thing that could not be told.
        """
        head = await asyncio.to_thread(self._journal.head)
        after = await asyncio.to_thread(lambda: self._checkpoint.position)
        if after > head:
            log.warning("the log ends at %d, before the checkpoint %d: starting over", head, after)
            await asyncio.to_thread(self._checkpoint.rewind)
            after = 0
        before = after
        news = {one.stream: one.position for one in self._checkpoint.untold() if not one.parked}
        while after < head:
            batch = await asyncio.to_thread(self._journal.tail, after, BATCH)
            if not batch:
                break
            for envelope in batch:
                # A clock's own facts need not be told to it: its receipt carries the next due.
                own = envelope.actor.kind == "workflow" and envelope.actor.id == envelope.stream
                if is_clocked(envelope.stream) and not own:
                    news[envelope.stream] = envelope.position
            after = batch[-1].position
        for stream, position in news.items():
            await self._tell(stream, position)
        if after > before:
            await asyncio.to_thread(self._checkpoint.advance, after)
        return news

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log until ``stop``; a wait for news ends with it."""
        failures = 0
        while not stop.is_set():
            try:
                await self.catch_up()
                failures = 0
            except TemporalAway as away:
                failures += 1
                if failures == 1:
                    log.warning("Temporal is away, clocks will hear of news later: %s", away)
            except Exception:
                failures += 1
                log.exception("the relay could not read the log")
            if failures:
                longest = min(LONGEST_BACKOFF, 0.2 * 2 ** min(failures, 10))
                await pause(stop, longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                continue
            position = await asyncio.to_thread(lambda: self._checkpoint.position)
            if await asyncio.to_thread(self._journal.wait, position, POLL) > position:
                await pause(stop, COALESCE)

    async def _tell(self, stream: str, position: int) -> None:
        try:
            due = await asyncio.to_thread(next_due, self._journal, stream, self._clock.now())
            if due is not None:
                await start_or_nudge(self._client, stream, position)
            else:
                await nudge_if_running(self._client, stream, position)
        except Exception as error:
            if is_away(error):
                raise TemporalAway(str(error)) from error
            await self._set_aside(stream, position, error)
        else:
            await asyncio.to_thread(self._checkpoint.release, stream)

    async def _set_aside(self, stream: str, position: int, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        kept = await asyncio.to_thread(self._checkpoint.keep, stream, position, reason)
        if kept.parked:
            log.error("parked %s at %d after %d tries: %s", stream, position, kept.failures, reason)
        else:
            log.warning("could not tell %s at %d, will try again: %s", stream, position, reason)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not longer than until ``stop``."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
