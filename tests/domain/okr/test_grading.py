"""RULES B5: computed grades are frozen, judged ones are explained, colours round half up."""

from datetime import timedelta

import pytest

from domain.okr.check_in import RecordCheckIn
from domain.okr.grading import (
    GradeKeyResult,
    GradeObjective,
    GradesLocked,
    LockGrades,
    ObjectiveGraded,
    ObjectiveLeftUngraded,
    colour,
    computed_grade,
)
from domain.okr.judgement import explanation_due
from domain.okr.key_result import KeyResultDropped
from domain.okr.measure import Binary
from domain.okr.objective import CloseObjective, ObjectiveClosed
from domain.okr.stream import KeyResultGrade
from tests.domain.okr.quarter import (
    ACTIVATED,
    AFTER,
    AGREED,
    CLOSED,
    CYCLE_RUNS,
    DEADLINE,
    GRADING,
    NOW,
    OBJECTIVE,
    PROPOSED,
    active,
    added,
    asked,
    between,
    checked_in,
    corrected,
    drafted,
    fraction,
    frame,
    metric,
    number,
    planned,
    slot,
    value,
)
from tests.domain.specification import fold, given

PER_CENT = metric(0, 100)
LAUNCHED = Binary(kind="binary")
LOCKED = GradesLocked(objective_id=OBJECTIVE)
UNGRADED = ObjectiveLeftUngraded(objective_id=OBJECTIVE)


@pytest.mark.parametrize(
    ("grade", "shown"),
    [
        ("0", "red"),
        ("0.3", "red"),
        ("0.3499", "red"),
        ("0.35", "yellow"),
        ("0.25", "red"),
        ("0.4", "yellow"),
        ("0.6499", "yellow"),
        ("0.65", "green"),
        ("0.7", "green"),
        ("0.95", "green"),
        ("1", "green"),
    ],
)
def test_golden_colours_of_aspirational_grades(grade, shown):
    assert colour(fraction(grade), "aspirational") == shown
    assert colour(number(grade), "aspirational") == shown


@pytest.mark.parametrize(
    ("grade", "shown"),
    [
        ("0.3", "red"),
        ("0.35", "yellow"),
        ("0.7", "yellow"),
        ("0.9499", "yellow"),
        ("0.95", "green"),
    ],
)
def test_golden_colours_of_committed_grades_are_against_one(grade, shown):
    assert colour(number(grade), "committed") == shown


def test_a_committed_grade_below_one_owes_an_explanation():
    assert explanation_due(number("0.99"), "committed")
    assert not explanation_due(number(1), "committed")
    assert not explanation_due(number("0.7"), "aspirational")


# --- freeze ------------------------------------------------------------------------------------


def computed(*facts):
    state = fold(active(added(PER_CENT), *facts))[f"objective/{OBJECTIVE}"]
    return computed_grade(state.key_results["kr"], frame())


def test_a_grade_takes_what_was_true_by_the_end():
    inside = frame().ends_at - timedelta(seconds=1)
    assert computed(checked_in(value(60), inside)) == fraction("3/5")
    later = checked_in(value(90), frame().ends_at, "later")
    assert computed(checked_in(value(60), inside), later) == fraction("3/5")


def test_a_late_check_in_does_not_move_the_grade():
    late = checked_in(value(90), slot(13), "late", late=True)
    assert computed(checked_in(value(60), slot(12)), late) == fraction("3/5")


def test_a_reading_that_only_a_late_correction_replaced_still_counts():
    late = corrected("c1", value(90), slot(12), late=True)
    assert computed(checked_in(value(60), slot(12)), late) == fraction("3/5")
    in_time = corrected("c1", value(90), slot(12))
    assert computed(checked_in(value(60), slot(12)), in_time) == fraction("9/10")


def test_a_grade_stays_within_zero_and_one():
    assert computed(checked_in(value(300), slot(12))) == 1
    assert computed(checked_in(value(-5), slot(12))) == 0
    generous = frame(score_cap=number(2), score_floor=number(-1))
    state = fold(active(added(PER_CENT), checked_in(value(300), slot(1))))[f"objective/{OBJECTIVE}"]
    assert computed_grade(state.key_results["kr"], generous) == 1


# --- grade -------------------------------------------------------------------------------------


def judged(agreed, key_result_id="kr", reason=None, owner=None):
    return GradeKeyResult(
        key_result_id=key_result_id,
        agreed_grade=number(agreed),
        owner_grade=None if owner is None else number(owner),
        reason=reason,
    )


def grade(*judgements, at=AFTER, reason=None):
    return asked(GradeObjective, key_results=judgements, at=at, reason=reason)


