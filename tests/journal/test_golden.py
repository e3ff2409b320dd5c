"""What was stored once is read for ever: one golden file per fact type and schema."""

import hashlib
from typing import Any

import orjson
import pytest

from domain.things import THINGS
from journal.mapper import FactMapper
from projections.sealed import opened
from tests.journal.golden_facts import FOLDER, golden_name, recorded_sums
from tests.journal.rings import RING

MAPPER = FactMapper(THINGS.facts, THINGS.upcasters, RING)
RECORDED_AT = "2026-02-03T09:30:15.250000+00:00"
META = {"id": "event", "by": {"kind": "person", "id": "ann"}, "at": RECORDED_AT}
NAMES = sorted(recorded_sums())


def decoded(name: str) -> list[tuple[Any, dict[str, Any]]]:
    """Each stored example of a golden file, with the data that its fact would be stored as now."""
    fact_type, _, schema = name.removesuffix(".json").rpartition("@")
    pairs = []
    for data in orjson.loads((FOLDER / name).read_bytes()):
        state = orjson.dumps({"meta": {**META, "schema": int(schema)}, "data": data})
        fact = MAPPER.fact((0, "", 1, fact_type, state))
        pairs.append((data, opened(fact.model_dump(mode="json"), RING.open)))
    return pairs


def agrees(stored: Any, again: Any) -> bool:
    """Equal, but for optional fields that were added after the example was stored."""
    if isinstance(stored, dict) and isinstance(again, dict):
        return all(name in again and agrees(stored[name], again[name]) for name in stored)
    if isinstance(stored, list) and isinstance(again, list):
        return len(stored) == len(again) and all(map(agrees, stored, again))
    return bool(stored == again)


def test_every_fact_of_the_catalogue_has_a_golden_file() -> None:
    missing = {golden_name(cls) for cls in THINGS.facts.values()} - set(NAMES)
    assert not missing, "run: python -m tests.journal.golden_facts"


def test_no_golden_file_was_edited_or_removed() -> None:
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.json")
    }
    assert present == recorded_sums()


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_fact_is_read_and_says_the_same_as_on_the_day_it_was_stored(name: str) -> None:
    fact_type, _, schema = name.removesuffix(".json").rpartition("@")
    pairs = decoded(name)
    assert pairs
    if int(schema) == THINGS.facts[fact_type].SCHEMA:
        for stored, again in pairs:
            assert agrees(stored, again)


def test_the_comparison_can_fail() -> None:
    assert agrees({"a": [1]}, {"a": [1], "added": None})
    assert not agrees({"a": [1], "gone": None}, {"a": [1]})
    assert not agrees({"a": [1]}, {"a": [1, 2]})
    assert not agrees({"a": {"b": "1.50"}}, {"a": {"b": "1.5"}})


def test_every_older_schema_has_an_upcaster() -> None:
    needed = {
        (name, schema) for name, cls in THINGS.facts.items() for schema in range(1, cls.SCHEMA)
    }
    assert needed == set(THINGS.upcasters)
