"""Ways back: deleted, dropped, merged and brought back; activated too soon; checked in wrongly."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from domain.okr.check_in import CheckInWithdrawn, CorrectCheckIn, WithdrawCheckIn
from domain.okr.grading import computed_grade
from domain.okr.key_result import KeyResultDropped
from domain.okr.leaving import DeleteObjective, ObjectiveDeleted, ObjectiveDropped
from domain.okr.measure_correction import CorrectMeasure, MeasureCorrected
from domain.okr.pace import Health
from domain.okr.retarget import KeyResultRetargeted, RetargetKeyResult
from domain.okr.returning import (
    DeactivateObjective,
    KeyResultReinstated,
    ObjectiveDeactivated,
    ObjectiveReinstated,
    ReinstateKeyResult,
    ReinstateObjective,
)
from domain.okr.rollup import Status, roll_up_status, status_of
from domain.okr.roster import PlaceReleased
from domain.okr.standing import standing
from domain.okr.stream import KeyResult
from domain.text import SealedText
from tests.domain.okr.quarter import (
    AFTER,
    CLOSED,
    CYCLE,
    CYCLE_RUNS,
    DEADLINE,
    KEY_RESULT,
    NOW,
    OBJECTIVE,
    OWNER,
    PROPOSED,
    active,
    added,
    asked,
    checked_in,
    claimed,
    corrected,
    drafted,
    frame,
    metric,
    number,
    value,
)
from tests.domain.specification import fold, given

EARLIER = NOW - timedelta(days=7)
OF = {"objective_id": OBJECTIVE}
PART = {**OF, "key_result_id": KEY_RESULT}
FREE = PlaceReleased(cycle_id=CYCLE, objective_id=OBJECTIVE)
DRAFT = (*CYCLE_RUNS, drafted(), claimed())


def key_result(*facts: Any) -> KeyResult:
    return fold(active(*facts))[f"objective/{OBJECTIVE}"].key_results[KEY_RESULT]


# --- objectives -------------------------------------------------------------------------------


def test_a_draft_is_deleted_and_its_place_is_free():
    given(*DRAFT).when(asked(DeleteObjective)).then(ObjectiveDeleted(**OF), FREE)


def test_beyond_a_draft_nothing_is_deleted():
    given(*DRAFT, PROPOSED).when(asked(DeleteObjective)).refused("illegal-move")
    given(*active()).when(asked(DeleteObjective)).refused("illegal-move")


def test_what_was_deleted_is_not_there():
    gone = (*DRAFT, ObjectiveDeleted(**OF), FREE)
    given(*gone).when(asked(DeleteObjective)).refused("not-found", kind="missing")


@pytest.mark.parametrize(
    ("history", "status"),
    [
        ((*DRAFT, ObjectiveDeleted(**OF), FREE), "draft"),
        ((*active(), ObjectiveDropped(**OF, effective_at=NOW), FREE), "active"),
    ],
)
def test_what_left_comes_back_as_it_was(history, status):
    wish = asked(ReinstateObjective, reason="dropped by mistake")
    given(*history).when(wish).then(
        ObjectiveReinstated(**OF, status=status, effective_at=NOW), claimed()
    )


def test_it_comes_back_only_where_there_is_room_and_time():
    gone = (*active(), ObjectiveDropped(**OF, effective_at=NOW), FREE)
    wish = asked(ReinstateObjective, reason="dropped by mistake")
    given(*gone, drafted("o2"), claimed("o2")).when(wish).refused("title-taken")
    given(*gone, CLOSED).when(wish).refused("cycle-closed")
    given(*gone).when(asked(ReinstateObjective)).refused("reason-required")
    given(*active()).when(wish).refused("illegal-move")


def test_activation_is_taken_back_while_nobody_has_checked_in():
    wish = asked(DeactivateObjective)
    given(*active(added())).when(wish).then(ObjectiveDeactivated(**OF))
    refusal = given(*active(added(), checked_in(value(25)))).when(wish).refused("illegal-move")
    assert "withdraw-check-in" in refusal.allowed
    taken_back = CheckInWithdrawn(**PART, check_in_id="c1", because=SealedText("wrong"))
    history = active(added(), checked_in(value(25)), taken_back)
    given(*history).when(wish).then(ObjectiveDeactivated(**OF))


def test_a_dropped_key_result_comes_back():
    gone = KeyResultDropped(**PART, dropped_at=NOW)
    wish = asked(ReinstateKeyResult, reason="still needed")
    given(*active(added(), gone)).when(wish).then(KeyResultReinstated(**PART, effective_at=NOW))
    given(*active(added())).when(wish).refused("illegal-move")
    given(*active(added(), gone)).when(asked(ReinstateKeyResult)).refused("reason-required")


# --- check-ins --------------------------------------------------------------------------------


def withdrawn(check_in_id: str = "c1", **fields: Any) -> CheckInWithdrawn:
    because = SealedText("wrong key result")
    return CheckInWithdrawn(**PART, check_in_id=check_in_id, because=because, **fields)


def withdraw(check_in_id: str = "c1", reason: str | None = " wrong key result ", **more: Any):
    return asked(WithdrawCheckIn, check_in_id=check_in_id, reason=reason, **more)


def test_a_check_in_is_withdrawn_with_a_reason():
    history = active(added(), checked_in(value(25)))
    given(*history).when(withdraw()).then(withdrawn())
    given(*history).when(withdraw(reason=" ")).refused("reason-required")
    given(*history).when(withdraw("c9")).refused("not-found", kind="missing")


def test_what_was_withdrawn_or_corrected_stays_as_it_is():
    gone = active(added(), checked_in(value(25)), withdrawn())
    given(*gone).when(withdraw()).refused("already-withdrawn")
    again = asked(CorrectCheckIn, check_in_id="c2", corrects="c1", reading=value(30), reason="typo")
    given(*gone).when(again).refused("already-withdrawn")
    replaced = active(added(), checked_in(value(25)), corrected("c1", value(30)))
    refusal = given(*replaced).when(withdraw()).refused("already-corrected")
    assert refusal.extra == {"corrected_by": "c2"}


def test_the_value_falls_back_to_the_reading_before():
    read = (added(metric(0, 10)), checked_in(value(3), EARLIER), checked_in(value(9), NOW, "c2"))
    assert standing(key_result(*read), frame(), NOW).score == number("0.9")
    left = standing(key_result(*read, withdrawn("c2")), frame(), NOW)
    assert (left.score, left.last_check_in_at) == (number("0.3"), EARLIER)


def test_without_another_one_it_is_pending_again():
    held = key_result(added(), checked_in(value(30)), withdrawn())
    stood = standing(held, frame(), NOW)
    assert (stood.raw, stood.checked_in, stood.last_check_in_at) == (0, False, None)


def test_a_withdrawal_after_the_deadline_moves_no_grade():
    read = (added(metric(0, 10)), checked_in(value(9)))
    late = DEADLINE + timedelta(hours=1)
    given(*active(*read)).when(withdraw(at=late)).then(withdrawn(late=True))
    assert computed_grade(key_result(*read, withdrawn(late=True)), frame()) == number("0.9")
    assert computed_grade(key_result(*read, withdrawn()), frame()) == 0
    assert standing(key_result(*read, withdrawn(late=True)), frame(), AFTER).score == 0


# --- measures ---------------------------------------------------------------------------------


def correct(measure: Any = None, **fields: Any) -> Any:
    fields = {"reason": "misread the report", **fields}
    return asked(CorrectMeasure, measure=measure or metric(0, 60), **fields)


CORRECTED = MeasureCorrected(**PART, measure=metric(0, 60))


def test_a_measure_is_corrected_by_somebody_else_with_a_reason():
    given(*active(added())).when(correct()).then(CORRECTED)
    given(*active(added())).when(correct(reason=None)).refused("reason-required")
    given(*active(added())).when(correct(by=OWNER)).refused("approver-is-owner")
    given(*DRAFT, added()).when(correct(by=OWNER, reason=None)).then(CORRECTED)
    given(*active(added())).when(correct(metric(20, 40))).nothing()
    given(*active(added())).when(correct(metric(5, 5))).refused("degenerate-measure")


def test_a_corrected_measure_holds_from_the_start_and_for_the_first_target():
    aimed = KeyResultRetargeted(
        **PART,
        target=number(80),
        previous_target=number(40),
        reason_code="external_change",
        effective_at=NOW,
    )
    held = key_result(added(), checked_in(value(30), EARLIER), aimed, CORRECTED)
    stood = standing(held, frame(), NOW, EARLIER)
    assert (stood.score, stood.first_target_score, stood.flags) == (
        number("0.5"),
        number("0.5"),
        (),
    )
    assert held.measure_corrected


def test_a_wrong_measure_is_no_new_target():
    wish = asked(
        RetargetKeyResult,
        target=number(50),
        reason_code="measurement_error",
        reason="misread the report",
    )
    history = active(added())
    given(*history).when(wish).refused("use-correct-measure", pointer="/reason_code")


# --- one rule at all levels ---------------------------------------------------------------------


def test_a_whole_hands_its_mean_on_unrounded():
    """Read back from words, two lagging objectives would make a lagging team whatever they mean."""
    parts: tuple[Health, ...] = ("on_track", "on_track", "at_risk", "lagging")
    whole = roll_up_status([status_of(each) for each in parts], "mean")
    assert whole == Status("lagging", Fraction(50))
    team = roll_up_status([whole, Status("on_track", Fraction(60))], "mean")
    assert team.health == "on_track"
    assert roll_up_status([whole, status_of("on_track")], "worst").health == "lagging"
