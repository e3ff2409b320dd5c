"""The business workflows: peers that share one loop and are joined by facts only (WORKFLOWS 4.2).

Names are explicit and never change: histories outlive builds. ``PINNED`` keeps a run on the build
it began with; it moves to a new build at its next page.
"""

from temporalio import workflow
from temporalio.common import VersioningBehavior

with workflow.unsafe.imports_passed_through():
    from workflows.contracts import Clock

from workflows.loop import AgendaLoop


@workflow.defn(name="CycleWorkflow", versioning_behavior=VersioningBehavior.PINNED)
class CycleWorkflow(AgendaLoop):
    """A quarter from the first draft to the close, one run a phase."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ObstacleWorkflow", versioning_behavior=VersioningBehavior.PINNED)
class ObstacleWorkflow(AgendaLoop):
    """The help chain of one obstacle: it climbs until somebody takes it."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ImprovementWorkflow", versioning_behavior=VersioningBehavior.PINNED)
class ImprovementWorkflow(AgendaLoop):
    """One improvement action: remind when due, ask for the effect, until it is verified."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)
