"""Many commands at once, on both stores: all or none, each with its receipt, as if one by one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from domain.facts import Refusal
from journal.append import Receipt, Stale
from journal.errors import KeyReused, UnstorableValue
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal, open_store
from journal.together import Rejected
from tests.journal.contract import append_of
from tests.journal.toy import Add, ToyDecider, add, look, remark, set_ceiling, transfer


def all_accepted(answers: Any) -> list[Receipt]:
    assert isinstance(answers, tuple), answers
    receipts = [each for each in answers if isinstance(each, Receipt)]
    assert len(receipts) == len(answers), answers
    return receipts


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty store."""
    found = str(request.getfixturevalue(f"{request.param}_url"))
    migrate(found)
    return found


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with open_journal(url, ToyDecider()) as found:
        yield found


# --- all or none -----------------------------------------------------------------------------


def test_later_commands_see_the_facts_of_earlier_ones(journal: Journal) -> None:
    receipts = all_accepted(
        journal.handle_many(
            [add("a", 5), transfer("a", "b", 3), look("b"), transfer("b", "c", 2)],
            fingerprint="f",
        )
    )
    assert [(r.position, r.version, r.facts, r.replayed) for r in receipts] == [
        (1, 1, 1, False), (3, 2, 2, False), (3, 1, 0, False), (5, 2, 2, False)
    ]  # fmt: skip
    assert [journal.state(f"tally/{name}")[0] for name in "abc"] == [2, 1, 2]
    for receipt in receipts:
        assert journal.receipt(receipt.command_id) == receipt.again()


def test_what_was_folded_on_is_what_the_log_holds(journal: Journal, url: str) -> None:
    journal.handle_many([add("a", 5), transfer("a", "b", 3), set_ceiling(50), add("b", 1)])
    with open_journal(url, ToyDecider()) as other:
        for stream in ("tally/a", "tally/b", "ceiling/all"):
            for upto in (None, *range(7)):
                assert journal.state(stream, upto=upto) == other.state(stream, upto=upto)


def test_one_refusal_means_that_nothing_is_written(journal: Journal) -> None:
    journal.handle(set_ceiling(10))
    commands = [add("a", 6), add("b", 6), add("a", 6), add("c", 1)]
    rejected = journal.handle_many(commands)
    assert isinstance(rejected, Rejected)
    assert isinstance(rejected.answer, Refusal)
    assert (rejected.index, rejected.answer.code) == (2, "over-the-ceiling")
    assert journal.head() == 1
    assert not [c for c in commands if journal.receipt(c.command_id)]
    assert journal.state("tally/a") == (Decimal(0), 0)


def test_a_value_that_cannot_be_stored_rejects_all_and_is_named(journal: Journal) -> None:
    rejected = journal.handle_many([add("a"), add("a", note="a\x00b")])
    assert isinstance(rejected, Rejected)
    assert isinstance(rejected.answer, UnstorableValue)
    assert (rejected.index, rejected.answer.pointer) == (1, "/note")
    assert journal.head() == 0


def test_nothing_to_do_is_done(journal: Journal) -> None:
    assert journal.handle_many([]) == ()


# --- receipts --------------------------------------------------------------------------------


def test_repeated_commands_get_their_first_answers_again(journal: Journal) -> None:
    first, second, third = add("a", 1), add("a", 2), add("a", 4)
    once = all_accepted(journal.handle_many([first, second]))
    again = all_accepted(journal.handle_many([first, second, third]))
    assert again[:2] == [receipt.again() for receipt in once]
    assert not again[2].replayed
    assert all_accepted(journal.handle_many([first, second, third])) == [
        receipt.again() for receipt in again
    ]
    assert journal.state("tally/a") == (Decimal(7), 3)


def test_a_command_that_comes_twice_at_once_is_recorded_once(journal: Journal) -> None:
    command = add("a")
    first, second = all_accepted(journal.handle_many([command, command]))
    assert second == first.again()
    assert journal.head() == 1


def test_a_command_id_of_something_else_rejects_all(journal: Journal) -> None:
    command = add("a")
    journal.handle(command, fingerprint="one")
    rejected = journal.handle_many([add("b"), command], fingerprint="two")
    assert isinstance(rejected, Rejected)
    assert rejected.index == 1
    assert isinstance(rejected.answer, KeyReused)
    assert journal.head() == 1


# --- each on its own -------------------------------------------------------------------------


def test_not_atomic_each_command_has_its_own_answer(journal: Journal) -> None:
    journal.handle(set_ceiling(10))
    known = add("k")
    journal.handle(known, fingerprint="one")
    answers = journal.handle_many(
        [add("a", 6), add("a", 6), add("a", 4), known, add("b", note="a\x00b"), add("b", 1)],
        atomic=False,
    )
    assert isinstance(answers, tuple)
    kinds = [type(each) for each in answers]
    assert kinds == [Receipt, Refusal, Receipt, KeyReused, UnstorableValue, Receipt]
    assert journal.state("tally/a") == (Decimal(10), 2)
    assert journal.head() == 5


def test_more_than_one_transaction_takes_are_recorded_all_the_same(journal: Journal) -> None:
    receipts = all_accepted(journal.handle_many([add("a") for _ in range(450)], atomic=False))
    assert [receipt.position for receipt in receipts] == list(range(1, 451))
    assert journal.state("tally/a") == (Decimal(450), 450)


