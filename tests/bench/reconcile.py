"""Reconcile of ten thousand open things of which a hundred miss their clock: our own CPU.

``python -m tests.bench.reconcile [things] [missing]``. The log, its views, Temporal's dev server
and the hundred starts are real. Only the list of the clocks that run is not: ten thousand running
clocks would cost Temporal minutes and us nothing, so the pages it would answer are made beforehand,
as bytes, and read here as the client reads them.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import ListWorkflowExecutionsResponse
from temporalio.client import Client, WorkflowExecution

from domain.facts import Actor, Refusal
from domain.lean.action import OpenAction
from domain.lean.board import Column, DefineBoard
from domain.people.person import AddPerson
from domain.people.team import AddMember, FormTeam
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from tests.bench.journal import Figure
from tests.workflows.dev_server import dev_server
from workflows.bridge.dues import Dues, dues_now
from workflows.bridge.reconcile import Armed, Listing, armed, reconcile
from workflows.bridge.starter import Starter
from workflows.clock.server_clock import ServerClock
from workflows.clockworks import CLOCKWORKS
from workflows.host.client import open_client
from workflows.host.namespace import register_attributes

THINGS, MISSING, PAGE, A_TEAM = 10_000, 100, 1_000, 100
COLUMNS = (
    Column(key="open", title="Open", stage="ready"),
    Column(key="doing", title="Doing", stage="active"),
    Column(key="done", title="Done", stage="done"),
)


def figures(things: int = THINGS, missing: int = MISSING) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tn-bench-") as name:
        folder = Path(name)
        log = f"sqlite:///{folder}/journal.db"
        migrate(log)
        with (
            open_journal(log, domain_decider()) as journal,
            ViewStore(f"sqlite:///{folder}/views.db", PROJECTIONS) as views,
        ):
            views.migrate()
            fill(journal, things)
            Runner(journal, views).catch_up()
            with dev_server(folder) as server:
                cpu, wall, listed = asyncio.run(mended(journal, views, server.address, missing))
        allowed = 10.0
        yield Figure(
            "rec", f"reconcile {things} things of which {missing} miss their clock, our CPU",
            f"{allowed:.0f} s", f"{cpu:.2f} s", cpu / allowed, 1.0,
        )  # fmt: skip
        yield Figure(
            "", f"of that the dues and the list; until all ran {wall:.1f} s went by",
            "", f"{listed:.2f} s", listed / allowed, 1.0,
        )  # fmt: skip


def fill(journal: Journal, things: int) -> None:
    """So many actions on the boards of some teams, each due on some day to come."""
    now, numbers = datetime.now(UTC), iter(range(10**9))

    def do(wish: Any, **fields: Any) -> None:
        by = Actor(kind="person", id="boss")
        command = wish(command_id=f"c{next(numbers)}", at=now, by=by, **fields)
        answer = journal.handle(command)
        assert not isinstance(answer, Refusal), answer

    def open_action(number: int) -> None:
        do(
            OpenAction, action_id=f"action-{number:05}", title=f"Action {number}", kind="kaizen",
            team_id=f"team-{number // A_TEAM}", owner_id="boss", prediction="fewer faults",
            verify_after_days=7, due_on=now.date() + timedelta(days=20 + number % 60),
        )  # fmt: skip

    do(AddPerson, person_id="boss")
    for team in range(-(-things // A_TEAM)):
        name = f"team-{team}"
        do(FormTeam, team_id=name, name=name, kind="team" if team else "company")
        do(AddMember, team_id=name, person_id="boss", role="lead")
        do(DefineBoard, team_id=name, columns=COLUMNS)
    with ThreadPoolExecutor(16) as people:
        list(people.map(open_action, range(things)))


async def mended(
    journal: Journal, views: ViewStore, address: str, missing: int
) -> tuple[float, float, float]:
    client = await open_client(address, lazy=False)
    await register_attributes(client, CLOCKWORKS)
    clock = ServerClock()
    known = dues_now(journal, views, CLOCKWORKS, clock.now())
    pages = list(listed_pages(known, missing))
    began, cpu = time.perf_counter(), time.process_time()
    dues = await asyncio.to_thread(dues_now, journal, views, CLOCKWORKS, clock.now())
    async for _ in listing_of(client, pages)():
        pass
    listed = time.process_time() - cpu
    repairs = await reconcile(dues, Starter(client, CLOCKWORKS), clock, listing_of(client, pages))
    spent, wall = time.process_time() - cpu, time.perf_counter() - began
    assert len(repairs.started) == missing, repairs
    assert (repairs.nudged, repairs.orphans, repairs.failed) == ((), (), {})
    return spent, wall, listed


def listed_pages(dues: Dues, missing: int) -> Iterator[bytes]:
    """What Temporal answers when all but ``missing`` clocks run."""
    running = sorted(dues.by_stream)[missing:]
    for first in range(0, len(running), PAGE):
        answer = ListWorkflowExecutionsResponse()
        for stream in running[first : first + PAGE]:
            answer.executions.append(one_listed(stream, dues.by_stream[stream].at))
        yield answer.SerializeToString()


def one_listed(stream: str, due: datetime) -> WorkflowExecutionInfo:
    info = WorkflowExecutionInfo(status=1, task_queue="okr-clock", history_length=11)
    info.execution.workflow_id, info.execution.run_id = stream, "0" * 36
    info.type.name = CLOCKWORKS.of(stream).workflow
    info.start_time.FromDatetime(datetime.now(UTC))
    for name, kind, value in (
        ("OkrDue", b"Datetime", due.isoformat()),
        ("OkrKind", b"Keyword", "action"),
        ("OkrPaused", b"Bool", None),
    ):
        info.search_attributes.indexed_fields[name].CopyFrom(
            Payload(
                metadata={"encoding": b"json/plain", "type": kind},
                data=b"false" if value is None else f'"{value}"'.encode(),
            )
        )
    return info


def listing_of(client: Client, pages: list[bytes]) -> Listing:
    """Reads the pages as the client does."""

    async def listed() -> AsyncIterator[Armed]:
        for page in pages:
            for info in ListWorkflowExecutionsResponse.FromString(page).executions:
                yield armed(
                    WorkflowExecution._from_raw_info(info, client.namespace, client.data_converter)
                )

    return listed


def main() -> None:
    for each in figures(*[int(number) for number in sys.argv[1:]]):
        held = "ok" if each.held else "MISSED"
        print(f"{each.name:4}{each.what:72}{each.plain:>10}{each.ours:>10}  {held}")


if __name__ == "__main__":
    main()
