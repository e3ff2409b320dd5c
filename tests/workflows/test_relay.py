"""The bridge from the log to Temporal: nothing lost, nothing twice that matters, nobody held up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain.facts import Pointer
from domain.lean.obstacle import AcknowledgeObstacle, RaiseObstacle
from tests.workflows.organisation import HOUR, Organisation, fortnight
from tests.workflows.stage import Store, act
from workflows.bridge.checkpoint import PATIENCE, Checkpoint
from workflows.bridge.reconcile import reconcile
from workflows.bridge.relay import Relay
from workflows.clock.server_clock import ServerClock
from workflows.host.client import TemporalAway, open_client
from workflows.host.servers import free_port
from workflows.rehearsal.time_server import TimeServer, time_server


@dataclass
class Scene:
    """A started cycle and an obstacle in the log, a server without any worker."""

    store: Store
    organisation: Organisation
    checkpoint: Checkpoint
    client: Client
    clock: ServerClock
    obstacle: str

    def relay(self, client: Client | None = None) -> Relay:
        return Relay(self.store.journal, client or self.client, self.checkpoint, self.clock)

    @property
    def cycle(self) -> str:
        return f"cycle/{self.organisation.cycle_id}"

    def person(self) -> dict[str, str]:
        return {"kind": "person", "id": self.organisation.id("boss")}

    async def signals(self, stream: str) -> int:
        """How many nudges a clock got."""
        history = await self.client.get_workflow_handle(stream).fetch_history()
        kind = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
        return sum(event.event_type == kind for event in history.events)


async def nobody() -> Client:
    return await open_client(f"127.0.0.1:{free_port()}")


def on_scene(store: Store, story: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        organisation = fortnight(1, answers=False)
        founding = [event.command for event in organisation.script]
        assert await act(store, founding) == []
        obstacle = organisation.id("obstacle")
        raised: Any = RaiseObstacle(
            command_id="raise", at=organisation.founded_at + HOUR, obstacle_id=obstacle,
            by={"kind": "person", "id": organisation.id("boss")}, title="Stuck",
            about=Pointer(kind="team", id=organisation.id("team", 0)), severity="low",
        )  # fmt: skip
        await act(store, [raised])
        with Checkpoint(store.folder / "relay.db") as checkpoint:
            async with time_server() as server:
                clock = ServerClock(await server.now() - organisation.founded_at)
                await story(Scene(store, organisation, checkpoint, server.client, clock, obstacle))

    asyncio.run(asyncio.wait_for(run(), 90))


def test_many_facts_of_a_stream_become_one_start_with_one_nudge(store: Store) -> None:
    async def story(scene: Scene) -> None:
        told = await scene.relay().catch_up()
        assert set(told) == {scene.cycle, f"obstacle/{scene.obstacle}"}
        assert await scene.signals(scene.cycle) == 1
        assert scene.checkpoint.position == store.journal.head()
        assert await scene.relay().catch_up() == {}

    on_scene(store, story)


def test_a_lost_checkpoint_costs_a_nudge_and_no_second_clock(store: Store) -> None:
    async def story(scene: Scene) -> None:
        await scene.relay().catch_up()
        first = await scene.client.get_workflow_handle(scene.cycle).describe()
        scene.checkpoint.rewind()
        await scene.relay().catch_up()
        again = await scene.client.get_workflow_handle(scene.cycle).describe()
        assert again.run_id == first.run_id
        assert await scene.signals(scene.cycle) == 2

    on_scene(store, story)


def test_a_log_restored_to_an_earlier_end_is_followed_from_its_beginning(store: Store) -> None:
    async def story(scene: Scene) -> None:
        scene.checkpoint.advance(store.journal.head() + 1_000)
        assert scene.cycle in await scene.relay().catch_up()
        assert scene.checkpoint.position == store.journal.head()

    on_scene(store, story)


def test_people_work_while_temporal_is_away_and_the_relay_catches_up(store: Store) -> None:
    async def story(scene: Scene) -> None:
        away = scene.relay(await nobody())
        with pytest.raises(TemporalAway):
            await away.catch_up()
        assert scene.checkpoint.position == 0
        stop = asyncio.Event()
        running = asyncio.create_task(away.run(stop))
        taken: Any = AcknowledgeObstacle(
            command_id="take", at=scene.organisation.founded_at + 2 * HOUR,
            by=scene.person(), obstacle_id=scene.obstacle,
        )  # fmt: skip
        assert await act(store, [taken]) == []
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(running, 5)
        assert scene.checkpoint.position == 0
        told = await scene.relay().catch_up()
        assert told[scene.cycle] <= told[f"obstacle/{scene.obstacle}"] == store.journal.head()

    on_scene(store, story)


def test_nothing_is_started_for_a_stream_at_rest(store: Store) -> None:
    async def story(scene: Scene) -> None:
        taken: Any = AcknowledgeObstacle(
            command_id="take", at=scene.organisation.founded_at + 2 * HOUR,
            by=scene.person(), obstacle_id=scene.obstacle,
        )  # fmt: skip
        await act(store, [taken])
        await scene.relay().catch_up()
        streams = [scene.cycle, f"obstacle/{scene.obstacle}"]
        repairs = await reconcile(store.journal, streams, scene.client, scene.clock)
        assert repairs.open == 1
        assert repairs.started == ()

    on_scene(store, story)


def test_a_stream_that_fails_twenty_times_is_parked_with_an_alarm_and_others_go_on(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(scene: Scene) -> None:
        bad = f"obstacle/{scene.obstacle}"
        state = store.journal.state

        def unreadable(stream: str, **rest: Any) -> Any:
            if stream == bad:
                raise ValueError("a fact that nobody can read")
            return state(stream, **rest)

        monkeypatch.setattr(store.journal, "state", unreadable)
        relay = scene.relay()
        with caplog.at_level(logging.WARNING, "workflows.bridge.relay"):
            for _ in range(PATIENCE + 3):
                await relay.catch_up()
        assert await scene.signals(scene.cycle) == 1
        assert scene.checkpoint.position == store.journal.head()
        (untold,) = scene.checkpoint.untold()
        assert (untold.stream, untold.failures, untold.parked) == (bad, PATIENCE, True)
        alarms = [one for one in caplog.records if one.levelno == logging.ERROR]
        assert len(alarms) == 1
        assert "parked" in alarms[0].message
        monkeypatch.undo()
        scene.checkpoint.release(bad)
        scene.checkpoint.rewind()
        await relay.catch_up()
        assert await scene.signals(bad) == 1

    on_scene(store, story)


def test_reconcile_starts_what_is_missing_and_begins_afresh_when_told(store: Store) -> None:
    async def story(scene: Scene) -> None:
        streams = [scene.cycle, f"obstacle/{scene.obstacle}"]
        repairs = await reconcile(store.journal, streams, scene.client, scene.clock)
        assert set(repairs.started) == set(streams)
        before = await scene.client.get_workflow_handle(scene.cycle).describe()
        again = await reconcile(store.journal, streams, scene.client, scene.clock, afresh=True)
        assert set(again.started) == set(streams)
        after = await scene.client.get_workflow_handle(scene.cycle).describe()
        assert after.run_id != before.run_id
        with pytest.raises(TemporalAway):
            await reconcile(store.journal, streams, await nobody(), scene.clock)

    on_scene(store, story)


def test_the_checkpoint_never_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "relay.db"
    with Checkpoint(path) as checkpoint, Checkpoint(path) as another:
        assert checkpoint.position == 0
        checkpoint.advance(7)
        another.advance(3)
        assert checkpoint.position == 7


def test_the_server_keeps_time_between_skips(store: Store) -> None:
    async def run() -> None:
        async with time_server() as server:
            await stands_still(server)

    async def stands_still(server: TimeServer) -> None:
        before = await server.now()
        await server.skip_to(before + 48 * HOUR)
        after = await server.now()
        assert 48 * HOUR <= after - before < 49 * HOUR
        await server.skip_to(before)
        assert await server.now() - after < HOUR

    asyncio.run(asyncio.wait_for(run(), 60))
