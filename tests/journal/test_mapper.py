"""Facts to bytes and back: the ladder of versions, and what must not enter the log."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Fact
from domain.text import SealedText
from journal.append import Row
from journal.decider import Upcaster
from journal.errors import UnreadableFact, UnstorableValue
from journal.header import header
from journal.mapper import FactMapper
from tests.journal.rings import RING
from tests.journal.toy import ANN, Added, ToyDecider, Weighed, add

TOY = FactMapper(ToyDecider.facts, ToyDecider.upcasters, RING)


def row(data: object, schema: int = 3, topic: str = "toy.added") -> Row:
    meta = {
        "id": "i", "by": {"kind": "person", "id": "p"}, "command": "c", "schema": schema,
        "at": "2026-01-05T12:00:00+00:00", "salt": "",
    }  # fmt: skip
    return (7, "tally/a", 1, topic, orjson.dumps({"meta": meta, "data": data}))


# --- the ladder: each step is the documentation of one change ----------------------------------


def test_schema_3_is_read_as_it_stands() -> None:
    fact = TOY.fact(row({"tally_id": "a", "amount": "2", "unit": "box"}))
    assert fact == Added(tally_id="a", amount=Decimal(2), unit="box")


def test_an_optional_field_added_later_needs_no_new_schema() -> None:
    fact = TOY.fact(row({"tally_id": "a", "amount": "2", "unit": "box"}))
    assert isinstance(fact, Added)
    assert fact.note is None


def test_schema_2_had_no_unit_and_counted_pieces() -> None:
    fact = TOY.fact(row({"tally_id": "a", "amount": "2"}, schema=2))
    assert fact == Added(tally_id="a", amount=Decimal(2), unit="piece")


def test_schema_1_called_the_amount_n_and_climbs_both_steps() -> None:
    fact = TOY.fact(row({"tally_id": "a", "n": 2}, schema=1))
    assert fact == Added(tally_id="a", amount=Decimal(2), unit="piece")


def test_a_lift_is_told_when_the_fact_was_recorded() -> None:
    lifts: Mapping[tuple[str, int], Upcaster] = {
        ("toy.added", 2): lambda data, recorded_at: {**data, "unit": recorded_at}
    }
    fact = FactMapper(ToyDecider.facts, lifts, RING).fact(
        row({"tally_id": "a", "amount": "2"}, schema=2)
    )
    assert fact == Added(tally_id="a", amount=Decimal(2), unit="2026-01-05T12:00:00+00:00")


def test_the_envelope_keeps_the_schema_that_was_stored() -> None:
    assert TOY.envelope(row({"tally_id": "a", "n": 2}, schema=1)).schema == 1


def test_a_missing_step_is_named() -> None:
    broken: Mapping[tuple[str, int], Upcaster] = {("toy.added", 1): lambda data, _: data}
    with pytest.raises(UnreadableFact, match=r"fact 7 .*toy\.added"):
        FactMapper(ToyDecider.facts, broken, RING).fact(row({"tally_id": "a", "n": 2}, schema=1))


# --- what this release cannot read -------------------------------------------------------------


def test_a_newer_schema_is_named_with_its_position() -> None:
    with pytest.raises(UnreadableFact, match="schema 4 is newer than 3") as caught:
        TOY.fact(row({}, schema=4))
    assert caught.value.position == 7


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(UnreadableFact, match=r"toy\.unheard-of"):
        TOY.fact(row({}, topic="toy.unheard-of"))


def test_an_unknown_field_is_an_error_not_a_loss() -> None:
    with pytest.raises(UnreadableFact, match="surprise"):
        TOY.fact(row({"tally_id": "a", "amount": "2", "unit": "box", "surprise": 1}))


def with_meta(**meta: object) -> bytes:
    """A row's document whose meta has other values; None takes one away."""
    document = orjson.loads(row({"tally_id": "a", "amount": "2", "unit": "box"})[4])
    document["meta"] = {
        name: value for name, value in {**document["meta"], **meta}.items() if value is not None
    }
    return orjson.dumps(document)


WHOLE = row({"tally_id": "a", "amount": "2", "unit": "box"})[4]
DAMAGED_BODIES = {
    "cut off": WHOLE[:-9],
    "empty": b"",
    "not JSON": b"\xff\x00",
    "another kind of JSON": b"[1, 2]",
    "no data": WHOLE.replace(b'"data"', b'"lost"'),
    "data of another shape": WHOLE[: WHOLE.index(b'"data"')] + b'"data":7}',
    "no schema": with_meta(schema=None),
    "a schema that is no number": with_meta(schema="new"),
}
DAMAGED_META = {
    "empty": b"",
    "not JSON": b"\xff\x00",
    "another kind of JSON": b"[1, 2]",
    "no meta": WHOLE.replace(b'"meta"', b'"lost"'),
    "meta of another shape": b'{"meta":[],"data":{}}',
    "no id": with_meta(id=None),
    "no actor": with_meta(by=None),
    "an actor of an unknown kind": with_meta(by={"kind": "ghost", "id": "x"}),
    "no time": with_meta(at=None),
    "a time that is none": with_meta(at="noon"),
}


