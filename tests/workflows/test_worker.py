"""The worker process against Temporal's real dev server: start, stop, repair, versions."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.client import Client, ScheduleOverlapPolicy, WorkflowExecutionStatus

from projections.catalogue import PROJECTIONS
from projections.engine.followers import FOLLOWERS, Followers
from projections.engine.stores import writing
from projections.engine.view_store import ViewStore
from tests.workflows.dev_server import DevServer, dev_server
from tests.workflows.drill import start_worker
from tests.workflows.histories import chain_of
from tests.workflows.organisation import fortnight
from tests.workflows.stage import Store, act
from workflows.bridge.starter import Starter
from workflows.clock.loop import DUE, PHASE
from workflows.clock.server_clock import ServerClock
from workflows.clockworks import CLOCKWORKS
from workflows.host.client import open_client
from workflows.host.deployment import make_current, wake_all
from workflows.host.heartbeat import STALE_AFTER, WORKER, clock_status, give_sign
from workflows.host.namespace import CATCH_UP, PLANNER, RECONCILER, register_attributes
from workflows.host.servers import free_port
from workflows.host.worker import build_worker
from workflows.rehearsal.rehearsal import projecting

pytestmark = pytest.mark.xdist_group("dev-server")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    with dev_server(tmp_path_factory.mktemp("temporal")) as running:
        yield running


def ended(process: subprocess.Popen[bytes], within: float = 30) -> int:
    """The exit code after SIGTERM; fails when it takes longer than ``within`` seconds.

    A stop takes a fraction of a second; a hang at exit takes for ever. The limit leaves room for a
    machine that is busy with other things.
    """
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(60)
    finally:
        process.kill()
    assert time.monotonic() - begun < within
    return code


def works(store: Store, patience: float = 60) -> None:
    """Wait for a new sign of life of the worker: clocks compared, Temporal answering."""
    followers = Followers(store.views.engine)

    def sign() -> datetime | None:
        known = followers.get(WORKER)
        return known.beat_at if known else None

    before, deadline = sign(), time.monotonic() + patience
    while sign() == before:
        assert time.monotonic() < deadline, (store.folder / "worker.log").read_text()[-3000:]
        time.sleep(0.05)
    assert clock_status(followers) == "ok"


def stops(server: DevServer, store: Store, times: int) -> list[int]:
    codes = []
    with projecting(store.journal, store.views):
        for _ in range(times):
            process = start_worker(store, server.address)
            try:
                works(store)
            finally:
                codes.append(ended(process))
    return codes


def test_a_stopped_worker_ends_with_code_zero(server: DevServer, store: Store) -> None:
    assert stops(server, store, 3) == [0] * 3


@pytest.mark.drill
def test_a_stopped_worker_ends_with_code_zero_twenty_times(server: DevServer, store: Store) -> None:
    assert stops(server, store, 20) == [0] * 20


def test_a_worker_that_waits_for_temporal_can_be_stopped_too(store: Store) -> None:
    process = start_worker(store, f"127.0.0.1:{free_port()}")
    deadline = time.monotonic() + 60
    while b"Temporal is away" not in (store.folder / "worker.log").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ended(process) == 0


def test_a_worker_prepares_the_namespace_and_starts_the_clocks_of_the_log(
    tmp_path: Path, store: Store
) -> None:
    organisation = fortnight(1, answers=False)
    stream = f"cycle/{organisation.cycle_id}"
    assert asyncio.run(act(store, [event.command for event in organisation.script])) == []

    async def look(address: str) -> None:
        client = await open_client(address)
        assert await register_attributes(client, CLOCKWORKS) is False
        planner = await client.get_schedule_handle(PLANNER).describe()
        assert planner.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
        assert planner.schedule.policy.catchup_window == CATCH_UP
        assert (await client.get_schedule_handle(RECONCILER).describe()).schedule.action
        clock = await client.get_workflow_handle(stream).describe()
        assert clock.status is WorkflowExecutionStatus.RUNNING
        assert clock.typed_search_attributes.get(PHASE)
        assert clock.typed_search_attributes.get(DUE)

    async def armed(address: str) -> None:
        client = await open_client(address)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = await client.get_workflow_handle(stream).describe()
            if found.typed_search_attributes.get(DUE):
                return
            await asyncio.sleep(0.1)

    folder = tmp_path / "temporal"
    folder.mkdir()
    with dev_server(folder) as lonely, projecting(store.journal, store.views):
        process = start_worker(store, lonely.address)
        try:
            works(store)
            asyncio.run(armed(lonely.address))
            asyncio.run(look(lonely.address))
            # The database is lost while the worker runs: it notices, prepares, starts again.
            lonely.lose_everything()
            lonely.start()
            works(store)
            asyncio.run(armed(lonely.address))
            asyncio.run(look(lonely.address))
        finally:
            assert ended(process) == 0


def test_a_pinned_clock_moves_to_a_new_build_at_its_next_page(
    server: DevServer, store: Store
) -> None:
    organisation = fortnight(2, answers=False)
    stream = f"cycle/{organisation.cycle_id}"
    founded = [event.command for event in organisation.script][:-8]
    asyncio.run(act(store, founded))

    async def on_build(client: Client, build: str, executor: ThreadPoolExecutor) -> Any:
        # The organisation's time stands where the cycle has just begun.
        clock = ServerClock(datetime.now(UTC) - organisation.founded_at)
        return build_worker(
            client, store.journal, store.views, clock, executor=executor, build_id=build
        )

    async def run() -> None:
        client = await open_client(server.address, lazy=False)
        await register_attributes(client, CLOCKWORKS)
        with ThreadPoolExecutor(16) as executor:
            async with await on_build(client, "1.0", executor):
                await make_current(client, "1.0")
                await Starter(client, CLOCKWORKS).start_or_nudge(stream, 1)
                await _runs(client, stream, 1)
                async with await on_build(client, "2.0", executor):
                    assert await make_current(client, "2.0")
                    await _runs(client, stream, 2, waking=True)
                    assert await make_current(client, "2.0") is False
            runs = await chain_of(client, stream)
            builds = [
                event.workflow_task_completed_event_attributes.deployment_version.build_id
                for run in runs
                for event in run.events
                if event.HasField("workflow_task_completed_event_attributes")
            ]
            assert builds[0] == "1.0"
            assert builds[-1] == "2.0"
            assert builds == sorted(builds)
            await client.get_workflow_handle(stream).terminate("the test is over")

    with projecting(store.journal, store.views):
        asyncio.run(asyncio.wait_for(run(), 120))


async def _runs(client: Client, stream: str, number: int, *, waking: bool = False) -> None:
    """Wait until the chain has ``number`` runs and the last one waits for something."""
    while True:
        if waking:
            await wake_all(client, CLOCKWORKS)
        runs = await chain_of(client, stream)
        if len(runs) >= number and any(
            event.HasField("timer_started_event_attributes") for event in runs[-1].events
        ):
            return
        await asyncio.sleep(0.1)


def test_the_clocks_count_as_away_a_minute_after_the_last_sign_of_any_worker(store: Store) -> None:
    followers = Followers(store.views.engine)
    assert clock_status(followers) == "away"
    give_sign(followers)
    assert clock_status(followers) == "ok"
    with writing(store.views.engine) as connection:
        last = datetime.now(UTC) - timedelta(seconds=STALE_AFTER + 1)
        connection.execute(update(FOLLOWERS).values(beat_at=last))
    assert clock_status(followers) == "away"
    store.views.engine.dispose()
    nowhere = ViewStore("sqlite:////nowhere/views.db", PROJECTIONS)
    assert clock_status(Followers(nowhere.engine)) == "away"
