"""The wiring of the domain is complete: every fact is evolved, every command is decided."""

import ast
import inspect
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

import domain
from domain.facts import Actor, Command, Fact
from domain.things import THINGS
from tests.domain.strategies import drawn

# Facts that only tell what happened: the fact beside them, or none, changes the state.
TOLD_ONLY = {
    "lean.limit-breached",
    "cycle.phase-rescheduled",
    "people.person-renamed",
    "people.person-readdressed",
    "people.things-handed-over",
}


def classes_of(base: type) -> set[type]:
    """Every class in ``domain/`` that is a ``base`` and stands for itself, not only for others."""
    found, waiting = set[type](), [*base.__subclasses__()]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if is_final(one) or not one.__subclasses__():
            found.add(one)
    return {one for one in found if one.__module__.startswith("domain.")}


def is_final(one: type) -> bool:
    return "TYPE" in vars(one) or one in THINGS.commands


def test_every_fact_belongs_to_a_thing_by_its_wire_name():
    assert {fact for fact in classes_of(Fact) if "TYPE" in vars(fact)} == set(THINGS.facts.values())
    assert len({fact.TYPE for fact in classes_of(Fact)}) == len(THINGS.facts)
    for name, fact in THINGS.facts.items():
        context = fact.__module__.split(".")[1]
        assert re.fullmatch(rf"{context}\.[a-z]+(-[a-z]+)+", name)
        assert name == fact.TYPE


def test_every_command_belongs_to_a_thing():
    assert classes_of(Command) == set(THINGS.commands)


def test_every_module_of_the_domain_with_facts_belongs_to_a_thing():
    root = Path(domain.__file__).parent
    defined = {
        node.name
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        and any(
            isinstance(line, ast.AnnAssign)
            and getattr(line.target, "id", "") == "TYPE"
            and line.value is not None
            for line in node.body
        )
    }
    assert defined == {fact.__name__ for fact in THINGS.facts.values()}


@pytest.mark.parametrize("command", tuple(THINGS.commands), ids=lambda one: one.__name__)
@settings(max_examples=3)
@given(data=st.data())
def test_every_command_is_dispatched(command, data):
    asked = data.draw(drawn(command))
    states = tuple(THINGS.initial(stream) for stream in asked.reads)
    THINGS.decide(asked, states)


def test_a_command_that_nobody_knows_is_a_mistake_of_the_programmer():
    class Unknown(Command):
        @property
        def reads(self) -> tuple[str, ...]:
            return ()

    unknown = Unknown(
        command_id="x", at=datetime(2026, 1, 1, tzinfo=UTC), by=Actor(kind="person", id="p")
    )
    with pytest.raises(LookupError, match="Unknown"):
        THINGS.decide(unknown, ())
    with pytest.raises(LookupError, match="nothing"):
        THINGS.initial("nothing/1")
    with pytest.raises(LookupError, match="nothing"):
        THINGS.evolve("nothing/1", None, THINGS.facts["people.person-joined"](person_id="p"))


@pytest.mark.parametrize("fact", THINGS.facts.values(), ids=lambda one: one.TYPE)
@settings(max_examples=30)
@given(data=st.data())
def test_every_fact_names_a_stream_that_has_a_decider(fact, data):
    told = data.draw(drawn(fact))
    assert told.stream.partition("/")[0] == THINGS.kind_of(told.TYPE)
    state = THINGS.initial(told.stream)
    assert type(THINGS.evolve(told.stream, state, told)) is type(state)


def test_every_fact_has_a_step_but_those_that_only_tell():
    silent = {fact.TYPE for thing in THINGS for fact, step in thing.steps.items() if step is None}
    assert silent == TOLD_ONLY


@pytest.mark.parametrize("fact", THINGS.facts.values(), ids=lambda one: one.TYPE)
def test_facts_keep_no_import_path_and_refuse_unknown_fields(fact):
    assert fact.model_config["extra"] == "forbid"
    assert fact.model_config["frozen"] is True
    assert fact.__module__ not in fact.TYPE
    assert inspect.isclass(fact)
    TypeAdapter(fact).json_schema()
