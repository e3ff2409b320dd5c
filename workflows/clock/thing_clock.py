"""The workflow of every clock, whatever thing it belongs to.

Clocks are peers that share one loop and are joined by facts only. One dynamic class serves every
type name, so a new thing brings a name and no workflow. Names are constants of the things'
``Clockwork`` and never change, for histories outlive builds: a run that began under a class of its
own name goes on here, and the other way round.

Any name on the task queue lands here, a misspelt one too. Whether the name fits the kind of the
stream is asked with the first activity, which knows the clockworks; workflow code must not import
them. Where workers are versioned, a run is pinned to the build it began with and moves to a new
build at its next page (``worker``).
"""

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import Clock

from workflows.clock.loop import AgendaLoop


@workflow.defn(dynamic=True)
class ThingClock(AgendaLoop):
    """A cycle from the first draft to the close, an obstacle until somebody takes it, …"""

    @workflow.run
    async def run(self, args: Sequence[RawValue]) -> None:
        if len(args) != 1:
            raise ApplicationError(
                f"a clock is started with one Clock, not with {len(args)} values",
                non_retryable=True,
            )
        await self.follow(workflow.payload_converter().from_payload(args[0].payload, Clock))
