"""Teams, their members, who leads them, and how well a lean team covers the organisation."""

from typing import Any

from domain.people.coverage import Cover
from domain.people.coverage import coverage as covered
from domain.people.team import Member, Team
from projections import render
from projections.engine.pages import page
from projections.engine.view_store import Moment, Reading, ViewStore
from projections.people.rows import MEMBERS, PEOPLE, TEAMS


def teams(
    views: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of teams with their members, in the order they were formed."""
    with views.reading() as look:
        place = TEAMS.c.formed_at_position
        found = page(look, TEAMS, moment, place, limit=limit, cursor=cursor)
        members = members_of(look, moment, [row["team_id"] for row in found.rows])
    items = (
        render.team(
            Team(
                row["team_id"],
                row["name"],
                row["kind"],
                row["parent_id"],
                members.get(row["team_id"], {}),
            ),
            row["version"],
            moment.position,
        )
        for row in found.rows
    )
    return found.answer(items, moment)


def members_of(look: Reading, moment: Moment, team_ids: list[str]) -> dict[str, dict[Any, Member]]:
    """Members of the teams, in the order they joined."""
    c = MEMBERS.c
    found: dict[str, dict[Any, Member]] = {}
    for row in look.rows(
        MEMBERS, moment, c.team_id.in_(team_ids), order_by=(c.joined_at_position,)
    ):
        member = Member(row["role"], row["department"], row["level"])
        found.setdefault(row["team_id"], {})[row["person_id"]] = member
    return found


def people(
    views: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of people by id, with the teams they belong to; names are the directory's to add."""
    with views.reading() as look:
        found = page(look, PEOPLE, moment, PEOPLE.c.person_id, limit=limit, cursor=cursor)
        shown = [row["person_id"] for row in found.rows]
        m = MEMBERS.c
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
            "team_ids": of.get(row["person_id"], []),
            "version": row["version"],
            "position": moment.position,
        }
        for row in found.rows
    )
    return found.answer(items, moment)


def coverage(views: ViewStore, team_id: str, moment: Moment) -> dict[str, Any] | None:
    """Departments and levels of the organisation that a team represents and misses.

    The organisation's are those that any member of any team has. None for an unknown team.
    """
    with views.reading() as look:
        row = look.one(TEAMS, (team_id,), moment)
        members = look.rows(MEMBERS, moment, order_by=(MEMBERS.c.joined_at_position,))
    if row is None:
        return None
    own = {
        each["person_id"]: Member(each["role"], each["department"], each["level"])
        for each in members
        if each["team_id"] == team_id
    }
    found = covered(
        Team(row["team_id"], row["name"], row["kind"], row["parent_id"], own),
        {each["department"] for each in members if each["department"]},
        {each["level"] for each in members if each["level"]},
    )
    return {
        "team_id": team_id,
        "departments": _cover(found.departments),
        "levels": _cover(found.levels),
        "position": moment.position,
    }


def _cover(cover: Cover) -> dict[str, list[str]]:
    return {"represented": list(cover.represented), "missing": list(cover.missing)}
