"""A whole quarter of a simulated organisation, through the real clocks, in seconds."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.cycle.cycle import Cycle
from tests.stores import PostgresServer
from tests.workflows.histories import chain_of
from tests.workflows.organisation import Organisation
from tests.workflows.stage import (
    Store,
    everything,
    normalised,
    of_type,
    on_sqlite,
    opened,
    play,
    played,
    reminders,
)
from workflows.rehearsal.rehearsal import rehearse

MOST_EVENTS = 1_200
SEED = 5


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Organisation]]:
    """The undisturbed quarter on SQLite."""
    organisation = Organisation(SEED, teams=3)
    with on_sqlite(tmp_path_factory.mktemp("quarter")) as store:
        played(store, organisation)
        yield store, organisation


def cycle_of(store: Store, organisation: Organisation) -> Cycle:
    cycle: Cycle = store.journal.state(f"cycle/{organisation.cycle_id}")[0]
    return cycle


@pytest.mark.xdist_group("quarter")
def test_every_milestone_is_reached_once_and_in_order(quarter: tuple[Store, Organisation]) -> None:
    store, organisation = quarter
    cycle = cycle_of(store, organisation)
    reached = [
        envelope.fact.milestone for envelope in of_type(store.journal, "cycle.milestone-reached")
    ]
    assert reached == [milestone.id for milestone in cycle.milestones]
    assert cycle.status == "closed"


@pytest.mark.xdist_group("quarter")
def test_nothing_happens_early_or_late(quarter: tuple[Store, Organisation]) -> None:
    store, organisation = quarter
    due = {milestone.id: milestone.at for milestone in cycle_of(store, organisation).milestones}
    for envelope in of_type(store.journal, "cycle.milestone-reached"):
        fact: Any = envelope.fact
        assert due[fact.milestone] <= envelope.recorded_at
        assert fact.late_by <= 60


@pytest.mark.xdist_group("quarter")
def test_every_reminder_is_sent_once(quarter: tuple[Store, Organisation]) -> None:
    sent = reminders(quarter[0].journal)
    assert sent
    assert {word: times for word, times in sent.items() if times != 1} == {}


@pytest.mark.xdist_group("quarter")
def test_what_was_agreed_is_activated_graded_or_said_to_be_ungraded_and_closed(
    quarter: tuple[Store, Organisation],
) -> None:
    store, _ = quarter
    kinds = Counter(envelope.type for envelope in everything(store.journal))
    agreed = kinds["okr.objective-agreed"]
    assert agreed
    assert kinds["okr.objective-activated"] == agreed
    assert kinds["okr.grades-locked"] == agreed
    assert kinds["okr.objective-graded"] + kinds["okr.objective-left-ungraded"] == agreed
    assert kinds["okr.objective-closed"] == agreed


@pytest.mark.xdist_group("quarter")
def test_clocks_write_as_themselves_and_say_what_for(quarter: tuple[Store, Organisation]) -> None:
    store, organisation = quarter
    by_clock = [e for e in everything(store.journal) if e.actor.kind == "workflow"]
    assert by_clock
    for envelope in by_clock:
        assert envelope.command_id.startswith(f"{envelope.actor.id}/")
        assert envelope.command_id.startswith(envelope.correlation_id)
    assert f"cycle/{organisation.cycle_id}" in {envelope.actor.id for envelope in by_clock}


@pytest.mark.xdist_group("quarter")
def test_the_quarter_is_the_same_on_postgres(
    quarter: tuple[Store, Organisation], postgres_server: PostgresServer, tmp_path: Path
) -> None:
    store, organisation = quarter
    url = postgres_server.new_database()
    with opened(url, url, tmp_path) as other:
        played(other, organisation)
        assert normalised(other.journal) == normalised(store.journal)
        assert reminders(other.journal) == reminders(store.journal)


def events_of_a_silent_quarter(store: Store, teams: int) -> tuple[int, int]:
    """History events and runs of a cycle in which everybody has to be chased for everything."""
    organisation = Organisation(SEED, teams=teams, objectives=2, answers=False)

    async def run() -> tuple[int, int]:
        async with rehearse(store.journal, store.views, organisation.founded_at) as stage:
            await play(stage, store, organisation.script, organisation.closes_by())
            runs = await chain_of(stage.client, f"cycle/{organisation.cycle_id}")
            return sum(len(run.events) for run in runs), len(runs)

    found = asyncio.run(asyncio.wait_for(run(), 600))
    assert cycle_of(store, organisation).status == "closed"
    return found


def test_a_cycle_of_ten_teams_stays_within_its_history(store: Store) -> None:
    events, runs = events_of_a_silent_quarter(store, 10)
    print(f"10 teams: {events} events in {runs} runs")
    assert events <= MOST_EVENTS
    assert runs == 6


@pytest.mark.drill
def test_a_cycle_of_two_hundred_teams_stays_within_the_same_history(store: Store) -> None:
    events, runs = events_of_a_silent_quarter(store, 200)
    print(f"200 teams: {events} events in {runs} runs")
    assert events <= MOST_EVENTS
    assert runs == 6
