"""See from the outside whether a clock is at rest, by its history alone.

A query would ask the same of the worker, but needs one alive, and a query that meets the end of its
workflow leaves the time-skipping server's clock locked for good.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

ENDED: Final = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
    }
)
# What a finished workflow task leaves behind it; anything else at the end means work under way.
_AT_REST: Final = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_TIMER_STARTED,
        EventType.EVENT_TYPE_TIMER_CANCELED,
        EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    }
)
# Met before a timer on the way back, these tell that the last wait is over. A nudge with old news
# is none of them: the clock looks up and goes on waiting for the same timer.
_AFTER_A_WAIT: Final = frozenset(
    {
        EventType.EVENT_TYPE_TIMER_FIRED,
        EventType.EVENT_TYPE_TIMER_CANCELED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
        EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    }
)


class Busy(Exception):
    """The clock is at work: look again in a moment."""


async def waits_until(client: Client, stream: str) -> datetime | None:
    """When the clock of ``stream`` wakes (server's time); None when it ended or never was.

    Raises:
        Busy: it has something to do first.
    """
    try:
        history = await client.get_workflow_handle(stream).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return wake_of(history.events)


def wake_of(events: Sequence[HistoryEvent]) -> datetime | None:
    """The moment that the last timer of a run at rest fires; None when the run ended.

    Raises:
        Busy: the run is not at rest.
    """
    if not events:
        raise Busy
    if events[-1].event_type in ENDED:
        return None
    if events[-1].event_type not in _AT_REST:
        raise Busy
    for event in reversed(events):
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            timer = event.timer_started_event_attributes.start_to_fire_timeout
            return event.event_time.ToDatetime(tzinfo=UTC) + timer.ToTimedelta()
        if event.event_type in _AFTER_A_WAIT:
            break
    raise Busy
