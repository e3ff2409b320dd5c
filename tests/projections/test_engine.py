"""Promises of the engine: nothing twice, nothing left out, one bad view harms no other."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.cycle.asked import OwedListed
from domain.okr.roster import PlaceClaimed, PlaceReleased, SupportClaimed
from domain.people import person, team
from domain.thing import Overlooked
from domain.things import THINGS
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS, VIEWS
from projections.engine.followers import FOLLOWERS
from projections.engine.moment import Moment, MomentAhead, UnreadableMoment
from projections.engine.projection import Projection
from projections.engine.runner import Runner
from projections.engine.versions import Changes, Put, Rows, keys_of
from projections.engine.view_store import ViewStore
from projections.people.person import PEOPLE
from tests.projections.stage import START, Stage, staged
from tests.projections.tally import NOTES, TALLIES, counted, tally

ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


def join(stage: Stage, *names: str) -> None:
    for name in names:
        stage.do(person.AddPerson, person_id=name)


@contextmanager
def viewed(stage: Stage, *projections: Any, folder: Path | None = None) -> Iterator[ViewStore]:
    """Views of these projections beside the stage's own."""
    path = (folder or Path(stage.views.url.removeprefix("sqlite:///")).parent) / "tally.db"
    with ViewStore(f"sqlite:///{path}", projections) as views:
        views.migrate()
        yield views


def tallies(views: ViewStore, position: int | None = None) -> dict[str, int]:
    at = views.position() if position is None else position
    with views.reading() as look:
        rows = look.rows(TALLIES, Moment(at, START, live=position is None))
    return {row["name"]: row["count"] for row in rows}


# --- facts ----------------------------------------------------------------------------------------


def test_every_fact_of_the_catalogue_is_listened_to_and_told():
    by_name = {each.name: each for each in PROJECTIONS}
    facts = set(THINGS.facts.values())
    assert {view.kind for view in VIEWS} == {thing.kind for thing in THINGS}
    assert by_name["history"].handlers.keys() == facts
    heard = {
        fact
        for name in ("okr", "people", "cycle", "lean", "talk")
        for fact in heard_by(by_name[name])
    }
    # What a roster guards the objectives say themselves; what an ask lists becomes obligations; a
    # desk is read whole from the log.
    desk = set(THINGS.of("desk").steps)
    assert facts - heard == {PlaceClaimed, PlaceReleased, SupportClaimed, OwedListed} | desk


def heard_by(projection: Projection) -> set[Any]:
    return {fact for facts in projection.kinds.values() for fact in facts}


def test_a_projection_that_overlooks_a_fact_of_its_kinds_cannot_be_made():
    whole = tally()
    with pytest.raises(Overlooked, match=r"people\.team-formed"):
        Projection("deaf", (), whole.handlers, whole.kinds)
    with pytest.raises(Overlooked, match=r"people\.person-joined"):
        Projection("deaf", (), whole.handlers, whole.kinds, whole.silent | {person.PersonJoined})


def test_facts_are_wanted_by_kind_of_stream_and_by_type_undecoded():
    wants = tally().wants
    assert wants("person/ada", "people.person-joined")
    assert wants("person/ada", "people.person-ennobled")
    assert not wants("team/a", "people.team-formed")
    assert not wants("cycle/q1", "cycle.cycle-planned")


def test_a_fact_without_a_handler_halts_the_view_and_only_that_one(stage):
    deaf = Projection("deaf", (), {}, {"person": ()})
    with viewed(stage, deaf, tally()) as views:
        stage.do(team.FormTeam, team_id="a", name="Ops", kind="team")
        join(stage, "ada")
        Runner(stage.journal, views).catch_up()
        red, green = views.health()
        assert (red["state"], red["position"]) == ("halted", 1)
        assert "position 2" in red["reason"]
        assert "people.person-joined" in red["reason"]
        assert (green["state"], green["position"]) == ("running", 2)
        assert tallies(views) == {"ada": 1}


# --- batches --------------------------------------------------------------------------------------


