"""The clocks as classes of their own names, as releases before the dynamic one had them.

A roll-back brings them back, and then they have to go on with histories that the dynamic class
began.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import Clock

from workflows.clock.loop import AgendaLoop


@workflow.defn(name="CycleWorkflow")
class CycleWorkflow(AgendaLoop):
    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ObstacleWorkflow")
class ObstacleWorkflow(AgendaLoop):
    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


@workflow.defn(name="ImprovementWorkflow")
class ImprovementWorkflow(AgendaLoop):
    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)


ALL: tuple[type, ...] = (CycleWorkflow, ObstacleWorkflow, ImprovementWorkflow)