@pytest.mark.parametrize("how", DAMAGED_BODIES)
def test_a_damaged_document_is_named_with_its_position(how: str) -> None:
    damaged: Row = (7, "tally/a", 1, "toy.added", DAMAGED_BODIES[how])
    for decode in (TOY.fact, TOY.envelope):
        with pytest.raises(UnreadableFact) as caught:
            decode(damaged)
        assert (caught.value.position, caught.value.fact_type) == (7, "toy.added")
        assert caught.value.detail


@pytest.mark.parametrize("how", DAMAGED_META)
def test_damaged_meta_is_named_by_the_header_and_the_envelope_alike(how: str) -> None:
    damaged: Row = (7, "tally/a", 1, "toy.added", DAMAGED_META[how])
    for decode in (header, TOY.envelope):
        with pytest.raises(UnreadableFact, match="fact 7"):
            decode(damaged)


# --- the header needs no fact ------------------------------------------------------------------


def test_the_header_says_what_the_envelope_says() -> None:
    (stored, _), *_ = TOY.encode(
        add(
            "a", reason='"} tricky },"data":{ text', by=ANN.model_copy(update={"id": 'a"},"data":'})
        ),
        [Added(tally_id="a", amount=Decimal(1), note='{"meta":{"id":"other"},"data":{}}')],
        {},
    )
    whole: Row = (9, "tally/a", 5, *stored[2:])
    envelope = TOY.envelope(whole)
    assert header(whole) == (
        9, "tally/a", 5, "toy.added", envelope.event_id, envelope.actor, envelope.recorded_at
    )  # fmt: skip


@pytest.mark.parametrize(
    "unreadable",
    [
        row({}, schema=99),
        row({}, topic="toy.unheard-of"),
        row({"surprise": 1}),
        (7, "tally/a", 1, "toy.added", WHOLE[:-9]),
        (
            7,
            "tally/a",
            1,
            "toy.added",
            b'{"data":{},"meta":' + WHOLE[8 : WHOLE.index(b',"data"')] + b"}",
        ),
    ],
)
def test_a_fact_that_cannot_be_read_has_a_header_all_the_same(unreadable: Row) -> None:
    assert header(unreadable)[:5] == (7, "tally/a", 1, unreadable[3], "i")


# --- what must not enter -----------------------------------------------------------------------


class Shapeless(Fact):
    """A fact that would be written differently from how it was decided."""

    TYPE: ClassVar[str] = "toy.shapeless"
    amount: Decimal

    @property
    def stream(self) -> str:
        return "tally/a"


def test_a_fact_that_would_not_read_back_as_it_was_is_refused() -> None:
    mapper = FactMapper({Shapeless.TYPE: Shapeless}, {}, RING)
    wrong = Shapeless.model_construct(amount=2.5)  # passed by all checks on its way
    with pytest.raises((UnstorableValue, UnreadableFact)):
        mapper.encode(add("a"), [Shapeless.model_construct(amount="much"), wrong], {})


@settings(deadline=None)
@given(
    note=st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    amount=st.decimals(allow_nan=False, allow_infinity=False),
    reason=st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
)
def test_whatever_may_enter_comes_back_the_same(
    note: str | None, amount: Decimal, reason: str | None
) -> None:
    fact = Added(tally_id="a", amount=amount, note=note)
    ((stored, again),) = TOY.encode(add("a", reason=reason), [fact], {"tally/a": 4})
    envelope = TOY.envelope((9, "tally/a", 5, *stored[2:]))
    assert again == envelope.fact == fact
    assert envelope.reason == (None if reason is None else SealedText(reason))
    assert stored[1] == 5


@settings(deadline=None)
@given(weight=st.floats())
def test_a_float_enters_only_if_json_can_say_it(weight: float) -> None:
    fact = Weighed(tally_id="a", weight=weight)
    if weight - weight == 0:
        ((_, again),) = TOY.encode(add("a"), [fact], {})
        assert again == fact
    else:
        with pytest.raises(UnstorableValue, match="/weight"):
            TOY.encode(add("a"), [fact], {})


def test_event_ids_are_the_same_on_every_retry_and_differ_within_a_command() -> None:
    command = add("a")
    facts = [Added(tally_id="a", amount=Decimal(n)) for n in (1, 2)]
    ids = [
        [orjson.loads(stored[3])["meta"]["id"] for stored, _ in TOY.encode(command, facts, {})]
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2
