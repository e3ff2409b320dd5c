"""The journal's contract on PostgreSQL, and what only PostgreSQL has to promise."""

from collections.abc import Iterator

import psycopg
import pytest

from journal.errors import LogUnguarded, StoreTooNew
from journal.migrate import migrate
from journal.store import open_journal
from tests.journal.contract import JournalContract
from tests.journal.toy import ToyDecider, add
from tests.stores import PostgresServer


class TestPostgres(JournalContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        return postgres_url


@pytest.fixture
def raw(postgres_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The superuser's connection to a log with three facts."""
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        for _ in range(3):
            journal.handle(add("a"))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal.stored_events SET topic = 'x' WHERE notification_id = 1",
        "DELETE FROM journal.stored_events WHERE notification_id = 3",
        "TRUNCATE journal.stored_events",
        "INSERT INTO journal.stored_events SELECT * FROM journal.stored_events LIMIT 1"
        " ON CONFLICT (originator_id, originator_version) DO UPDATE SET topic = 'x'",
        "UPDATE journal.command_receipts SET position = 9",
        "DELETE FROM journal.command_receipts",
        "TRUNCATE journal.command_receipts",
    ],
)
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_the_database_itself_refuses_to_change_what_was_recorded(
    raw: psycopg.Connection[tuple[object, ...]], statement: str, mode: str
) -> None:
    raw.execute(f"SET session_replication_role = {mode}")  # even a restore or replica session
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
        raw.execute(statement)
    rows = raw.execute("SELECT notification_id FROM journal.stored_events ORDER BY 1").fetchall()
    assert rows == [(1,), (2,), (3,)]


def test_a_made_up_position_is_replaced_by_the_next_one(
    raw: psycopg.Connection[tuple[object, ...]],
) -> None:
    row = raw.execute(
        "INSERT INTO journal.stored_events VALUES ('x', 1, 't', '', 77) RETURNING notification_id"
    ).fetchone()
    assert row == (4,)


def test_a_schema_of_a_newer_release_is_left_alone(
    raw: psycopg.Connection[tuple[object, ...]], postgres_url: str
) -> None:
    raw.execute("UPDATE journal.schema_versions SET version = 99")
    with pytest.raises(StoreTooNew):
        open_journal(postgres_url, ToyDecider())
    with pytest.raises(StoreTooNew):
        migrate(postgres_url)


@pytest.mark.parametrize(
    "sabotage",
    [
        "DROP TRIGGER no_change ON journal.stored_events",
        "ALTER TABLE journal.stored_events DISABLE TRIGGER no_truncate",
        "ALTER TABLE journal.stored_events ENABLE TRIGGER no_change",
        "ALTER TABLE journal.stored_events DISABLE TRIGGER assign_pos",
        "ALTER TABLE journal.command_receipts DISABLE TRIGGER ALL",
    ],
)
def test_a_missing_or_weakened_trigger_is_found_at_the_next_start(
    raw: psycopg.Connection[tuple[object, ...]], postgres_url: str, sabotage: str
) -> None:
    raw.execute(sabotage)  # type: ignore[call-overload]
    with pytest.raises(LogUnguarded, match="trigger"):
        open_journal(postgres_url, ToyDecider())


# --- roles ---------------------------------------------------------------------------------------


def _login(server: PostgresServer, url: str, role: str) -> str:
    """A login user who has only this group role."""
    name = f"login_{role.removeprefix('truenorth_')}"
    server.admin(
        f"DO $$ BEGIN CREATE USER {name} IN ROLE {role};"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    return url.replace("truenorth@", f"{name}@")


def test_j06_a_role_that_may_only_select_and_insert_can_append_and_nothing_else(
    postgres_server: PostgresServer, raw: psycopg.Connection[tuple[object, ...]], postgres_url: str
) -> None:
    url = _login(postgres_server, postgres_url, "truenorth_app")
    with open_journal(url, ToyDecider()) as journal:
        journal.handle(add("a"))
        assert journal.wait(3, 5) == 4
        assert journal.state("tally/a")[1] == 4
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (
            "UPDATE journal.log_head SET pos = 0",
            "SELECT pos FROM journal.log_head FOR UPDATE",
            "DELETE FROM journal.stored_events",
            "INSERT INTO journal.stored_events VALUES ('x', 1, 't', '', 77)",
            "DROP TRIGGER no_change ON journal.stored_events",
            "ALTER TABLE journal.stored_events DISABLE TRIGGER no_change",
            "TRUNCATE journal.command_receipts",
            "CREATE TABLE journal.x (y int)",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("role", ["truenorth_projector", "truenorth_reader"])
def test_projector_and_reader_can_only_look(
    postgres_server: PostgresServer,
    raw: psycopg.Connection[tuple[object, ...]],
    postgres_url: str,
    role: str,
) -> None:
    url = _login(postgres_server, postgres_url, role)
    with open_journal(url, ToyDecider()) as journal:
        assert len(journal.tail(0)) == 3
        with pytest.raises(Exception, match="permission denied"):
            journal.handle(add("a"))
        assert journal.head() == 3


def test_a_user_who_may_not_create_roles_can_migrate_all_the_same(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    postgres_server.admin(
        "DO $$ BEGIN CREATE USER plain; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    database = postgres_url.partition("@/")[2].partition("?")[0]
    postgres_server.admin(f"GRANT CREATE ON DATABASE {database} TO plain")
    url = postgres_url.replace("truenorth@", "plain@")
    migrate(url)
    with open_journal(url, ToyDecider()) as journal:
        journal.handle(add("a"))
        assert journal.head() == 1
