"""The business workflows: peers that share one loop and are joined by facts only (WORKFLOWS 4.2).

Names are explicit and never change: histories outlive builds. Where workers are versioned, a run is
pinned to the build it began with and moves to a new build at its next page (``worker``).
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import Clock

from workflows.clock.loop import AgendaLoop


@workflow.defn(name="CycleWorkflow")
class CycleWorkflow(AgendaLoop):
    """A quarter from the first draft to the close, one run a phase."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ObstacleWorkflow")
class ObstacleWorkflow(AgendaLoop):
    """The help chain of one obstacle: it climbs until somebody takes it."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ImprovementWorkflow")
class ImprovementWorkflow(AgendaLoop):
    """One improvement action: remind when due, ask for the effect, until it is verified."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)
