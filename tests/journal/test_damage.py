"""Damaged stores: told by name with what to do, read as far as that goes, never written to."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from journal import directory
from journal.directory import Directory
from journal.errors import (
    DirectoryDamaged,
    JournalError,
    JournalUnavailable,
    LogDamaged,
    StoreForbidden,
)
from journal.failures import named
from journal.log import Journal
from journal.migrate import migrate
from journal.sqlite_integrity import damage_of
from journal.store import open_journal, sqlite_path
from tests.journal.toy import ToyDecider, add
from tests.stores import PostgresServer

PAGE = 4096
FACTS = 60


def _filled(url: str) -> Path:
    """A log whose facts lie on many pages, all of them in the file itself."""
    migrate(url)
    with open_journal(url, ToyDecider()) as journal:
        for n in range(FACTS):
            journal.handle(add(f"t{n}", note="x" * 1200))
    path = Path(sqlite_path(url) or "")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _leaf_of_facts(path: Path) -> int:
    """A page that holds facts of the middle, found by its content."""
    content = path.read_bytes()
    needle = f"tally/t{FACTS // 2}toy.added".encode()
    return content.index(needle) // PAGE


def _noise(path: Path, page: int, pages: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(bytes(range(256)) * (PAGE // 256) * pages)


@pytest.fixture
def log(sqlite_url: str) -> Path:
    return _filled(sqlite_url)


def _readable(journal: Journal) -> int:
    """The first facts, which stand before the damage."""
    return len(journal.tail(0, 10))


def test_a_damaged_log_is_opened_read_and_not_written_to(sqlite_url: str, log: Path) -> None:
    _noise(log, _leaf_of_facts(log))
    with open_journal(sqlite_url, ToyDecider()) as journal:
        assert _readable(journal) == 10
        with pytest.raises(LogDamaged, match="backup") as caught:
            journal.handle(add("new"))
        assert str(log) in str(caught.value)
        assert journal.integrity()
        with pytest.raises(LogDamaged):
            journal.tail(0, FACTS)
        assert _readable(journal) == 10
    assert sqlite3.connect(log).execute("SELECT max(rowid) FROM stored_events").fetchone() == (
        FACTS,
    )


def test_damage_met_while_running_stops_all_writing(sqlite_url: str, log: Path) -> None:
    page = _leaf_of_facts(log)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        with closing(sqlite3.connect(log)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _noise(log, page)
        # A connection that has not read the page yet
        journal._store.log_datastore._idle.clear()  # type: ignore[attr-defined]
        with pytest.raises(LogDamaged):
            journal.tail(0, FACTS)
        with pytest.raises(LogDamaged):
            journal.handle(add("a"))


def test_a_sound_log_has_no_findings(sqlite_url: str, log: Path) -> None:
    with open_journal(sqlite_url, ToyDecider()) as journal:
        assert journal.integrity() == ()
        journal.handle(add("a"))


def test_a_large_log_is_looked_at_only_for_the_time_given(sqlite_url: str) -> None:
    migrate(sqlite_url)
    path = Path(sqlite_path(sqlite_url) or "")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)"
            " INSERT INTO stored_events SELECT i, 's/' || i, 1, 'toy.added', zeroblob(3500) FROM n"
        )
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _noise(path, 100, pages=4)  # SQLite looks at a table from its end
    # The rest is left to who has more time. On a busy machine the clock may ring late.
    assert any(damage_of(str(path), seconds=0.001) == () for _ in range(20))
    assert damage_of(str(path))


def test_a_log_that_is_no_database_any_more_is_told(sqlite_url: str, log: Path) -> None:
    _noise(log, 0)
    with pytest.raises(LogDamaged, match="backup"):
        open_journal(sqlite_url, ToyDecider())
    with pytest.raises(LogDamaged, match="backup"):
        migrate(sqlite_url)


def test_a_log_cut_short_is_told(sqlite_url: str, log: Path) -> None:
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 2 // PAGE * PAGE])
    with pytest.raises(LogDamaged), open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))


def test_a_log_that_may_not_be_written_is_told(sqlite_url: str, log: Path, tmp_path: Path) -> None:
    cause = sqlite3.OperationalError("attempt to write a readonly database")
    cause.sqlite_errorcode = sqlite3.SQLITE_READONLY
    assert isinstance(named(cause, str(log)), StoreForbidden)


@pytest.mark.parametrize("noise", [0, 1])
def test_a_damaged_directory_is_told(tmp_path: Path, noise: int) -> None:
    path = tmp_path / "directory.db"
    url = f"sqlite:///{path}"
    directory.migrate(url)
    with Directory(url) as people:
        for n in range(200):
            people.put_person(f"p{n}", f"Somebody {n}", f"p{n}@example.org")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _noise(path, noise, pages=path.stat().st_size // PAGE - noise)
    with pytest.raises(DirectoryDamaged, match="backup"), Directory(url) as people:
        people.people()


# --- PostgreSQL ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sqlstate", ["XX001", "XX002"])
def test_damage_that_postgresql_tells_is_told_on(postgres_url: str, sqlstate: str) -> None:
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(
            f"DO $$ BEGIN RAISE EXCEPTION 'invalid page in block 7'"
            f" USING ERRCODE = '{sqlstate}'; END $$".encode()
        )
    assert isinstance(named(caught.value, "the database"), LogDamaged)


def test_a_damaged_page_of_postgresql_stops_writing_and_is_found_by_the_look_at_everything() -> (
    None
):
    server = PostgresServer.create()
    try:
        url = server.new_database()
        migrate(url)
        with open_journal(url, ToyDecider()) as journal:
            for n in range(FACTS):
                journal.handle(add(f"t{n}", note="x" * 1200))
            assert journal.integrity() == ()
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT pg_relation_filepath('journal.stored_events')"
            ).fetchone()
        assert row is not None
        server.stop()
        with (server.folder / "data" / row[0]).open("r+b") as file:
            file.seek(2 * 8192)
            file.write(b"\x5a" * 8192)
        server.start()
        with open_journal(url, ToyDecider()) as journal:
            assert _readable(journal) == 10
            assert journal.integrity()
            with pytest.raises(LogDamaged, match="backup"):
                journal.handle(add("a"))
            assert _readable(journal) == 10
    finally:
        server.destroy()


def test_a_head_that_disagrees_with_the_facts_is_found_at_once(postgres_url: str) -> None:
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        journal.handle(add("a"))
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE journal.log_head SET pos = 7")
    with open_journal(postgres_url, ToyDecider()) as journal:
        with pytest.raises(LogDamaged, match="7 positions were given out"):
            journal.handle(add("a"))
        assert journal.head() == 1


def test_a_lost_connection_is_no_damage(postgres_url: str) -> None:
    error: JournalError | None = named(psycopg.OperationalError("gone"), "the database")
    assert isinstance(error, JournalUnavailable)


def test_the_damaged_file_may_be_replaced_by_a_sound_one(sqlite_url: str, log: Path) -> None:
    """What the message advises to do."""
    backup = log.with_suffix(".backup")
    shutil.copy(log, backup)
    _noise(log, _leaf_of_facts(log))
    with open_journal(sqlite_url, ToyDecider()) as journal:
        assert journal.integrity()
    for each in log.parent.glob("journal.db*"):
        each.rename(each.with_name(f"damaged-{each.name}"))
    shutil.copy(backup, log)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        assert journal.integrity() == ()
        journal.handle(add("a"))
        assert journal.head() == FACTS + 1