def graded(*grades, computed="0.6", whole="0.6", regrade=False):
    return ObjectiveGraded(
        objective_id=OBJECTIVE,
        key_results=grades,
        computed=None if computed is None else number(computed),
        grade=number(whole),
        regrade=regrade,
    )


def granted(agreed, key_result_id="kr", computed="0.6", reason=None, owner=None):
    return KeyResultGrade(
        key_result_id=key_result_id,
        computed=None if computed is None else number(computed),
        owner_grade=None if owner is None else number(owner),
        agreed_grade=number(agreed),
        reason=reason,
    )


READ = (added(PER_CENT), checked_in(value(60), slot(12)))
JUDGED = graded(granted("0.6"))


def test_the_computed_grade_is_agreed_without_a_reason():
    given(*active(*READ, GRADING)).when(grade(judged("0.6"))).then(JUDGED)


def test_another_grade_needs_a_reason():
    given(*active(*READ, GRADING)).when(grade(judged("0.7"))).refused(
        "reason-required", kind="invalid", pointer="/key_results/0/reason"
    )
    given(*active(*READ, GRADING)).when(grade(judged("0.7", reason="harder"))).then(
        graded(granted("0.7", reason="harder"), whole="0.7")
    )


def test_people_agree_to_the_four_decimals_they_see():
    measure = between("4", "5")
    hits = [checked_in(value("4.5"), slot(week), f"week {week}") for week in range(1, 10)]
    facts = given(*active(added(measure), *hits, GRADING)).when(grade(judged("0.6923"))).facts()
    assert facts[0].key_results[0].computed == number("0.692307692308")


def test_the_owners_own_grade_is_kept_beside():
    wish = grade(judged("0.6", owner="0.8"))
    given(*active(*READ, GRADING)).when(wish).then(graded(granted("0.6", owner="0.8")))


def test_an_objective_is_the_weighted_mean_of_its_grades():
    heavy = added(PER_CENT, key_result_id="b", weight=number(3))
    wish = grade(judged("0.6"), judged("1", "b", reason="done by hand"))
    facts = given(*active(*READ, heavy, GRADING)).when(wish).facts()
    assert (facts[0].grade, facts[0].computed) == (number("0.9"), number("0.15"))


def test_every_live_key_result_is_graded_once():
    history = active(*READ, added(PER_CENT, key_result_id="b"), GRADING)
    given(*history).when(grade(judged("0.6"))).refused("invalid-grade", pointer="/key_results")
    given(*history).when(grade(judged("0.6"), judged("0.6"))).refused(
        "invalid-grade", pointer="/key_results/1/id"
    )
    given(*history).when(grade(judged("0.6", "nobody"))).refused("not-found")


def test_a_dropped_key_result_is_not_graded():
    dropped = KeyResultDropped(objective_id=OBJECTIVE, key_result_id="b", dropped_at=NOW)
    history = active(*READ, added(PER_CENT, key_result_id="b"), dropped, GRADING)
    given(*history).when(grade(judged("0.6"), judged("0", "b"))).refused("invalid-grade")
    given(*history).when(grade(judged("0.6"))).then(JUDGED)


@pytest.mark.parametrize("agreed", ["1.01", "-0.1"])
def test_a_grade_is_zero_to_one(agreed):
    given(*active(*READ, GRADING)).when(grade(judged(agreed, reason="x"))).refused(
        "invalid-grade", pointer="/key_results/0/agreed_grade"
    )


@pytest.mark.parametrize("agreed", ["0", "1"])
def test_what_was_launched_or_not_is_graded_zero_or_one(agreed):
    launched = active(added(LAUNCHED), GRADING)
    facts = given(*launched).when(grade(judged(agreed, reason="as seen"))).facts()
    assert facts[0].grade == number(agreed)


@pytest.mark.parametrize(
    ("given_grade", "field"),
    [
        (judged("0.5", reason="half done"), "agreed_grade"),
        (judged("0", owner="0.9", reason="nearly"), "owner_grade"),
    ],
    ids=["agreed", "owner"],
)
def test_half_a_launch_is_no_grade(given_grade, field):
    refusal = given(*active(added(LAUNCHED), GRADING)).when(grade(given_grade))
    refusal.refused("invalid-grade", kind="invalid", pointer=f"/key_results/0/{field}")


def test_a_committed_objective_below_one_is_explained_at_one_key_result_at_least():
    done = (added(PER_CENT, "done"), checked_in(value(100), slot(12), "d", key_result_id="done"))
    history = (*CYCLE_RUNS, drafted(ambition="committed"), ACTIVATED, *READ, *done, GRADING)
    silent = grade(judged("1", "done"), judged("0.6"))
    given(*history).when(silent).refused(
        "reason-required", kind="invalid", pointer="/key_results/1/reason"
    )
    explained = grade(judged("1", "done"), judged("0.6", reason="the press stood for two weeks"))
    assert given(*history).when(explained).facts()[0].grade == number("0.8")


