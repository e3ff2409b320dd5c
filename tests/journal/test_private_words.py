"""Private words in facts: sealed in the log, open to who reads, gone with their key."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Actor
from domain.text import SealedText
from journal.append import Row
from journal.errors import UnstorableValue
from journal.log import Journal
from journal.mapper import FactMapper
from journal.migrate import migrate
from journal.store import open_journal
from tests.journal.rings import RING, new_ring
from tests.journal.toy import ANN, Line, Remarked, ToyDecider, add, remark

TOY = FactMapper(ToyDecider.facts, ToyDecider.upcasters, RING)
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def stored(mapper: FactMapper, command_id: str, words: str, *lines: str, **fields: object) -> Row:
    command = remark("a", words, *lines, command_id=command_id, **fields)
    fact = Remarked(tally_id="a", words=command.words, lines=command.lines)
    ((event, _),) = mapper.encode(command, [fact], {})
    return (1, *event)


def plain(words: str, *lines: str, reason: str | None = None, by: Actor = ANN) -> Row:
    """A fact as it was stored before texts were sealed."""
    meta = {
        "id": "event", "by": by.model_dump(exclude_none=True), "command": "c", "schema": 1,
        "at": "2026-01-05T12:00:00+00:00", "salt": "", "reason": reason,
    }  # fmt: skip
    data = {
        "tally_id": "a",
        "words": words,
        "lines": [{"label": "line", "text": each} for each in lines],
    }
    if reason is None:
        del meta["reason"]
    return (1, "tally/a", 1, "toy.remarked", orjson.dumps({"meta": meta, "data": data}))


def remarked(row: Row, mapper: FactMapper = TOY) -> Remarked:
    fact = mapper.fact(row)
    assert isinstance(fact, Remarked)
    return fact


# --- on the way in and out ----------------------------------------------------------------------


@given(words=storable, lines=st.lists(storable, max_size=3), reason=st.none() | storable)
def test_words_come_back_as_they_were_said_and_were_never_stored_plain(
    words: str, lines: list[str], reason: str | None
) -> None:
    row = stored(TOY, "c", words, *lines, reason=reason)
    envelope = TOY.envelope(row)
    assert (
        envelope.fact
        == TOY.fact(row)
        == Remarked(
            tally_id="a",
            words=SealedText(words),
            lines=tuple(Line(label="line", text=SealedText(each)) for each in lines),
        )
    )
    assert envelope.reason == (None if reason is None else SealedText(reason))
    for each in (words, *lines, reason or ""):
        assert len(each) < 6 or orjson.dumps(each)[1:-1] not in row[4]


def test_every_text_of_a_fact_is_sealed_for_its_author_at_its_own_place() -> None:
    fact = remarked(stored(TOY, "c", "same", "same", "same"))
    seals = [text.sealed for text in (fact.words, *[line.text for line in fact.lines if line.text])]
    assert [seal and seal.field for seal in seals] == ["/words", "/lines/0/text", "/lines/1/text"]
    assert {seal and seal.subject for seal in seals} == {"ann"}
    assert len({seal and seal.cipher for seal in seals}) == 3


@pytest.mark.parametrize(
    ("by", "subject"),
    [
        (Actor(kind="person", id="bob", on_behalf_of="cleo"), "bob"),
        (Actor(kind="import", id="sheet", on_behalf_of="cleo"), "cleo"),
        (Actor(kind="workflow", id="cycle"), "workflow/cycle"),
    ],
)
def test_words_belong_to_their_author(by: Actor, subject: str) -> None:
    envelope = TOY.envelope(stored(TOY, "c", "words", by=by, reason="because"))
    assert isinstance(envelope.fact, Remarked)
    for text in (envelope.fact.words, envelope.reason):
        assert text is not None
        assert text.sealed is not None
        assert text.sealed.subject == subject


def test_storing_the_same_command_again_gives_the_same_sealed_bytes() -> None:
    one, other = (
        orjson.loads(stored(TOY, "c", "words", "line", reason="why")[4]) for _ in range(2)
    )
    assert one["data"] == other["data"]
    assert one["meta"]["reason"] == other["meta"]["reason"]


def test_words_taken_over_into_another_fact_stay_their_author_s() -> None:
    ann = remarked(stored(TOY, "c", "words of Ann"))
    by = Actor(kind="person", id="bob")
    ((_, again),) = TOY.encode(
        remark("a", "x", by=by), [Remarked(tally_id="b", words=ann.words)], {}
    )
    assert isinstance(again, Remarked)
    assert again.words == ann.words
    assert again.words.sealed == ann.words.sealed


@pytest.mark.parametrize("text", ["a\x00b", "lone \ud800 surrogate"])
def test_j10_words_that_cannot_be_stored_are_refused_and_named(text: str) -> None:
    with pytest.raises(UnstorableValue, match="/words"):
        stored(TOY, "c", text)
    with pytest.raises(UnstorableValue, match="/lines/1/text"):
        stored(TOY, "c", "words", "line", text)
    with pytest.raises(UnstorableValue, match="/meta/reason"):
        stored(TOY, "c", "words", reason=text)


# --- facts of the time before -------------------------------------------------------------------


@given(words=storable, line=storable, reason=st.none() | storable)
def test_an_old_fact_s_plain_words_are_sealed_when_it_is_read(
    words: str, line: str, reason: str | None
) -> None:
    row = plain(words, line, reason=reason)
    envelope = TOY.envelope(row)
    fact = envelope.fact
    assert isinstance(fact, Remarked)
    assert fact == TOY.fact(row)
    assert (fact.words.text, fact.lines[0].text) == (words, SealedText(line))
    assert envelope.reason == (None if reason is None else SealedText(reason))
    kept = fact.model_dump_json()
    assert kept == TOY.fact(row).model_dump_json()  # a rebuild gives equal bytes
    assert Remarked.model_validate_json(kept, context=RING.open) == fact
    assert Remarked.model_validate_json(kept).words.text is None


def test_an_old_fact_s_words_are_not_given_out_when_their_key_is_destroyed() -> None:
    with new_ring() as keys:
        mapper = FactMapper(ToyDecider.facts, ToyDecider.upcasters, keys)
        before = mapper.envelope(plain("words", "line", reason="because"))
        keys.destroy("ann")
        after = mapper.envelope(plain("words", "line", reason="because"))
        for envelope in (before, after):
            assert isinstance(envelope.fact, Remarked)
            line = envelope.fact.lines[0].text
            assert (envelope.fact.words.text, line and line.text) == (None, None)
            assert envelope.reason is not None
            assert envelope.reason.text is None


def test_nothing_new_can_be_said_by_whose_key_was_destroyed() -> None:
    with new_ring() as keys:
        mapper = FactMapper(ToyDecider.facts, ToyDecider.upcasters, keys)
        keys.destroy("ann")
        with pytest.raises(UnstorableValue, match="/words: the key of ann was destroyed"):
            stored(mapper, "c", "words")


# --- in a log -----------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgres"])
def journal(request: pytest.FixtureRequest) -> Iterator[Journal]:
    url = str(request.getfixturevalue(f"{request.param}_url"))
    migrate(url)
    with open_journal(url, ToyDecider()) as found:
        yield found


def words_in(journal: Journal) -> list[str | None]:
    facts = [envelope.fact for envelope in journal.tail(0)]
    return [fact.words.text for fact in facts if isinstance(fact, Remarked)]


def test_when_a_key_is_destroyed_words_go_and_facts_stay(journal: Journal) -> None:
    by = Actor(kind="person", id="bob")
    journal.handle(add("a", 2, reason="because"))
    journal.handle(remark("a", "words of Ann"))
    journal.handle(remark("a", "words of Bob", by=by))
    rows = journal.rows(0)
    assert words_in(journal) == ["words of Ann", "words of Bob"]
    journal.keys.destroy("ann")
    assert words_in(journal) == [None, "words of Bob"]
    reason = journal.tail(0)[0].reason
    assert reason is not None
    assert reason.text is None
    assert journal.state("tally/a") == (Decimal(2), 3)
    assert journal.state("tally/a", upto=2) == (Decimal(2), 2)
    assert journal.rows(0) == rows
    journal.handle(remark("a", "more words of Bob", by=by))
    assert words_in(journal) == [None, "words of Bob", "more words of Bob"]


def test_no_plain_words_lie_in_the_files(sqlite_url: str, tmp_path: Path) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(remark("a", "zanzibar", "tombuktu", reason="xanadu"))
        files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert {"journal.db", "journal.db-wal", "keys.db"} <= files.keys()
        assert any(b"toy.remarked" in content for content in files.values())
        for words in (b"zanzibar", b"tombuktu", b"xanadu"):
            assert not [name for name, content in files.items() if words in content]
    with closing(sqlite3.connect(tmp_path / "journal.db")) as log:
        dump = "\n".join(log.iterdump())
    assert "toy.remarked" in dump
    assert b"zanzibar".hex() not in dump.lower()


def test_no_plain_words_lie_in_postgres(postgres_url: str) -> None:
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        journal.handle(remark("a", "zanzibar", "tombuktu", reason="xanadu"))
    with psycopg.connect(postgres_url) as connection:
        ((state,),) = connection.execute("SELECT state FROM journal.stored_events").fetchall()
    assert b"subject" in state
    assert not [words for words in (b"zanzibar", b"tombuktu", b"xanadu") if words in state]
