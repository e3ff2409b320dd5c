"""Commits to an SQLite file are told of at once, and a quiet file wakes nobody."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from journal.file_changes import FileChanges
from journal.migrate import migrate
from journal.store import open_journal
from journal.urls import sqlite_path
from tests.journal.toy import ToyDecider

_COMMITS = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA synchronous=FULL")
for _ in sys.stdin:
    connection.execute("INSERT INTO t VALUES (1)")
    print(time.monotonic(), flush=True)
"""


class Ear:
    """Notes when it was told something."""

    def __init__(self) -> None:
        self.told: list[float] = []
        self._news = threading.Condition()

    def __call__(self) -> None:
        with self._news:
            self.told.append(time.monotonic())
            self._news.notify_all()

    def hears(self, count: int, timeout: float) -> bool:
        with self._news:
            return self._news.wait_for(lambda: len(self.told) >= count, timeout)


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A quiet file that nobody has open."""
    path = str(tmp_path / "some.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (n)")
    return path


@pytest.fixture
def commit(path: str) -> Iterator[Callable[[], float]]:
    """Commits in another process and returns the instant at which that was done."""
    with subprocess.Popen(
        [sys.executable, "-c", _COMMITS, path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def once() -> float:
            process.stdin.write("go\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield once


@pytest.mark.parametrize("watched", [True, False])
def test_a_commit_of_another_process_is_told_of(
    path: str, commit: Callable[[], float], watched: bool
) -> None:
    ear = Ear()
    changes = FileChanges(path, ear, watched=watched)
    changes.start()
    try:
        assert changes.watching is watched
        lags = []
        for _ in range(20):
            before = len(ear.told)
            done = commit()
            assert ear.hears(before + 1, 5)
            lags.append(ear.told[before] - done)
            time.sleep(0.01)
        assert sorted(lags)[len(lags) // 2] < (0.02 if watched else 0.2)
    finally:
        changes.stop()


def test_what_was_told_of_can_be_read(path: str, commit: Callable[[], float]) -> None:
    """The platform speaks while the commit is on its way to the disk; we must not."""
    seen: list[int] = []
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as reader:
        changes = FileChanges(
            path, lambda: seen.append(reader.execute("SELECT count(*) FROM t").fetchone()[0])
        )
        changes.start()
        try:
            for n in range(1, 11):
                commit()
                until = time.monotonic() + 5
                while (not seen or seen[-1] < n) and time.monotonic() < until:
                    time.sleep(0.001)
                assert seen[-1] == n
        finally:
            changes.stop()
    assert seen == sorted(seen)


def test_a_quiet_file_wakes_nobody(path: str) -> None:
    looks = []

    class Counting(FileChanges):
        def _look(self) -> bool:
            looks.append(time.monotonic())
            return super()._look()

    changes = Counting(path, lambda: None)
    changes.start()
    try:
        time.sleep(0.7)  # what making the write-ahead log may have set off
        before = len(looks)
        time.sleep(0.5)
        assert len(looks) == before
    finally:
        changes.stop()


def test_a_waiting_follower_looks_a_few_times_a_second(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        heads = []
        head = journal._store.head
        journal._store.head = lambda: heads.append(1) or head()  # type: ignore[method-assign, func-returns-value]
        journal.wait(0, 1.2)
        assert len(heads) <= 5


def test_a_write_ahead_log_made_anew_is_followed_too(path: str) -> None:
    ear = Ear()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        changes = FileChanges(path, ear)
        changes.start()
        try:
            for n in range(1, 4):
                connection.execute("INSERT INTO t VALUES (1)")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                assert ear.hears(n, 5)
        finally:
            changes.stop()


def test_it_ends_at_once_also_while_nothing_happens(path: str) -> None:
    changes = FileChanges(path, lambda: None)
    changes.start()
    started = time.monotonic()
    changes.stop()
    changes.stop()
    changes.start()  # too late: nothing is begun any more
    assert time.monotonic() - started < 1


def test_a_journal_that_follows_leaves_no_thread_behind(sqlite_url: str) -> None:
    migrate(sqlite_url)
    assert sqlite_path(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.wait(0, 0.05)
        assert "file-changes" in {thread.name for thread in threading.enumerate()}
    assert "file-changes" not in {thread.name for thread in threading.enumerate()}
