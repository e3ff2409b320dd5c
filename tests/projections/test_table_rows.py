"""The law of the cache before a view's table: it writes what a plain dict of current rows says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, Text, select

from domain.facts import Actor, Envelope
from domain.people.person import PersonJoined
from projections.engine import table_rows
from projections.engine.generation import Generation
from projections.engine.projection import Projection
from projections.engine.stores import open_engine, writing
from projections.engine.versions import METADATA, Changes, End, Put, Rows, versioned

ROWS = versioned(
    "test_cached",
    Column("k", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("a", Text),
    Column("b", Integer),
)
Key = tuple[str, int]
Op = tuple[Any, ...]
Said = dict[str, Any]

KEYS = st.tuples(st.sampled_from("uvw"), st.integers(0, 1))
WHOLE = st.fixed_dictionaries(
    {"a": st.sampled_from(["p", "q", None]), "b": st.sampled_from([0, 1, None])}
)
OPS = st.one_of(
    st.tuples(st.just("put"), KEYS, WHOLE),
    st.tuples(st.just("put"), KEYS, st.fixed_dictionaries({"a": st.sampled_from("pq")})),
    st.tuples(st.just("end"), KEYS),
    st.tuples(st.just("add"), KEYS),
    st.tuples(st.just("add to all"), st.sampled_from("pq")),
)
FACTS = st.lists(st.lists(OPS, min_size=1, max_size=5), min_size=1, max_size=12)
CUTS = st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=12)
"""After how many facts a batch ends, and whether the runner starts anew then."""


def play(ops: list[Op], rows: Rows) -> Changes:
    """The ops of one fact as a handler does them."""
    for name, *given_ in ops:
        if name == "put":
            yield Put(ROWS, given_[0], given_[1])
        elif name == "end":
            yield End(ROWS, given_[0])
        elif name == "add":
            row = rows.get(ROWS, given_[0])
            if row is not None:
                yield Put(ROWS, given_[0], {"b": (row["b"] or 0) + 1})
        else:
            for row in rows.where(ROWS, a=given_[0]):
                yield Put(ROWS, (row["k"], row["n"]), {"b": (row["b"] or 0) + 1})


def plainly(now: dict[Key, Said], ops: list[Op]) -> None:
    """The same on a dict."""
    for name, *given_ in ops:
        if name == "put":
            now[given_[0]] = {**now.get(given_[0], {"a": None, "b": None}), **given_[1]}
        elif name == "end":
            now.pop(given_[0], None)
        elif name == "add":
            if given_[0] in now:
                now[given_[0]]["b"] = (now[given_[0]]["b"] or 0) + 1
        else:
            for said in now.values():
                if said["a"] == given_[0]:
                    said["b"] = (said["b"] or 0) + 1


def envelope(position: int) -> Envelope:
    fact = PersonJoined(person_id="p")
    return Envelope(
        position, "person/p", position, fact, f"e{position}", 1,
        Actor(kind="person", id="x"), "c", "c", None, datetime(2026, 1, 1, tzinfo=UTC), None, b"",
    )  # fmt: skip


def batches(count: int, cuts: list[tuple[int, bool]]) -> Iterator[tuple[range, bool]]:
    """Positions of each batch, and whether the runner started anew before it."""
    start, anew = 1, False
    for size, restarts in [*cuts, (count, False)]:
        if start > count:
            return
        yield range(start, min(start + size, count + 1)), anew
        start, anew = start + size, restarts


LONG_AGO = [[("put", ("u", 0), {"a": "p", "b": 0})]]
FULL = {"a": "p", "b": 1}


@pytest.mark.parametrize("cached", [0, 1, 50])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=FACTS, cuts=CUTS)
@example(
    facts=[*LONG_AGO, [("put", ("v", 0), FULL), ("end", ("v", 0)), ("put", ("v", 0), FULL)]],
    cuts=[(1, True)],
)
@example(
    facts=[*LONG_AGO, [("put", ("u", 0), FULL), ("end", ("u", 0)), ("put", ("u", 0), FULL)]],
    cuts=[(1, True)],
)
def test_the_table_says_at_every_position_what_a_dict_says(cached, facts, cuts):
    kinds = {"person": (PersonJoined,)}
    handlers = {PersonJoined: lambda env, rows: play(facts[env.position - 1], rows)}
    projection = Projection("cached", (ROWS,), handlers, kinds)
    kept, table_rows.CACHED_ROWS = table_rows.CACHED_ROWS, cached
    try:
        with TemporaryDirectory() as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'rows.db'}")
            try:
                METADATA.create_all(engine, [ROWS])
                write(engine, projection, len(facts), cuts)
                check(engine, facts)
            finally:
                engine.dispose()
    finally:
        table_rows.CACHED_ROWS = kept


def write(engine: Any, projection: Projection, count: int, cuts: list[tuple[int, bool]]) -> None:
    generation = Generation(projection, 1, 0)
    for positions, anew in batches(count, cuts):
        if anew:
            generation = Generation(projection, 1, positions[0] - 1)
        with writing(engine) as connection:
            generation.begin(connection)
            for position in positions:
                generation.apply(envelope(position))
            generation.write()


def check(engine: Any, facts: list[list[Op]]) -> None:
    with engine.connect() as connection:
        rows = connection.execute(select(ROWS)).mappings().all()
    keys = {(row["k"], row["n"]) for row in rows}
    now: dict[Key, Said] = {}
    for position, ops in enumerate(facts, 1):
        plainly(now, ops)
        alive = [
            row
            for row in rows
            if row["since"] <= position and (row["until"] is None or row["until"] > position)
        ]
        told = {(row["k"], row["n"]): {"a": row["a"], "b": row["b"]} for row in alive}
        assert len(told) == len(alive)  # no two versions of a key at a time
        assert told == now, position
    for key in keys:
        versions = sorted(
            (row for row in rows if (row["k"], row["n"]) == key), key=lambda row: row["since"]
        )
        assert [row["first"] for row in versions] == [1] + [0] * (len(versions) - 1)
        assert all(row["until"] != row["since"] for row in rows)
