"""Every command in every bad state: a line that says what is wrong and what to do, no traceback."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from deploy.compose import migrate
from deploy.settings import Settings
from tests.deploy.command import apart, here
from tests.stores import PostgresServer

AT_ONCE = [
    ("migrate",),
    ("rebuild",),
    ("token", "create", "--role", "viewer"),
    ("workflows", "reconcile"),
]
"""Commands that do their work in this process and end."""
DOCTOR = ("doctor",)
THAT_STAY = [("api",), ("worker",), ("projector",), ("up", "--port", "0")]
DEMO = ("demo", "--port", "0")


def noise(path: Path) -> None:
    """A file of a database that holds no database any more."""
    path.write_bytes(random.Random(1).randbytes(120_000))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A migrated installation."""
    folder = tmp_path / "data"
    folder.mkdir()
    migrate(Settings(data=folder))
    return folder


# --- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [*AT_ONCE, DOCTOR, *THAT_STAY, DEMO], ids=lambda command: command[0]
)
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MODE", "key", "choose 'local' or 'keys'"),
        ("PORT", "http", "a port is a number from 0 to 65535"),
        ("JOURNAL_URL", "mysql://okr:secret@db/okr", "URL of SQLite (sqlite:////…) or PostgreSQL"),
        ("VIEWS_URL", "postgresql://", "names no database"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_it_may_be(
    command: tuple[str, ...], name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TRUENORTH_{name}", value)
    given = tuple(part for part in command if part not in {"--port", "0"})
    answer = here(*given)
    answer.is_plain(f"TRUENORTH_{name}=", says)
    assert "secret" not in answer.said
    assert len(answer.said.splitlines()) == 1


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("okr.example.com", ("okr.example.com",)),
        ("okr.example.com, okr.example.org", ("okr.example.com", "okr.example.org")),
        ('["okr.example.com", "[::1]"]', ("okr.example.com", "[::1]")),
        ("[::1]", ("[::1]",)),
    ],
)
def test_allowed_hosts_are_named_with_commas_or_as_json(
    given: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUENORTH_ALLOWED_HOSTS", given)
    assert Settings.read({}).allowed_hosts == names


# --- stores -------------------------------------------------------------------------------------

STATES = {
    "journal.db": "the log is damaged",
    "directory.db": "the directory is damaged",
}


@pytest.fixture(params=STATES)
def damaged(request: pytest.FixtureRequest, data: Path) -> tuple[Path, str]:
    """An installation with a damaged store, and what has to be said about it."""
    noise(data / request.param)
    return data, STATES[request.param]


@pytest.mark.parametrize("command", AT_ONCE, ids=lambda command: command[0])
def test_a_damaged_store_is_named_with_its_cure(
    command: tuple[str, ...], damaged: tuple[Path, str]
) -> None:
    data, says = damaged
    answer = here(*command, "--data", str(data))
    if answer.code == 0:  # keys are made without the log
        assert (command[0], says) == ("token", "the log is damaged")
        return
    answer.is_plain(says, "put the last backup in its place")


@pytest.mark.drill
@pytest.mark.parametrize("command", THAT_STAY, ids=lambda command: command[0])
def test_a_process_names_the_damaged_store_and_ends(
    command: tuple[str, ...], damaged: tuple[Path, str]
) -> None:
    data, says = damaged
    apart(*command, "--data", str(data)).is_plain(says, "put the last backup in its place")


def test_the_api_names_a_damaged_log_and_ends(data: Path) -> None:
    noise(data / "journal.db")
    apart("api", "--data", str(data)).is_plain("the log is damaged", "put the last backup")


@pytest.mark.parametrize("command", AT_ONCE[1:], ids=lambda command: command[0])
def test_what_was_never_migrated_says_so(command: tuple[str, ...], tmp_path: Path) -> None:
    here(*command, "--data", str(tmp_path / "new")).is_plain("truenorth migrate")


@pytest.mark.drill
@pytest.mark.parametrize("command", THAT_STAY[:3], ids=lambda command: command[0])
def test_a_process_says_that_its_stores_were_never_migrated(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    apart(*command, "--data", str(tmp_path / "new")).is_plain("truenorth migrate")


@pytest.mark.parametrize("command", AT_ONCE, ids=lambda command: command[0])
def test_stores_of_a_newer_release_are_left_alone(command: tuple[str, ...], data: Path) -> None:
    with closing(sqlite3.connect(data / "journal.db")) as log, log:
        log.execute("UPDATE schema_versions SET version = 99")
    with closing(sqlite3.connect(data / "directory.db")) as directory, directory:
        directory.execute("UPDATE directory_version SET version = 99")
    here(*command, "--data", str(data)).is_plain("Install the newer True North", "nothing was")


@pytest.mark.parametrize("command", AT_ONCE, ids=lambda command: command[0])
def test_a_database_that_is_away_is_named(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUENORTH_JOURNAL_URL", "postgresql://okr:secret@127.0.0.1:1/okr")
    answer = here(*command, "--data", str(tmp_path))
    answer.is_plain("the store does not answer", "Is the database up")
    assert "secret" not in answer.said


@pytest.fixture
def unprivileged(postgres_server: PostgresServer, postgres_url: str) -> str:
    """The URL of a migrated database for a user who has no rights there."""
    migrate(Settings(journal_url=postgres_url))
    postgres_server.admin(
        "DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    return postgres_url.replace("truenorth@", "stranger@")


@pytest.mark.parametrize("command", AT_ONCE, ids=lambda command: command[0])
def test_a_database_user_without_rights_hears_that_it_lacks_them(
    command: tuple[str, ...], unprivileged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUENORTH_JOURNAL_URL", unprivileged)
    here(*command, "--data", str(tmp_path)).is_plain("permission denied", "docs/operators.md")


def test_a_data_directory_that_is_a_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    for command in (*AT_ONCE[:1], ("up", "--port", "0")):
        here(*command, "--data", str(tmp_path / "data")).is_plain(str(tmp_path / "data"))


def test_a_fault_that_nobody_foresaw_is_a_line_and_a_file(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "logs").mkdir()

    def stumble(_: Settings) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr("deploy.compose.migrate_views", stumble)
    answer = here("migrate", "--data", str(data))
    answer.is_plain("nobody foresaw", "IndexError: list index out of range", "faults.log")
    assert "Traceback" in (data / "logs" / "faults.log").read_text()
