"""The directory promises the same on both stores."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from journal import directory
from journal import migrate as journal_migrate
from journal.directory import AT_ONCE, Directory, EmailTaken, Person
from journal.errors import JournalUnavailable, StoreForbidden, StoreNotMigrated, StoreTooNew
from journal.store import open_journal
from tests.journal.toy import ToyDecider
from tests.stores import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database, or a file of the directory's own: it never lies in the log's."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/directory.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def log_url(url: str, tmp_path: Path) -> str:
    """Where the log of the same installation lies: the same database, or the file beside it."""
    return f"sqlite:///{tmp_path}/journal.db" if url.startswith("sqlite") else url


@pytest.fixture
def people(url: str) -> Iterator[Directory]:
    directory.migrate(url)
    with Directory(url) as opened:
        yield opened


def test_a_person_can_be_put_changed_found_and_forgotten(people: Directory) -> None:
    people.put_person("p1", "Zoë", "zoe@example.org")
    people.put_person("p2", "Ann")
    people.put_person("p1", "Zoë Klein", "Zoe.Klein@Example.org")
    assert list(people.people().values()) == [
        Person("p2", "Ann", None),
        Person("p1", "Zoë Klein", "Zoe.Klein@Example.org"),
    ]
    assert people.people(["p2", "unknown"]) == {"p2": Person("p2", "Ann", None)}
    assert people.find_person(" zoe.klein@example.ORG") == people.people()["p1"]
    assert people.find_person("zoe@example.org") is None
    people.remove_person("p1")
    assert list(people.people()) == ["p2"]


def test_only_those_asked_for_are_fetched(people: Directory) -> None:
    for n in range(20):
        people.put_person(f"p{n}", f"Somebody {n:02}")
    rows: list[str] = []
    read = people._read

    def noting(*asked: Any, **values: Any) -> list[tuple[Any, ...]]:
        found = read(*asked, **values)
        rows.extend(row[0] for row in found)
        return found

    people._read = noting  # type: ignore[method-assign]
    assert list(people.people(["p7", "p3", "p7", "unknown"])) == ["p3", "p7"]
    assert sorted(rows) == ["p3", "p7"]
    assert people.people([]) == {}
    assert len(rows) == 2


def test_more_people_than_one_statement_can_name_are_found(people: Directory) -> None:
    for n in (0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE):
        people.put_person(f"p{n}", f"Somebody {n:04}")
    asked = (f"p{n}" for n in range(2 * AT_ONCE + 1))
    assert list(people.people(asked)) == ["p0", f"p{AT_ONCE - 1}", f"p{AT_ONCE}", f"p{2 * AT_ONCE}"]


def test_one_address_belongs_to_one_person(people: Directory) -> None:
    people.put_person("p1", "Ann", "ann@example.org")
    with pytest.raises(EmailTaken):
        people.put_person("p2", "Another", "ANN@example.org")
    assert list(people.people()) == ["p1"]


def test_a_key_is_known_by_its_secret_until_it_is_revoked(people: Directory) -> None:
    secret = people.create_key("auditor", "p1", "for the auditors")
    key = people.key(secret)
    assert key is not None
    assert (key.role, key.person_id, key.label) == ("auditor", "p1", "for the auditors")
    assert people.key(secret + "x") is None
    assert people.revoke(key.id)
    assert people.key(secret) is None
    assert not people.revoke(key.id)
    (revoked,) = people.keys()
    assert revoked.revoked_at is not None


def test_the_secret_itself_is_nowhere_stored(people: Directory) -> None:
    secret = people.create_key("admin", None, "x")
    stored = people._read("SELECT * FROM api_keys")
    assert secret not in str(stored)
    assert secret.removeprefix("tn_") not in str(stored)


def test_a_store_without_directory_asks_for_the_migrate_step(url: str, log_url: str) -> None:
    with pytest.raises(StoreNotMigrated):
        Directory(url)
    journal_migrate.migrate(log_url)
    with pytest.raises(StoreNotMigrated):
        Directory(url)


def test_a_directory_of_a_newer_release_is_left_alone(people: Directory, url: str) -> None:
    people._write("UPDATE directory_version SET version = 99")
    with pytest.raises(StoreTooNew):
        Directory(url)
    with pytest.raises(StoreTooNew):
        directory.migrate(url)


@pytest.mark.parametrize(
    ("role", "may_write"), [("truenorth_app", True), ("truenorth_projector", False)]
)
def test_the_roles_of_the_processes_can_use_the_directory_after_migrating(
    postgres_server: PostgresServer,
    postgres_url: str,
    role: str,
    may_write: bool,
) -> None:
    directory.migrate(postgres_url)
    login = f"directory_{role.removeprefix('truenorth_')}"
    postgres_server.admin(
        f"DO $$ BEGIN CREATE USER {login} IN ROLE {role};"
        " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    with Directory(postgres_url.replace("truenorth@", f"{login}@")) as opened:
        assert opened.people() == {}
        if may_write:
            opened.put_person("p1", "Ann")
            assert opened.key(opened.create_key("member", "p1", "x")) is not None
        else:
            with pytest.raises(StoreForbidden, match="permission denied"):
                opened.put_person("p1", "Ann")
            with pytest.raises(StoreForbidden, match="permission denied"):
                opened.keys()


def test_a_login_without_rights_is_told_so_and_not_to_migrate(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    directory.migrate(postgres_url)
    postgres_server.admin(
        "DO $$ BEGIN CREATE USER stranger; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    with pytest.raises(StoreForbidden, match="permission denied"):
        Directory(postgres_url.replace("truenorth@", "stranger@"))


def test_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    for name, step in (
        ("journal.db", journal_migrate.migrate),
        ("directory.db", directory.migrate),
    ):
        path = tmp_path / name
        url = f"sqlite:///{path}"
        step(url)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)  # as older releases left it
        step(url)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with Directory(f"sqlite:///{tmp_path}/directory.db") as people:
        people.put_person("p1", "Ann")
        modes = {stat.S_IMODE(each.stat().st_mode) & 0o007 for each in tmp_path.iterdir()}
    assert modes == {0}


def test_log_and_directory_of_an_installation_migrate_together(url: str, log_url: str) -> None:
    steps = [(journal_migrate.migrate, log_url), (directory.migrate, url)] * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda step: step[0](step[1]), steps)) == [2] * 8
    with Directory(url) as people, open_journal(log_url, ToyDecider()) as journal:
        people.put_person("p1", "Ann")
        assert journal.head() == 0


def test_a_dead_database_is_told_by_name(postgres_server: PostgresServer) -> None:
    with pytest.raises(JournalUnavailable):
        Directory(postgres_server.url("no_such_database"))
