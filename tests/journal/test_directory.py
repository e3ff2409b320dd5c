"""The directory promises the same on both stores."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from journal import directory
from journal import migrate as journal_migrate
from journal.directory import Directory, EmailTaken, Person
from journal.errors import JournalUnavailable, StoreNotMigrated, StoreTooNew
from journal.store import open_journal
from tests.journal.toy import ToyDecider
from tests.stores import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


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


def test_a_store_without_directory_asks_for_the_migrate_step(url: str) -> None:
    with pytest.raises(StoreNotMigrated):
        Directory(url)
    journal_migrate.migrate(url)
    with pytest.raises(StoreNotMigrated):
        Directory(url)


def test_a_directory_of_a_newer_release_is_left_alone(people: Directory, url: str) -> None:
    people._write("UPDATE directory_version SET version = 99")
    with pytest.raises(StoreTooNew):
        Directory(url)
    with pytest.raises(StoreTooNew):
        directory.migrate(url)


def test_log_and_directory_can_share_a_store_and_migrate_together(url: str) -> None:
    steps = [journal_migrate.migrate, directory.migrate] * 4
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda step: step(url), steps)) == [2] * 8
    with Directory(url) as people, open_journal(url, ToyDecider()) as journal:
        people.put_person("p1", "Ann")
        assert journal.head() == 0


def test_a_dead_database_is_told_by_name(postgres_server: PostgresServer) -> None:
    with pytest.raises(JournalUnavailable):
        Directory(postgres_server.url("no_such_database"))
