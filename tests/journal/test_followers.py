"""J2 and J14: what following the log promises, seen from the log's side."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder
from sqlalchemy import event

from domain.facts import Actor
from domain.people.person import AddPerson
from journal.ids import derived_id
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine import followers
from projections.engine.rebuild import rebuild
from projections.engine.runner import BATCH, Runner
from projections.engine.stores import snapshot
from projections.engine.view_store import ViewStore

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def journal(sqlite_url: str) -> Iterator[Journal]:
    migrate(sqlite_url)
    with open_journal(sqlite_url, domain_decider()) as journal:
        yield journal


@pytest.fixture
def views(tmp_path: Path) -> Iterator[ViewStore]:
    with ViewStore(f"sqlite:///{tmp_path}/views.db", PROJECTIONS) as views:
        views.migrate()
        yield views


def _hire(journal: Journal, count: int) -> None:
    by = Actor(kind="import", id="hr")
    for n in range(count):
        person_id = derived_id("person", str(n))
        journal.handle(AddPerson(command_id=f"c{n}", at=NOW, by=by, person_id=person_id))


def test_j02_the_library_still_keeps_one_place_for_all_projections_of_a_file(
    tmp_path: Path,
) -> None:
    datastore = SQLiteDatastore(str(tmp_path / "views.db"))
    try:
        boards, scores = SQLiteTrackingRecorder(datastore), SQLiteTrackingRecorder(datastore)
        boards.create_table()
        boards.insert_tracking(Tracking("journal", 7))
        assert scores.max_tracking_id("journal") == 7  # never saw a fact, and yet "is" at 7
    finally:
        datastore.close()


def test_j02_each_generation_of_each_projection_keeps_its_own_place(
    journal: Journal, views: ViewStore
) -> None:
    _hire(journal, 3)
    Runner(journal, views).catch_up()
    _hire(journal, 5)
    rebuild(journal, views, views.projections[0].name)
    with snapshot(views.engine) as connection:
        known = followers.every(connection)
    places = {(each.name, each.generation): each.position for each in known}
    rebuilt = views.projections[0].name
    assert {position for (view, _), position in places.items() if view != rebuilt} == {3}
    assert max(places[key] for key in places if key[0] == rebuilt) == 5


def test_j14_views_are_written_in_batches_not_fact_by_fact(
    journal: Journal, views: ViewStore
) -> None:
    count = BATCH + 200
    _hire(journal, count)
    commits = []
    event.listen(views.engine, "commit", commits.append)
    runner = Runner(journal, views)
    assert runner.catch_up() == count
    # Two batches, and a few transactions that read checkpoints.
    assert len(commits) < 12
