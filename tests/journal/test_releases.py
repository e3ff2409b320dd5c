"""Stores of older releases climb to this one; the files in ``releases/`` are never changed.

``log_1_*`` and ``directory_1_*`` are what the code of schema 1 left: for SQLite a whole dump, for
PostgreSQL the statements that its migrate step ran. A step that lifts one of them is tried here
for ever.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.text import SealedText
from journal import directory, migrate, postgres_schema, sqlite_schema
from journal.append import Receipt
from journal.clock import SystemClock
from journal.directory import Directory, Person
from journal.errors import StoreNotMigrated, StoreTooNew
from journal.schema_steps import climb
from journal.store import open_journal, sqlite_path
from tests.journal.toy import Added, ToyDecider, add
from tests.stores import PostgresServer

RELEASES = Path(__file__).parent / "releases"
_FACTS = "SELECT originator_id, originator_version, topic, state FROM stored_events ORDER BY rowid"


def _restore(name: str, path: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript((RELEASES / name).read_text())


@pytest.fixture
def old_sqlite_log(sqlite_url: str) -> str:
    _restore("log_1_sqlite.sql", sqlite_path(sqlite_url) or "")
    return sqlite_url


@pytest.fixture
def old_postgres_log(postgres_url: str, tmp_path: Path) -> str:
    """The old tables with the facts of the SQLite dump, inserted as any release inserts."""
    _restore("log_1_sqlite.sql", str(tmp_path / "dump.db"))
    with closing(sqlite3.connect(tmp_path / "dump.db")) as dump:
        facts = dump.execute(_FACTS).fetchall()
        receipts = dump.execute(
            "SELECT command_id, subject, stream, version, position, facts, fingerprint"
            " FROM command_receipts"
        ).fetchall()
    with psycopg.connect(postgres_url) as connection:
        connection.execute((RELEASES / "log_1_postgres.sql").read_bytes())
        cursor = connection.cursor()
        cursor.executemany(
            "INSERT INTO journal.stored_events (originator_id, originator_version, topic, state)"
            " VALUES (%s, %s, %s, %s)",
            facts,
        )
        cursor.executemany(
            "INSERT INTO journal.command_receipts VALUES (%s, %s, %s, %s, %s, %s, %s)", receipts
        )
    return postgres_url


@pytest.fixture(params=["sqlite", "postgres"])
def old_log(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"old_{request.param}_log")
    return found


def test_an_older_log_is_not_opened_before_it_is_lifted(old_log: str) -> None:
    with pytest.raises(StoreNotMigrated, match=r"schema 1, this release needs 2.*migrate"):
        open_journal(old_log, ToyDecider())


def test_a_log_of_schema_1_climbs_and_keeps_every_fact_receipt_and_position(old_log: str) -> None:
    assert migrate.migrate(old_log) == 2
    assert migrate.migrate(old_log) == 2
    with open_journal(old_log, ToyDecider(), SystemClock()) as journal:  # with every trigger
        facts = journal.tail(0)
        assert [each.position for each in facts] == list(range(1, 9))
        assert journal.state("tally/a") == (Decimal(4), 3)
        assert journal.state("tally/b") == (Decimal(11), 4)
        assert isinstance(facts[1].fact, Added)
        assert facts[1].fact.note == 'Ω "quoted"'
        assert facts[1].reason == SealedText("counted")
        receipt = journal.receipt(facts[-1].command_id)
        assert receipt is not None
        assert (receipt.position, receipt.facts) == (8, 2)
        assert journal.integrity() == ()
        answer = journal.handle(add("a"))
        assert isinstance(answer, Receipt)
        assert (answer.position, answer.version) == (9, 4)


def test_what_follows_in_a_lifted_log_is_not_recorded_before_it(old_log: str) -> None:
    migrate.migrate(old_log)
    with open_journal(old_log, ToyDecider()) as simulated:
        assert simulated._store.last_instant() == simulated.tail(7)[0].recorded_at
        simulated.handle(add("a", at=datetime(2090, 1, 1, tzinfo=UTC)))
    with open_journal(old_log, ToyDecider(), SystemClock()) as journal:
        journal.handle(add("a"))
        assert journal.tail(9)[0].recorded_at == datetime(2090, 1, 1, tzinfo=UTC)


def test_the_database_still_refuses_to_change_a_lifted_log(old_log: str) -> None:
    migrate.migrate(old_log)
    path = sqlite_path(old_log)
    if path is None:
        with psycopg.connect(old_log) as other, pytest.raises(psycopg.errors.RestrictViolation):
            other.execute("DELETE FROM journal.stored_events WHERE notification_id = 8")
    else:
        with closing(sqlite3.connect(path)) as raw, pytest.raises(sqlite3.IntegrityError):
            raw.execute("DELETE FROM stored_events WHERE rowid = 8")


def test_lifted_rights_are_those_of_a_new_log(
    postgres_server: PostgresServer, old_postgres_log: str
) -> None:
    migrate.migrate(old_postgres_log)
    postgres_server.admin(
        "DO $$ BEGIN CREATE USER lifted IN ROLE truenorth_app;"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    url = old_postgres_log.replace("truenorth@", "lifted@")
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        assert isinstance(journal.handle(add("a")), Receipt)
    with psycopg.connect(url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE journal.log_head SET recorded_at = now()")
        owners = connection.execute(
            "SELECT DISTINCT proowner::regrole::text FROM pg_proc"
            " WHERE pronamespace = 'journal'::regnamespace"
        ).fetchall()
    assert owners == [("truenorth_owner",)]


def test_a_running_process_whose_store_was_lifted_by_a_newer_release_is_told_so(
    postgres_url: str,
) -> None:
    migrate.migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        with psycopg.connect(postgres_url) as newer:
            newer.execute(f"DROP FUNCTION {postgres_schema._APPEND}".encode())
            newer.execute("UPDATE journal.schema_versions SET version = 99")
        with pytest.raises(StoreTooNew, match=r"schema 99.*newer"):
            journal.handle(add("a"))


# --- the directory -------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgres"])
def old_directory(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    path = sqlite_path(url)
    if path is not None:
        _restore("directory_1_sqlite.sql", path)
        return url
    with psycopg.connect(url) as connection:
        connection.execute((RELEASES / "directory_1_postgres.sql").read_bytes())
        connection.execute(
            "INSERT INTO directory.people VALUES"
            " ('p1', 'Zoë Klein', 'Zoe.Klein@Example.org', 'zoe.klein@example.org'),"
            " ('p2', 'Ann', NULL, NULL)"
        )
    return url


def test_a_directory_of_schema_1_climbs_and_keeps_everybody(old_directory: str) -> None:
    with pytest.raises(StoreNotMigrated, match=r"schema 1, this release needs 2.*migrate"):
        Directory(old_directory)
    assert directory.migrate(old_directory) == 2
    with Directory(old_directory) as people:
        assert list(people.people()) == ["p2", "p1"]
        assert people.find_person("zoe.klein@example.org") == Person(
            "p1", "Zoë Klein", "Zoe.Klein@Example.org"
        )


# --- the ladder itself ---------------------------------------------------------------------------


def test_a_store_climbs_only_the_steps_that_it_has_not_seen() -> None:
    steps: list[Callable[[list[int]], Any]] = [lambda done, n=n: done.append(n) for n in range(4)]
    for found in range(5):
        done: list[int] = []
        assert climb("the log", found, steps, done) is (found < 4)
        assert done == list(range(found, 4))
    with pytest.raises(StoreTooNew, match="the log has schema 5, this release knows up to 4"):
        climb("the log", 5, steps, [])


def test_a_step_that_fails_leaves_the_store_where_it_was(
    old_sqlite_log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(cursor: sqlite3.Cursor) -> None:
        cursor.execute("CREATE TABLE half_done (n)")
        raise RuntimeError("broken off")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite_schema, "STEPS", (*sqlite_schema.STEPS[:1], break_off))
        with pytest.raises(RuntimeError, match="broken off"):
            migrate.migrate(old_sqlite_log)
    with closing(sqlite3.connect(sqlite_path(old_sqlite_log) or "")) as raw:
        assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'half_done'").fetchall()
    assert migrate.migrate(old_sqlite_log) == 2