def test_a_commitment_that_was_kept_needs_no_explanation():
    kept = (drafted(ambition="committed"), ACTIVATED, added(PER_CENT), checked_in(value(100)))
    assert given(*CYCLE_RUNS, *kept, GRADING).when(grade(judged("1"))).facts()[0].grade == 1


def test_without_weight_there_is_nothing_to_grade():
    weightless = (added(PER_CENT, weight=number(0)), checked_in(value(60), slot(12)))
    given(*active(*weightless, GRADING)).when(grade(judged("0.6"))).refused("nothing-to-grade")
    given(*active(GRADING)).when(grade()).refused("nothing-to-grade")


def test_before_the_lock_people_may_think_again():
    history = active(*READ, GRADING, JUDGED)
    given(*history).when(grade(judged("0.6"))).nothing()
    given(*history).when(grade(judged("0.5", reason="after all"))).then(
        graded(granted("0.5", reason="after all"), whole="0.5")
    )


def test_only_an_active_objective_of_an_open_cycle_is_graded():
    agreed = (*CYCLE_RUNS, drafted(), PROPOSED, AGREED)
    given(*agreed).when(grade()).refused("illegal-move")
    given(*active(*READ, CLOSED)).when(grade(judged("0.6"))).refused("cycle-closed")
    given().when(grade()).refused("not-found")
    elsewhere = asked(GradeObjective, key_results=(judged("0.6"),), cycle_id="q2")
    given(*active(*READ), planned("q2")).when(elsewhere).refused("invalid-cycle")


# --- lock and regrade --------------------------------------------------------------------------


def test_locking_a_graded_objective():
    given(*active(*READ, GRADING, JUDGED)).when(asked(LockGrades)).then(LOCKED)
    given(*active(*READ, GRADING, JUDGED, LOCKED)).when(asked(LockGrades)).nothing()


def test_locking_says_plainly_what_was_left_ungraded():
    given(*active(*READ, GRADING)).when(asked(LockGrades)).then(UNGRADED, LOCKED)


def test_what_was_never_activated_has_no_grade_to_lock():
    given(drafted()).when(asked(LockGrades)).nothing()
    given().when(asked(LockGrades)).refused("not-found")


def test_after_the_lock_a_grade_changes_only_by_a_regrade_with_a_reason():
    history = active(*READ, GRADING, JUDGED, LOCKED)
    wish = judged("0.9", reason="audited")
    given(*history).when(grade(wish)).refused("grading-locked", pointer="/reason")
    given(*history).when(grade(wish, reason="audit found more")).then(
        graded(granted("0.9", reason="audited"), whole="0.9", regrade=True)
    )


def test_a_regrade_compares_with_the_frozen_computed_grade():
    late = checked_in(value(100), slot(13), "late", late=True)
    history = active(*READ, GRADING, JUDGED, LOCKED, late)
    facts = (
        given(*history)
        .when(grade(judged("1", reason="the late reading"), reason="late reading"))
        .facts()
    )
    assert facts[0].key_results[0].computed == number("0.6")


def test_what_was_left_ungraded_is_graded_later_with_a_reason():
    history = active(*READ, GRADING, UNGRADED, LOCKED)
    facts = given(*history).when(grade(judged("0.6"), reason="owner was ill")).facts()
    assert facts[0].regrade
    state = fold((*history, *facts))[f"objective/{OBJECTIVE}"]
    assert (state.status, state.left_ungraded, state.grade) == ("graded", False, number("0.6"))


def test_in_a_reopened_cycle_a_closed_objective_is_regraded():
    closed = ObjectiveClosed(objective_id=OBJECTIVE)
    history = active(*READ, GRADING, JUDGED, LOCKED, closed)
    given(*history).when(grade(judged("0.7", reason="x"), reason="reopened")).then(
        graded(granted("0.7", reason="x"), whole="0.7", regrade=True)
    )


def test_a_late_check_in_leaves_the_judged_grade_alone():
    history = active(*READ, GRADING, JUDGED, LOCKED)
    late = given(*history).when(
        asked(
            RecordCheckIn, check_in_id="late", reading=value(100), at=DEADLINE + timedelta(days=1)
        )
    )
    state = fold((*history, *late.facts()))[f"objective/{OBJECTIVE}"]
    assert (state.grade, state.computed) == (number("0.6"), number("0.6"))
    given(*history, *late.facts()).when(asked(CloseObjective)).then(
        ObjectiveClosed(objective_id=OBJECTIVE)
    )