# --- dry run ---------------------------------------------------------------------------------


@pytest.mark.parametrize("atomic", [True, False])
def test_a_dry_run_answers_what_would_happen_and_writes_nothing(
    journal: Journal, atomic: bool
) -> None:
    journal.handle(set_ceiling(10))
    known = add("k")
    journal.handle(known)
    for commands in (
        [add("a", 6), known, transfer("a", "b", 3), look("b"), remark("a", "w", reason="r")],
        [add("a", 1), add("a", 99), add("a", 2)],
        [add("c", 1), remark("c", "a\x00b")],
    ):
        head = journal.head()
        foretold = journal.handle_many(commands, atomic=atomic, dry_run=True)
        assert journal.head() == head
        assert not [c for c in commands if c is not known and journal.receipt(c.command_id)]
        assert comparable(journal.handle_many(commands, atomic=atomic)) == comparable(foretold)


# --- others are about ------------------------------------------------------------------------


def test_what_others_record_meanwhile_is_decided_on(journal: Journal, url: str) -> None:
    journal.handle(set_ceiling(10))
    journal.handle(add("a", 4))
    journal.state("tally/a")

    class Meddling(ToyDecider):
        """Somebody else is faster while the last command is decided, once."""

        done = False

        def decide(self, command: Any, states: tuple[Any, ...]) -> Any:
            decision = super().decide(command, states)
            if isinstance(command, Add) and command.tally_id == "b" and not self.done:
                self.done = True
                journal.handle(add("a", 5))
            return decision

    with open_journal(url, Meddling()) as other:
        rejected = other.handle_many([add("a", 4), add("b", 1)])
        assert isinstance(rejected, Rejected)
        assert rejected.index == 0  # 4 + 4 would have fitted, 9 + 4 does not
        assert journal.head() == 3
        assert all_accepted(other.handle_many([add("a", 1), add("b", 1)]))
    assert journal.state("tally/a") == (Decimal(10), 3)


def test_many_at_once_from_all_sides_lose_nothing_and_tear_nothing(
    journal: Journal, url: str
) -> None:
    """Two processes, each with threads that move pieces about; their number stays the same."""
    journal.handle_many([add(name, 100) for name in "abcd"])
    with open_journal(url, ToyDecider()) as other:

        def work(n: int) -> list[Any]:
            mine = (journal, other)[n % 2]
            ways = ["abcd"[(n + k) % 4] for k in range(4)]
            moves = [transfer(*pair, 1) for pair in pairwise(ways)]
            one = mine.handle(transfer(ways[0], ways[1], 1))
            return [mine.handle_many(moves), one]

        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(work, range(24)))
    for many, one in done:
        assert len(all_accepted(many)) == 3
        # A single command may have lost eight races and say so.
        assert isinstance(one, Receipt) or one.code == "contended"
    alone = sum(isinstance(one, Receipt) for _, one in done)
    envelopes = journal.tail(0, 1_000)
    assert [e.position for e in envelopes] == list(range(1, 4 + 24 * 6 + 2 * alone + 1))
    assert sum(journal.state(f"tally/{name}")[0] for name in "abcd") == 400
    for many, _ in done:  # each stands in one piece
        positions = [receipt.position for receipt in all_accepted(many)]
        assert positions == list(range(positions[0], positions[0] + 6, 2))


def test_the_same_many_from_many_threads_are_recorded_once(journal: Journal) -> None:
    commands = [add("a"), add("b"), transfer("a", "b", 1)]
    ready = threading.Barrier(4)

    def send(_: int) -> list[Receipt]:
        ready.wait()
        return all_accepted(journal.handle_many(commands))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert journal.head() == 4
    assert len({tuple(r.position for r in receipts) for receipts in answers}) == 1
    assert sum(not receipts[0].replayed for receipts in answers) == 1


def test_a_store_stores_all_of_what_belongs_together_or_nothing(url: str) -> None:
    store = open_store(url)
    try:
        good, also, stale = (
            append_of("1", {"tally/a": 0}, "tally/a", 1),
            append_of("2", {"tally/a": 1, "tally/b": 0}, "tally/b", 1),
            append_of("3", {"tally/a": 0}, "tally/a", 1),
        )
        outcomes = store.append([good, also, stale], together=True)
        assert outcomes[2] == Stale("tally/a", 1)
        assert store.head() == 0
        assert store.receipt("1") is None
        stored = store.append([good, also], together=True)
        assert [each.position for each in stored if isinstance(each, Receipt)] == [1, 2]
        known = append_of("2", {"tally/c": 0}, "tally/c", 1)
        new = append_of("4", {"tally/d": 0}, "tally/d", 1)
        assert [type(each) for each in store.append([new, known], together=True)] == [
            Receipt, Receipt
        ]  # fmt: skip
        assert store.receipt("4") is None
        assert store.head() == 2
    finally:
        store.close()


def comparable(answers: Any) -> Any:
    """Answers with errors as text, for an error equals nothing but itself."""
    if isinstance(answers, Rejected):
        return answers.index, comparable((answers.answer,))
    return [str(each) if isinstance(each, Exception) else each for each in answers]
