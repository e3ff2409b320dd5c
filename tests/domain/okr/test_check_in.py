"""Check-ins and corrections: when they are taken, back-dated, late, refused (RULES B1, B5, B9)."""

from datetime import timedelta

import pytest

from domain.okr.check_in import CorrectCheckIn, RecordCheckIn
from domain.okr.grading import GradesLocked, ObjectiveGraded, computed_grade
from domain.okr.key_result import KeyResultDropped
from domain.okr.measure import Reading
from domain.okr.objective import ObjectiveClosed
from tests.domain.okr.quarter import (
    AFTER,
    AGREED,
    CLOSED,
    CYCLE_RUNS,
    DEADLINE,
    GRADING,
    KEY_RESULT,
    NEXT_CYCLE,
    NOW,
    OBJECTIVE,
    PROPOSED,
    active,
    added,
    asked,
    checked_in,
    corrected,
    drafted,
    frame,
    number,
    value,
)
from tests.domain.specification import fold, given

GRADED = ObjectiveGraded(objective_id=OBJECTIVE, key_results=(), computed=None, grade=number("0.7"))
LOCKED = GradesLocked(objective_id=OBJECTIVE)
LAST_INSTANT = frame().last_instant
AFTER_DEADLINE = DEADLINE + timedelta(minutes=1)


def check_in(reading=None, **fields):
    return asked(RecordCheckIn, **{"check_in_id": "c1", "reading": reading or value(25), **fields})


def correct(reading=None, **fields):
    wish = {"check_in_id": "c2", "corrects": "c1", "reading": reading or value(29)}
    return asked(CorrectCheckIn, **{**wish, "reason": "typing error", **fields})


# --- record ------------------------------------------------------------------------------------


def test_a_check_in_is_true_now_unless_it_says_when():
    given(*active(added())).when(check_in()).then(checked_in(value(25), NOW))


def test_all_it_says_is_kept():
    wish = check_in(confidence=number("0.7"), note="on the way", effective_at=NOW)
    given(*active(added())).when(wish).then(
        checked_in(value(25), NOW, confidence=number("0.7"), note="on the way")
    )


def test_the_answer_shows_the_check_in():
    assert check_in().subject == "c1"


def test_repeating_a_check_in_changes_nothing_whatever_happened_since():
    given(*active(added(), checked_in(value(25)))).when(check_in()).nothing()
    given(*active(added(), checked_in(value(25)), CLOSED)).when(check_in()).nothing()


@pytest.mark.parametrize(("days", "backdated"), [(0, False), (3, False), (3.01, True), (40, True)])
def test_older_than_the_grace_is_flagged(days, backdated):
    back_then = NOW - timedelta(days=days)
    given(*active(added())).when(check_in(effective_at=back_then)).then(
        checked_in(value(25), back_then, backdated=backdated)
    )


def test_the_future_is_not_told():
    later = NOW + timedelta(minutes=5, seconds=1)
    given(*active(added())).when(check_in(effective_at=later)).refused(
        "invalid-effective-at", kind="invalid", pointer="/effective_at"
    )


def test_a_clock_a_little_ahead_means_now():
    soon = NOW + timedelta(minutes=5)
    given(*active(added())).when(check_in(effective_at=soon)).then(checked_in(value(25), NOW))


@pytest.mark.parametrize("confidence", ["-0.1", "1.01"])
def test_confidence_is_zero_to_one(confidence):
    given(*active(added())).when(check_in(confidence=number(confidence))).refused(
        "invalid-confidence", pointer="/confidence"
    )


def test_a_reading_that_does_not_fit_is_refused():
    given(*active(added())).when(check_in(Reading(done=True))).refused(
        "invalid-reading", pointer="/done"
    )


@pytest.mark.parametrize(
    "way",
    [
        (),
        (PROPOSED,),
        (PROPOSED, AGREED),
    ],
)
def test_before_activation_there_are_no_check_ins(way):
    refusal = given(*CYCLE_RUNS, drafted(), added(), *way).when(check_in())
    assert "check-in" not in refusal.refused("illegal-move", kind="conflict").allowed


def test_a_check_in_after_grading_is_taken_and_moves_no_grade():
    graded = active(added(), GRADING, GRADED)
    told = checked_in(value(25), LAST_INSTANT)
    given(*graded).when(check_in(at=AFTER, effective_at=LAST_INSTANT)).then(told)
    assert fold((*graded, told))[f"objective/{OBJECTIVE}"].grade == GRADED.grade


def test_after_the_lock_a_check_in_is_taken_as_late():
    given(*active(added(), GRADING, GRADED, LOCKED)).when(check_in(at=AFTER_DEADLINE)).then(
        checked_in(value(25), AFTER_DEADLINE, late=True)
    )


