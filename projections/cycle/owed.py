"""What the clock of a cycle asks the views: the objectives of a cycle, and who leads which team.

Who owes what is the domain's rule (``domain.cycle.owing``); here it is only given what it takes.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from domain.cycle import owing
from domain.cycle.policy import Asked
from projections.cycle.cycle import CYCLES
from projections.engine.versions import Row
from projections.engine.view_store import Moment, Reading, ViewStore
from projections.okr.objective import OBJECTIVES
from projections.okr.states import frames_at, objectives_at
from projections.people.team import MEMBERS, TEAMS

OVER = ("closed", "dropped", "merged")


def open_objectives(store: ViewStore, cycle_id: str, moment: Moment) -> list[dict[str, Any]]:
    """Objectives of a cycle that are not over: id, state, owner."""
    with store.reading() as look:
        c = OBJECTIVES.c
        rows = look.rows(
            OBJECTIVES,
            moment,
            c.status.not_in(OVER),
            order_by=(c.drafted_at_position,),
            cycle_id=cycle_id,
        )
    return [
        {"id": row["objective_id"], "state": row["status"], "owner_id": row["owner_id"]}
        for row in rows
    ]


def owed(
    store: ViewStore, cycle_id: str, asked: Asked | None, slot: date | None, moment: Moment
) -> list[owing.Debt]:
    """Who owes what is asked for in a cycle, for ``slot`` where it is a check-in."""
    with store.reading() as look:
        objectives = objectives_at(look, moment, equals={"cycle_id": cycle_id})
        frame = frames_at(look, moment, [cycle_id]).get(cycle_id)
        leads = [owing.Lead(row["team_id"], row["person_id"]) for row in _leads(look, moment)]
    if frame is None:
        return []
    return list(owing.who_owes(asked, slot, [each.state for each in objectives], frame, leads))


def missed_twice(
    store: ViewStore, cycle_id: str, slot: date, moment: Moment
) -> list[dict[str, Any]]:
    """Key results whose second missed week in a row is the one before ``slot``."""
    with store.reading() as look:
        objectives = objectives_at(look, moment, equals={"cycle_id": cycle_id})
        frame = frames_at(look, moment, [cycle_id]).get(cycle_id)
    if frame is None:
        return []
    states = [each.state for each in objectives]
    return [asdict(each) for each in owing.missed_twice(states, frame, slot)]


def cycles(store: ViewStore, moment: Moment) -> list[dict[str, Any]]:
    """Every cycle ever planned."""
    with store.reading() as look:
        rows = look.rows(CYCLES, moment, order_by=(CYCLES.c.planned_at_position,))
    return [{"id": row["cycle_id"], "state": row["status"]} for row in rows]


def team_leads(store: ViewStore, team_id: str, moment: Moment) -> list[str]:
    """Who leads a team, the longest-standing lead first."""
    with store.reading() as look:
        return list(_of(_leads(look, moment), team_id))


def sponsors(store: ViewStore, team_id: str, moment: Moment) -> list[str]:
    """Who hears of what a team's lead did not solve: leads of the nearest team above with any."""
    with store.reading() as look:
        leads = _leads(look, moment)
        parents = {row["team_id"]: row["parent_id"] for row in look.rows(TEAMS, moment)}
    above, seen = parents.get(team_id), {team_id}
    while above is not None and above not in seen:
        if found := list(_of(leads, above)):
            return found
        seen.add(above)
        above = parents.get(above)
    return []


def _of(leads: list[Row], team_id: str) -> Iterator[str]:
    return (row["person_id"] for row in leads if row["team_id"] == team_id)


def _leads(look: Reading, moment: Moment) -> list[Row]:
    c = MEMBERS.c
    return look.rows(MEMBERS, moment, c.role == "lead", order_by=(c.joined_at_position,))
