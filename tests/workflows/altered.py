"""Cycle workflows that are wrong on purpose: strict replay has to notice each of them.

Temporal's own replay lets four of the six pass, for kinds, order and names of the commands stay.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import PERFORM, Answer, Clock, NextDue, Step

from workflows.clock.loop import WEEK, AgendaLoop


@workflow.defn(name="CycleWorkflow")
class LongerTimer(AgendaLoop):
    """Wakes five seconds late."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def reached(self, due: NextDue) -> bool:
        later = NextDue(due.id, due.kind, due.at + timedelta(seconds=5), due.phase, due.generation)
        return await super().reached(later)


@workflow.defn(name="CycleWorkflow")
class OtherArguments(AgendaLoop):
    """Performs another generation than it was handed, and so under other command ids."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def perform(self, due: NextDue) -> None:
        await super().perform(NextDue(due.id, due.kind, due.at, due.phase, due.generation + 1))


@workflow.defn(name="CycleWorkflow")
class ForgetfulPage(AgendaLoop):
    """Turns the page without the position it owes a reading of."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def turn_page_if_full(self, due: NextDue) -> None:
        self.wanted = 0
        await super().turn_page_if_full(due)


@workflow.defn(name="CycleWorkflow")
class SetOrder(AgendaLoop):
    """Builds an argument by iterating a set, in an order that differs between processes."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def perform(self, due: NextDue) -> None:
        words = {due.id, due.kind, due.phase, "once", "more", "around"}
        wanted = self.wanted
        answer = await workflow.execute_activity(
            PERFORM,
            Step(self.stream, NextDue(" ".join(words))),
            result_type=Answer,
            start_to_close_timeout=timedelta(seconds=60),
            summary=due.id,
        )
        self.take(answer, wanted)


@workflow.defn(name="CycleWorkflow")
class OneMoreQuestion(AgendaLoop):
    """Asks twice before it performs; any replay sees this one."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def perform(self, due: NextDue) -> None:
        await self.ask()
        await super().perform(due)


@workflow.defn(name="CycleWorkflow")
class Impatient(AgendaLoop):
    """Re-asks daily instead of weekly."""

    @workflow.run
    async def run(self, clock: Clock) -> None:
        await self.follow(clock)

    async def reached(self, due: NextDue) -> bool:
        sooner = min(due.at, workflow.now() + WEEK / 7)
        return await super().reached(NextDue(due.id, due.kind, sooner, due.phase, due.generation))


ALL = (LongerTimer, OtherArguments, ForgetfulPage, SetOrder, OneMoreQuestion, Impatient)
