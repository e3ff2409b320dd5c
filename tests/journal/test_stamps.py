"""Facts are recorded at their commit, in the order of their positions."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest

from domain.facts import Actor
from domain.text import SealedText
from journal.clock import SystemClock
from journal.migrate import migrate
from journal.store import open_journal
from journal.urls import sqlite_path
from tests.journal.toy import ToyDecider, add

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class At:
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Wrong(SystemClock):
    """A machine's clock that is an hour ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=1)


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


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Another process holds the log's lock until the block ends."""
    path = sqlite_path(url)
    if path is None:
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_advisory_xact_lock(7162530)")
            yield
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")


def test_who_waited_for_a_lock_was_recorded_after_it(url: str) -> None:
    """Else a moment in between is answered one way before the commit, another way after it."""
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        with _locked(url):
            waiting = threading.Thread(target=journal.handle, args=(add("a"),))
            waiting.start()
            waiting.join(0.5)
            assert waiting.is_alive()
            released = datetime.now(UTC)
        waiting.join()
        assert journal.tail(0)[0].recorded_at >= released


def test_instants_follow_positions_whichever_process_wrote(url: str) -> None:
    with (
        open_journal(url, ToyDecider(), SystemClock()) as one,
        open_journal(url, ToyDecider(), SystemClock()) as two,
        ThreadPoolExecutor(6) as pool,
    ):
        journals = (one, two)
        list(pool.map(lambda n: journals[n % 2].handle(add(f"t{n % 5}")), range(40)))
        told = one.tail(0)
    assert len(told) == 40
    assert all(one.recorded_at <= other.recorded_at for one, other in pairwise(told))


def test_after_a_fact_of_the_future_nothing_is_recorded_before_it(url: str) -> None:
    ahead = datetime.now(UTC).replace(microsecond=123) + timedelta(days=400)
    with (
        open_journal(url, ToyDecider(), SystemClock()) as other,
        open_journal(url, ToyDecider(), At(ahead)) as wrong,
    ):
        other.handle(add("a"))
        wrong.handle(add("a"))
        other.handle(add("a"))  # remembers an older fact as the last one
    with open_journal(url, ToyDecider(), SystemClock()) as restarted:
        restarted.handle(add("b"))
        first, *later = restarted.tail(0)
    assert first.recorded_at < ahead
    assert [each.recorded_at for each in later] == [ahead] * 3


def test_a_told_fact_is_followed_by_the_present(url: str) -> None:
    with open_journal(url, ToyDecider()) as simulated:
        simulated.handle(add("a", at=LONG_AGO))
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        before = journal._store.now()
        journal.handle(add("a"))
        assert before <= journal.tail(1)[0].recorded_at <= journal._store.now()


def test_facts_of_all_hosts_are_stamped_by_the_database_s_clock(postgres_url: str) -> None:
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider(), Wrong()) as journal:
        journal.handle(add("a"))
        assert abs(journal.tail(0)[0].recorded_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_log_that_lies_ahead_of_this_machine_s_clock_is_told(url: str) -> None:
    with open_journal(url, ToyDecider(), At(datetime.now(UTC) + timedelta(hours=3))) as wrong:
        assert wrong.clock_ahead().log == timedelta(0)  # empty
        wrong.handle(add("a"))
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        told = journal.clock_ahead()
    assert timedelta(hours=2, minutes=59) < told.log < timedelta(hours=3)
    assert abs(told.store) < timedelta(seconds=2)


def test_a_log_that_nobody_else_writes_is_not_read_to_stamp(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider(), SystemClock()) as journal:
        journal.handle(add("a"))
        statements: list[str] = []
        (connection,) = journal._store.log_datastore._idle  # type: ignore[attr-defined]
        connection.plain.set_trace_callback(statements.append)
        journal.handle(add("a"))
        assert not [each for each in statements if each.startswith("SELECT state")]
        with open_journal(sqlite_url, ToyDecider(), SystemClock()) as other:
            other.handle(add("b"))
        journal.handle(add("a"))
        assert len([each for each in statements if each.startswith("SELECT state")]) == 1


def test_nothing_but_the_instant_is_touched(url: str) -> None:
    odd = 'x"at":"2020'
    with open_journal(url, ToyDecider(), SystemClock()) as journal:
        journal.handle(add("a", command_id=odd, by=Actor(kind="system", id=odd), reason=odd))
        told = journal.tail(0)[0]
        assert (told.command_id, told.actor.id, told.reason) == (odd, odd, SealedText(odd))
        assert told.recorded_at.year >= 2026
