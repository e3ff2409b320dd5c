"""Workflows that a schedule starts: open the next cycle, repair the clocks."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import OPEN_NEXT_CYCLE, RECONCILE, PlannerNote, RepairNote


@workflow.defn(name="PlannerWorkflow")
class PlannerWorkflow:
    """Once a day: must a cycle be opened? Quarters overlap, so no cycle opens its own successor."""

    @workflow.run
    async def run(self) -> PlannerNote:
        note: PlannerNote = await workflow.execute_activity(
            OPEN_NEXT_CYCLE,
            result_type=PlannerNote,
            start_to_close_timeout=timedelta(seconds=15),
            retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
            summary="must a cycle be opened today?",
        )
        return note


@workflow.defn(name="ReconcileWorkflow")
class ReconcileWorkflow:
    """Once an hour: do the clocks that run match the log?"""

    @workflow.run
    async def run(self) -> RepairNote:
        note: RepairNote = await workflow.execute_activity(
            RECONCILE,
            result_type=RepairNote,
            start_to_close_timeout=timedelta(minutes=5),
            # The next hour brings the next try.
            retry_policy=RetryPolicy(maximum_attempts=5),
            summary="compare the log with the clocks that run",
        )
        return note
