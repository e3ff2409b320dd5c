"""Play a stretch of the organisation's time through the real clocks, in seconds instead of months.

Between two steps nothing moves: people's commands go to the journal at ``now()``, then ``until``
lets the clocks run to a later moment, one wake-up at a time, and returns when all of them wait
again. So the same commands give the same log, on every machine::

    async with rehearse(journal, views, starts_at) as stage:
        journal.handle(start_cycle(at=stage.now()))
        await stage.until(starts_at + timedelta(days=3))
        journal.handle(propose(objective, at=stage.now()))
        await stage.until(end)
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from temporalio.client import Client

from domain.people.organisation import STREAM as ORGANISATION
from journal.log import Journal
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from workflows.bridge.relay import Relay
from workflows.bridge.starter import Starter
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import TASK_QUEUE, PlannerNote
from workflows.clock.server_clock import ServerClock
from workflows.clockworks import CLOCKWORKS
from workflows.cycle.planner import cycle_ids, next_opening
from workflows.host.upkeep import Upkeep
from workflows.host.worker import THREADS, build_worker
from workflows.rehearsal.history_probe import Busy, waits_until
from workflows.rehearsal.time_server import TimeServer, time_server

log = logging.getLogger(__name__)

POLL: Final = 0.004
LONGEST_POLL: Final = 0.03
MORNING: Final = timedelta(hours=6)  # when the planner looks, as its schedule has it
TOGETHER: Final = timedelta(seconds=2)
"""Clocks that wake within this time wake at once, before people go on. A timer is late by as long
as the task took that began it; a nudge that came just before it would meet it while it fires, and
then the time-skipping server sometimes loses the task: neither completed nor timed out."""

LOST_AFTER: Final = 20.0
"""Seconds of real time after which a clock that is still at work is taken for lost."""


class Rehearsal:
    """The stage manager: knows which clocks run and when each of them wakes next."""

    def __init__(
        self,
        journal: Journal,
        views: ViewStore,
        server: TimeServer,
        shift: timedelta,
        clockworks: Clockworks = CLOCKWORKS,
        lost_after: float = LOST_AFTER,
    ) -> None:
        self._journal = journal
        self._lost_after = lost_after
        self._starter = Starter(server.client, clockworks)
        self._views = views
        self._server = server
        self._clock = ServerClock(shift)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._wakes: dict[str, datetime] = {}
        self._upkeep = Upkeep(journal, views, self._clock, server.client, clockworks)
        self.relay = Relay(journal, views, server.client, self, clockworks)

    @property
    def client(self) -> Client:
        """A client of the stage's server, for those who want to look at the clocks."""
        return self._server.client

    def now(self) -> datetime:
        """The organisation's time: where the last ``until`` ended, or later. Never goes back."""
        return self._now

    async def open(self) -> None:
        """Look at the clock for the first time, start every clock that the log asks for, settle."""
        await self._look_at_clock()
        await asyncio.to_thread(self.relay.begin)
        repairs = await self._upkeep.repair()
        for stream in repairs.started:
            await self._rests(stream)
        await self.settle()

    async def until(self, at: datetime) -> None:
        """Let every clock run up to and with ``at``; then they all wait for something later."""
        await self.settle()
        while (wake := self._next_wake(self._clock.on_server(at) + TOGETHER)) is not None:
            await self._server.skip_to(wake)
            await self._look_at_clock()
            await self.settle()
        # The server itself need not move where nothing wakes; ``settle`` catches it up.
        self._now = max(self._now, at)

    async def plan_until(self, at: datetime) -> None:
        """As ``until``, and the planner looks every morning: the next cycles open on their day."""
        while (morning := await asyncio.to_thread(self._next_opening)) is not None:
            if morning > at:
                break
            await self.until(max(morning, self._now))
            await self.run_planner()
        await self.until(at)

    async def run_planner(self) -> PlannerNote:
        """What the planner's schedule does every morning; it does nothing on most of them."""
        # The planner asks the server what time it is.
        await self._server.skip_to(self._clock.on_server(self._now))
        note: PlannerNote = await self._server.client.execute_workflow(
            "PlannerWorkflow", id="planner", task_queue=TASK_QUEUE, result_type=PlannerNote
        )
        await self.settle()
        return note

    async def settle(self) -> None:
        """Tell the clocks what is new and wait until each of them has acted and waits again."""
        while True:
            told = await self.relay.catch_up()
            if told:
                await self._server.skip_to(self._clock.on_server(self._now))
            now = await self._server.now()
            woken = [stream for stream, wake in self._wakes.items() if wake <= now]
            if not told and not woken:
                return
            for stream in dict.fromkeys((*woken, *told)):
                await self._rests(stream)

    async def idle(self, looked: int) -> None:
        """A clock is busy, ``looked`` looks long: give it a moment, a longer one each time."""
        await asyncio.sleep(min(POLL * 1.5 ** min(looked, 10), LONGEST_POLL))

    async def _rests(self, stream: str) -> None:
        """Return when the clock of ``stream`` waits for something later, or is gone."""
        since = time.monotonic()
        for looked in count():
            if time.monotonic() - since > self._lost_after:
                await self._begin_anew(stream)
                since = time.monotonic()
            try:
                wake = await waits_until(self._server.client, stream)
            except Busy:
                await self.idle(looked)
                continue
            if wake is None:
                self._wakes.pop(stream, None)
                return
            if wake > await self._server.now():
                self._wakes[stream] = wake
                return
            await self.idle(looked)

    async def _begin_anew(self, stream: str) -> None:
        """End a clock and start it again: it holds no state, so it goes on where the log stands."""
        log.info("the clock of %s is at work for too long and begins anew", stream)
        await self._starter.end(stream, "its task was lost")
        await self._server.forget_task()
        await self._starter.start_or_nudge(stream, await asyncio.to_thread(self._journal.head))

    def _next_wake(self, by: datetime) -> datetime | None:
        """When the next clocks wake, those together that wake together; None if none by then."""
        first = min(self._wakes.values(), default=None)
        if first is None or first > by:
            return None
        return max(each for each in self._wakes.values() if each <= min(first + TOGETHER, by))

    async def _look_at_clock(self) -> None:
        self._now = max(self._now, await self._server.now() - self._clock.shift)

    def _next_opening(self) -> datetime | None:
        ids = cycle_ids(self._journal, self._views, self._now)
        cycles = [self._journal.state(f"cycle/{cycle_id}")[0] for cycle_id in ids]
        organisation = self._journal.state(ORGANISATION)[0]
        opening = next_opening(cycles, self._now, organisation)
        return opening.opens_at + MORNING if opening else None


