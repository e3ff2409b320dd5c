"""Objectives and key results as they are shown, in lists and alone: the contract's field names.

Scores, progress, confidence and grades are 0..1, rounded half up to four digits here and nowhere
before.
"""

from typing import Any

from domain.okr.moves import moves as objective_moves
from domain.okr.rollup import largest_remainder
from domain.okr.standing import ObjectiveStanding, Standing, Supporter
from domain.okr.stream import KeyResult, KeyResultGrade, ObjectiveState
from projections.numbers import rounded
from projections.okr.reasons import key_result_reason, objective_reason

Resource = dict[str, Any]


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
        "description": state.description,
        "links": [each.model_dump() for each in state.links],
        "tags": list(state.tags),
        "contributors": [each.model_dump() for each in state.contributors],
        "reviewer_id": state.reviewer_id,
        "sponsor_ids": list(state.sponsor_ids),
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
        "health_reason": objective_reason(state, stood),
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
            {
                **key_result(each, stood.key_results[each.id], shares.get(each.id)),
                "supported_by": [
                    supporter(one, None) for one in stood.supporters_of.get(each.id, ())
                ],
            }
            for each in state.key_results.values()
        ],
        "supported_by": [
            supporter(each, shares.get(each.state.objective_id)) for each in stood.supporters
        ],
        "version": version,
        "position": position,
    }


def supporter(each: Supporter, weight_share: int | None) -> Resource:
    """An objective that supports the shown thing; ``weight_share`` is None without a vote there."""
    return {
        "id": each.state.objective_id,
        "title": each.state.title,
        "cycle_id": each.state.cycle_id,
        "cycle_name": each.cycle_name,
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
        "description": state.description,
        "links": [each.model_dump() for each in state.links],
        "measure": stood.measure.model_dump(),
        "first_measure": stood.first_measure.model_dump(),
        "corrected": state.measure_corrected,
        "converted_from": state.converted_from and state.converted_from.model_dump(),
        "converted_at": state.converted_at,
        "weight": stood.weight,
        "weight_share": weight_share,
        "owner_id": state.owner_id,
        "starts_on": state.starts_on,
        "due_on": state.due_on,
        "indicator": state.indicator,
        "capacity": state.capacity,
        "value": stood.value,
        "reading": _last_reading(state, stood),
        "raw": rounded(stood.raw),
        "progress": rounded(stood.score),
        "first_target_score": rounded(stood.first_target_score),
        "expected": rounded(stood.expected),
        "health": stood.health,
        "health_reason": key_result_reason(state, stood),
        "confidence": stood.confidence,
        "last_check_in_at": stood.last_check_in_at,
        "flags": list(stood.flags),
        "added_at": state.added_at,
        "dropped_at": stood.dropped_at,
        "carried_from": state.carried_from,
        "grade": state.grade and _grade(state.grade),
    }


def _last_reading(state: KeyResult, stood: Standing) -> Resource | None:
    """What the check-in that stands read off: the next one starts from it, ticks included."""
    standing_ones = [
        each
        for each in state.check_ins
        if each.stands and stood.checked_in and each.effective_at == stood.last_check_in_at
    ]
    return standing_ones[-1].reading.model_dump(exclude_none=True) if standing_ones else None


def _grade(grade: KeyResultGrade) -> Resource:
    return {
        "computed": rounded(grade.computed),
        "owner_grade": rounded(grade.owner_grade),
        "agreed_grade": rounded(grade.agreed_grade),
        "reason": grade.reason,
    }
