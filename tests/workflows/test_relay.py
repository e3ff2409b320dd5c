"""The bridge from the log to Temporal: nothing lost, nothing twice that matters, nobody held up."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.facts import Pointer
from domain.lean.obstacle import AcknowledgeObstacle, RaiseObstacle
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.followers import Follower, Followers
from projections.engine.runner import Runner
from projections.engine.set_aside import PATIENCE, SetAside
from projections.engine.view_store import ViewStore
from tests.workflows.organisation import HOUR, Organisation, fortnight
from tests.workflows.stage import Store, act
from workflows.bridge.dues import Dues, dues_now
from workflows.bridge.reconcile import Armed, Repairs, listing, reconcile
from workflows.bridge.relay import RELAY, Relay
from workflows.bridge.starter import Starter
from workflows.clock.server_clock import ServerClock
from workflows.clockworks import CLOCKWORKS
from workflows.host.client import TemporalAway, open_client
from workflows.host.servers import free_port
from workflows.rehearsal.time_server import TimeServer, time_server


@dataclass
class Scene:
    """A started cycle and an obstacle in the log, a server without any worker."""

    store: Store
    organisation: Organisation
    client: Client
    clock: ServerClock
    obstacle: str

    def relay(self, client: Client | None = None) -> Relay:
        return Relay(
            self.store.journal, self.store.views, client or self.client, self.clock, CLOCKWORKS
        )

    @property
    def followers(self) -> Followers:
        return Followers(self.store.views.engine)

    @property
    def checkpoint(self) -> Follower:
        return self.followers.ensure(RELAY)

    async def reconcile(self, client: Client | None = None, *, afresh: bool = False) -> Repairs:
        """As the worker does it; the views are at the head."""
        client = client or self.client
        dues = dues_now_after_catching_up(self)
        return await reconcile(
            dues,
            Starter(client, CLOCKWORKS),
            self.clock,
            listing(client, CLOCKWORKS),
            afresh=afresh,
        )

    @property
    def cycle(self) -> str:
        return f"cycle/{self.organisation.cycle_id}"

    def raises(self, title: str) -> Any:
        """Somebody raises another obstacle."""
        return RaiseObstacle(
            command_id=f"raise {title}", at=self.organisation.founded_at + HOUR,
            obstacle_id=self.organisation.id(title), by=self.person(), title=title,
            about=Pointer(kind="team", id=self.organisation.id("team", 0)), severity="low",
        )  # fmt: skip

    def takes(self) -> Any:
        """Somebody takes the obstacle."""
        return AcknowledgeObstacle(
            command_id="take", at=self.organisation.founded_at + 2 * HOUR,
            by=self.person(), obstacle_id=self.obstacle,
        )  # fmt: skip

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
        # The relay of an installation begins when the log is empty.
        Followers(store.views.engine).ensure(RELAY)
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
        async with time_server() as server:
            clock = ServerClock(await server.now() - organisation.founded_at)
            await story(Scene(store, organisation, server.client, clock, obstacle))

    asyncio.run(asyncio.wait_for(run(), 90))


def test_many_facts_of_a_stream_become_one_start_with_one_nudge(store: Store) -> None:
    async def story(scene: Scene) -> None:
        told = await scene.relay().catch_up()
        assert set(told) == {scene.cycle, f"obstacle/{scene.obstacle}"}
        assert await scene.signals(scene.cycle) == 1
        assert scene.checkpoint.position == store.journal.head()
        assert await scene.relay().catch_up() == {}

    on_scene(store, story)


def test_a_told_stream_that_is_told_again_gets_a_nudge_and_no_second_clock(store: Store) -> None:
    async def story(scene: Scene) -> None:
        await scene.relay().catch_up()
        first = await scene.client.get_workflow_handle(scene.cycle).describe()
        await scene.relay()._starter.start_or_nudge(scene.cycle, store.journal.head())
        again = await scene.client.get_workflow_handle(scene.cycle).describe()
        assert again.run_id == first.run_id
        assert await scene.signals(scene.cycle) == 2

    on_scene(store, story)


def test_a_relay_whose_checkpoint_is_lost_begins_at_the_head_and_leaves_the_rest_to_reconcile(
    store: Store,
) -> None:
    async def story(scene: Scene) -> None:
        await scene.relay().catch_up()
        with ViewStore(f"sqlite:///{store.folder}/anew.db", PROJECTIONS) as anew:
            anew.migrate()
            scene.store = replace(store, views=anew)
            assert await scene.relay().catch_up() == {}
            assert scene.checkpoint.position == store.journal.head()
            assert await scene.signals(scene.cycle) == 1
            repairs = await scene.reconcile()
            assert (repairs.open, repairs.started) == (2, ())

    on_scene(store, story)


def test_another_log_under_the_checkpoint_is_told_anew_to_clocks_that_begin_anew(
    store: Store,
) -> None:
    async def story(scene: Scene) -> None:
        older = f"{store.folder}/older.db"
        with (
            closing(sqlite3.connect(f"{store.folder}/journal.db")) as now,
            closing(sqlite3.connect(older)) as backup,
        ):
            now.backup(backup)
        for number in range(3):
            assert await act(store, [scene.raises(f"gone {number}")]) == []
        await scene.relay().catch_up()
        before = await scene.client.get_workflow_handle(scene.cycle).describe()
        with open_journal(f"sqlite:///{older}", domain_decider()) as restored:
            scene.store = replace(store, journal=restored)
            assert restored.head() < scene.checkpoint.position
            # The log is shorter than what was told.
            told = await scene.relay().catch_up()
            assert set(told) == {scene.cycle, f"obstacle/{scene.obstacle}"}
            anew = await scene.client.get_workflow_handle(scene.cycle).describe()
            assert anew.run_id != before.run_id
            assert scene.checkpoint.position == restored.head()
            assert scene.checkpoint.state == "running"
            # It hears of what comes, although the old log had longer positions.
            assert await scene.relay().catch_up() == {}
            assert await act(scene.store, [scene.raises("new")]) == []
            assert len(await scene.relay().catch_up()) == 1
        # The log is longer than what was told, but holds other facts there.
        scene.store = store
        await scene.relay().catch_up()
        assert scene.checkpoint.position == store.journal.head()
        assert scene.checkpoint.event_id == store.journal.event_id(store.journal.head())

    on_scene(store, story)


def test_facts_that_this_release_cannot_read_hold_nobody_up(store: Store) -> None:
    async def story(scene: Scene) -> None:
        strange = f"obstacle/{scene.organisation.id('strange')}"
        of_a_newer_release(store, f"obstacle/{scene.obstacle}", strange, "lean.obstacle-recoloured")
        of_a_newer_release(store, f"obstacle/{scene.obstacle}", "walk/1", "walk.walked")
        assert await act(store, [scene.raises("after it")]) == []
        told = await scene.relay().catch_up()
        assert {scene.cycle, strange, f"obstacle/{scene.obstacle}"} < set(told)
        assert len(told) == 4
        assert scene.checkpoint.position == store.journal.head()
        assert SetAside(store.views.engine, RELAY).every() == ()
        # Its clock asks until a release answers that can read it.
        assert await scene.signals(strange) == 1

    on_scene(store, story)


def of_a_newer_release(store: Store, like: str, stream: str, fact_type: str) -> None:
    """Puts a fact into the log as only another release writes it."""
    with closing(sqlite3.connect(f"{store.folder}/journal.db")) as log:
        log.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
            "SELECT ?, 1, ?, state FROM stored_events WHERE originator_id = ? LIMIT 1",
            [stream, fact_type, like],
        )
        log.commit()


def test_only_one_of_several_workers_relays_and_another_follows_when_it_is_gone(
    store: Store,
) -> None:
    async def story(scene: Scene) -> None:
        one, other = scene.relay(), scene.relay()
        other._holder = "another-host/1"
        await one.catch_up()
        await act(store, [scene.raises("more")])
        assert await other.catch_up() == {}
        one.release()
        assert len(await other.catch_up()) == 1
        assert await one.catch_up() == {}

    on_scene(store, story)


def test_what_was_told_before_temporal_went_away_is_not_told_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(scene: Scene) -> None:
        monkeypatch.setattr("workflows.bridge.relay.BATCH", 5)
        for number in range(12):
            await act(store, [scene.raises(f"number {number}")])
        relay, calls = scene.relay(), count(1)
        start = Starter.start_or_nudge

        async def goes_away(self: Starter, stream: str, position: int) -> None:
            if next(calls) == 8:
                raise RPCError("nobody there", RPCStatusCode.UNAVAILABLE, b"")
            await start(self, stream, position)

        monkeypatch.setattr(Starter, "start_or_nudge", goes_away)
        with pytest.raises(TemporalAway):
            await relay.catch_up()
        reached = scene.checkpoint.position
        assert 0 < reached < store.journal.head()
        monkeypatch.undo()
        told = await relay.catch_up()
        assert all(position > reached for position in told.values())

    on_scene(store, story)


def test_people_work_while_temporal_is_away_and_the_relay_catches_up(store: Store) -> None:
    async def story(scene: Scene) -> None:
        away = scene.relay(await nobody())
        with pytest.raises(TemporalAway):
            await away.catch_up()
        assert scene.checkpoint.position == 0
        stop = asyncio.Event()
        running = asyncio.create_task(away.run(stop))
        assert await act(store, [scene.takes()]) == []
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(running, 5)
        assert scene.checkpoint.position == 0
        told = await scene.relay().catch_up()
        assert told[scene.cycle] <= told[f"obstacle/{scene.obstacle}"] == store.journal.head()

    on_scene(store, story)


def test_nothing_is_started_for_a_stream_at_rest(store: Store) -> None:
    async def story(scene: Scene) -> None:
        await act(store, [scene.takes()])
        await scene.relay().catch_up()
        repairs = await scene.reconcile()
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
        aside = SetAside(store.views.engine, RELAY)
        (untold,) = aside.every()
        assert (untold.stream, untold.failures, untold.given_up) == (bad, PATIENCE, True)
        alarms = [one for one in caplog.records if one.levelno == logging.ERROR]
        assert len(alarms) == 1
        assert "parked" in alarms[0].message
        monkeypatch.undo()
        aside.release(bad)
        assert await act(store, [scene.takes()]) == []
        await relay.catch_up()
        assert SetAside(store.views.engine, RELAY).every() == ()

    on_scene(store, story)


def test_reconcile_starts_what_is_missing_and_begins_afresh_when_told(store: Store) -> None:
    async def story(scene: Scene) -> None:
        streams = [scene.cycle, f"obstacle/{scene.obstacle}"]
        repairs = await scene.reconcile()
        assert set(repairs.started) == set(streams)
        before = await scene.client.get_workflow_handle(scene.cycle).describe()
        again = await scene.reconcile(afresh=True)
        assert set(again.started) == set(streams)
        after = await scene.client.get_workflow_handle(scene.cycle).describe()
        assert after.run_id != before.run_id
        with pytest.raises(TemporalAway):
            await scene.reconcile(await nobody())

    on_scene(store, story)


def test_reconcile_asks_singly_only_for_clocks_that_the_list_does_not_show_to_be_well(
    store: Store,
) -> None:
    async def story(scene: Scene) -> None:
        for number in range(40):
            await act(store, [scene.raises(f"number {number}")])
        dues = dues_now_after_catching_up(scene)
        missing = sorted(dues.by_stream)[:2]

        async def listed() -> AsyncIterator[Armed]:
            """As if all others ran: whoever asked for them would find that they do not."""
            for stream, due in dues.by_stream.items():
                if stream not in missing:
                    yield Armed(stream, scene.clock.on_server(due.at))

        starter = Starter(scene.client, CLOCKWORKS)
        repairs = await reconcile(dues, starter, scene.clock, listed)
        assert (repairs.open, repairs.started) == (42, tuple(missing))
        assert (repairs.nudged, repairs.orphans, repairs.failed) == ((), (), {})

    on_scene(store, story)


def test_reconcile_nudges_who_is_overdue_and_begins_anew_who_waits_too_long(store: Store) -> None:
    async def story(scene: Scene) -> None:
        await scene.relay().catch_up()
        obstacle = f"obstacle/{scene.obstacle}"
        dues = dues_now_after_catching_up(scene)
        before = await scene.client.get_workflow_handle(scene.cycle).describe()

        async def listed() -> AsyncIterator[Armed]:
            yield Armed(scene.cycle, scene.clock.on_server(dues.by_stream[scene.cycle].at) + HOUR)
            yield Armed(obstacle, scene.clock.on_server(scene.clock.now()) - 2 * HOUR)

        starter = Starter(scene.client, CLOCKWORKS)
        repairs = await reconcile(dues, starter, scene.clock, listed)
        assert (repairs.started, repairs.nudged) == ((scene.cycle,), (obstacle,))
        after = await scene.client.get_workflow_handle(scene.cycle).describe()
        assert after.run_id != before.run_id
        assert await scene.signals(obstacle) == 2

    on_scene(store, story)


def dues_now_after_catching_up(scene: Scene) -> Dues:
    Runner(scene.store.journal, scene.store.views).catch_up()
    return dues_now(scene.store.journal, scene.store.views, CLOCKWORKS, scene.clock.now())


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
