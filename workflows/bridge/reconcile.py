"""Compare what is due in the log with the clocks that run, and repair the difference.

Missing clocks are started, overdue ones nudged, those that wait for something later than is due
begin anew, orphans are reported and never killed by this. After the whole Temporal database is lost
this restarts every open clock; none repeats a reminder, for what was done is in the log and every
command id comes from the milestone.

Ten thousand things may be awake. Their dues come from the views at once (``dues``), the clocks that
run from Temporal's list, page by page, and only the few that differ are asked for one by one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.due import Due
from workflows.bridge.dues import Dues
from workflows.bridge.starter import Starter
from workflows.clock.clockwork import Clockworks
from workflows.clock.loop import DUE
from workflows.clock.server_clock import ServerClock
from workflows.host.client import TemporalAway, is_away

STALE_AFTER: Final = timedelta(hours=1)
MENDERS: Final = 8  # calls to Temporal under way at once
ANEW: Final = "it waited for something later than was due"
ON_THIS_BUILD: Final = "started anew on this build"

log = logging.getLogger(__name__)


class Armed(NamedTuple):
    """A clock that runs, and the moment it says it waits for (server's time)."""

    stream: str
    at: datetime | None


Listing = Callable[[], AsyncIterator[Armed]]
"""Lists the clocks that run."""


@dataclass(frozen=True)
class Repairs:
    """What was found and done; ``orphans`` run although nothing is due on their stream."""

    open: int
    started: tuple[str, ...] = ()
    nudged: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


def running_query(clockworks: Clockworks) -> str:
    """The question for every clock that runs, in the words of Temporal's visibility."""
    ours = " OR ".join(f"WorkflowType = '{name}'" for name in clockworks.workflows)
    return f"ExecutionStatus = 'Running' AND ({ours})"


def armed(one: WorkflowExecution) -> Armed:
    """A running clock as it is listed or described."""
    return Armed(one.id, one.typed_search_attributes.get(DUE))


def listing(client: Client, clockworks: Clockworks) -> Listing:
    """Temporal's own list; it lags behind a little, and the time-skipping server has none."""

    async def listed() -> AsyncIterator[Armed]:
        try:
            async for one in client.list_workflows(running_query(clockworks)):
                yield armed(one)
        except RPCError as error:
            if error.status is not RPCStatusCode.UNIMPLEMENTED:
                raise

    return listed


async def reconcile(
    dues: Dues,
    starter: Starter,
    clock: ServerClock,
    listed: Listing,
    *,
    afresh: bool = False,
) -> Repairs:
    """Make the clocks that run those that the log asks for.

    Args:
        dues: what is due, of every thing that is awake.
        starter: starts, nudges and ends.
        clock: the time of the organisation.
        listed: lists the clocks that run.
        afresh: end the clocks that run and start them anew on the present build; legal at any
            moment, since no clock holds a state of its own.

    Raises:
        TemporalAway: not everything was compared; what was mended stays mended.
    """
    try:
        running = {one.stream: one.at async for one in listed()}
        mending = _Mending(dues, starter, clock, running, afresh=afresh)
        await mending.mend()
    except Exception as error:
        if is_away(error):
            raise TemporalAway(str(error)) from error
        raise
    orphans = tuple(sorted(stream for stream in running if stream not in dues.by_stream))
    repairs = Repairs(
        len(dues.by_stream),
        tuple(sorted(mending.started)),
        tuple(sorted(mending.nudged)),
        orphans,
        mending.failed,
    )
    if repairs.started or repairs.nudged or orphans or repairs.failed:
        log.info(
            "reconciled %d clocks: %d started, %d nudged, %d orphans, %d failed",
            repairs.open, len(repairs.started), len(repairs.nudged), len(orphans),
            len(repairs.failed),
        )  # fmt: skip
    return repairs


class _Mending:
    """The clocks that differ, some at a time."""

    def __init__(
        self,
        dues: Dues,
        starter: Starter,
        clock: ServerClock,
        armed: Mapping[str, datetime | None],
        *,
        afresh: bool,
    ) -> None:
        self.started: list[str] = []
        self.nudged: list[str] = []
        self.failed: dict[str, str] = {}
        self._position = dues.position
        self._dues = dues.by_stream
        self._starter = starter
        self._clock = clock
        self._armed = armed
        self._overdue = clock.on_server(clock.now()) - STALE_AFTER
        self._afresh = afresh

    async def mend(self) -> None:
        waiting = deque(stream for stream in self._dues if not self._is_well(stream))

        async def look_after() -> None:
            while waiting:
                stream = waiting.popleft()
                try:
                    await self._mend(stream)
                except RPCError as error:
                    if is_away(error):
                        waiting.clear()
                        raise
                    self.failed[stream] = error.message
                    log.warning("could not look after the clock of %s: %s", stream, error.message)

        menders = (look_after() for _ in range(min(MENDERS, len(waiting))))
        for outcome in await asyncio.gather(*menders, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    def _is_well(self, stream: str) -> bool:
        """Whether the list alone shows that this clock needs nothing."""
        if self._afresh or stream not in self._armed:
            return False
        at = self._armed[stream]
        return not self._waits_too_long(at, self._dues[stream]) and not self._is_overdue(at)

    async def _mend(self, stream: str) -> None:
        # Visibility lags behind: a clock it does not list may well run, so ask for that one.
        runs, at = (
            (True, self._armed[stream])
            if stream in self._armed
            else await _described(self._starter.client, stream)
        )
        if runs and self._afresh:
            runs = not await self._starter.end(stream, ON_THIS_BUILD)
        elif runs and self._waits_too_long(at, self._dues[stream]):
            # Not nudged: a clock that heard of a longer log than this one would not listen.
            runs = not await self._starter.end(stream, ANEW)
        if not runs:
            await self._starter.start_or_nudge(stream, self._position)
            self.started.append(stream)
        elif self._is_overdue(at):
            await self._starter.start_or_nudge(stream, self._position)
            self.nudged.append(stream)

    def _is_overdue(self, at: datetime | None) -> bool:
        return at is None or at < self._overdue

    def _waits_too_long(self, at: datetime | None, due: Due) -> bool:
        """Whether a clock missed news: it is armed for later than what is due now.

        A clock armed too early needs nothing: it wakes, asks, and waits on. A hold is re-asked
        weekly and its moment moves with every question.
        """
        return at is not None and due.kind != "hold" and self._clock.on_server(due.at) < at


async def _described(client: Client, stream: str) -> tuple[bool, datetime | None]:
    """Whether a clock runs, and what it waits for."""
    try:
        found = await client.get_workflow_handle(stream).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False, None
        raise
    return found.status is WorkflowExecutionStatus.RUNNING, armed(found).at
