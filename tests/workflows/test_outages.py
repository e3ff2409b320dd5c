"""A worker outlives every outage: of the log, of the views, of Temporal; each costs one line."""

import asyncio
import logging
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from journal.errors import JournalUnavailable
from journal.log import Journal
from projections.engine.followers import Followers
from tests.stores import PostgresServer
from tests.workflows.drill import start_worker
from tests.workflows.organisation import fortnight
from tests.workflows.stage import Store, act, opened
from tests.workflows.test_relay import Scene, on_scene
from workflows.bridge.relay import RELAY
from workflows.clock.patience import patiently
from workflows.host.heartbeat import WORKER
from workflows.host.outages import LOG, VIEWS, Outages
from workflows.rehearsal.rehearsal import projecting
from workflows.rehearsal.time_server import time_server


def test_an_outage_costs_two_lines_however_often_it_is_met(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outages = Outages()
    with caplog.at_level(logging.INFO, "workflows.host.outages"):
        for _ in range(100):
            assert outages.met(JournalUnavailable("no answer"))
            assert outages.met(OperationalError("SELECT", {}, Exception("gone")))
            outages.over("Temporal")
        outages.over(LOG, VIEWS)
        outages.over(LOG, VIEWS)
        assert not outages.met(ValueError("a fault of ours"))
    told = [record.getMessage() for record in caplog.records]
    assert [line.partition(" is away")[0] for line in told[:2]] == [LOG, VIEWS]
    assert [line.partition(" answers again")[0] for line in told[2:]] == [LOG, VIEWS]


def test_an_activity_that_meets_an_outage_is_tried_again_without_a_traceback() -> None:
    with pytest.raises(ApplicationError) as failure, patiently():
        raise JournalUnavailable("no answer")
    assert failure.value.category is ApplicationErrorCategory.BENIGN
    assert not failure.value.non_retryable
    assert failure.value.type == "JournalUnavailable"


def test_the_relay_goes_on_after_an_outage_met_while_it_waited(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(scene: Scene) -> None:
        waits = 0

        def away(self: Journal, after: int, timeout: float) -> int:
            nonlocal waits
            waits += 1
            raise JournalUnavailable("the database is gone")

        stop = asyncio.Event()
        with caplog.at_level(logging.INFO, "workflows"):
            monkeypatch.setattr(Journal, "wait", away)
            running = asyncio.create_task(scene.relay().run(stop))
            while waits < 3:
                await asyncio.sleep(0.02)
            monkeypatch.undo()
            assert await act(store, [scene.raises("after it")]) == []
            while scene.checkpoint.position < store.journal.head():
                await asyncio.sleep(0.02)
            stop.set()
            await asyncio.wait_for(running, 10)
        told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
        assert len(told) == 1
        assert told[0].startswith("the log is away")
        assert not [one for one in caplog.records if one.exc_info]

    on_scene(store, story)


# --- the real worker ------------------------------------------------------------------------------


@contextmanager
def on_postgres(store: Store) -> Iterator[tuple[Store, Any]]:
    """The log and the views in a server of their own, that can be stopped."""
    server = PostgresServer.create()

    @contextmanager
    def away() -> Iterator[None]:
        server.stop(signal.SIGQUIT)
        yield
        server.start()

    try:
        url = server.new_database()
        with opened(url, url, store.folder) as other:
            yield other, away
    finally:
        server.destroy()


@contextmanager
def on_files(store: Store) -> Iterator[tuple[Store, Any]]:
    """The log and the views in files, that somebody else can lock."""

    @contextmanager
    def away() -> Iterator[None]:
        with (
            closing(sqlite3.connect(store.folder / "journal.db")) as log,
            closing(sqlite3.connect(store.folder / "views.db")) as views,
        ):
            log.execute("BEGIN EXCLUSIVE")
            views.execute("BEGIN EXCLUSIVE")
            yield

    yield store, away


@pytest.mark.drill
@pytest.mark.parametrize("place", [on_files, on_postgres])
def test_a_worker_outlives_outages_of_its_database_and_clocks_go_on(
    store: Store, place: Any
) -> None:
    """Three outages of twelve seconds: longer than any wait for a lock, an answer, a connection."""
    organisation = fortnight(1, answers=False)

    async def run(there: Store, away: Any) -> None:
        founding, later = organisation.script[:10], organisation.script[10:13]
        assert await act(there, [event.command for event in founding]) == []
        async with time_server() as server:
            shift = await server.now() - organisation.founded_at
            with projecting(there.journal, there.views):
                worker = start_worker(
                    there, server.address, shift=shift.total_seconds(), schedules=False
                )
                try:
                    await told(there, worker)
                    for event in later:
                        with away():
                            await asyncio.sleep(12)
                            assert worker.poll() is None
                        answered = await answer(there, event.command)
                        assert answered == []
                        await told(there, worker)
                finally:
                    worker.send_signal(signal.SIGTERM)
                    code = await asyncio.to_thread(worker.wait, 30)
        log = (there.folder / "worker.log").read_text()
        assert code == 0, log[-3000:]
        assert "Traceback" not in log
        # The log, the views, and views that are behind: a line when it begins, one when it ends.
        assert log.count(" is away") + log.count(" answers again") <= 3 * 3 * 2

    with place(store) as (there, away):
        asyncio.run(asyncio.wait_for(run(there, away), 300))


async def answer(store: Store, command: Any) -> list[Any]:
    """People try again until the store answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return await act(store, [command])
        except JournalUnavailable:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.2)


async def told(store: Store, worker: Any) -> None:
    """The relay is at the head, and the worker gives signs of life."""
    followers, deadline = Followers(store.views.engine), time.monotonic() + 60
    while True:
        assert worker.poll() is None, (store.folder / "worker.log").read_text()[-3000:]
        assert time.monotonic() < deadline, (store.folder / "worker.log").read_text()[-3000:]
        try:
            relay, sign = followers.get(RELAY), followers.age(WORKER)
            if relay and relay.position == store.journal.head() and sign is not None and sign < 10:
                return
        except (JournalUnavailable, OperationalError):
            pass
        await asyncio.sleep(0.1)
