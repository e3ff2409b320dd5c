"""A small view for tests of the engine: how often each person joined or was put into a team."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Integer, Text

from domain.facts import Envelope, Fact
from domain.people import person, team
from projections.engine.projection import Projection
from projections.engine.versions import Changes, End, Put, Rows, versioned

TALLIES = versioned(
    "test_tallies",
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("note", Text),
)
NOTES = versioned(
    "test_notes",
    Column("place", Integer, primary_key=True),
    Column("said", Text, nullable=False),
    immutable=True,
)


def counted(envelope: Envelope, rows: Rows) -> Changes:
    """One more for the person; a removal ends the tally."""
    fact: Any = envelope.fact
    key = (fact.person_id,)
    if isinstance(fact, team.MemberRemoved):
        yield End(TALLIES, key)
    else:
        held = rows.get(TALLIES, key)
        yield Put(TALLIES, key, {"count": held["count"] + 1 if held else 1})
    yield Put(NOTES, (envelope.position,), {"said": envelope.type})


TEAM = (team.TeamFormed, team.MemberAdded, team.MemberRemoved)
COUNTED: dict[type[Fact], Callable[[Any, Rows], Changes]] = dict.fromkeys(
    (person.PersonJoined, team.MemberAdded, team.MemberRemoved), counted
)


def tally(name: str = "tally", **handlers: Any) -> Projection:
    """The view; ``on`` replaces the handler of every fact it handles."""
    chosen = dict.fromkeys(COUNTED, handlers["on"]) if "on" in handlers else COUNTED
    kinds = {"person": (person.PersonJoined,), "team": TEAM}
    return Projection(name, (TALLIES, NOTES), chosen, kinds, frozenset(TEAM) - COUNTED.keys())
