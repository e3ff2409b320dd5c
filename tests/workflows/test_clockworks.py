"""What clockworks promise: complete at import, one dynamic class that serves no wrong name."""

import asyncio
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import ActivityEnvironment

from domain.thing import Overlooked, Things
from domain.things import THINGS
from projections.engine.view_store import ViewStore
from tests.workflows.organisation import fortnight
from tests.workflows.stage import Store, of_type, play
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import TASK_QUEUE, Clock
from workflows.clock.liveness import beating
from workflows.clock.signing import Signer
from workflows.clockworks import CLOCKWORKS
from workflows.lean.obstacle import CLOCK as OBSTACLE
from workflows.lean.obstacle import escalate
from workflows.rehearsal.rehearsal import rehearse


def test_every_kind_that_waits_for_moments_has_a_clockwork_and_no_other() -> None:
    assert {one.thing.kind for one in CLOCKWORKS} == set(THINGS.clocked)
    every = list(CLOCKWORKS)
    with pytest.raises(Overlooked, match="action"):
        Clockworks(every[:-1], THINGS)
    without_actions = Things([thing for thing in THINGS if thing.kind != "action"])
    with pytest.raises(Overlooked, match="action"):
        Clockworks(every, without_actions)
    with pytest.raises(Overlooked, match="share"):
        Clockworks([*every[:-1], replace(every[-1], workflow="CycleWorkflow")], THINGS)


def test_a_stream_without_a_clock_is_told_from_one_with_a_clock() -> None:
    assert CLOCKWORKS.is_clocked("cycle/1")
    assert not CLOCKWORKS.is_clocked("objective/1")
    assert not CLOCKWORKS.is_clocked("walk/1")
    with pytest.raises(LookupError, match="walk"):
        CLOCKWORKS.of("walk/1")


def test_a_wrong_type_name_becomes_no_clock(store: Store) -> None:
    async def fails(client: Client, name: str, *clock: Clock) -> ApplicationError:
        started: Any = client.execute_workflow
        with pytest.raises(WorkflowFailureError) as failure:
            await started(name, *clock, id=f"{name}/{clock}", task_queue=TASK_QUEUE)
        cause = failure.value.cause
        if isinstance(cause, ActivityError):
            cause = cause.cause
        assert isinstance(cause, ApplicationError)
        return cause

    async def run() -> None:
        begins = fortnight(1).founded_at
        async with rehearse(store.journal, store.views, begins) as stage:
            wrong = await fails(stage.client, "CycleWorkflow", Clock("obstacle/1"))
            assert wrong.type == "WrongClock"
            assert "is of the type ObstacleWorkflow, not CycleWorkflow" in wrong.message
            misspelt = await fails(stage.client, "ObstacelWorkflow", Clock("obstacle/1"))
            assert misspelt.type == "WrongClock"
            assert "one Clock" in (await fails(stage.client, "ObstacleWorkflow")).message

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_clock_whose_task_is_lost_begins_anew_and_says_everything_once(store: Store) -> None:
    organisation = fortnight(3, answers=False)
    lost, found = threading.Event(), threading.Event()

    def forgetful(signer: Signer, views: ViewStore) -> None:
        """Never comes back the first time; the thread goes on when the story has ended."""
        if not lost.is_set():
            lost.set()
            found.wait(60)
        escalate(signer, views)

    others = [one for one in CLOCKWORKS if one.thing.kind != "obstacle"]
    clockworks = Clockworks([*others, replace(OBSTACLE, perform=forgetful)], THINGS)

    async def run() -> None:
        begins = organisation.founded_at
        stores = (store.journal, store.views)
        async with rehearse(*stores, begins, clockworks=clockworks, lost_after=1.0) as stage:
            try:
                organisation.script.sort()
                await play(stage, store, organisation.script, organisation.closes_by())
            finally:
                found.set()

    asyncio.run(asyncio.wait_for(run(), 120))
    assert lost.is_set()
    climbed: list[Any] = [e.fact for e in of_type(store.journal, "lean.obstacle-escalated")]
    for raised in of_type(store.journal, "lean.obstacle-raised"):
        levels = [one.level for one in climbed if one.stream == raised.stream]
        assert levels == ["owner", "coordinator", "sponsor"]


def test_a_long_command_gives_signs_of_life_while_it_is_under_way() -> None:
    signs: list[str] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: signs.append(details[0])

    def command_of_a_second() -> None:
        with beating("ask week-01.ask", every=0.02):
            time.sleep(0.3)

    environment.run(command_of_a_second)
    heard = len(signs)
    assert heard >= 4
    assert set(signs) == {"ask week-01.ask"}
    time.sleep(0.1)
    assert len(signs) == heard
    assert not [one for one in threading.enumerate() if one.name.startswith("beats for")]
