"""Start, nudge or end the clock of one stream: the only calls that followers make to Temporal."""

from dataclasses import dataclass

from temporalio.client import Client
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import NUDGE, TASK_QUEUE, Clock

KIND = SearchAttributeKey.for_keyword("OkrKind")


@dataclass(frozen=True)
class Starter:
    """Speaks to the clocks of these clockworks; a clock's workflow id is its stream."""

    client: Client
    clockworks: Clockworks

    async def start_or_nudge(self, stream: str, position: int) -> None:
        """Make sure that the clock of ``stream`` runs and has heard of ``position``.

        A finished clock is started again: a re-opened cycle, obstacle or action needs one, and a
        clock started for an old fact asks the journal once, hears that nothing is due, and ends.
        """
        clockwork = self.clockworks.of(stream)
        attributes: list[SearchAttributePair[str]] = [
            SearchAttributePair(KIND, clockwork.thing.kind)
        ]
        if clockwork.shown_as is not None:
            key = SearchAttributeKey.for_keyword(clockwork.shown_as)
            attributes.append(SearchAttributePair(key, stream.partition("/")[2]))
        await self.client.start_workflow(
            clockwork.workflow,
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

    async def nudge_if_running(self, stream: str, position: int) -> bool:
        """Tell the clock of ``stream`` if there is one; a stream at rest needs none."""
        try:
            await self.client.get_workflow_handle(stream).signal(NUDGE, position)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def end(self, stream: str, why: str) -> bool:
        """End the clock of ``stream`` if there is one; legal at any moment, it holds no state."""
        try:
            await self.client.get_workflow_handle(stream).terminate(why)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True
