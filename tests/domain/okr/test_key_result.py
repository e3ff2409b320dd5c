"""Key results: added, reweighted, dropped, retargeted, converted, and what is refused of them."""

from datetime import date

import pytest

from domain.okr.conversion import ConvertKeyResult
from domain.okr.grading import GradesLocked
from domain.okr.key_result import (
    AddKeyResult,
    DropKeyResult,
    KeyResultDropped,
    KeyResultReweighted,
    ReweightKeyResult,
)
from domain.okr.measure import Percentage, Threshold
from domain.okr.retarget import KeyResultRetargeted, RetargetKeyResult
from domain.okr.standing import standing
from tests.domain.okr import quarter
from tests.domain.okr.quarter import (
    AGREED,
    BEFORE,
    KEY_RESULT,
    NOW,
    OBJECTIVE,
    OTHER,
    OWNER,
    PROPOSED,
    active,
    added,
    asked,
    checked_in,
    drafted,
    fraction,
    frame,
    metric,
    number,
    value,
)
from tests.domain.specification import Given, fold
from tests.domain.specification import given as given_facts


def given(*facts) -> Given:
    """The cycle runs, for a change counts within it."""
    running = () if facts[:1] == quarter.CYCLE_RUNS[:1] else quarter.CYCLE_RUNS
    return given_facts(*running, *facts)


def add(measure=None, **fields):
    wish = {"title": "Lead time", "measure": measure or metric(20, 40), "at": BEFORE}
    return asked(AddKeyResult, **{**wish, **fields})


# --- add ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "history", [(drafted(),), (drafted(), PROPOSED), (drafted(), PROPOSED, AGREED), active()]
)
def test_key_results_are_added_until_grading(history):
    given(*history).when(add()).then(added())


def test_adding_twice_changes_nothing():
    given(drafted(), added()).when(add()).nothing()


def test_another_key_result_under_the_same_id_is_refused():
    given(drafted(), added()).when(add(title="Other")).refused("already-exists")


def test_all_its_fields_are_kept():
    wish = add(weight=number("2.5"), owner_id=OTHER, due_on=date(2026, 3, 1))
    given(drafted()).when(wish).then(
        added(weight=number("2.5"), owner_id=OTHER, due_on=date(2026, 3, 1))
    )


@pytest.mark.parametrize("weight", ["-1", "-0.0001"])
def test_a_negative_weight_is_refused(weight):
    given(drafted()).when(add(weight=number(weight))).refused("invalid-weight", pointer="/weight")


def test_weight_zero_is_allowed():
    given(drafted()).when(add(weight=number(0))).then(added(weight=number(0)))


# --- reweight and drop -------------------------------------------------------------------------


def test_reweighting_remembers_the_previous_weight():
    wish = asked(ReweightKeyResult, weight=number(3))
    given(*active(added())).when(wish).then(
        KeyResultReweighted(
            objective_id=OBJECTIVE,
            key_result_id=KEY_RESULT,
            weight=number(3),
            previous_weight=number(1),
            effective_at=NOW,
        )
    )
    given(*active(added())).when(asked(ReweightKeyResult, weight=number("1.0"))).nothing()
    given(*active(added())).when(asked(ReweightKeyResult, weight=number(-1))).refused(
        "invalid-weight"
    )


DROPPED = KeyResultDropped(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, dropped_at=NOW)


def test_dropping_needs_a_reason_and_keeps_the_moment():
    given(*active(added())).when(asked(DropKeyResult, reason="sold")).then(DROPPED)
    given(*active(added())).when(asked(DropKeyResult)).refused("reason-required")


def test_a_key_result_that_was_dropped_is_not_dropped_again():
    again = asked(DropKeyResult, reason="sold")
    given(*active(added(), DROPPED)).when(again).refused("illegal-move", allowed=("reinstate",))


@pytest.mark.parametrize(
    "wish",
    [
        asked(ReweightKeyResult, weight=number(2)),
        asked(RetargetKeyResult, target=number(50), reason_code="scope_decision", reason="x"),
        asked(ConvertKeyResult, measure=metric(1, 2)),
    ],
)
def test_a_dropped_key_result_stays_as_it_was(wish):
    given(*active(added(), DROPPED)).when(wish).refused("illegal-move")