def test_versions_follow_each_other_without_gap_or_overlap(stage):
    with viewed(stage, tally()) as views:
        runner = Runner(stage.journal, views)
        stage.do(team.FormTeam, team_id="a", name="Ops", kind="team")
        join(stage, "ada")
        for step in range(12):
            wish = team.RemoveMember if step % 4 == 3 else team.AddMember
            fields: dict[str, Any] = {} if step % 4 == 3 else {"role": ("lead", "member")[step % 2]}
            stage.do(wish, team_id="a", person_id="ada", **fields)
            if step % 3 == 0:
                runner.catch_up()
        runner.catch_up()
        with views.engine.connect() as connection:
            rows = connection.execute(select(TALLIES).order_by(TALLIES.c.since)).mappings().all()
        assert [row["first"] for row in rows] == [1] + [0] * (len(rows) - 1)
        for before, after in pairwise(rows):
            assert before["until"] is not None
            assert before["until"] <= after["since"]
        counts = [tallies(views, position).get("ada", 0) for position in range(2, 15)]
        assert counts == [1, 2, 3, 4, 0, 1, 2, 3, 0, 1, 2, 3, 0]


def test_batches_of_one_and_one_batch_of_all_write_the_same_rows(stage, tmp_path):
    def write(folder: str, *, eager: bool) -> list[tuple[Any, ...]]:
        (tmp_path / folder).mkdir()
        with viewed(stage, tally(on=forgetful), folder=tmp_path / folder) as views:
            if eager:
                for position in range(stage.journal.head()):
                    Runner(Upto(stage.journal, position + 1), views).catch_up()
            Runner(stage.journal, views).catch_up()
            with views.engine.connect() as connection:
                return [tuple(row) for row in connection.execute(select(TALLIES))]

    stage.do(team.FormTeam, team_id="a", name="Ops", kind="team")
    join(stage, "ada", "bo")
    for role in ("lead", "member", "lead"):
        stage.do(team.AddMember, team_id="a", person_id="ada", role=role)
    assert sorted(write("eager", eager=True)) == sorted(write("lazy", eager=False))


def forgetful(envelope: Any, rows: Rows) -> Changes:
    """Writes whole rows without looking, the same ones again and again."""
    yield Put(TALLIES, (envelope.fact.person_id,), {"count": envelope.position // 5, "note": None})


class Upto:
    """The journal as it was at a position."""

    def __init__(self, journal: Any, head: int) -> None:
        self._journal, self._head = journal, head

    def head(self) -> int:
        return self._head

    def rows(self, after: int, limit: int = 500) -> Any:
        return self._journal.rows(after, min(limit, self._head - after))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)


def test_what_changes_nothing_makes_no_version(stage):
    with viewed(stage, tally(on=forgetful)) as views:
        stage.do(team.FormTeam, team_id="a", name="Ops", kind="team")
        join(stage, "ada")
        for role in ("lead", "member"):
            stage.do(team.AddMember, team_id="a", person_id="ada", role=role)
        Runner(stage.journal, views).catch_up()
        with views.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(TALLIES)) == 1


def test_a_handler_that_fails_half_way_leaves_nothing_of_that_fact(stage):
    def choking(envelope: Any, rows: Rows) -> Changes:
        yield from counted(envelope, rows)
        if envelope.fact.person_id == "cy":
            raise ValueError("cannot swallow")

    with viewed(stage, tally(on=choking)) as views:
        join(stage, "ada", "bo", "cy", "dee")
        Runner(stage.journal, views).catch_up()
        (health,) = views.health()
        assert (health["state"], health["position"]) == ("halted", 2)
        assert "cannot swallow" in health["reason"]
        assert tallies(views, 2) == {"ada": 1, "bo": 1}
        with views.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(NOTES)) == 2


def test_rows_that_the_store_refuses_halt_the_view(stage):
    def incomplete(envelope: Any, rows: Rows) -> Changes:
        yield Put(TALLIES, (envelope.fact.person_id,), {"count": None})

    with viewed(stage, tally(on=incomplete), *PROJECTIONS[1:2]) as views:
        join(stage, "ada")
        Runner(stage.journal, views).catch_up()
        assert [each["state"] for each in views.health()] == ["halted", "running"]


