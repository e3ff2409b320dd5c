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
from tests.workflows.organisation import fortnight
from tests.workflows.stage import Store
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import TASK_QUEUE, Clock
from workflows.clock.liveness import beating
from workflows.clockworks import CLOCKWORKS
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
