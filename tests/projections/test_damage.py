"""Promises when the file of the views is damaged: one typed error, and rows made anew."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from projections.engine.errors import ViewsDamaged
from projections.engine.rebuild import rebuild
from projections.engine.runner import Runner
from projections.people import lists
from tests.projections.stage import Stage, staged
from tests.projections.test_engine import join


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        join(made, *(f"p{n}" for n in range(30)))
        made.runner.catch_up()
        with made.views.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        made.views.engine.dispose()
        yield made


def file(stage: Stage) -> Path:
    return Path(stage.views.url.removeprefix("sqlite:///"))


def noise(path: Path) -> None:
    """Every page but the first is overwritten."""
    size = path.stat().st_size
    with path.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\x5a" * (size - 4096))


def no_database(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.write(b"this is not a database, it is a letter to a friend" * 10)


def truncated(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.truncate(60)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def people(stage: Stage) -> int:
    moment = stage.views.moment(None, stage.now)
    return len(lists.people(stage.views, moment=moment, limit=100)["items"])


FAULTS = pytest.mark.parametrize("spoil", [noise, no_database, truncated, emptied])


@FAULTS
def test_reads_say_what_is_damaged(stage, spoil: Callable[[Path], None]):
    spoil(file(stage))
    for _ in range(2):
        with pytest.raises(ViewsDamaged, match="views"):
            people(stage)
        with pytest.raises(ViewsDamaged):
            stage.views.health()


@FAULTS
def test_a_rebuild_puts_the_damaged_file_aside_and_makes_the_views_anew(stage, spoil):
    spoil(file(stage))
    rebuild(stage.journal, stage.views)
    assert people(stage) == 30
    assert len(list(file(stage).parent.glob("views.db.damaged-*"))) == 1


@FAULTS
def test_migrate_does_not_stumble_over_a_damaged_file(stage, spoil):
    spoil(file(stage))
    stage.views.migrate()
    Runner(stage.journal, stage.views).catch_up()
    assert people(stage) == 30


@FAULTS
def test_the_next_start_of_the_projector_mends_it_and_readers_go_over(stage, spoil, caplog):
    spoil(file(stage))
    with pytest.raises(ViewsDamaged):
        people(stage)
    stop = threading.Event()
    thread = threading.Thread(target=Runner(stage.journal, stage.views).run, args=(stop,))
    thread.start()
    try:
        join(stage, "late")
        assert _in_time(stage)
    finally:
        stop.set()
        thread.join(20)
    assert people(stage) == 31
    assert not [each for each in caplog.records if each.exc_info]


def _in_time(stage: Stage) -> bool:
    for _ in range(200):
        try:
            return stage.views.wait_for(stage.journal.head(), 20)
        except ViewsDamaged:
            threading.Event().wait(0.1)
    return False


@FAULTS
def test_who_still_has_the_damaged_file_open_harms_the_new_one_in_nothing(stage, spoil):
    with closing(sqlite3.connect(file(stage))) as other:
        other.execute("SELECT count(*) FROM followers").fetchone()
        spoil(file(stage))
        stage.views.heal()
        with suppress(sqlite3.DatabaseError):  # it may still have what it reads in memory
            other.execute("SELECT count(*) FROM followers").fetchone()
        Runner(stage.journal, stage.views).catch_up()
    assert people(stage) == 30
    with closing(sqlite3.connect(file(stage))) as fresh:
        assert fresh.execute("PRAGMA quick_check").fetchone() == ("ok",)
        (counted,) = fresh.execute("SELECT count(*) FROM followers").fetchone()
        assert counted
