"""RULES B1: each instant is judged by what was in force then, among what was known."""

from datetime import UTC, date, datetime, timedelta

import hypothesis
import pytest
from hypothesis import strategies as st

from domain.okr.conversion import ConvertKeyResult, KeyResultConverted
from domain.okr.key_result import (
    DropKeyResult,
    KeyResultDropped,
    KeyResultReweighted,
    ReweightKeyResult,
)
from domain.okr.leaving import ObjectiveDropped
from domain.okr.measure import Metric, Percentage
from domain.okr.measure_correction import MeasureCorrected
from domain.okr.retarget import KeyResultRetargeted, RetargetKeyResult
from domain.okr.returning import KeyResultReinstated, ObjectiveDeactivated
from domain.okr.standing import ObjectiveStanding, Standing, objective_standing, standing
from domain.okr.stream import KeyResult, ObjectiveState
from tests.domain.okr.quarter import (
    ACTIVATED,
    AFTER,
    AGREED,
    BEFORE,
    CYCLE_RUNS,
    KEY_RESULT,
    NOW,
    OBJECTIVE,
    PROPOSED,
    active,
    added,
    asked,
    between,
    checked_in,
    claimed,
    drafted,
    fraction,
    frame,
    metric,
    number,
    slot,
    value,
)
from tests.domain.specification import fold, given

DAY = timedelta(days=1)
PART = {"objective_id": OBJECTIVE, "key_result_id": KEY_RESULT}
FRAME = frame()
TEN = metric(0, 10)
EARLIER, LATER = NOW - 10 * DAY, NOW + 10 * DAY


def retargeted(target: int, at: datetime = NOW, previous: int = 10) -> KeyResultRetargeted:
    return KeyResultRetargeted(
        **PART,
        target=number(target),
        previous_target=number(previous),
        reason_code="scope_decision",
        effective_at=at,
    )


def reweighted(weight: int, at: datetime = NOW) -> KeyResultReweighted:
    return KeyResultReweighted(
        **PART, weight=number(weight), previous_weight=number(1), effective_at=at
    )


def dropped(at: datetime = NOW) -> KeyResultDropped:
    return KeyResultDropped(**PART, dropped_at=at)


def state(*facts) -> ObjectiveState:
    return fold(facts)[f"objective/{OBJECTIVE}"]


def held(*facts) -> KeyResult:
    return state(*active(*facts)).key_results[KEY_RESULT]


def stood(at: datetime, *facts, known: datetime = AFTER) -> Standing:
    return standing(held(*facts), FRAME, known, at)


def whole(at: datetime, *facts, known: datetime = AFTER) -> ObjectiveStanding:
    return objective_standing(state(*facts), FRAME, known, at)


# --- a target ---------------------------------------------------------------------------------


def test_a_new_target_leaves_the_past_as_it_was():
    facts = (added(TEN), checked_in(value(5), EARLIER), retargeted(50))
    assert stood(NOW - DAY, *facts).score == fraction("1/2")
    assert stood(NOW, *facts).score == fraction("1/10")
    assert stood(NOW, *facts).first_target_score == fraction("1/2")


def test_a_backdated_target_counts_from_its_day_until_the_next_one():
    facts = (added(TEN), checked_in(value(5), slot(2)), retargeted(50), retargeted(20, EARLIER))
    scores = [stood(at, *facts).score for at in (slot(3), EARLIER, NOW)]
    assert scores == [fraction("1/2"), fraction("1/4"), fraction("1/10")]
    assert held(*facts).measure == metric(0, 50)


def test_of_two_targets_for_one_instant_the_later_recorded_counts():
    facts = (added(TEN), checked_in(value(5), EARLIER), retargeted(50), retargeted(20))
    assert stood(NOW, *facts).score == fraction("1/4")


def test_a_target_moved_before_activation_was_never_another_one():
    facts = (
        *CYCLE_RUNS, drafted(), added(TEN), retargeted(20, slot(4)), PROPOSED, AGREED, ACTIVATED,
        checked_in(value(5), slot(2)),
    )  # fmt: skip
    key_result = state(*facts).key_results[KEY_RESULT]
    assert standing(key_result, FRAME, AFTER, slot(2)).score == fraction("1/4")
    assert key_result.first_measure == metric(0, 20)


def test_what_is_moved_after_activation_was_taken_back_counts_from_the_start():
    back = ObjectiveDeactivated(objective_id=OBJECTIVE)
    facts = (added(TEN), retargeted(50, slot(3)), back, retargeted(20, slot(4)), ACTIVATED)
    assert held(*facts).measures[0].measure == metric(0, 20)
    assert len(held(*facts).measures) == 1


