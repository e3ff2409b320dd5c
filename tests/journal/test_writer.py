"""The writer outlives every fault of a store, and lets nobody wait for an answer in vain."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.persistence import DatabaseError, DataError, IntegrityError

from journal.append import Append, Outcome, Receipt
from journal.errors import JournalUnavailable
from journal.writer import Writer


class FaultyStore:
    """Commits in memory, or raises what it is told to."""

    def __init__(self) -> None:
        self.on_commit: BaseException | None = None
        self.on_find: BaseException | None = None
        self.on_guard: BaseException | None = None
        self.commits = 0

    def commit(self, batch: Sequence[Append], until: float) -> list[Outcome]:
        self.commits += 1
        if self.on_commit is not None:
            raise self.on_commit
        return [append.receipt.at(1) for append in batch]

    def find(self, command_id: str) -> Receipt | None:
        if self.on_find is not None:
            raise self.on_find
        return None

    def guard(self) -> None:
        if self.on_guard is not None:
            raise self.on_guard

    def heal(self) -> None:
        self.on_commit = self.on_find = self.on_guard = None


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore()


@pytest.fixture
def writer(store: FaultyStore) -> Iterator[Writer]:
    """A writer that believes others to be about, so that every append is handed to its thread."""
    writer = Writer(store.commit, store.find, store.guard, lambda: None, guard_every=0.0)
    writer.arrive()
    writer.arrive()
    yield writer
    writer.close()


def _append(name: str) -> Append:
    return Append(Receipt(name, "s", "s/1", 1, 0, 1, ""), (("s/1", 0),), ())


def _burst(writer: Writer, count: int = 5, seconds: float = 3.0) -> list[object]:
    """What as many concurrent appends come to: a receipt, or the error."""

    def one(n: int) -> object:
        try:
            return writer.append(_append(f"c{n}"), time.monotonic() + seconds)
        except BaseException as e:
            return e

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("on_find", DatabaseError("database disk image is malformed")),
        ("on_find", DataError("invalid byte sequence")),
        ("on_find", MemoryError()),
        ("on_commit", DatabaseError("database disk image is malformed")),
        ("on_commit", SystemExit()),
        ("on_guard", DatabaseError("database disk image is malformed")),
    ],
)
def test_concurrent_appends_go_on_after_any_fault_of_the_store(
    writer: Writer, store: FaultyStore, where: str, fault: BaseException
) -> None:
    if where == "on_find":
        store.on_commit = IntegrityError("UNIQUE")  # as when the reply to a commit was lost
    setattr(store, where, fault)
    started = time.monotonic()
    assert _burst(writer) == [fault] * 5
    assert time.monotonic() - started < 2  # told at once, not when the deadline is over
    store.heal()
    assert all(isinstance(answer, Receipt) for answer in _burst(writer))


def test_a_fault_of_the_writer_itself_is_told_to_those_it_had_taken(
    writer: Writer, store: FaultyStore, caplog: pytest.LogCaptureFixture
) -> None:
    broken = RuntimeError("a fault of ours")

    def fail(_: object) -> None:
        raise broken

    write = writer._write
    writer._write = fail  # type: ignore[method-assign, assignment]
    assert _burst(writer) == [broken] * 5
    assert "goes on" in caplog.text
    writer._write = write  # type: ignore[method-assign]
    assert all(isinstance(answer, Receipt) for answer in _burst(writer))


def test_who_came_too_late_is_not_recorded_afterwards(writer: Writer, store: FaultyStore) -> None:
    entered, leave = threading.Event(), threading.Event()
    commit = store.commit

    def slowly(batch: Sequence[Append], until: float) -> list[Outcome]:
        entered.set()
        leave.wait(5)
        return commit(batch, until)

    writer._commit = slowly
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(writer.append, _append("first"), time.monotonic() + 5)
        assert entered.wait(5)
        late = pool.submit(writer.append, _append("late"), time.monotonic() + 0.1)
        with pytest.raises(JournalUnavailable):
            late.result(5)
        leave.set()
        assert isinstance(first.result(5), Receipt)
    writer._commit = commit
    assert all(isinstance(answer, Receipt) for answer in _burst(writer, 1))
    assert store.commits == 2
