"""Folded states as the resources that API and lists show: field names of the contract, one place.

Values are ``Decimal``, ``datetime`` and ``date``; they become JSON at the edge. Scores, progress,
confidence and grades are 0..1, rounded half up to four digits here and nowhere before.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.cycle.bounds import END_OF
from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle
from domain.cycle.cycle import moves as cycle_moves
from domain.cycle.escalation import BLOCKER
from domain.cycle.policy import PHASES
from domain.lean.action import Action
from domain.lean.action import moves as action_moves
from domain.lean.board import Board
from domain.lean.obstacle import Obstacle
from domain.lean.obstacle import moves as obstacle_moves
from domain.okr.moves import moves as objective_moves
from domain.okr.rollup import display, largest_remainder
from domain.okr.standing import ObjectiveStanding, Standing, Supporter
from domain.okr.stream import KeyResult, KeyResultGrade, ObjectiveState
from domain.people.team import Team

Resource = dict[str, Any]


def rounded(number: Fraction | Decimal | None) -> Decimal | None:
    """A 0..1 number at four digits, half up; None stays None."""
    return None if number is None else display(number)


def objective(
    state: ObjectiveState, stood: ObjectiveStanding, version: int, position: int | None
) -> Resource:
    """An objective with its key results and its supporters, as they stood."""
    percent = largest_remainder(list(stood.votes.values()))
    shares = dict(zip(stood.votes, percent, strict=True))
    return {
        "id": state.objective_id,
        "cycle_id": state.cycle_id,
        "team_id": state.team_id,
        "owner_id": state.owner_id,
        "title": state.title,
        "ambition": state.ambition,
        "lean": state.lean and state.lean.model_dump(),
        "priority": state.priority and state.priority.model_dump(),
        "supports": [each.model_dump() for each in state.supports],
        "state": state.status,
        "round": state.round,
        "countered": state.countered,
        "progress": rounded(stood.score),
        "progress_reason": stood.reason,
        "raw": rounded(stood.raw),
        "expected": rounded(stood.expected),
        "health": stood.health,
        "confidence": rounded(stood.confidence),
        "coverage": rounded(stood.coverage),
        "score_if_nothing_dropped": rounded(stood.score_if_nothing_dropped),
        "computed": rounded(state.computed),
        "grade": rounded(state.grade),
        "locked": state.locked,
        "left_ungraded": state.left_ungraded,
        "carried_from": state.carried_from,
        "carried_into": state.carried_into,
        "merged_into": state.merged_into,
        "moves": list(objective_moves(state)),
        "key_results": [
            key_result(each, stood.key_results[each.id], shares.get(each.id))
            for each in state.key_results.values()
        ],
        "supported_by": [
            supporter(each, shares.get(each.state.objective_id)) for each in stood.supporters
        ],
        "version": version,
        "position": position,
    }


def supporter(each: Supporter, weight_share: int | None) -> Resource:
    """An objective that supports the shown one, and what its vote weighs there."""
    return {
        "id": each.state.objective_id,
        "title": each.state.title,
        "team_id": each.state.team_id,
        "state": each.state.status,
        "weight": each.weight,
        "weight_share": weight_share,
        "progress": rounded(each.standing.score),
        "expected": rounded(each.standing.expected),
        "health": each.standing.health,
    }


def key_result(state: KeyResult, stood: Standing, weight_share: int | None) -> Resource:
    """A key result; ``weight_share`` is its whole percentage, None without a vote."""
    return {
        "id": state.id,
        "title": state.title,
        "measure": state.measure.model_dump(),
        "first_measure": state.first_measure.model_dump(),
        "weight": state.weight,
        "weight_share": weight_share,
        "owner_id": state.owner_id,
        "due_on": state.due_on,
        "value": stood.value,
        "reading": _last_reading(state, stood),
        "raw": rounded(stood.raw),
        "progress": rounded(stood.score),
        "first_target_score": rounded(stood.first_target_score),
        "expected": rounded(stood.expected),
        "health": stood.health,
        "confidence": stood.confidence,
        "last_check_in_at": stood.last_check_in_at,
        "flags": list(stood.flags),
        "added_at": state.added_at,
        "dropped_at": state.dropped_at,
        "carried_from": state.carried_from,
        "grade": state.grade and _grade(state.grade),
    }


def _last_reading(state: KeyResult, stood: Standing) -> Resource | None:
    """What the check-in that stands read off: the next one starts from it, ticks included."""
    standing_ones = [
        each
        for each in state.check_ins
        if each.corrected_by is None and each.effective_at == stood.last_check_in_at
    ]
    return standing_ones[-1].reading.model_dump(exclude_none=True) if standing_ones else None


def _grade(grade: KeyResultGrade) -> Resource:
    return {
        "computed": rounded(grade.computed),
        "owner_grade": rounded(grade.owner_grade),
        "agreed_grade": rounded(grade.agreed_grade),
        "reason": grade.reason,
    }


def cycle(state: Cycle, version: int, position: int | None) -> Resource:
    """A cycle with its slots and its phases; who it waits for is a view's to say."""
    frame = frame_of(state)
    return {
        "id": state.cycle_id,
        "name": state.name,
        "state": state.status,
        "starts_on": state.starts_on,
        "ends_on": state.ends_on,
        "timezone": state.timezone,
        "policy": state.policy.model_dump(),
        "coordinator_id": state.coordinator_id,
        "slots": list(frame.slots),
        "phase": state.phase,
        "phases": phases(state),
        "paused": state.paused,
        "paused_since": state.paused_since,
        "adjustment_open": state.window_open,
        "grading_locked": state.grading_locked,
        "moves": list(cycle_moves(state)),
        "version": version,
        "position": position,
    }


