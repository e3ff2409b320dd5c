"""From here on measured another way: what was read before keeps its meaning (RULES B1, B2)."""

from datetime import timedelta

import pytest

from domain.okr.check_in import RecordCheckIn
from domain.okr.conversion import ConvertKeyResult, KeyResultConverted
from domain.okr.grading import computed_grade
from domain.okr.in_force import measured
from domain.okr.measure import Binary, EstablishBaseline, Measure, Metric, Percentage, Reading
from domain.okr.standing import objective_standing, standing
from domain.okr.stream import KeyResult, ObjectiveState
from tests.domain.okr.quarter import (
    AFTER,
    AGREED,
    KEY_RESULT,
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
    slot,
    value,
)
from tests.domain.specification import fold, given

UNKNOWN = EstablishBaseline(kind="establish_baseline", unit="days")
PER_CENT = Percentage(kind="percentage")
COUNTED = metric(0, 500)
EARLIER, LATER = NOW - timedelta(days=7), NOW + timedelta(days=7)


def converted(measure: Measure, **fields) -> KeyResultConverted:
    return KeyResultConverted(
        **{
            "objective_id": OBJECTIVE,
            "key_result_id": KEY_RESULT,
            "measure": measure,
            "converted_at": NOW,
            **fields,
        }
    )


def convert(measure: Measure, reason: str | None = "counted from now on", **fields):
    return asked(ConvertKeyResult, measure=measure, reason=reason, **fields)


def whole(*facts) -> ObjectiveState:
    return fold(active(*facts))[f"objective/{OBJECTIVE}"]


def key_result(*facts) -> KeyResult:
    return whole(*facts).key_results[KEY_RESULT]


# --- what is said -----------------------------------------------------------------------------


@pytest.mark.parametrize("measure", [COUNTED, Binary(kind="binary"), between("4", "5"), UNKNOWN])
def test_any_kind_converts_to_any_kind(measure):
    history = active(added(PER_CENT), checked_in(value(30)))
    given(*history).when(convert(measure)).then(converted(measure))


def test_after_activation_a_conversion_is_explained():
    history = active(added(PER_CENT))
    given(*history).when(convert(COUNTED, reason=" ")).refused("reason-required")


def test_before_activation_it_is_free_and_nothing_is_earlier():
    history = (*active()[:3], drafted(), added(PER_CENT))
    given(*history).when(convert(COUNTED, reason=None)).then(converted(COUNTED))
    state = fold((*history, converted(COUNTED), PROPOSED, AGREED))[f"objective/{OBJECTIVE}"]
    assert state.key_results[KEY_RESULT].measures == measured(COUNTED)


def test_the_same_measure_is_no_conversion():
    given(*active(added(COUNTED))).when(convert(COUNTED)).nothing()


def test_an_unsound_measure_is_refused():
    given(*active(added(PER_CENT))).when(convert(metric(42, 42))).refused("degenerate-measure")


def test_after_the_end_it_holds_from_the_last_instant_of_the_cycle():
    history = active(added(PER_CENT))
    last = frame().last_instant
    given(*history).when(convert(COUNTED, at=AFTER)).then(converted(COUNTED, converted_at=last))


def test_an_established_baseline_converts_without_a_word():
    history = active(added(UNKNOWN), checked_in(value(42)))
    wish = convert(metric(42, 20, "decrease"), reason=None)
    given(*history).when(wish).then(converted(metric(42, 20, "decrease")))


def test_a_metric_starts_at_the_established_baseline_unless_it_says_otherwise():
    history = active(added(UNKNOWN), checked_in(value(99)), corrected("c1", value(42)))
    wish = convert(Metric(kind="decrease", target=number(20)))
    given(*history).when(wish).then(converted(metric(42, 20, "decrease")))


def test_without_a_reading_there_is_no_baseline_to_convert():
    refusal = given(*active(added(UNKNOWN))).when(convert(metric(1, 2))).refused("illegal-move")
    assert refusal.allowed == ("check-in",)


