"""What nobody wants is not decoded, so what cannot be decoded hurts only who wants it."""

import pytest

from journal.append import Row
from journal.errors import UnreadableFact
from journal.fact_batch import FactBatch
from journal.mapper import FactMapper
from tests.journal.rings import RING
from tests.journal.toy import Added, ToyDecider, add

MAPPER = FactMapper(ToyDecider.facts, ToyDecider.upcasters, RING)


def batch() -> FactBatch:
    ((stored, _),) = MAPPER.encode(add("a"), [Added(tally_id="a", amount=1)], {})
    readable: list[Row] = [(n, "tally/a", n, *stored[2:]) for n in (1, 3)]
    damaged: Row = (2, "tally/b", 1, "toy.added", b"{")
    return FactBatch([readable[0], damaged, readable[1]], MAPPER.envelope)


def test_a_damaged_fact_that_nobody_wants_stops_nobody() -> None:
    assert [e.position for e in batch().wanted(lambda stream, _: stream == "tally/a")] == [1, 3]


def test_whoever_wants_it_gets_the_facts_before_it_and_then_the_error() -> None:
    facts = iter(batch())
    assert next(facts).position == 1
    with pytest.raises(UnreadableFact, match="fact 2"):
        next(facts)
