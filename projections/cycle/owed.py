"""What the clocks ask the views: who owes what in a cycle, and which streams have a clock."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, or_, select

from domain.cycle import owing
from domain.cycle.calendar import Frame
from domain.okr.stream import ObjectiveState
from projections.cycle.rows import CYCLES
from projections.engine.versions import Row
from projections.engine.view_store import Moment, Reading, ViewStore
from projections.lean.rows import ACTION, OBSTACLE
from projections.okr.rows import OBJECTIVES
from projections.okr.states import frames_at, objectives_at
from projections.people.rows import MEMBERS, TEAMS

ENDED_ACTION: Final = "verified"
Owed = dict[str, Any]


def open_objectives(views: ViewStore, cycle_id: str, moment: Moment) -> list[dict[str, Any]]:
    """Objectives of a cycle that are not over: id, state, owner."""
    with views.reading() as look:
        c = OBJECTIVES.c
        rows = look.rows(
            OBJECTIVES,
            moment,
            c.status.not_in(("closed", "dropped", "merged")),
            order_by=(c.drafted_at_position,),
            cycle_id=cycle_id,
        )
    return [
        {"id": row["objective_id"], "state": row["status"], "owner_id": row["owner_id"]}
        for row in rows
    ]


def owed_check_ins(views: ViewStore, cycle_id: str, slot: date, moment: Moment) -> list[Owed]:
    """A check-in for each running key result that has none for ``slot`` yet; its owner owes it."""
    active, frame = _active(views, cycle_id, moment)
    return [] if frame is None else _rows(owing.owed_check_ins(active, frame, slot))


def missed_twice(
    views: ViewStore, cycle_id: str, slot: date, moment: Moment
) -> list[dict[str, Any]]:
    """Key results whose second missed week in a row is the one before ``slot``."""
    active, frame = _active(views, cycle_id, moment)
    return [] if frame is None else list(map(asdict, owing.missed_twice(active, frame, slot)))


def owed_objectives(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Leads of teams that have no objective in the cycle yet."""
    with views.reading() as look:
        rows = look.rows(OBJECTIVES, moment, cycle_id=cycle_id)
        leads = [owing.Lead(row["team_id"], row["person_id"]) for row in _leads(look, moment)]
    return _rows(owing.owed_objectives(map(_standing, rows), leads))


def owed_agreement(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Drafts that their owners have not proposed, proposals that nobody has answered."""
    return _rows(owing.owed_agreement(_standings(views, cycle_id, moment)))


def owed_grades(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Active objectives that their owners have not graded."""
    return _rows(owing.owed_grades(_standings(views, cycle_id, moment)))


def open_streams(views: ViewStore) -> list[str]:
    """Streams whose clock may have something due: cycles, obstacles and actions not at rest."""
    with views.reading() as look:
        wanted = (
            ("cycle", CYCLES, CYCLES.c.cycle_id, _has_clock()),
            ("obstacle", OBSTACLE, OBSTACLE.c.obstacle_id, OBSTACLE.c.status != "resolved"),
            ("action", ACTION, ACTION.c.action_id, ACTION.c.status != ENDED_ACTION),
        )
        return [
            f"{kind}/{id_}"
            for kind, table, column, condition in wanted
            for id_ in look.connection.scalars(
                select(column)
                .where(table.c.gen == look.generation(table), table.c.until.is_(None), condition)
                .order_by(column)
            )
        ]


def cycles(views: ViewStore, moment: Moment) -> list[dict[str, Any]]:
    """Every cycle ever planned."""
    with views.reading() as look:
        rows = look.rows(CYCLES, moment, order_by=(CYCLES.c.planned_at_position,))
    return [{"id": row["cycle_id"], "state": row["status"]} for row in rows]


def _has_clock() -> Any:
    """A cycle closed before its time still has its close to perform."""
    c = CYCLES.c
    return and_(c.status != "planned", or_(c.status != "closed", c.done.not_like('%"close"%')))


def team_leads(views: ViewStore, team_id: str, moment: Moment) -> list[str]:
    """Who leads a team, the longest-standing lead first."""
    with views.reading() as look:
        return leads_of(_leads(look, moment), team_id)


def sponsors(views: ViewStore, team_id: str, moment: Moment) -> list[str]:
    """Who hears of what a team's lead did not solve: leads of the nearest team above with any."""
    with views.reading() as look:
        leads = _leads(look, moment)
        parents = {row["team_id"]: row["parent_id"] for row in look.rows(TEAMS, moment)}
    above, seen = parents.get(team_id), {team_id}
    while above is not None and above not in seen:
        if found := leads_of(leads, above):
            return found
        seen.add(above)
        above = parents.get(above)
    return []


def leads_of(leads: list[Row], team_id: str) -> list[str]:
    return [row["person_id"] for row in leads if row["team_id"] == team_id]


def _leads(look: Reading, moment: Moment) -> list[Row]:
    c = MEMBERS.c
    return look.rows(MEMBERS, moment, c.role == "lead", order_by=(c.joined_at_position,))


def _active(
    views: ViewStore, cycle_id: str, moment: Moment
) -> tuple[list[ObjectiveState], Frame | None]:
    """The active objectives of a cycle, and its frame."""
    with views.reading() as look:
        found = objectives_at(
            look, moment, OBJECTIVES.c.status == "active", equals={"cycle_id": cycle_id}
        )
        frame = frames_at(look, moment, [cycle_id]).get(cycle_id)
    return [each.state for each in found], frame


def _standings(views: ViewStore, cycle_id: str, moment: Moment) -> list[ObjectiveState]:
    with views.reading() as look:
        order = (OBJECTIVES.c.drafted_at_position,)
        rows = look.rows(OBJECTIVES, moment, order_by=order, cycle_id=cycle_id)
    return [_standing(row) for row in rows]


def _standing(row: Row) -> ObjectiveState:
    """As much of an objective as asking needs: whose it is and how far it is."""
    return ObjectiveState(
        objective_id=row["objective_id"],
        team_id=row["team_id"],
        owner_id=row["owner_id"],
        status=row["status"],
    )


def _rows(debts: Iterable[owing.Debt]) -> list[Owed]:
    return [
        {"person_id": debt.person_id, "about": {"kind": debt.about.kind, "id": debt.about.id}}
        for debt in debts
    ]