def test_a_baseline_is_established_once():
    history = active(added(UNKNOWN), checked_in(value(42)))
    other = EstablishBaseline(kind="establish_baseline", unit="hours")
    given(*history).when(convert(other)).refused("invalid-measure")


# --- what it means ----------------------------------------------------------------------------


def test_until_there_is_a_reading_nobody_knows_how_far_it_is():
    held = key_result(added(PER_CENT), checked_in(value(30), EARLIER), converted(COUNTED))
    stood = standing(held, frame(), NOW)
    assert (stood.raw, stood.score, stood.value) == (None, None, None)
    assert stood.health == "pending"
    assert stood.last_check_in_at == EARLIER
    assert stood.flags == ("converted",)


def test_until_then_it_has_no_vote_and_covers_nothing():
    state = whole(
        added(PER_CENT),
        added(metric(0, 10), "other"),
        checked_in(value(30), EARLIER),
        checked_in(value(5), EARLIER, "c2", key_result_id="other"),
        converted(COUNTED),
    )
    stood = objective_standing(state, frame(), NOW)
    assert (stood.score, stood.coverage) == (number("0.5"), number("0.5"))


def test_a_later_reading_is_read_by_the_new_measure():
    held = key_result(
        added(PER_CENT),
        checked_in(value(30), EARLIER),
        converted(COUNTED),
        checked_in(value(250), LATER, "c2"),
    )
    assert standing(held, frame(), LATER).score == number("0.5")


def test_what_was_true_before_is_read_by_the_old_measure_for_ever():
    held = key_result(
        added(PER_CENT),
        checked_in(value(30), EARLIER),
        converted(COUNTED),
        checked_in(value(250), LATER, "c2"),
    )
    assert standing(held, frame(), LATER, EARLIER).score == number("0.3")


def test_a_backdated_reading_has_to_fit_the_measure_of_its_day():
    history = active(added(PER_CENT), converted(Binary(kind="binary")))
    wish = asked(RecordCheckIn, check_in_id="c1", at=LATER, reading=value(30))
    given(*history).when(wish).refused("invalid-reading")
    early = wish.model_copy(update={"effective_at": EARLIER})
    assert given(*history).when(early).facts()[0].effective_at == EARLIER


def test_conversions_follow_each_other():
    held = key_result(
        added(PER_CENT),
        checked_in(value(30), EARLIER),
        converted(COUNTED),
        checked_in(value(250), LATER, "c2"),
        converted(Binary(kind="binary"), converted_at=LATER + timedelta(days=1)),
        checked_in(Reading(done=True), LATER + timedelta(days=2), "c3"),
    )
    at = LATER + timedelta(days=3)
    scores = [standing(held, frame(), at, then).score for then in (EARLIER, LATER, at)]
    assert scores == [number("0.3"), number("0.5"), 1]


def test_a_hit_rate_judges_the_slots_since_its_conversion():
    held = key_result(
        added(PER_CENT),
        converted(between("4", "5"), converted_at=slot(11)),
        checked_in(value("4.5"), slot(12)),
        checked_in(value("4.5"), slot(13), "c2"),
    )
    assert standing(held, frame(), AFTER).raw == fraction("2/3")


def test_the_grade_is_computed_by_the_measure_in_force_at_the_end():
    held = key_result(
        added(PER_CENT),
        checked_in(value(30), EARLIER),
        converted(COUNTED),
        checked_in(value(100), LATER, "c2"),
    )
    assert computed_grade(held, frame()) == number("0.2")


def test_a_conversion_recorded_long_ago_reads_what_was_read_before_where_it_fits():
    """Such a fact does not say since when: it turned an established baseline into a measure."""
    old = converted(metric(42, 20, "decrease"), converted_at=None)
    held = key_result(added(UNKNOWN), checked_in(value(42)), old)
    assert held.converted_from == UNKNOWN
    stood = standing(held, frame(), NOW)
    assert (stood.raw, stood.first_target_score, stood.flags) == (0, 0, ("converted",))
    unfit = converted(Binary(kind="binary"), converted_at=None)
    held = key_result(added(UNKNOWN), checked_in(value(42)), unfit)
    assert standing(held, frame(), NOW).raw == 0
