"""However many wait for a locked log, each is answered in time, and readers wait for nobody."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest

from domain.facts import Refusal
from journal.append import Receipt
from journal.errors import JournalUnavailable
from journal.hot_streams import Gates
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal, sqlite_path
from tests.journal.toy import ToyDecider, add
from tests.stores import PostgresServer

WRITERS = 60
PATIENCE = 1.0
GRACE = 0.7
"""Sixty threads of one process need a while to be heard of on a busy machine."""


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    migrate(found)
    return found


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process holds the log's write lock until the block ends."""
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


def _write(journal: Journal, n: int) -> tuple[float, Receipt | Refusal | JournalUnavailable]:
    """Seconds until the answer, and the answer."""
    started = time.monotonic()
    try:
        answer = journal.handle(add(f"t{n % 7}"), until=started + PATIENCE)
    except JournalUnavailable as e:
        return time.monotonic() - started, e
    return time.monotonic() - started, answer


def test_with_the_log_locked_every_writer_is_answered_in_time_and_readers_at_once(
    url: str,
) -> None:
    with open_journal(url, ToyDecider()) as journal, ThreadPoolExecutor(WRITERS) as pool:
        journal.handle(add("t1"))
        reads: list[float] = []
        with locked(url):
            writing = []
            for n in range(WRITERS):  # they come one after the other, not all at once
                writing.append(pool.submit(_write, journal, n))
                started = time.monotonic()
                assert journal.head() == 1
                assert journal.state("tally/t1")[1] == 1
                reads.append(time.monotonic() - started)
                time.sleep(0.02)
            answers = [each.result() for each in writing]
        assert max(seconds for seconds, _ in answers) < PATIENCE + GRACE
        errors = [answer for _, answer in answers]
        assert all(isinstance(e, JournalUnavailable) and e.retry_after > 0 for e in errors)
        assert sorted(reads)[WRITERS // 2] < 0.1
        assert max(reads) < PATIENCE
        # Nobody was told that it failed and is recorded afterwards all the same.
        _, last = _write(journal, 1)
        assert isinstance(last, Receipt)
        assert (last.position, last.version) == (2, 2)


def test_a_command_that_has_no_time_left_is_not_begun(url: str) -> None:
    with open_journal(url, ToyDecider()) as journal:
        with pytest.raises(JournalUnavailable):
            journal.handle(add("a"), until=time.monotonic() - 1)
        assert journal.head() == 0


def test_many_gates_are_waited_for_no_longer_than_one() -> None:
    gates = Gates()
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with gates.passing((), ("a", "b", "c"), time.monotonic() + 5):
            entered.set()
            leave.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(5)
    started = time.monotonic()
    with gates.passing(("a", "b", "c"), (), started + 0.2):
        assert time.monotonic() - started < 0.4
    leave.set()
    holder.join()


@pytest.mark.drill
def test_a_database_is_used_at_once_when_it_is_back_after_a_long_outage() -> None:
    server = PostgresServer.create()
    try:
        url = server.new_database()
        migrate(url)
        with open_journal(url, ToyDecider()) as journal:
            journal.handle(add("a"))
            server.stop()
            over = time.monotonic() + 40
            while time.monotonic() < over:
                with pytest.raises(JournalUnavailable):
                    journal.handle(add("a"))
            server.start()
            started = time.monotonic()
            assert isinstance(journal.handle(add("a")), Receipt)
            assert time.monotonic() - started < 2
    finally:
        server.destroy()
