"""What a Temporal namespace needs before clocks run in it: search attributes and schedules.

Both are made at migrate and again whenever a worker starts or Temporal comes back with an empty
database; making them twice does nothing.
"""

import asyncio
from datetime import timedelta
from typing import Final

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import TASK_QUEUE

ATTRIBUTES: Final = {
    "OkrKind": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "OkrPhase": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "OkrDue": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "OkrPaused": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}
"""What every clock shows. One that shows an unregistered attribute retries its task for ever
(pitfall 9), so those that show the ids of single kinds are registered with these."""

PLANNER: Final = "planner"
RECONCILER: Final = "reconcile"
CATCH_UP: Final = timedelta(days=3)  # the server's default is a year


async def register_attributes(client: Client, clockworks: Clockworks) -> bool:
    """Add the search attributes that are missing; True when the server had lacked some."""
    listing = True
    wanted = ATTRIBUTES | dict.fromkeys(
        clockworks.attributes, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    )
    try:
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = {k: v for k, v in wanted.items() if k not in listed.custom_attributes}
    except RPCError as error:
        if error.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        listing, missing = False, wanted  # the time-skipping server cannot list them
    if not missing:
        return False
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    return listing


async def ensure_schedules(client: Client, timezone: str) -> None:
    """Planner daily at 06:00 in ``timezone``, an hour no clock change skips; reconcile hourly.

    Schedules know neither holidays nor working days: they only ask, the domain answers.
    """
    await asyncio.gather(
        _ensure(
            client,
            PLANNER,
            "PlannerWorkflow",
            ScheduleSpec(
                calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(6)])], time_zone_name=timezone
            ),
        ),
        _ensure(
            client,
            RECONCILER,
            "ReconcileWorkflow",
            ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=1))]),
        ),
    )


async def _ensure(client: Client, name: str, workflow: str, spec: ScheduleSpec) -> None:
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(workflow, id=name, task_queue=TASK_QUEUE),
        spec=spec,
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )
    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(name).update(lambda _: ScheduleUpdate(schedule))
