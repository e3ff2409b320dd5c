"""Teams, their members, who leads them, and how well a lean team covers the organisation."""

from typing import Any

from domain.cycle.owing import Lead
from domain.ids import PersonId, TeamId
from domain.people.coverage import Cover
from domain.people.coverage import coverage as covered
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.people import person, render, team
from projections.people.person import PEOPLE
from projections.people.team import MEMBERS, TEAMS


def teams(
    store: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of teams with their members, in the order they were formed."""
    with store.reading() as look:
        place = TEAMS.c.formed_at_position
        found = page(look, TEAMS, moment, place, limit=limit, cursor=cursor)
        states = [team.STORED.read(look.states, row) for row in found.rows]
    items = (
        render.team(state, row["version"], moment.position)
        for state, row in zip(states, found.rows, strict=True)
    )
    return found.answer(items, moment)


def people(
    store: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of people by id, with the teams they belong to; names are the directory's to add."""
    with store.reading() as look:
        found = page(look, PEOPLE, moment, PEOPLE.c.person_id, limit=limit, cursor=cursor)
        shown = [row["person_id"] for row in found.rows]
        m = MEMBERS.c
        states = {row["person_id"]: person.STORED.read(look.states, row) for row in found.rows}
        belongs = look.rows(
            MEMBERS, moment, m.person_id.in_(shown), order_by=(m.joined_at_position,)
        )
    of: dict[str, list[str]] = {}
    for row in belongs:
        of.setdefault(row["person_id"], []).append(row["team_id"])
    items = (
        {
            "id": row["person_id"],
            "joined_at": row["joined_at"],
            **render.person(states[row["person_id"]]),
            "team_ids": of.get(row["person_id"], []),
            "version": row["version"],
            "position": moment.position,
        }
        for row in found.rows
    )
    return found.answer(items, moment)


def leads(look: Reading, moment: Moment) -> list[Lead]:
    """Who leads which team, the longest-standing lead first."""
    c = MEMBERS.c
    rows = look.rows(MEMBERS, moment, c.role == "lead", order_by=(c.joined_at_position,))
    return [Lead(TeamId(row["team_id"]), PersonId(row["person_id"])) for row in rows]


def coverage(store: ViewStore, team_id: str, moment: Moment) -> dict[str, Any] | None:
    """Departments and levels of the organisation that a team represents and misses.

    The organisation's are those that any member of any team has. None for an unknown team.
    """
    with store.reading() as look:
        states = {
            row["team_id"]: team.STORED.read(look.states, row) for row in look.rows(TEAMS, moment)
        }
    if team_id not in states:
        return None
    members = [each for state in states.values() for each in state.members.values()]
    found = covered(
        states[team_id],
        {each.department for each in members if each.department},
        {each.level for each in members if each.level},
    )
    return {
        "team_id": team_id,
        "departments": _cover(found.departments),
        "levels": _cover(found.levels),
        "position": moment.position,
    }


def _cover(cover: Cover) -> dict[str, list[str]]:
    return {"represented": list(cover.represented), "missing": list(cover.missing)}
