"""Compare the log's open streams with the clocks that run, and repair the difference.

Missing clocks are started, stale ones nudged, orphans reported and never killed by this. After the
whole Temporal database is lost this restarts every open clock; none repeats a reminder, for what
was done is in the log and every command id comes from the milestone (WORKFLOWS 4.8).
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from domain.due import Due
from journal.log import Journal
from workflows.bridge.starter import start_or_nudge
from workflows.clock.agenda import next_due
from workflows.clock.contracts import WORKFLOW_OF
from workflows.clock.loop import DUE
from workflows.clock.server_clock import ServerClock
from workflows.host.client import TemporalAway, is_away

STALE_AFTER: Final = timedelta(hours=1)
_OURS = " OR ".join(f"WorkflowType = '{name}'" for name in WORKFLOW_OF.values())
RUNNING: Final = f"ExecutionStatus = 'Running' AND ({_OURS})"


@dataclass(frozen=True)
class Repairs:
    """What was found and done; ``orphans`` run although nothing is due on their stream."""

    open: int
    started: tuple[str, ...] = ()
    nudged: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


async def reconcile(
    journal: Journal,
    streams: Sequence[str],
    client: Client,
    clock: ServerClock,
    *,
    afresh: bool = False,
) -> Repairs:
    """Make the clocks that run those that the log asks for.

    Args:
        journal: the log.
        streams: every stream that may have something due (``open_streams`` of the views).
        client: a Temporal client.
        clock: the time of the organisation.
        afresh: end the clocks that run and start them anew on the present build; legal at any
            moment, since no clock holds a state of its own.

    Raises:
        TemporalAway: nothing was compared.
    """
    now = clock.now()
    dues = await asyncio.to_thread(_dues, journal, streams, now)
    position = await asyncio.to_thread(journal.head)
    try:
        listed = await _list_running(client)
    except Exception as error:
        if is_away(error):
            raise TemporalAway(str(error)) from error
        raise
    started: list[str] = []
    nudged: list[str] = []
    failed: dict[str, str] = {}
    for stream, due in dues.items():
        try:
            # Visibility lags behind: what it does not list may well run, so ask for that one.
            armed = listed[stream] if stream in listed else await _armed(client, stream)
            if afresh and armed is not None:
                await client.get_workflow_handle(stream).terminate("started anew on this build")
                armed = None
            if armed is None:
                await start_or_nudge(client, stream, position)
                started.append(stream)
            elif _is_stale(armed.at, due, clock):
                await start_or_nudge(client, stream, position)
                nudged.append(stream)
        except RPCError as error:
            failed[stream] = error.message
            log.warning("could not look after the clock of %s: %s", stream, error.message)
    orphans = tuple(sorted(stream for stream in listed if stream not in dues))
    repairs = Repairs(len(dues), tuple(started), tuple(nudged), orphans, failed)
    if started or nudged or orphans or failed:
        log.info("reconciled: %s", repairs)
    return repairs


@dataclass(frozen=True)
class _Armed:
    """A clock that runs, and the moment it says it waits for (server's time)."""

    at: datetime | None


log = logging.getLogger(__name__)


def _dues(journal: Journal, streams: Sequence[str], now: datetime) -> dict[str, Due]:
    found = ((stream, next_due(journal, stream, now)) for stream in sorted(streams))
    return {stream: due for stream, due in found if due is not None}


async def _list_running(client: Client) -> dict[str, _Armed]:
    """Running clocks by stream, as visibility has them; none where it is not offered."""
    try:
        return {
            one.id: _Armed(_due_shown(one.typed_search_attributes))
            async for one in client.list_workflows(RUNNING)
        }
    except RPCError as error:
        if error.status is RPCStatusCode.UNIMPLEMENTED:  # the time-skipping server has no list
            return {}
        raise


async def _armed(client: Client, stream: str) -> _Armed | None:
    try:
        found = await client.get_workflow_handle(stream).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    if found.status is not WorkflowExecutionStatus.RUNNING:
        return None
    return _Armed(_due_shown(found.typed_search_attributes))


def _due_shown(attributes: TypedSearchAttributes) -> datetime | None:
    return attributes.get(DUE)


def _is_stale(armed_for: datetime | None, due: Due, clock: ServerClock) -> bool:
    """Whether a clock missed a nudge: overdue by an hour, or armed later than what is due now.

    A clock armed too early needs none: it wakes, asks, and waits on. A hold is re-asked weekly and
    its moment moves with every question.
    """
    if armed_for is None:
        return True
    if armed_for < clock.on_server(clock.now()) - STALE_AFTER:
        return True
    return due.kind != "hold" and clock.on_server(due.at) < armed_for