def test_a_new_process_takes_a_halted_view_up_again(stage):
    broken = threading.Event()
    broken.set()

    def repaired(envelope: Any, rows: Rows) -> Changes:
        if broken.is_set():
            raise ValueError("broken")
        return counted(envelope, rows)

    with viewed(stage, tally(on=repaired)) as views:
        join(stage, "ada", "bo")
        runner = Runner(stage.journal, views)
        runner.catch_up()
        runner.catch_up()
        assert views.health()[0]["state"] == "halted"
        broken.clear()
        Runner(stage.journal, views).catch_up()
        assert (views.health()[0]["state"], tallies(views)) == ("running", {"ada": 1, "bo": 1})


def test_a_view_that_stands_behind_catches_up_before_all_go_on_together(stage):
    join(stage, "ada", "bo")
    stage.runner.catch_up()
    with stage.views.engine.begin() as connection:
        connection.execute(PEOPLE.delete())
        connection.execute(
            FOLLOWERS.update().where(FOLLOWERS.c.name == "people").values(position=0)
        )
    join(stage, "cy")
    Runner(stage.journal, stage.views).catch_up()
    assert {each["position"] for each in stage.views.health()} == {3}
    with stage.views.reading() as look:
        rows = look.rows(PEOPLE, stage.moment())
    assert [row["person_id"] for row in rows] == ["ada", "bo", "cy"]


# --- several at once, and death -------------------------------------------------------------------


def test_two_runners_write_every_row_once(stage):
    stop = threading.Event()
    with viewed(stage, tally()) as views:
        threads = [
            threading.Thread(target=Runner(stage.journal, views).run, args=(stop,))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        try:
            join(stage, *(f"p{n}" for n in range(40)))
            assert views.wait_for(stage.journal.head(), 30)
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
        assert tallies(views) == {f"p{n}": 1 for n in range(40)}
        with views.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(NOTES)) == 40


_MORTAL = """
import sys, threading
from journal.store import open_journal
from journal.wiring import domain_decider
import projections.engine.runner as r
from projections.catalogue import PROJECTIONS
from projections.engine.view_store import ViewStore
r.BATCH = 3
with (
    open_journal(sys.argv[1], domain_decider()) as journal,
    ViewStore(sys.argv[2], PROJECTIONS) as views,
):
    print("up", flush=True)
    r.Runner(journal, views).run(threading.Event())
"""


