"""Histories of clocks, whole chains of runs: counted, recorded, replayed."""

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory


async def chain(client: Client, stream: str, first_run: str) -> list[WorkflowHistory]:
    """Every run of a clock, from ``first_run`` over each continue-as-new."""
    runs: list[WorkflowHistory] = []
    run_id = first_run
    while run_id:
        history = await client.get_workflow_handle(stream, run_id=run_id).fetch_history()
        runs.append(history)
        last = history.events[-1]
        run_id = (
            last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
            if last.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
            else ""
        )
    return runs


async def first_run_of(client: Client, stream: str) -> str:
    """The first run of the chain that the latest run of a clock belongs to."""
    latest = await client.get_workflow_handle(stream).fetch_history()
    started = latest.events[0].workflow_execution_started_event_attributes
    return started.first_execution_run_id or started.original_execution_run_id


async def chain_of(client: Client, stream: str) -> list[WorkflowHistory]:
    """Every run of the latest chain of a clock."""
    return await chain(client, stream, await first_run_of(client, stream))
