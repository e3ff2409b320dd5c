"""A draft answers as the log would and records nothing; then the log takes all of it at once."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.facts import Refusal
from journal.append import Receipt
from journal.draft import Draft
from journal.errors import KeyReused, UnstorableValue
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from journal.together import Rejected, Wish
from tests.journal.toy import ToyDecider, add, look, remark, set_ceiling, transfer


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    migrate(url)
    with open_journal(url, ToyDecider()) as found:
        yield found


def comparable(receipt: Any) -> tuple[Any, ...]:
    assert isinstance(receipt, Receipt), receipt
    return tuple(receipt)


def test_it_answers_as_the_log_will_and_records_nothing(journal: Journal) -> None:
    journal.handle(add("z", 1))
    draft = Draft(journal)
    commands = [add("a", 5), transfer("a", "b", 3), look("b"), remark("a", "w"), add("b", 1)]
    foretold = [comparable(draft.handle(each, fingerprint="f")) for each in commands]
    assert journal.head() == 1
    assert not [each for each in commands if journal.receipt(each.command_id)]
    assert [draft.state(f"tally/{name}")[0] for name in "ab"] == [2, 4]
    recorded = journal.handle_many(draft.wishes)
    assert [comparable(each) for each in recorded] == foretold
    assert draft.receipts == list(recorded)


def test_a_position_of_the_draft_is_read_as_one_of_the_log(journal: Journal) -> None:
    journal.handle(add("a", 1))
    draft = Draft(journal)
    for amount in (2, 4):
        draft.handle(add("a", amount))
    assert [draft.state("tally/a", upto=upto)[0] for upto in range(4)] == [0, 1, 3, 7]
    assert [each.position for each in draft.read("tally/a")] == [1, 2, 3]
    assert [each.position for each in draft.read("tally/a", after=1, upto=2)] == [2]
    assert draft.read("tally/b") == []


def test_what_is_refused_is_not_gathered(journal: Journal) -> None:
    journal.handle(set_ceiling(10))
    draft = Draft(journal)
    draft.handle(add("a", 6))
    refused = draft.handle(add("a", 6))
    assert isinstance(refused, Refusal)
    with pytest.raises(UnstorableValue):
        draft.handle(add("b", note="a\x00b"))
    assert len(draft.wishes) == 1


def test_the_version_seen_is_looked_at_on_what_the_draft_has_led_to(journal: Journal) -> None:
    journal.handle(add("a"))
    draft = Draft(journal)
    stale = draft.handle(add("a"), expected=3)
    assert isinstance(stale, Refusal)
    assert (stale.code, stale.extra["current_version"]) == ("stale-version", 1)
    assert isinstance(draft.handle(add("a"), expected=1), Receipt)
    assert isinstance(draft.handle(add("a"), expected=2), Receipt)
    assert isinstance(journal.handle_many(draft.wishes), tuple)


def test_who_was_faster_makes_all_of_it_stale(journal: Journal) -> None:
    journal.handle(add("a"))
    draft = Draft(journal)
    draft.handle(add("b"))
    draft.handle(add("a"), expected=1)
    journal.handle(add("a"))
    rejected = journal.handle_many(draft.wishes)
    assert isinstance(rejected, Rejected)
    assert rejected.index == 1
    assert isinstance(rejected.answer, Refusal)
    assert rejected.answer.code == "stale-version"
    assert journal.head() == 2


def test_a_repeated_command_gets_its_first_answer(journal: Journal) -> None:
    known, other = add("a"), add("b")
    first = journal.handle(known, fingerprint="one")
    draft = Draft(journal)
    again = draft.handle(known, fingerprint="one")
    assert isinstance(first, Receipt)
    assert again == first.again()
    mine = draft.handle(other, fingerprint="two")
    assert isinstance(mine, Receipt)
    assert draft.handle(other, fingerprint="two") == mine.again()
    for command in (known, other):
        with pytest.raises(KeyReused):
            draft.handle(command, fingerprint="three")
    assert [wish.command for wish in draft.wishes] == [other]


def test_each_wish_has_its_own_digest(journal: Journal) -> None:
    wishes = [Wish(add("a"), None, "one"), Wish(add("b"), None, "two")]
    assert isinstance(journal.handle_many(wishes), tuple)
    swapped = [Wish(wishes[0].command, None, "one"), Wish(wishes[1].command, None, "one")]
    rejected = journal.handle_many(swapped)
    assert isinstance(rejected, Rejected)
    assert rejected.index == 1
    assert isinstance(rejected.answer, KeyReused)


def test_many_in_a_draft_stay_out_of_it_when_one_is_refused(journal: Journal) -> None:
    journal.handle(set_ceiling(10))
    draft = Draft(journal)
    draft.handle(add("a", 1))
    assert isinstance(draft.handle_many([add("a", 2), add("a", 9)]), Rejected)
    assert draft.state("tally/a") == (Decimal(1), 1)
    assert isinstance(draft.handle_many([add("a", 2), add("a", 3)], dry_run=True), tuple)
    assert draft.state("tally/a") == (Decimal(1), 1)
    answers = draft.handle_many([add("a", 2), add("a", 9), add("a", 3)], atomic=False)
    assert isinstance(answers, tuple)
    assert [type(each) for each in answers] == [Receipt, Refusal, Receipt]
    assert draft.state("tally/a") == (Decimal(6), 3)
    assert len(draft.wishes) == 3
