"""Promises of a rebuild: equal rows, one switch, nothing left behind, nobody disturbed."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.people import person
from projections.engine import rebuild as rebuilding
from projections.engine import succession
from projections.engine.followers import FOLLOWERS
from projections.engine.rebuild import DigestDiffers, RebuildOvertaken, UnknownView, rebuild
from projections.engine.runner import Runner
from projections.engine.versions import Changes, Put, Rows
from projections.engine.view_store import ViewStore
from projections.people.lists import people
from projections.people.person import PEOPLE
from tests.projections import quarter
from tests.projections.stage import Stage, staged
from tests.projections.tally import NOTES, TALLIES, counted, tally
from tests.projections.test_engine import join, tallies, viewed


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


def generations(views: ViewStore, table: Any) -> set[int]:
    with views.engine.connect() as connection:
        return set(connection.scalars(select(table.c.gen).distinct()))


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_every_view_is_built_anew_with_equal_rows(tmp_path, store, request):
    url = request.getfixturevalue("postgres_url") if store == "postgresql" else None
    with staged(tmp_path, url) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        report = rebuild(stage.journal, stage.views)
        assert {each.view for each in report.views} == {p.name for p in stage.views.projections}
        for each in report.views:
            assert each.compared
            assert (each.generation, each.position) == (2, stage.journal.head())
            assert each.view in str(report)
        for projection in stage.views.projections:
            for table in projection.tables:
                assert generations(stage.views, table) <= {2}
        assert {each["generation"] for each in stage.views.health()} == {2}
        join(stage, "late")
        assert stage.runner.catch_up() == stage.views.position()


def test_one_view_is_built_and_the_others_are_left_alone(stage):
    join(stage, "ada")
    stage.runner.catch_up()
    rebuild(stage.journal, stage.views, "people")
    assert {e["view"]: e["generation"] for e in stage.views.health()}["people"] == 2
    assert {e["generation"] for e in stage.views.health() if e["view"] != "people"} == {1}


def test_there_must_be_such_a_view(stage):
    with pytest.raises(UnknownView, match="okr"):
        rebuild(stage.journal, stage.views, "nothing")


def test_other_rows_from_equal_code_are_not_switched_to(stage):
    join(stage, "ada")
    stage.runner.catch_up()
    with stage.views.engine.begin() as connection:
        connection.execute(update(PEOPLE).values(version=9))
    with pytest.raises(DigestDiffers):
        rebuild(stage.journal, stage.views, "people")
    assert generations(stage.views, PEOPLE) == {1}
    assert {each["generation"] for each in stage.views.health()} == {1}


def test_whoever_insists_gets_the_new_rows_though_they_differ(stage):
    join(stage, "ada")
    stage.runner.catch_up()
    with stage.views.engine.begin() as connection:
        connection.execute(update(PEOPLE).values(version=9))
    (done,) = rebuild(stage.journal, stage.views, "people", force=True).views
    assert (done.compared, done.differs) == (False, True)
    assert "kept because you said so" in str(done)
    assert people(stage.views, moment=stage.moment())["items"][0]["version"] == 1


def test_other_code_may_make_other_rows(stage):
    join(stage, "ada")
    stage.runner.catch_up()
    with stage.views.engine.begin() as connection:
        connection.execute(update(PEOPLE).values(version=9))
        connection.execute(update(FOLLOWERS).values(code="of the release before"))
    (done,) = rebuild(stage.journal, stage.views, "people").views
    assert not done.compared
    assert "not compared" in str(done)
    assert people(stage.views, moment=stage.moment())["items"][0]["version"] == 1


def test_a_halted_view_is_mended_by_a_rebuild(stage):
    broken = threading.Event()
    broken.set()

    def mended(envelope: Any, rows: Rows) -> Changes:
        if broken.is_set() and envelope.position == 2:
            raise ValueError("broken")
        return counted(envelope, rows)

    with viewed(stage, tally(on=mended)) as views:
        join(stage, "ada", "bo")
        runner = Runner(stage.journal, views)
        runner.catch_up()
        assert views.health()[0]["state"] == "halted"
        broken.clear()
        rebuild(stage.journal, views)
        assert views.health()[0]["state"] == "running"
        join(stage, "cy")
        runner.catch_up()
        assert tallies(views) == {"ada": 1, "bo": 1, "cy": 1}


def test_a_rebuild_that_fails_leaves_the_old_generation_and_no_rows(stage):
    fails = threading.Event()

    def choking(envelope: Any, rows: Rows) -> Changes:
        if fails.is_set() and envelope.position == 2:
            raise ValueError("cannot swallow")
        return counted(envelope, rows)

    with viewed(stage, tally(on=choking)) as views:
        join(stage, "ada", "bo")
        Runner(stage.journal, views).catch_up()
        fails.set()
        with pytest.raises(ValueError, match="swallow"):
            rebuild(stage.journal, views)
        assert (generations(views, TALLIES), generations(views, NOTES)) == ({1}, {1})
        assert tallies(views) == {"ada": 1, "bo": 1}


def test_what_a_killed_rebuild_left_is_swept_by_the_next_one(stage, monkeypatch):
    join(stage, *(f"p{n}" for n in range(7)))
    stage.runner.catch_up()
    monkeypatch.setattr(succession, "SWEEP_ROWS", 2)
    with monkeypatch.context() as killed:
        killed.setattr(rebuilding, "_switch", _die)
        killed.setattr(rebuilding, "_abandon", lambda *_: None)
        with pytest.raises(SystemExit):
            rebuild(stage.journal, stage.views, "people")
    assert generations(stage.views, PEOPLE) == {1, 2}
    assert len(people(stage.views, moment=stage.moment())["items"]) == 7
    rebuild(stage.journal, stage.views, "people")
    assert generations(stage.views, PEOPLE) == {3}


def _die(*_: object) -> None:
    raise SystemExit(9)


def test_of_two_rebuilds_the_later_one_wins(stage, monkeypatch):
    join(stage, "ada")
    stage.runner.catch_up()
    first = rebuilding.follow
    began: list[int] = []

    def follow(*given: Any) -> None:
        if not began:
            began.append(1)
            rebuild(stage.journal, stage.views, "people")
        first(*given)

    monkeypatch.setattr(rebuilding, "follow", follow)
    with pytest.raises(RebuildOvertaken):
        rebuild(stage.journal, stage.views, "people")
    assert len(generations(stage.views, PEOPLE)) == 1
    assert len(people(stage.views, moment=stage.moment())["items"]) == 1


def test_readers_and_the_runner_go_on_while_a_view_is_rebuilt(stage):
    join(stage, *(f"p{n}" for n in range(30)))
    stage.runner.catch_up()
    stop, seen, wrong = threading.Event(), [0], []

    def read() -> None:
        while not stop.is_set():
            count = len(people(stage.views, moment=_present(stage), limit=500)["items"])
            if count < seen[-1]:
                wrong.append((seen[-1], count))
            seen.append(count)

    threads = [
        threading.Thread(target=read),
        threading.Thread(target=Runner(stage.journal, stage.views).run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    try:
        for round_ in range(3):
            join(stage, *(f"q{round_}-{n}" for n in range(5)))
            assert rebuild(stage.journal, stage.views, "people").views[0].compared
        assert stage.views.wait_for(stage.journal.head(), 20)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    assert not wrong
    assert len(people(stage.views, moment=_present(stage), limit=500)["items"]) == 45
    with stage.views.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(PEOPLE)) == 45


def _present(stage: Stage) -> Any:
    return stage.views.moment(None, stage.now)


def test_a_digest_tells_every_column_apart(stage):
    with viewed(stage, tally()) as views:
        join(stage, "ada")
        Runner(stage.journal, views).catch_up()
        for column, value in (("count", 5), ("note", "'x'"), ("cause", "'x'"), ("first", 0)):
            with views.engine.begin() as connection:
                kept = connection.exec_driver_sql(f'SELECT "{column}" FROM {TALLIES.name}').scalar()
                connection.exec_driver_sql(f'UPDATE {TALLIES.name} SET "{column}" = {value}')
            with pytest.raises(DigestDiffers):
                rebuild(stage.journal, views)
            with views.engine.begin() as connection:
                connection.execute(update(TALLIES).values({column: kept}))
        assert rebuild(stage.journal, views).views[0].compared


def test_a_join_twice_changes_nothing(stage):
    with viewed(stage, tally(on=_always_the_same)) as views:
        join(stage, "ada", "bo")
        Runner(stage.journal, views).catch_up()
        assert rebuild(stage.journal, views).views[0].compared


def _always_the_same(envelope: Any, rows: Rows) -> Changes:
    assert isinstance(envelope.fact, person.PersonJoined)
    yield Put(TALLIES, ("all",), {"count": 1, "note": None})
