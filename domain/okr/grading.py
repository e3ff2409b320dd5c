"""Grades: computed once and frozen, judged by people, locked, regraded openly (RULES B5).

Three numbers are never mixed: progress (past), confidence (future), grade (final, judged). Grades
are public and are not a performance appraisal.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Final, Literal

from domain.cycle.calendar import Frame, frame_of, local_date
from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal, Value
from domain.ids import CycleId, KeyResultId
from domain.okr.judgement import refuse_choice, refuse_grades, refuse_silence
from domain.okr.moves import illegal
from domain.okr.rollup import half_up, mean
from domain.okr.scoring import score_at
from domain.okr.stream import (
    Ambition,
    KeyResult,
    KeyResultGrade,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
)
from domain.refusals import blank, invalid, not_found
from domain.text import said
from domain.thing import Chapter, on, when

Colour = Literal["red", "yellow", "green"]
KEPT_PLACES = 12  # of a computed grade in the log: far more than any display rounds to

# --- facts -------------------------------------------------------------------------------------


class ObjectiveGraded(ObjectiveFact):
    """Judged grades; ``computed`` and ``grade`` are 0..1, None when nothing could be computed.

    ``regrade`` marks the explicit change of a grade after the lock.
    """

    TYPE: ClassVar[str] = "okr.objective-graded"
    key_results: tuple[KeyResultGrade, ...]
    computed: Decimal | None
    grade: Decimal
    regrade: bool = False


class ObjectiveLeftUngraded(ObjectiveFact):
    """The grading deadline passed without a judgement: said plainly, no number invented."""

    TYPE: ClassVar[str] = "okr.objective-left-ungraded"


class GradesLocked(ObjectiveFact):
    """From here on a grade changes only by an explicit regrade with a reason (RULES B5, freeze)."""

    TYPE: ClassVar[str] = "okr.grades-locked"


# --- state -------------------------------------------------------------------------------------


def graded(state: ObjectiveState, fact: ObjectiveGraded) -> ObjectiveState:
    grades = {each.key_result_id: each for each in fact.key_results}
    return replace(
        state,
        status="graded",
        grade=fact.grade,
        computed=fact.computed,
        left_ungraded=False,
        key_results={
            key: replace(held, grade=grades.get(held.id, held.grade))
            for key, held in state.key_results.items()
        },
    )


def left_ungraded(state: ObjectiveState, fact: ObjectiveLeftUngraded) -> ObjectiveState:  # noqa: ARG001
    return replace(state, left_ungraded=True)


def locked(state: ObjectiveState, fact: GradesLocked) -> ObjectiveState:  # noqa: ARG001
    return replace(state, locked=True)


# --- rules -------------------------------------------------------------------------------------


def colour(grade: Fraction | Decimal, ambition: Ambition) -> Colour:
    """Red 0.0-0.3, yellow 0.4-0.6, green 0.7-1.0, on one decimal rounded half up (RULES B5).

    Binary rounding would turn 0.35 red. A committed grade is measured against 1.0: less is yellow.
    """
    rounded = half_up(grade, places=1)
    if rounded <= Decimal("0.3"):
        return "red"
    return (
        "green" if rounded >= Decimal("0.7" if ambition == "aspirational" else "1.0") else "yellow"
    )


def computed_grade(key_result: KeyResult, frame: Frame) -> Fraction | None:
    """The frozen score, 0..1: effective by the end, recorded by the grading deadline (RULES B5)."""
    score = score_at(key_result, frame.last_instant, frame, frozen=True)
    return None if score is None else min(Fraction(1), max(Fraction(0), score))


# --- commands ----------------------------------------------------------------------------------


class GradeKeyResult(Value):
    key_result_id: KeyResultId
    owner_grade: Decimal | None = None
    agreed_grade: Decimal
    reason: str | None = None


class GradeObjective(ObjectiveCommand):
    """Also reads the cycle: computed grades need its dates, slots and grading deadline.

    ``exception``: an administrator grades while the cycle does not (RULES B17).
    """

    cycle_id: CycleId
    exception: bool = False
    key_results: tuple[GradeKeyResult, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"cycle/{self.cycle_id}")


class LockGrades(ObjectiveCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_grade(command: GradeObjective, state: ObjectiveState, cycle: Cycle) -> Decision:
    judged_ids = tuple(each.key_result_id for each in command.key_results)
    if refusal := _refuse_grading(command, state, cycle) or refuse_choice(judged_ids, state):
        return refusal
    frame = frame_of(cycle)
    exact = {each.id: computed_grade(each, frame) for each in state.live}
    grades = tuple(
        KeyResultGrade(
            key_result_id=judged.key_result_id,
            computed=_kept(exact[judged.key_result_id]),
            owner_grade=judged.owner_grade,
            agreed_grade=judged.agreed_grade,
            reason=said(judged.reason),
        )
        for judged in command.key_results
    )
    if refusal := refuse_grades(grades, state):
        return refusal
    weights = {each.id: each.weight for each in state.live}
    grade = _kept(
        mean((weights[each.key_result_id], Fraction(each.agreed_grade)) for each in grades)
    )
    if grade is None:
        return Refusal(
            code="nothing-to-grade",
            detail="No key result with a weight above 0 is left to grade. Reweight one, or drop the"
            " objective.",
            allowed=("reweight", "drop"),
        )
    if refusal := refuse_silence(grades, grade, state.ambition):
        return refusal
    fact = ObjectiveGraded(
        objective_id=command.objective_id,
        key_results=grades,
        computed=_kept(mean((each.weight, exact[each.id]) for each in state.live)),
        grade=grade,
        regrade=state.locked,
    )
    return () if _says_the_same(fact, state) else (fact,)


def _refuse_grading(command: GradeObjective, state: ObjectiveState, cycle: Cycle) -> Refusal | None:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id or not cycle.exists:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    reopened = state.status == "closed" and state.locked and state.carried_into is None
    if state.status not in {"active", "graded"} and not reopened:
        return illegal(state, "grade")
    if cycle.status == "closed":
        return Refusal(code="cycle-closed", detail="The cycle is closed, and its grades with it.")
    if cycle.status != "grading" and not (state.locked or command.exception):
        return _refuse_early(cycle)
    if state.locked and blank(command.reason):
        return Refusal(
            code="grading-locked",
            detail="The grades are locked. A regrade needs a reason.",
            allowed=("grade",),
            pointer="/reason",
        )
    return None


def _refuse_early(cycle: Cycle) -> Refusal:
    """Nobody knows in week 9 what the quarter comes to (RULES B17)."""
    opens = next((each.at for each in cycle.milestones if each.id == "grade.open"), None)
    when_ = "" if opens is None else f" Grading begins on {local_date(opens, cycle.timezone)}."
    return Refusal(
        code="outside-window",
        detail=f"The cycle is not in its Score phase.{when_} Until then an administrator may grade"
        " with a reason.",
        allowed=("check-in",),
    )


def _kept(grade: Fraction | None) -> Decimal | None:
    return None if grade is None else half_up(grade, places=KEPT_PLACES)


def _says_the_same(fact: ObjectiveGraded, state: ObjectiveState) -> bool:
    before = {key: held.grade for key, held in state.key_results.items() if held.grade}
    after = {each.key_result_id: each for each in fact.key_results}
    return state.status == "graded" and before == after and state.computed == fact.computed


def decide_lock(command: LockGrades, state: ObjectiveState) -> Decision:
    """Locks what was graded and says of the rest that it was left ungraded."""
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.locked or state.status not in {"active", "graded"}:
        return ()  # never activated, or over: there is no grade to lock
    lock = GradesLocked(objective_id=command.objective_id)
    if state.status == "graded":
        return (lock,)
    return (ObjectiveLeftUngraded(objective_id=command.objective_id), lock)


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(
        when(ObjectiveGraded, graded),
        when(ObjectiveLeftUngraded, left_ungraded),
        when(GradesLocked, locked),
    ),
    commands=(
        on(GradeObjective, decide_grade, Cycle, permits="write"),
        on(LockGrades, decide_lock, permits="clock"),
    ),
)
