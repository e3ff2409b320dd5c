"""Strict replay: every command that a workflow issues equals the recorded one, content and all.

Temporal's own replay compares kinds and names only: changed arguments, command ids and timer
lengths pass (WORKFLOWS, pitfall 2). Here the runner is wrapped, and what each activation issues is
compared with the recorded events: activity type and arguments, timer length, search attributes,
continue-as-new input.
"""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import workflows.host.client  # noqa: F401 - a replayer's process needs the cure of the exit crash too

HISTORIES = Path(__file__).parent / "histories"

Act = tuple[str, ...]


@dataclass(frozen=True)
class Divergence:
    """The first command of a run that differs from its record."""

    workflow_id: str
    run: int
    number: int
    recorded: Act | None
    issued: Act | None


async def strict_replay(
    runs: Sequence[WorkflowHistory], workflows: Sequence[type]
) -> list[Divergence]:
    """Replay the runs of one chain; an empty list when nothing differs.

    A failure of Temporal's own replay counts as a divergence of that run too.
    """
    found = []
    for number, history in enumerate(runs):
        runner = _Recorder()
        replayer = Replayer(workflows=workflows, workflow_runner=runner)
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        recorded, issued = recorded_acts(history.events), runner.acts
        if result.replay_failure is not None:
            issued = [*issued, ("failed", str(result.replay_failure))]
        first = next(
            (
                n
                for n in range(max(len(recorded), len(issued)))
                if recorded[n : n + 1] != issued[n : n + 1]
            ),
            None,
        )
        if first is not None:
            found.append(
                Divergence(
                    history.workflow_id,
                    number,
                    first,
                    next(iter(recorded[first:]), None),
                    next(iter(issued[first:]), None),
                )
            )
    return found


def recorded_acts(events: Sequence[HistoryEvent]) -> list[Act]:
    """What a recorded run did, in order."""
    acts: list[Act] = []
    for event in events:
        match event.event_type:
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                scheduled = event.activity_task_scheduled_event_attributes
                acts.append(
                    (
                        "activity",
                        scheduled.activity_type.name,
                        *_texts(scheduled.input.payloads),
                        str(scheduled.start_to_close_timeout.ToTimedelta()),
                    )
                )
            case EventType.EVENT_TYPE_TIMER_STARTED:
                timer = event.timer_started_event_attributes
                acts.append(("timer", _seconds(timer.start_to_fire_timeout.ToTimedelta())))
            case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
                upsert = event.upsert_workflow_search_attributes_event_attributes
                acts.append(("show", *_fields(upsert.search_attributes.indexed_fields)))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
                continued = event.workflow_execution_continued_as_new_event_attributes
                acts.append(("continue", *_texts(continued.input.payloads)))
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
                acts.append(("complete",))
            case _:
                pass
    return acts


def issued_act(command: WorkflowCommand) -> Act | None:
    """One command in the same words; None for those without a recorded counterpart here."""
    match command.WhichOneof("variant"):
        case "schedule_activity":
            activity = command.schedule_activity
            return (
                "activity",
                activity.activity_type,
                *_texts(activity.arguments),
                str(activity.start_to_close_timeout.ToTimedelta()),
            )
        case "start_timer":
            return ("timer", _seconds(command.start_timer.start_to_fire_timeout.ToTimedelta()))
        case "upsert_workflow_search_attributes":
            fields = command.upsert_workflow_search_attributes.search_attributes.indexed_fields
            return ("show", *_fields(fields))
        case "continue_as_new_workflow_execution":
            continued = command.continue_as_new_workflow_execution
            return ("continue", *_texts(continued.arguments))
        case "complete_workflow_execution":
            return ("complete",)
        case _:
            return None


@dataclass
class _Recorder(WorkflowRunner):
    """The ordinary sandboxed runner, with a witness beside every instance."""

    inner: SandboxedWorkflowRunner = field(default_factory=SandboxedWorkflowRunner)
    acts: list[Act] = field(default_factory=list)

    def prepare_workflow(self, defn: Any) -> None:
        self.inner.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(
        self, types: Sequence[type[BaseException]]
    ) -> None:
        self.inner.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Witnessed(self.inner.create_instance(det), self.acts)


class _Witnessed(WorkflowInstance):
    def __init__(self, inner: WorkflowInstance, acts: list[Act]) -> None:
        self._inner = inner
        self._acts = acts

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._inner.activate(act)
        for command in completion.successful.commands:
            issued = issued_act(command)
            if issued is not None:
                self._acts.append(issued)
        return completion

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._inner.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._inner.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._inner.get_info()

    def get_thread_id(self) -> int | None:
        return self._inner.get_thread_id()


def _texts(payloads: Sequence[Payload]) -> tuple[str, ...]:
    return tuple(payload.data.decode() for payload in payloads)


def _fields(fields: Any) -> tuple[str, ...]:
    return tuple(f"{name}={fields[name].data.decode()}" for name in sorted(fields))


def _seconds(span: timedelta) -> str:
    # The time-skipping server keeps milliseconds of a timer.
    return f"{span.total_seconds():.3f}"


# --- files --------------------------------------------------------------------------------------


def save(story: str, runs: Sequence[WorkflowHistory]) -> Path:
    """Write a chain, oldest run first; equal chains give equal bytes."""
    HISTORIES.mkdir(exist_ok=True)
    path = HISTORIES / f"{story}.json.gz"
    body = [{"id": run.workflow_id, "history": json.loads(run.to_json())} for run in runs]
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())
    return path


def load(path: Path) -> list[WorkflowHistory]:
    """Read a chain back."""
    with gzip.open(path, "rt") as file:
        return [
            WorkflowHistory.from_json(run["id"], json.dumps(run["history"]))
            for run in json.load(file)
        ]
