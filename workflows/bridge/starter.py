"""Start or nudge the clock of one stream: the only calls the log's followers make to Temporal."""

from enum import StrEnum

from temporalio.client import Client
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows.clock.contracts import NUDGE, TASK_QUEUE, WORKFLOW_OF, Clock, kind_of

KIND = SearchAttributeKey.for_keyword("OkrKind")
CYCLE = SearchAttributeKey.for_keyword("OkrCycle")


class Told(StrEnum):
    """What telling a clock came to."""

    STARTED_OR_NUDGED = "started-or-nudged"
    NUDGED = "nudged"
    NO_CLOCK = "no-clock"


async def start_or_nudge(client: Client, stream: str, position: int) -> Told:
    """Make sure that the clock of ``stream`` runs and has heard of ``position``.

    A finished clock is started again: a re-opened cycle, obstacle or action needs one, and a clock
    started for an old fact asks the journal once, hears that nothing is due, and ends.
    """
    kind = kind_of(stream)
    attributes: list[SearchAttributePair[str]] = [SearchAttributePair(KIND, kind)]
    if kind == "cycle":
        attributes.append(SearchAttributePair(CYCLE, stream.partition("/")[2]))
    await client.start_workflow(
        WORKFLOW_OF[kind],
        Clock(stream, position),
        id=stream,
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        start_signal=NUDGE,
        start_signal_args=[position],
        search_attributes=TypedSearchAttributes(attributes),
        static_summary=f"the clock of {stream}",
    )
    return Told.STARTED_OR_NUDGED


async def nudge_if_running(client: Client, stream: str, position: int) -> Told:
    """Tell the clock of ``stream`` if there is one; a stream at rest needs none."""
    try:
        await client.get_workflow_handle(stream).signal(NUDGE, position)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Told.NO_CLOCK
        raise
    return Told.NUDGED
