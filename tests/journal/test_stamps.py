"""Facts are recorded at their commit, in the order of their positions."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from domain.facts import Actor
from domain.text import SealedText
from journal.clock import SystemClock
from journal.migrate import migrate
from journal.store import open_journal
from journal.urls import sqlite_path
from tests.journal.toy import ToyDecider, add

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Backwards:
    """A clock that somebody sets back with every look."""

    def __init__(self) -> None:
        self.at = datetime(2026, 5, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.at -= timedelta(seconds=1)
        return self.at


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    migrate(found)
    return found


def test_a_fact_is_recorded_when_it_is_committed(url: str) -> None:
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        before = datetime.now(UTC)
        journal.handle(add("a", at=LONG_AGO))
        assert before <= journal.tail(0)[0].recorded_at <= datetime.now(UTC)


def test_without_a_clock_it_keeps_the_time_of_its_command(url: str) -> None:
    with open_journal(url, ToyDecider()) as journal:
        journal.handle(add("a", at=LONG_AGO))
        assert journal.tail(0)[0].recorded_at == LONG_AGO


def test_positions_and_instants_agree_though_many_write_at_once(url: str) -> None:
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: journal.handle(add(f"t{n % 5}", at=LONG_AGO)), range(60)))
        told = journal.tail(0)
    assert len(told) == 60
    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(told))


def test_a_clock_that_is_set_back_takes_no_fact_back(url: str) -> None:
    with open_journal(url, ToyDecider(), Backwards()) as journal:
        for _ in range(3):
            journal.handle(add("a"))
        assert len({each.recorded_at for each in journal.tail(0)}) == 1


def test_who_waited_for_a_lock_was_recorded_after_it(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with (
        open_journal(sqlite_url, ToyDecider(), SystemClock()) as journal,
        closing(sqlite3.connect(sqlite_path(sqlite_url) or "", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=journal.handle, args=(add("a"),))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        released = datetime.now(UTC)
        other.execute("ROLLBACK")
        waiting.join()
        assert journal.tail(0)[0].recorded_at >= released


def test_nothing_but_the_instant_is_touched(url: str) -> None:
    odd = 'x"at":"2020'
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        journal.handle(add("a", command_id=odd, by=Actor(kind="system", id=odd), reason=odd))
        told = journal.tail(0)[0]
        assert (told.command_id, told.actor.id, told.reason) == (odd, odd, SealedText(odd))
        assert told.recorded_at.year >= 2026
