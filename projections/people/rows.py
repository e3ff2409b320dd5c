"""People, teams and who belongs to them. People have no names here: the log knows none."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, Text

from domain.facts import Envelope
from domain.people import person, team
from projections.engine.projection import Projection
from projections.engine.versions import FIXED, Changes, End, Instant, Put, Rows, versioned
from projections.families import facts_of

PEOPLE = versioned(
    "people",
    Column("person_id", Text, primary_key=True),
    Column("joined_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)

TEAMS = versioned(
    "teams",
    Column("team_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Text),
    Column("formed_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)

MEMBERS = versioned(
    "members",
    Column("team_id", Text, primary_key=True, info=FIXED),
    Column("person_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("department", Text),
    Column("level", Text),
    Column("joined_at_position", BigInteger, nullable=False),
)
"""``joined_at_position`` orders the members; who comes back after leaving stands last."""


def _joined(envelope: Envelope, rows: Rows) -> Changes:
    fact = envelope.fact
    assert isinstance(fact, person.PersonJoined)
    held = rows.get(PEOPLE, (fact.person_id,))
    joined_at = held["joined_at"] if held else envelope.recorded_at
    yield Put(PEOPLE, (fact.person_id,), {"joined_at": joined_at, "version": envelope.version})


def _formed(envelope: Envelope, rows: Rows) -> Changes:
    fact = envelope.fact
    assert isinstance(fact, team.TeamFormed)
    held = rows.get(TEAMS, (fact.team_id,))
    yield Put(
        TEAMS,
        (fact.team_id,),
        {
            "name": fact.name,
            "kind": fact.kind,
            "parent_id": fact.parent_id,
            "formed_at_position": held["formed_at_position"] if held else envelope.position,
            "version": envelope.version,
        },
    )


def _member_added(envelope: Envelope, rows: Rows) -> Changes:
    fact = envelope.fact
    assert isinstance(fact, team.MemberAdded)
    key = (fact.team_id, fact.person_id)
    held = rows.get(MEMBERS, key)
    yield Put(
        MEMBERS,
        key,
        {
            "role": fact.role,
            "department": fact.department,
            "level": fact.level,
            "joined_at_position": held["joined_at_position"] if held else envelope.position,
        },
    )
    yield Put(TEAMS, (fact.team_id,), {"version": envelope.version})


def _member_removed(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = envelope.fact
    assert isinstance(fact, team.MemberRemoved)
    yield End(MEMBERS, (fact.team_id, fact.person_id))
    yield Put(TEAMS, (fact.team_id,), {"version": envelope.version})


PEOPLE_AND_TEAMS: Final = Projection(
    name="people",
    tables=(PEOPLE, TEAMS, MEMBERS),
    handlers={
        person.PersonJoined: _joined,
        team.TeamFormed: _formed,
        team.MemberAdded: _member_added,
        team.MemberRemoved: _member_removed,
    },
    kinds={"person": facts_of(person.PersonJoined), "team": facts_of(team.TeamFact)},
)