@asynccontextmanager
async def rehearse(
    journal: Journal,
    views: ViewStore,
    starts_at: datetime,
    *,
    clockworks: Clockworks = CLOCKWORKS,
    lost_after: float = LOST_AFTER,
) -> AsyncIterator[Rehearsal]:
    """A stage with its own time-skipping server, worker, relay and projections runner.

    Args:
        journal: the log to write to; migrated.
        views: its views; they are kept up to date by a thread of this stage.
        starts_at: where the organisation's time begins; any moment, past or future.
        clockworks: the clocks of the organisation.
        lost_after: seconds of real time after which a clock that is at work is taken for lost.
    """
    # Views that begin with a long log take longer than a clock would wait for them.
    await asyncio.to_thread(Runner(journal, views).catch_up)
    async with time_server(clockworks) as server:
        shift = await server.now() - starts_at
        with (
            projecting(journal, views),
            ThreadPoolExecutor(THREADS, "activity") as executor,
        ):
            worker = build_worker(
                server.client,
                journal,
                views,
                ServerClock(shift),
                executor=executor,
                clockworks=clockworks,
            )
            async with worker:
                stage = Rehearsal(journal, views, server, shift, clockworks, lost_after)
                try:
                    await stage.open()
                    yield stage
                finally:
                    await asyncio.to_thread(stage.relay.release)


@contextmanager
def projecting(journal: Journal, views: ViewStore) -> Iterator[None]:
    """Keep the views up to date in a thread while the block lasts."""
    stop = threading.Event()
    runner = Runner(journal, views)
    thread = threading.Thread(target=runner.run, args=(stop,), name="projections")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