@pytest.mark.parametrize(
    "wish",
    [
        asked(ReweightKeyResult, weight=number(2)),
        asked(DropKeyResult, reason="x"),
        asked(RetargetKeyResult, target=number(50), reason_code="scope_decision", reason="x"),
        add(key_result_id="new"),
    ],
)
def test_after_the_lock_nothing_is_edited(wish):
    locked = GradesLocked(objective_id=OBJECTIVE)
    refusal = given(*active(added(), locked)).when(wish).refused("grading-locked")
    assert "grade" in refusal.allowed


def test_an_unknown_key_result_is_missing():
    given(drafted()).when(asked(DropKeyResult, reason="x")).refused("not-found", kind="missing")


# --- retarget ----------------------------------------------------------------------------------


def retarget(target=50, by=OTHER, reason="the market moved", key_result_id=KEY_RESULT):
    return asked(
        RetargetKeyResult,
        by=by,
        target=number(target),
        reason_code="external_change",
        reason=reason,
        key_result_id=key_result_id,
    )


def retargeted(target=50, previous=40):
    return KeyResultRetargeted(
        objective_id=OBJECTIVE,
        key_result_id=KEY_RESULT,
        target=number(target),
        previous_target=number(previous),
        reason_code="external_change",
        effective_at=NOW,
    )


@pytest.mark.parametrize(
    "history", [(drafted(),), (drafted(), PROPOSED), (drafted(), PROPOSED, AGREED)]
)
def test_before_activation_the_owner_retargets_freely(history):
    given(*history, added()).when(retarget(by=OWNER, reason=None)).then(retargeted())


def test_after_activation_a_reason_is_required():
    given(*active(added())).when(retarget(reason="")).refused("reason-required", pointer="/reason")


def test_after_activation_the_owner_does_not_approve():
    given(*active(added())).when(retarget(by=OWNER)).refused("approver-is-owner", kind="forbidden")
    given(*active(added(owner_id=OTHER))).when(retarget(by=OTHER)).refused("approver-is-owner")


def test_after_activation_someone_else_approves():
    given(*active(added())).when(retarget()).then(retargeted())


def test_the_score_is_reported_against_first_and_current_target():
    facts = active(added(metric(0, 40)), retargeted(80), checked_in(value(20)))
    key_result = fold(facts)[f"objective/{OBJECTIVE}"].key_results[KEY_RESULT]
    stood = standing(key_result, frame(), NOW)
    assert (stood.score, stood.first_target_score) == (fraction("1/4"), fraction("1/2"))
    assert stood.flags == ("retargeted",)


def test_a_target_agreed_on_in_drafting_is_the_first_target():
    facts = (drafted(), added(metric(0, 40)), retargeted(80), checked_in(value(20)))
    key_result = fold(facts)[f"objective/{OBJECTIVE}"].key_results[KEY_RESULT]
    assert standing(key_result, frame(), NOW).first_target_score == fraction("1/4")


def test_the_same_target_changes_nothing():
    given(*active(added())).when(retarget(target="40.0")).nothing()


@pytest.mark.parametrize(
    ("target", "code"), [("20", "degenerate-measure"), ("10", "invalid-measure")]
)
def test_a_new_target_keeps_the_measure_sound(target, code):
    given(drafted(), added()).when(retarget(target)).refused(code, pointer="/target")


def test_a_new_bound_keeps_the_measure_sound():
    distance = Threshold(kind="stay_below", upper=number(5), method="distance")
    given(drafted(), added(distance)).when(retarget(0)).refused(
        "degenerate-measure", pointer="/target"
    )


def test_a_new_target_has_at_most_15_significant_digits():
    given(drafted(), added()).when(retarget("50.00000000000001")).refused(
        "invalid-number", pointer="/target"
    )


def test_the_bound_of_a_one_sided_threshold_is_its_target():
    below = Threshold(kind="stay_below", upper=number(5))
    given(drafted(), added(below)).when(retarget(4)).then(retargeted(4, 5))
    state = fold((drafted(), added(below), retargeted(4, 5)))[f"objective/{OBJECTIVE}"]
    assert state.key_results[KEY_RESULT].measure.upper == 4


def test_a_measure_without_a_target_is_not_retargeted():
    history = (drafted(), added(Percentage(kind="percentage")))
    given(*history).when(retarget()).refused("invalid-target", pointer="/target")
