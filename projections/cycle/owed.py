"""What the clocks ask the views: who owes what in a cycle, and which streams have a clock."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, or_, select

from domain.cycle.calendar import Frame, local_date, slot_of
from domain.okr.stream import KeyResult
from projections.cycle.rows import CYCLES
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.lean.rows import ACTION, OBSTACLE
from projections.okr.rows import OBJECTIVES
from projections.okr.states import Told, frames_at, objectives_at
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
    return [
        _owes(each.state.owner_id if key_result.owner_id is None else key_result.owner_id,
              "key_result", key_result.id)
        for each, key_result in active
        if frame is not None and slot not in kept_slots(key_result, frame)
    ]  # fmt: skip


def missed_twice(
    views: ViewStore, cycle_id: str, slot: date, moment: Moment
) -> list[dict[str, Any]]:
    """Key results whose second missed week in a row is the one before ``slot``.

    A third missed week is not told again; slots before a key result was active are not missed.
    """
    active, frame = _active(views, cycle_id, moment)
    if frame is None or slot not in frame.slots:
        return []
    before = frame.slots[: frame.slots.index(slot)]
    found = []
    for each, key_result in active:
        begun = max(key_result.added_at, each.activated_at or key_result.added_at)
        first = local_date(begun, frame.timezone)
        kept = kept_slots(key_result, frame)
        missed = [past >= first and past not in kept for past in before]
        if missed[-2:] == [True, True] and missed[-3:] != [True, True, True]:
            found.append(
                {
                    "key_result_id": key_result.id,
                    "title": key_result.title,
                    "owner_id": key_result.owner_id or each.state.owner_id,
                }
            )
    return found


def owed_objectives(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Leads of teams that have no objective in the cycle yet."""
    with views.reading() as look:
        rows = look.rows(OBJECTIVES, moment, cycle_id=cycle_id)
        leads = look.rows(
            MEMBERS, moment, MEMBERS.c.role == "lead", order_by=(MEMBERS.c.joined_at_position,)
        )
    busy = {row["team_id"] for row in rows if row["status"] not in ("dropped", "merged")}
    return [
        _owes(row["person_id"], "team", row["team_id"])
        for row in leads
        if row["team_id"] not in busy
    ]


def owed_agreement(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Drafts that their owners have not proposed, proposals that nobody has answered."""
    return _by_owner(views, cycle_id, moment, "draft", "proposed")


def owed_grades(views: ViewStore, cycle_id: str, moment: Moment) -> list[Owed]:
    """Active objectives that their owners have not graded."""
    return _by_owner(views, cycle_id, moment, "active")


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


def kept_slots(key_result: KeyResult, frame: Frame) -> set[date | None]:
    """Slots that a check-in stands for; a corrected one stood for its slot all the same."""
    return {
        slot_of(frame, local_date(check_in.effective_at, frame.timezone))
        for check_in in key_result.check_ins
    }


def _active(
    views: ViewStore, cycle_id: str, moment: Moment
) -> tuple[list[tuple[Told, KeyResult]], Frame | None]:
    """Key results of active objectives that were not dropped, each with its objective."""
    with views.reading() as look:
        found = objectives_at(
            look, moment, OBJECTIVES.c.status == "active", equals={"cycle_id": cycle_id}
        )
        frame = frames_at(look, moment, [cycle_id]).get(cycle_id)
    return list(_live(found)), frame


def _live(found: list[Told]) -> Iterator[tuple[Told, KeyResult]]:
    for each in found:
        for key_result in each.state.live:
            yield each, key_result


def _by_owner(views: ViewStore, cycle_id: str, moment: Moment, *states: str) -> list[Owed]:
    return [
        _owes(row["owner_id"], "objective", row["id"])
        for row in open_objectives(views, cycle_id, moment)
        if row["state"] in states
    ]


def _owes(person_id: str, kind: str, id_: str) -> Owed:
    return {"person_id": person_id, "about": {"kind": kind, "id": id_}}
