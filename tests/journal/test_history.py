"""A branch answers as a log would on which its facts were really recorded, and records nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Command, Envelope, Refusal
from journal.append import Receipt
from journal.history import Branch, History
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from tests.journal.toy import ToyDecider, add, look, remark, set_ceiling, transfer

STREAMS = ("tally/a", "tally/b", "ceiling/all")

commands = st.lists(
    st.one_of(
        st.builds(add, st.sampled_from("ab"), st.integers(-3, 9)),
        st.builds(transfer, st.sampled_from("ab"), st.just("b"), st.integers(1, 5)),
        st.builds(set_ceiling, st.integers(5, 20)),
        st.builds(look, st.sampled_from("ab")),
        st.builds(remark, st.sampled_from("ab"), st.text("xy")),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """One log for all examples; each goes on where the one before ended."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log')}/journal.db"
    migrate(url)
    with open_journal(url, ToyDecider()) as found:
        yield found


def told(history: History, after: int = 0) -> list[Envelope]:
    """Everything after a position, page by page; a salt is chance."""
    found: list[Envelope] = []
    while page := history.tail(found[-1].position if found else after, 3):
        assert len(page) <= 3
        found += [each._replace(salt=b"") for each in page]
    return found


@settings(max_examples=20)
@given(before=commands, then=commands)
def test_a_branch_says_what_the_log_says_when_the_same_is_really_recorded(
    journal: Journal, before: list[Command], then: list[Command]
) -> None:
    for command in before:
        journal.handle(command)
    base = journal.head()
    branch = Branch(journal, ToyDecider())
    answers = [branch.handle(command) for command in then]
    assert journal.head() == base
    # From here on the log goes on as well; of that the branch must see nothing.
    assert answers == [journal.handle(command) for command in then]
    assert branch.head() == journal.head()
    assert told(branch, max(0, base - 3)) == told(journal, max(0, base - 3))
    for stream in STREAMS:
        assert branch.state(stream) == journal.state(stream)
        for upto in range(max(0, base - 2), journal.head() + 2):
            assert branch.state(stream, upto=upto) == journal.state(stream, upto=upto)


def test_a_branch_of_the_past_does_not_know_what_came_after(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a", 1))
        journal.handle(set_ceiling(3))
        refused = Branch(journal, ToyDecider()).handle(add("a", 5))
        accepted = Branch(journal, ToyDecider(), upto=1).handle(add("a", 5))
    assert isinstance(refused, Refusal)
    assert isinstance(accepted, Receipt)
    assert (accepted.version, accepted.position) == (2, 2)


def test_a_branch_of_a_branch_leaves_the_first_as_it_is(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a", 1))
        branch = Branch(journal, ToyDecider())
        branch.handle(add("a", 2))
        other = Branch(branch, ToyDecider())
        other.handle(add("a", 4))
        assert [h.state("tally/a") for h in (journal, branch, other)] == [(1, 1), (3, 2), (7, 3)]
        assert [e.position for e in told(other)] == [1, 2, 3]


def test_nothing_of_a_branch_is_written_not_even_a_key(sqlite_url: str, tmp_path: Path) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a", 1))
        before = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
        branch = Branch(journal, ToyDecider())
        branch.handle(remark("a", "words", reason="because"))
        assert [e.reason and e.reason.text for e in branch.tail(1)] == ["because"]
        after = {path.name: path.read_bytes() for path in tmp_path.glob("*.db*")}
        assert {k: v for k, v in after.items() if not k.endswith("-shm")} == {
            k: v for k, v in before.items() if not k.endswith("-shm")
        }
        assert journal.head() == 1
