"""What a judgement must say: a grade that fits for every key result, explained where owed (B5).

Launched or not is 0 or 1, everything else 0..1. A grade that is not the computed one has its
reason, and so has a committed objective that stays below 1.0.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from domain.facts import Refusal
from domain.ids import KeyResultId
from domain.okr.measure import Binary, Measure
from domain.okr.measure_check import refuse_share
from domain.okr.rollup import display
from domain.okr.stream import Ambition, KeyResultGrade, ObjectiveState
from domain.refusals import blank, invalid, not_found


def refuse_choice(judged: Sequence[KeyResultId], state: ObjectiveState) -> Refusal | None:
    """Every live key result is graded once."""
    live = {each.id for each in state.live}
    seen = set[KeyResultId]()
    for index, key_result_id in enumerate(judged):
        pointer = f"/key_results/{index}/id"
        if key_result_id not in state.key_results:
            return not_found("key result", key_result_id, pointer)
        if key_result_id not in live:
            return invalid("invalid-grade", "A dropped key result has no grade.", pointer)
        if key_result_id in seen:
            return invalid("invalid-grade", "A key result is graded twice.", pointer)
        seen.add(key_result_id)
    if left := [each.title for each in state.live if each.id not in seen]:
        return invalid(
            "invalid-grade", f"Key results are not graded: {'; '.join(left)}.", "/key_results"
        )
    return None


def refuse_grades(grades: Sequence[KeyResultGrade], state: ObjectiveState) -> Refusal | None:
    """Every grade is one that its measure knows, and explained when it is not the computed one."""
    for index, each in enumerate(grades):
        measure = state.key_results[each.key_result_id].measure
        if refusal := _refuse_grade(each, measure, f"/key_results/{index}"):
            return refusal
    return None


def _refuse_grade(grade: KeyResultGrade, measure: Measure, at: str) -> Refusal | None:
    shares = (("owner_grade", grade.owner_grade), ("agreed_grade", grade.agreed_grade))
    for name, share in shares:
        if refusal := refuse_share(share, "invalid-grade", "A grade", f"{at}/{name}"):
            return refusal
        if isinstance(measure, Binary) and share not in {None, 0, 1}:
            return invalid(
                "invalid-grade",
                "It is done or it is not: the grade is 0 or 1, nothing between.",
                f"{at}/{name}",
            )
    # People see computed grades with 4 decimals and agree to what they see.
    agreed = display(grade.agreed_grade)
    differs = grade.computed is None or agreed != display(grade.computed)
    if differs and blank(grade.reason):
        return invalid(
            "reason-required",
            "A reason is required: the agreed grade is not the computed one"
            f" ({'none' if grade.computed is None else display(grade.computed)}).",
            f"{at}/reason",
        )
    return None


def refuse_silence(
    grades: Sequence[KeyResultGrade], grade: Decimal, ambition: Ambition
) -> Refusal | None:
    """A commitment that was not kept is explained at one key result at least."""
    if not explanation_due(grade, ambition) or not all(blank(each.reason) for each in grades):
        return None
    missed = next(index for index, each in enumerate(grades) if each.agreed_grade < 1)
    return invalid(
        "reason-required",
        "A reason is required: a committed objective is expected to reach 1.0."
        " Say at one key result what was missing and why.",
        f"/key_results/{missed}/reason",
    )


def explanation_due(grade: Fraction | Decimal, ambition: Ambition) -> bool:
    """A committed objective below 1.0 owes a written explanation (RULES B5)."""
    return ambition == "committed" and grade < 1