def test_a_target_after_a_backdated_conversion_is_the_new_measures():
    converted = KeyResultConverted(**PART, measure=metric(0, 100), converted_at=EARLIER)
    facts = (added(TEN), retargeted(20), converted, checked_in(value(10), EARLIER))
    assert stood(NOW - DAY, *facts).score == fraction("1/10")
    assert stood(NOW, *facts).score == fraction("1/2")


def test_a_corrected_measure_holds_from_the_start_whatever_came_after():
    facts = (
        added(TEN), checked_in(value(5), slot(2)), retargeted(50),
        MeasureCorrected(**PART, measure=metric(0, 20)),
    )  # fmt: skip
    assert {stood(at, *facts).score for at in (slot(3), NOW, AFTER)} == {fraction("1/4")}


# --- a weight, a drop ---------------------------------------------------------------------------


TWO = (
    added(TEN),
    added(TEN, "other"),
    checked_in(value(10), slot(2)),
    checked_in(value(0), slot(2), "c2", key_result_id="other"),
)


def test_a_new_weight_leaves_the_past_as_it_was():
    facts = active(*TWO, reweighted(9))
    assert whole(NOW - DAY, *facts).score == fraction("1/2")
    assert whole(NOW, *facts).score == fraction("9/10")
    assert whole(NOW, *facts).votes == {KEY_RESULT: 9, "other": 1}


def test_a_dropped_key_result_was_there_until_then_and_is_again_when_reinstated():
    back = KeyResultReinstated(**PART, effective_at=LATER)
    facts = active(*TWO, dropped(), back)
    scores = [whole(at, *facts).score for at in (NOW - DAY, NOW, LATER - DAY, LATER)]
    assert scores == [fraction("1/2"), 0, 0, fraction("1/2")]
    assert whole(NOW, *facts).key_results[KEY_RESULT].dropped_at == NOW
    assert whole(LATER, *facts).key_results[KEY_RESULT].dropped_at is None
    assert state(*facts).key_results[KEY_RESULT].dropped_at is None


def test_a_dropped_objective_was_active_until_then():
    facts = active(*TWO, ObjectiveDropped(objective_id=OBJECTIVE, effective_at=NOW))
    assert whole(NOW - DAY, *facts).health == "outdated"
    assert whole(NOW, *facts).health == "closed"


# --- since when it exists -----------------------------------------------------------------------


DRAFTED = (*CYCLE_RUNS, drafted(), claimed())
RUNS = (PROPOSED, AGREED, ACTIVATED)


def test_a_key_result_of_the_draft_exists_from_the_start_of_the_cycle():
    late = added(TEN, "late", added_at=NOW)
    facts = (*DRAFTED, added(TEN, added_at=NOW), *RUNS, late, checked_in(value(10), slot(2)))
    before = whole(slot(3), *facts)
    assert (before.score, before.coverage, set(before.votes)) == (1, 1, {KEY_RESULT})
    assert whole(NOW, *facts).score == fraction("1/2")
    assert whole(NOW, *facts).coverage == fraction("1/2")


def test_one_that_is_added_later_exists_from_that_day_in_the_cycles_zone():
    late = added(TEN, "late", added_at=datetime(2026, 2, 10, 23, 30, tzinfo=UTC))
    facts = (*DRAFTED, *RUNS, late)
    assert whole(datetime(2026, 2, 10, 22, 59, tzinfo=UTC), *facts).votes == {}
    assert set(whole(datetime(2026, 2, 10, 23, tzinfo=UTC), *facts).votes) == {"late"}


def test_before_the_cycle_begins_it_is_shown_as_it_will_begin():
    facts = (*DRAFTED, added(TEN), added(TEN, "mid", starts_on=date(2026, 2, 1)))
    assert set(whole(BEFORE, *facts).votes) == {KEY_RESULT}


def test_what_is_recorded_after_the_end_counts_at_its_last_instant():
    facts = (*DRAFTED, added(TEN), *RUNS, checked_in(value(5), slot(2)))
    told = (*facts, added(TEN, "late", added_at=AFTER), retargeted(50, AFTER))
    assert whole(FRAME.last_instant - DAY, *told).score == fraction("1/2")
    assert whole(FRAME.last_instant, *told).score == fraction("1/20")


# --- a rate of hits -----------------------------------------------------------------------------


def test_a_slot_is_judged_by_the_bounds_of_its_day():
    below = between("0", "5").model_copy(update={"kind": "stay_below", "lower": None})
    facts = [added(below), retargeted(3, slot(7) - DAY, 5)]
    facts += [checked_in(value(4), slot(week), f"c{week}") for week in range(1, 14)]
    assert stood(AFTER, *facts).raw == fraction("6/13")
    assert stood(slot(5), *facts).raw == fraction("5/13")
    assert stood(AFTER, *facts).first_target_score == 1


def test_slots_before_a_key_result_begins_are_not_planned():
    late = added(between("4", "5"), starts_on=date(2026, 3, 1))
    facts = (late, checked_in(value("4.5"), slot(12)))
    assert stood(AFTER, *facts).raw == fraction("1/4")


