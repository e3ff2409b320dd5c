"""The view of teams: a row with the folded state, who belongs to which, and their history."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Integer, Text

from domain.facts import Envelope
from domain.people import dissolving, team_editing
from domain.people import team as t
from domain.people.team import Team
from domain.people.team_thing import THING
from projections.engine.versions import FIXED, Changes, End, Put, Rows, versioned
from projections.engine.versions import Change as RowChange
from projections.handling import on
from projections.history.change import Change, shown_links
from projections.obligations.rows import SUBJECT, known, retitled, subject
from projections.people import words
from projections.search.findable import Findable, placed
from projections.stored import Stored
from projections.view import View, tell

TEAMS = versioned(
    "teams",
    Column("team_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", Text),
    Column("status", Text, nullable=False),
    Column("formed_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    found_by=("parent_id",),
)

MEMBERS = versioned(
    "members",
    Column("team_id", Text, primary_key=True, info=FIXED),
    Column("person_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("joined_at_position", BigInteger, nullable=False),
    found_by=("person_id",),
)
"""Where a person belongs; what a team says of its members is in its state. ``joined_at_position``
orders the teams of a person: who comes back after leaving has that team last."""

STORED: Final[Stored[Team]] = Stored(
    THING,
    TEAMS,
    TypeAdapter(Team),
    columns=lambda state: {
        "name": state.name,
        "kind": state.kind,
        "parent_id": state.parent_id,
        "status": state.status,
    },
    born=lambda envelope: {"formed_at_position": envelope.position},
)


def _added(fact: t.MemberAdded, envelope: Envelope, rows: Rows) -> Changes:
    key = (fact.team_id, fact.person_id)
    before = rows.get(MEMBERS, key)
    yield Put(
        MEMBERS,
        key,
        {
            "role": fact.role,
            "joined_at_position": before["joined_at_position"] if before else envelope.position,
        },
    )
    yield from STORED.fold(envelope, rows)


def _removed(fact: t.MemberRemoved, envelope: Envelope, rows: Rows) -> Changes:
    yield End(MEMBERS, (fact.team_id, fact.person_id))
    yield from STORED.fold(envelope, rows)


# --- what history tells ---------------------------------------------------------------------------


def _member(fact: t.MemberAdded | t.MemberRemoved, sets: dict[str, str | None]) -> Change:
    part = ("member", f"{fact.team_id}/{fact.person_id}")
    return Change("team", fact.team_id, sets, {"person": fact.person_id}, part=part)


def _said(fact: t.TeamFact, **sets: Any) -> Change:
    return Change("team", fact.team_id, sets)


def _moved_change(fact: team_editing.TeamMoved) -> Change:
    above = {"above": ("team", fact.parent_id, "title")} if fact.parent_id else {}
    return Change("team", fact.team_id, {"parent_id": fact.parent_id}, refers=above)


# --- what is owed: reviewers are the leads one level up -------------------------------------------


def _formed(fact: t.TeamFormed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    leads = known(rows, "team", fact.team_id).get("leads") or "[]"
    yield subject(
        "team",
        fact.team_id,
        fact.name,
        team_id=fact.team_id,
        parent_id=fact.parent_id,
        leads=leads,
    )


def _membership(
    fact: t.MemberAdded | t.MemberRemoved, _: Envelope, rows: Rows
) -> Iterator[RowChange]:
    before = known(rows, "team", fact.team_id)
    others = [one for one in orjson.loads(before.get("leads") or "[]") if one != fact.person_id]
    leads = isinstance(fact, t.MemberAdded) and fact.role == "lead"
    now = [*others, fact.person_id] if leads else others
    yield Put(SUBJECT, ("team", fact.team_id), {**before, "leads": orjson.dumps(now).decode()})


def _renamed(fact: team_editing.TeamRenamed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    return retitled(rows, "team", fact.team_id, fact.name)


def _moved(fact: team_editing.TeamMoved, _: Envelope, __: Rows) -> Iterator[RowChange]:
    yield Put(SUBJECT, ("team", fact.team_id), {"parent_id": fact.parent_id})


VIEW: Final[View[Team]] = View(
    THING,
    "people",
    tables=(TEAMS, MEMBERS),
    stored=STORED,
    rows=(
        on(t.MemberAdded, _added),
        on(t.MemberRemoved, _removed),
    ),
    telling=(
        tell(
            t.TeamFormed,
            lambda fact: _said(
                fact, title=fact.name, kind=fact.kind, parent_id=fact.parent_id, state="formed"
            ),
            words.formed,
        ),
        tell(
            team_editing.TeamRenamed, lambda fact: _said(fact, title=fact.name), words.team_renamed
        ),
        tell(
            team_editing.TeamKindChosen,
            lambda fact: _said(fact, kind=fact.kind),
            words.team_kind_chosen,
        ),
        tell(team_editing.TeamMoved, _moved_change, words.team_moved),
        tell(
            team_editing.TeamDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(
            team_editing.TeamLinked,
            lambda fact: _said(fact, links=shown_links(fact.links)),
            words.linked,
        ),
        tell(
            dissolving.TeamDissolved,
            lambda fact: _said(fact, state="dissolved"),
            words.team_dissolved,
        ),
        tell(
            dissolving.TeamRestored, lambda fact: _said(fact, state="formed"), words.team_restored
        ),
        tell(
            t.MemberAdded,
            lambda fact: _member(
                fact, {"role": fact.role, "department": fact.department, "level": fact.level}
            ),
            words.member_added,
        ),
        tell(
            t.TeamCalendarNamed,
            lambda fact: Change("team", fact.team_id, {"calendar": fact.calendar}),
            words.team_calendar_named,
        ),
        tell(t.MemberRemoved, lambda fact: _member(fact, {"role": None}), words.member_removed),
    ),
    found=Findable(
        places=(placed(t.TeamFormed, lambda fact: {"team_id": fact.team_id}),),
        parent="team",
        over=("dissolved",),
        twins={"board": "action board"},
    ),
    owes=(
        on(t.TeamFormed, _formed),
        on(t.MemberAdded, _membership),
        on(t.MemberRemoved, _membership),
        on(team_editing.TeamRenamed, _renamed),
        on(team_editing.TeamMoved, _moved),
    ),
)