def test_a_killed_runner_repeats_nothing_and_leaves_nothing_out(stage):
    log = stage.views.url.replace("views.db", "journal.db")
    deaths = 0
    for round_ in range(2):
        mortal = subprocess.Popen(
            [sys.executable, "-c", _MORTAL, log, stage.views.url],
            cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert mortal.stdout is not None
        mortal.stdout.readline()
        join(stage, *(f"p{round_}-{n}" for n in range(25)))
        stage.views.wait_for(stage.journal.head() - 12, 20)
        mortal.send_signal(signal.SIGKILL)
        deaths += mortal.wait(10) == -signal.SIGKILL
        mortal.stdout.close()
    assert deaths == 2
    Runner(stage.journal, stage.views).catch_up()
    with stage.views.reading() as look:
        rows = look.rows(PEOPLE, stage.moment())
        total = look.connection.scalar(select(func.count()).select_from(PEOPLE))
    assert len(rows) == total == 50


def test_a_store_that_comes_back_is_written_on(stage, caplog):
    stop = threading.Event()
    thread = threading.Thread(target=stage.runner.run, args=(stop,))
    with stage.views.engine.connect().execution_options(writes=True) as held:
        held.exec_driver_sql("SELECT 1")  # begins: the write lock is taken
        join(stage, "ada")
        thread.start()
        time.sleep(0.2)
        assert stage.views.position() == 0
        held.rollback()
    try:
        assert stage.views.wait_for(1, 15)
    finally:
        stop.set()
        thread.join(20)
    assert {each["state"] for each in stage.views.health()} == {"running"}


def test_a_wish_is_visible_soon_after_it_is_committed(stage):
    stop = threading.Event()
    log = stage.views.url.replace("views.db", "journal.db")
    with open_journal(log, domain_decider()) as other:
        thread = threading.Thread(target=Runner(other, stage.views).run, args=(stop,))
        thread.start()
        try:
            for number in range(5):
                join(stage, f"p{number}")
                began = time.monotonic()
                assert stage.views.wait_for(stage.journal.head(), 10)
                assert time.monotonic() - began < 5
        finally:
            stop.set()
            thread.join(20)


# --- moments --------------------------------------------------------------------------------------


def test_a_time_means_the_last_position_recorded_by_then(stage):
    for day in (0, 1, 1, 2):
        join(stage.on(day), f"p{stage.journal.head()}")
    asked = {0.5: 1, 1: 3, 1.5: 3, 2: 4, -1: 0}
    for day, position in asked.items():
        moment = stage.moment(day)
        assert (moment.position, moment.at, moment.live) == (
            position, START + timedelta(days=day), False,
        )  # fmt: skip
    assert stage.moment(position=2).at == START + timedelta(days=1)
    assert stage.moment(position=0).position == 0
    live = stage.moment()
    assert (live.position, live.live) == (4, True)


def test_a_log_ahead_of_our_clock_hides_nothing_from_a_question_about_now(stage):
    stage.on(1)
    join(stage, "ann")
    stage.on(400)  # somebody's clock was wrong
    join(stage, "bob", "cy")
    stage.runner.catch_up()
    now = START + timedelta(days=2)
    for at, position in (
        (now, 3),
        (now - timedelta(seconds=3), 3),  # what a client sends who says "now"
        (now - timedelta(minutes=1), 1),  # the past stays what it was
    ):
        assert stage.views.moment(at.isoformat(), now).position == position


def test_a_clock_that_runs_ahead_never_shows_what_was_recorded_later(stage):
    for day in (1, 5, 2, 6):
        stage.day = day
        join(stage, f"p{day}")
    # What was recorded on day 2 stands in the log after what a fast clock dated day 5.
    assert [stage.moment(day).position for day in (1, 2, 4.9, 5, 6)] == [1, 1, 1, 3, 4]


@pytest.mark.parametrize("text", ["", "@", "@-1", "@1.5", "@x", "2026-01-01", "2026-01-01T00:00:00",
                                  "yesterday", "@٣", "2026-13-01T00:00:00Z"])  # fmt: skip
def test_an_unreadable_moment_is_refused(stage, text):
    with pytest.raises(UnreadableMoment):
        stage.views.moment(text, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("text", ["@99999999999999999999", "2026-01-02T00:00:00Z"])
def test_a_moment_that_has_not_come_is_refused(stage, text):
    with pytest.raises(MomentAhead):
        stage.views.moment(text, datetime(2026, 1, 1, tzinfo=UTC))


# --- tables ---------------------------------------------------------------------------------------


def plans(views: ViewStore, statement: Any) -> str:
    with views.engine.connect() as connection:
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_no_table_is_read_whole_for_a_key_now_or_then(stage, projection):
    for table in projection.tables:
        key = [table.c[name] == table.c[name].type.python_type() for name in keys_of(table)]
        since = table.c.since <= 5
        for condition in (table.c.until.is_(None), since):
            plan = plans(
                stage.views, select(table.c.since).where(table.c.gen == 1, *key, condition)
            )
            assert "SCAN" not in plan, (table.name, plan)


def test_whatever_a_runner_dies_of_it_says_in_one_line_and_tries_again(stage, monkeypatch, caplog):
    stop, tries = threading.Event(), []

    def fails(*_: Any) -> int:
        tries.append(time.monotonic())
        if len(tries) == 4:
            stop.set()
        raise MemoryError("no room\nat all")

    monkeypatch.setattr(stage.journal, "wait", fails)
    with caplog.at_level(logging.INFO):
        stage.runner.run(stop)
    lines = [each for each in caplog.records if "cannot follow" in each.message]
    assert len(lines) == 4
    assert not [each for each in lines if each.exc_info or "\n" in each.message]
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses)  # longer and longer