def test_after_the_deadline_a_check_in_is_late_even_without_the_lock():
    in_time = check_in(at=AFTER, effective_at=LAST_INSTANT)
    given(*active(added(), GRADING)).when(in_time).then(checked_in(value(25), LAST_INSTANT))
    late = check_in(at=AFTER_DEADLINE, effective_at=LAST_INSTANT)
    facts = given(*active(added(), GRADING)).when(late).facts()
    assert facts[0].late


def test_a_reading_that_is_true_only_after_the_end_is_late_however_soon_it_is_learned():
    given(*active(added(), GRADING)).when(check_in(at=AFTER)).then(
        checked_in(value(25), AFTER, late=True)
    )


def test_a_closed_cycle_takes_no_check_ins():
    given(*active(added(), CLOSED)).when(check_in()).refused("cycle-closed")


def test_a_closed_objective_takes_no_check_ins():
    closed = ObjectiveClosed(objective_id=OBJECTIVE)
    given(*active(added(), GRADING, closed)).when(check_in()).refused("illegal-move")


def test_a_dropped_key_result_takes_no_check_ins():
    dropped = KeyResultDropped(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, dropped_at=NOW)
    given(*active(added(), dropped)).when(check_in()).refused("illegal-move")


def test_unknown_things_are_named():
    given().when(check_in()).refused("not-found", kind="missing")
    given(*active()).when(check_in()).refused("not-found", kind="missing")
    given(*active(added())).when(check_in(cycle_id=NEXT_CYCLE)).refused("invalid-cycle")


# --- correct -----------------------------------------------------------------------------------

READ = checked_in(value(39), NOW - timedelta(days=1), confidence=number("0.4"))


def test_a_correction_takes_the_instant_and_confidence_of_the_corrected_one():
    given(*active(added(), READ)).when(correct()).then(
        corrected("c1", value(29), READ.effective_at, confidence=number("0.4"))
    )


def test_a_correction_may_say_otherwise():
    wish = correct(effective_at=NOW, confidence=number("0.9"))
    given(*active(added(), READ)).when(wish).then(
        corrected("c1", value(29), NOW, confidence=number("0.9"))
    )


def test_a_correction_needs_a_reason():
    given(*active(added(), READ)).when(correct(reason=None)).refused(
        "reason-required", pointer="/reason"
    )


def test_a_corrected_check_in_is_corrected_at_its_last_link():
    chain = active(added(), READ, corrected("c1", value(29)))
    refusal = given(*chain).when(correct(check_in_id="c3")).refused("already-corrected")
    assert refusal.extra == {"corrected_by": "c2"}
    facts = given(*chain).when(correct(check_in_id="c3", corrects="c2")).facts()
    assert facts[0].corrects == "c2"


def test_repeating_a_correction_changes_nothing():
    given(*active(added(), READ, corrected("c1", value(29)))).when(correct()).nothing()


def test_an_unknown_check_in_is_missing():
    given(*active(added())).when(correct()).refused("not-found", kind="missing")


def test_a_correction_obeys_the_rules_of_readings_and_instants():
    given(*active(added(), READ)).when(correct(Reading(done=True))).refused("invalid-reading")
    given(*active(added(), READ)).when(correct(effective_at=AFTER)).refused("invalid-effective-at")


def test_a_graded_objective_is_corrected_in_time_or_late():
    graded = active(added(), READ, GRADING, GRADED)
    assert not given(*graded).when(correct(at=AFTER)).facts()[0].late
    assert given(*graded, LOCKED).when(correct(at=AFTER)).facts()[0].late


def test_a_correction_is_late_when_both_readings_lie_after_the_end():
    beyond = active(added(), checked_in(value(39), AFTER, late=True), GRADING)
    assert given(*beyond).when(correct(at=AFTER)).facts()[0].late
    back_inside = correct(at=AFTER, effective_at=LAST_INSTANT)
    assert not given(*beyond).when(back_inside).facts()[0].late


def test_a_correction_that_takes_a_reading_out_of_the_cycle_moves_the_grade():
    history = active(added(), READ, GRADING)
    facts = given(*history).when(correct(at=AFTER, effective_at=AFTER)).facts()
    assert not facts[0].late
    state = fold((*history, *facts))[f"objective/{OBJECTIVE}"]
    assert computed_grade(state.key_results[KEY_RESULT], frame()) == 0


def test_before_activation_there_is_nothing_to_correct():
    given(*CYCLE_RUNS, drafted(), added()).when(correct()).refused("illegal-move")