# --- an unknown baseline, a late reading --------------------------------------------------------


def test_nobody_knows_how_far_it_is_until_somebody_says_where_it_starts():
    unknown = Metric(kind="increase", baseline=None, target=number(20))
    facts = (added(unknown), checked_in(value(15), NOW - DAY))
    blind = stood(NOW, *facts)
    assert (blind.value, blind.raw, blind.score, blind.health) == (15, None, None, "pending")
    assert stood(AFTER, *facts).health == "pending"
    told = stood(NOW, *facts, MeasureCorrected(**PART, measure=metric(10, 20)))
    assert told.score == fraction("1/2")


def test_what_is_reached_after_it_was_due_is_achieved_late():
    due = added(TEN, due_on=date(2026, 2, 1))
    late = (due, checked_in(value(10), NOW))
    assert stood(slot(6), *late).health == "missed"
    assert (stood(NOW, *late).health, stood(NOW, *late).score) == ("achieved_late", 1)
    assert "after_due" in stood(NOW, *late).flags
    assert whole(NOW, *active(*late)).points == 80


def test_what_was_reached_in_time_and_still_is_is_achieved():
    due = added(TEN, due_on=date(2026, 2, 1))
    again = stood(NOW, due, checked_in(value(10), slot(3)), checked_in(value(11), NOW, "c2"))
    assert (again.health, "after_due" in again.flags) == ("achieved", True)


# --- what is said -------------------------------------------------------------------------------


def retarget(**fields):
    wish = {"target": number(50), "reason_code": "scope_decision", "reason": "wider"}
    return asked(RetargetKeyResult, **{**wish, **fields})


@pytest.mark.parametrize(
    "wish",
    [
        retarget(),
        asked(ReweightKeyResult, weight=number(3)),
        asked(DropKeyResult, reason="sold"),
        asked(ConvertKeyResult, measure=Percentage(kind="percentage"), reason="counted"),
    ],
    ids=lambda wish: type(wish).__name__,
)
def test_a_change_counts_from_now_on_or_from_a_stated_day(wish):
    def since(at: datetime | None, now: datetime = NOW):
        asked_for = wish.model_copy(update={"effective_at": at, "at": now})
        (fact,) = given(*active(added(TEN))).when(asked_for).facts()
        names = ("effective_at", "dropped_at", "converted_at")
        return next(getattr(fact, each) for each in names if hasattr(fact, each)), fact.backdated

    assert since(None) == (NOW, False)
    assert since(NOW - DAY) == (NOW - DAY, False)
    assert since(EARLIER) == (EARLIER, True)
    assert since(None, AFTER) == (FRAME.last_instant, False)
    for at in (NOW + DAY, BEFORE - DAY):
        stated = wish.model_copy(update={"effective_at": at})
        outcome = given(*active(added(TEN))).when(stated)
        outcome.refused("invalid-effective-at", pointer="/effective_at")


def test_a_backdated_target_is_compared_with_the_one_of_its_day():
    history = active(added(TEN), retargeted(50))
    fact = given(*history).when(retarget(target=number(20), effective_at=EARLIER)).facts()[0]
    assert (fact.previous_target, fact.backdated) == (10, True)
    given(*history).when(retarget(target=number(10), effective_at=EARLIER)).nothing()


# --- laws ---------------------------------------------------------------------------------------


instants = st.integers(1, 88 * 24).map(lambda hours: FRAME.starts_at + timedelta(hours=hours))
moves = st.one_of(
    st.builds(retargeted, st.integers(1, 60), instants),
    st.builds(reweighted, st.integers(0, 9), instants),
    st.builds(
        lambda at, target: KeyResultConverted(**PART, measure=metric(0, target), converted_at=at),
        instants,
        st.integers(1, 60),
    ),
)


@hypothesis.given(st.lists(moves, max_size=8), instants)
def test_what_counts_from_later_on_changes_no_earlier_moment(told, at):
    early = [each for each in told if since_of(each) <= at]
    assert whole(at, *active(*TWO, *told)).score == whole(at, *active(*TWO, *early)).score


@hypothesis.given(st.lists(moves, max_size=8))
def test_by_the_end_everything_counts_once_and_in_the_order_of_its_instants(told):
    key_result = held(added(TEN), *told)
    for versions in (key_result.measures, key_result.weights):
        since = [each.since for each in versions]
        assert since[0] is None
        assert since[1:] == sorted(since[1:])
    weights = sorted((each for each in told if isinstance(each, KeyResultReweighted)), key=since_of)
    assert key_result.weight == (weights[-1].weight if weights else 1)


def since_of(fact) -> datetime:
    return getattr(fact, "effective_at", None) or fact.converted_at