def phases(state: Cycle) -> list[Resource]:
    """The phases in order, each ``done``, ``current`` or ``coming``; empty before the start."""
    at = {milestone.id: milestone.at for milestone in state.milestones}
    now = PHASES.index(state.phase) if state.phase else -1
    rows = []
    for index, name in enumerate(PHASES):
        starts, ends = at.get(f"{name}.open"), at.get(END_OF[name])
        if starts is None or ends is None:
            continue
        over = state.status == "closed" or index < now
        standing = "done" if over else "current" if index == now else "coming"
        rows.append({"name": name, "starts_at": starts, "ends_at": ends, "state": standing})
    return rows


def help_level(state: Obstacle) -> str | None:
    """How far up the help chain it has climbed; None while nobody was called (RULES B9)."""
    climbed = [level for _, level in BLOCKER if level in state.reached]
    return climbed[-1] if climbed else None


def obstacle(state: Obstacle, version: int, position: int | None) -> Resource:
    """An obstacle with its 5-Whys tree and the causes of its fishbone."""
    return {
        "id": state.obstacle_id,
        "title": state.title,
        "about": state.about and state.about.model_dump(),
        "severity": state.severity,
        "owner_id": state.owner_id,
        "state": state.status,
        "level": help_level(state),
        "raised_at": state.raised_at,
        "whys": [
            {"id": i, "under": why.under, "answer": why.answer, "evidence": why.evidence}
            for i, why in state.whys.items()
        ],
        "causes": [
            {"id": i, "category": cause.category, "text": cause.text}
            for i, cause in state.causes.items()
        ],
        "root_cause_id": state.root_cause_id,
        "result": state.result,
        "evidence": state.evidence,
        "moves": list(obstacle_moves(state)),
        "version": version,
        "position": position,
    }


def action(state: Action, version: int, position: int | None) -> Resource:
    """An improvement action."""
    return {
        "id": state.action_id,
        "title": state.title,
        "kind": state.kind,
        "team_id": state.team_id,
        "owner_id": state.owner_id,
        "due_on": state.due_on,
        "about": state.about and state.about.model_dump(),
        "prediction": state.prediction,
        "verify_after_days": state.verify_after_days,
        "state": state.status,
        "column": state.column,
        "opened_at": state.opened_at,
        "finished_at": state.finished_at,
        "result": state.result,
        "effective": state.effective,
        "evidence": state.evidence,
        "moves": list(action_moves(state)),
        "version": version,
        "position": position,
    }


def board(state: Board, team_id: str, version: int, position: int | None) -> Resource:
    """A team's action board as defined: columns and the ids of their cards, top first."""
    return {
        "id": team_id,
        "team_id": team_id,
        "defined": state.defined,
        "columns": [
            {**each.model_dump(), "card_ids": list(state.cards.get(each.key, ()))}
            for each in state.columns
        ],
        "version": version,
        "position": position,
    }


def team(state: Team, version: int, position: int | None) -> Resource:
    """A team and its members, in the order they joined."""
    return {
        "id": state.team_id,
        "name": state.name,
        "kind": state.kind,
        "parent_id": state.parent_id,
        "members": [
            {
                "person_id": person_id,
                "role": member.role,
                "department": member.department,
                "level": member.level,
            }
            for person_id, member in state.members.items()
        ],
        "version": version,
        "position": position,
    }
