"""What is kept of folded states, and how much of it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from journal.append import Receipt
from journal.log import Journal
from journal.migrate import migrate
from journal.states import POINTS, Folded, Past, States
from journal.store import open_journal
from tests.journal.toy import ToyDecider, add


def at(version: int, position: int, known_upto: int | None = None) -> Folded:
    return Folded(f"state {version}", version, position, known_upto or position)


def test_the_most_that_is_known_of_a_stream_is_kept() -> None:
    states = States(100)
    states.put("a", at(2, 5, 9))
    states.put("a", at(1, 3, 9))
    states.put("a", at(2, 5, 7))
    assert states.get("a") == at(2, 5, 9)
    states.put("a", at(2, 5, 10))
    assert states.get("a") == at(2, 5, 10)


def test_a_stream_weighs_as_much_as_it_has_facts_and_the_least_used_goes_first() -> None:
    states = States(10)
    for name in "abc":
        states.put(name, at(3, 3))
    assert states.get("a")
    states.put("d", at(3, 3))
    assert [bool(states.get(name)) for name in "abcd"] == [True, False, True, True]
    states.put("long", at(10, 10))
    assert [bool(states.get(name)) for name in "abcd"] == [False] * 4
    states.put("longer", at(11, 11))
    assert states.get("longer") is None
    assert states.get("long")


def test_with_no_room_nothing_is_kept() -> None:
    states, past = States(0), Past(0)
    states.put("a", at(1, 1))
    past.put("a", at(1, 1))
    assert (states.get("a"), past.before("a", 9)) == (None, None)


def test_the_nearest_point_before_a_position_is_found() -> None:
    past = Past(1_000)
    for each in (at(4, 40, 49), at(2, 20, 29), at(3, 30, 39)):
        past.put("a", each)
    assert past.before("a", 19) is None
    assert past.before("a", 35) == at(3, 30, 39)
    assert past.before("a", 99) == at(4, 40, 49)
    assert past.before("b", 99) is None


def test_a_point_that_is_found_to_hold_longer_stands_once() -> None:
    past = Past(1_000)
    past.put("a", at(2, 20, 29))
    past.put("a", at(2, 20, 25))
    assert past.before("a", 99) == at(2, 20, 29)
    for version in range(3, 3 + POINTS):
        past.put("a", at(version, version * 10))
    assert past.before("a", 29) is None  # the oldest of too many
    assert past.before("a", 39) == at(3, 30)


@pytest.fixture
def restored(sqlite_url: str, tmp_path: Path) -> Iterator[Journal]:
    """A journal under which the log went back from four facts to its first one."""
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a", 1))
    shutil.copy(tmp_path / "journal.db", tmp_path / "backup.db")
    with open_journal(sqlite_url, ToyDecider()) as journal:
        for _ in range(3):
            journal.handle(add("a", 10))
        assert journal.head() == 4
        assert [journal.state("tally/a", upto=n)[0] for n in range(5)] == [0, 1, 11, 21, 31]
        with (
            closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
            closing(sqlite3.connect(tmp_path / "journal.db")) as log,
        ):
            backup.backup(log)
        yield journal


def test_a_journal_whose_log_was_restored_under_it_decides_on_what_is_there(
    restored: Journal,
) -> None:
    """It folded facts that the restored log does not have; its next command must not fail."""
    answer = restored.handle(add("a", 100))
    assert isinstance(answer, Receipt)
    assert (answer.version, answer.position) == (2, 2)
    assert restored.state("tally/a") == (Decimal(101), 2)


def test_many_commands_after_a_restore_are_decided_on_what_is_there(restored: Journal) -> None:
    answers = restored.handle_many([add("a", 100), add("a", 1000)])
    assert isinstance(answers, tuple)
    assert [each.version for each in answers if isinstance(each, Receipt)] == [2, 3]
    assert restored.state("tally/a") == (Decimal(1101), 3)


def test_whoever_sees_that_the_log_is_shorter_forgets_what_it_held(restored: Journal) -> None:
    assert restored.head() == 1
    assert restored.state("tally/a") == (Decimal(1), 1)
    assert [restored.state("tally/a", upto=n)[0] for n in range(5)] == [0, 1, 1, 1, 1]
    restored.handle(add("a", 100))
    assert [restored.state("tally/a", upto=n)[0] for n in range(5)] == [0, 1, 101, 101, 101]
