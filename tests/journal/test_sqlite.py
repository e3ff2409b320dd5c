"""The journal's contract on SQLite, and what only SQLite has to promise."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from journal.append import Receipt
from journal.errors import JournalUnavailable, LogUnguarded, StoreTooNew
from journal.migrate import migrate
from journal.store import open_journal
from journal.urls import sqlite_path
from tests.journal.contract import JournalContract
from tests.journal.toy import ToyDecider, add


class TestSQLite(JournalContract):
    @pytest.fixture
    def url(self, sqlite_url: str) -> str:
        return sqlite_url


@pytest.fixture
def raw(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    """A stranger's connection to a log with three facts; it knows nothing of our pragmas."""
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        for _ in range(3):
            journal.handle(add("a"))
    with closing(
        sqlite3.connect(sqlite_path(sqlite_url) or "", isolation_level=None)
    ) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET topic = 'x' WHERE rowid = 1",
        "DELETE FROM stored_events WHERE rowid = 3",
        "DELETE FROM stored_events",
        "INSERT OR REPLACE INTO stored_events VALUES (2, 'x', 1, 'x', x'00')",
        "INSERT OR REPLACE INTO stored_events (originator_id, originator_version, topic, state)"
        " VALUES ('tally/a', 1, 'x', x'00')",
        "INSERT INTO stored_events VALUES (-5, 'x', 1, 'x', x'00')",
        "INSERT INTO stored_events VALUES (0, 'x', 1, 'x', x'00')",
        "INSERT INTO stored_events VALUES (9, 'x', 1, 'x', x'00')",
        "UPDATE command_receipts SET position = 9",
        "DELETE FROM command_receipts",
        "INSERT OR REPLACE INTO command_receipts"
        " SELECT command_id, 'x', 'x', 1, 1, 1, '' FROM command_receipts LIMIT 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_recorded(
    raw: sqlite3.Connection, statement: str
) -> None:
    before = list(raw.iterdump())
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert list(raw.iterdump()) == before


def test_commits_are_durable_before_they_are_acknowledged(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        store = journal._store
        with store.datastore.transaction(commit=True) as c:  # type: ignore[attr-defined]
            c.execute("PRAGMA synchronous")
            assert c.fetchone()[0] == 2
            c.execute("PRAGMA journal_mode")
            assert c.fetchone()[0] == "wal"
            c.execute("PRAGMA recursive_triggers")
            assert c.fetchone()[0] == 1


def test_a_file_of_a_newer_release_is_left_alone(raw: sqlite3.Connection, sqlite_url: str) -> None:
    raw.execute("UPDATE schema_versions SET version = 99")
    with pytest.raises(StoreTooNew):
        open_journal(sqlite_url, ToyDecider())
    with pytest.raises(StoreTooNew):
        migrate(sqlite_url)


@pytest.mark.parametrize(
    "sabotage",
    [
        "DROP TRIGGER no_delete",
        "DROP TRIGGER no_update; CREATE TRIGGER no_update BEFORE UPDATE ON stored_events"
        " BEGIN SELECT 1; END",
        "DROP TRIGGER no_delete; DELETE FROM stored_events WHERE rowid = 3",
    ],
)
def test_a_missing_or_changed_trigger_is_found_at_the_next_start(
    raw: sqlite3.Connection, sqlite_url: str, sabotage: str
) -> None:
    raw.executescript(sabotage)
    with pytest.raises(LogUnguarded, match="trigger"):
        open_journal(sqlite_url, ToyDecider())


def test_a_cut_tail_is_found_even_with_every_trigger_in_place(
    raw: sqlite3.Connection, sqlite_url: str
) -> None:
    trigger = raw.execute("SELECT sql FROM sqlite_master WHERE name='no_delete'").fetchone()[0]
    raw.executescript(f"DROP TRIGGER no_delete; DELETE FROM stored_events WHERE rowid=3; {trigger}")
    with pytest.raises(LogUnguarded, match="positions"):
        open_journal(sqlite_url, ToyDecider())


def test_a_running_journal_notices_hourly_and_stops_writing(
    raw: sqlite3.Connection, sqlite_url: str
) -> None:
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal._writer._guard_every = 0.0
        journal.handle(add("a"))
        raw.execute("DROP TRIGGER no_update")
        with pytest.raises(LogUnguarded):
            journal.handle(add("a"))
        assert journal.head() == 4


@pytest.mark.parametrize("url", ["sqlite:///data/x.db", "sqlite:////data/x.db"])
def test_three_or_four_slashes_name_the_same_file(url: str) -> None:
    assert sqlite_path(url) == "/data/x.db"


def test_an_unknown_kind_of_store_is_named() -> None:
    with pytest.raises(ValueError, match="mysql"):
        sqlite_path("mysql://x/y")


def test_a_backup_put_in_place_under_a_running_process_is_the_log_from_then_on(
    sqlite_url: str,
) -> None:
    path = sqlite_path(sqlite_url) or ""
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        with (
            closing(sqlite3.connect(path)) as log,
            closing(sqlite3.connect(f"{path}.backup")) as backup,
        ):
            log.backup(backup)
        for _ in range(3):
            journal.handle(add("a"))

        os.replace(f"{path}.backup", path)
        with pytest.raises(JournalUnavailable, match=r"journal\.db-wal belongs to the file before"):
            journal.handle(add("a"))
        for beside in ("-wal", "-shm"):
            os.unlink(f"{path}{beside}")

        assert journal.head() == 1
        journal.handle(add("a"))
        assert journal.state("tally/a")[1] == 2
    with open_journal(sqlite_url, ToyDecider()) as journal:
        assert journal.head() == 2, "what was acknowledged is in the file of that name"


def test_nothing_is_acknowledged_while_the_file_of_the_log_is_gone(sqlite_url: str) -> None:
    path = sqlite_path(sqlite_url) or ""
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        os.rename(path, f"{path}.elsewhere")
        with pytest.raises(JournalUnavailable, match="is gone"):
            journal.handle(add("a"))
        os.rename(f"{path}.elsewhere", path)
        journal.handle(add("a"))
        assert journal.head() == 2


def test_what_went_into_a_file_that_had_just_lost_its_name_is_written_again(
    sqlite_url: str,
) -> None:
    path = sqlite_path(sqlite_url) or ""
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        with (
            closing(sqlite3.connect(path)) as log,
            closing(sqlite3.connect(f"{path}.backup")) as backup,
        ):
            log.backup(backup)
        journal.handle(add("a"))
        # Between two writes that follow each other so closely that only the second one's end looks.
        for beside in ("-wal", "-shm"):
            os.unlink(f"{path}{beside}")
        os.replace(f"{path}.backup", path)
        journal._store.log_datastore._looked_at = time.monotonic()  # type: ignore[attr-defined]
        answer = journal.handle(add("a"))
        assert isinstance(answer, Receipt)
        assert (answer.position, answer.version, answer.replayed) == (2, 2, False)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        found = journal.tail(0)
        assert [each.command_id for each in found[1:]] == [answer.command_id]
