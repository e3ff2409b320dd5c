"""RULES B1: which check-in tells the value, at which moment, as known then."""

from datetime import timedelta

import pytest

from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Milestone,
    Milestones,
    Percentage,
    Reading,
    zones_of,
)
from domain.okr.standing import ObjectiveStanding, Standing, objective_standing, standing
from tests.domain.okr.quarter import (
    NOW,
    OBJECTIVE,
    active,
    added,
    between,
    checked_in,
    corrected,
    fraction,
    frame,
    metric,
    number,
    value,
)
from tests.domain.specification import fold

WEEK = timedelta(weeks=1)


def stood(*facts, at=NOW, effective_at=None) -> Standing:
    state = fold(active(added(), *facts))[f"objective/{OBJECTIVE}"]
    return standing(state.key_results["kr"], frame(), at, effective_at)


def whole(*facts, at=NOW) -> ObjectiveStanding:
    return objective_standing(fold(active(*facts))[f"objective/{OBJECTIVE}"], frame(), at)


def test_the_greatest_effective_instant_wins_over_the_later_recording():
    now = checked_in(value(30), NOW, "now")
    told_later = checked_in(value(25), NOW - WEEK, "told later")
    assert stood(now, told_later).value == 30


def test_of_two_readings_for_one_instant_the_later_recorded_wins():
    assert stood(checked_in(value(30), NOW, "a"), checked_in(value(25), NOW, "b")).value == 25


def test_effective_at_looks_back_into_the_world():
    facts = (checked_in(value(25), NOW - WEEK, "a"), checked_in(value(30), NOW, "b"))
    assert stood(*facts, effective_at=NOW - timedelta(days=1)).value == 25
    assert stood(*facts, effective_at=NOW - 2 * WEEK).value == 20


def test_a_corrected_check_in_is_skipped_and_stays_readable():
    facts = (checked_in(value(39), NOW, "wrong"), corrected("wrong", value(29), NOW, "right"))
    assert stood(*facts).value == 29
    state = fold(active(added(), *facts))[f"objective/{OBJECTIVE}"]
    wrong = state.key_results["kr"].check_in("wrong")
    assert (wrong.reading.value, wrong.corrected_by) == (39, "right")


def test_correcting_an_old_reading_does_not_turn_the_score_back():
    old = checked_in(value(22), NOW - WEEK, "old")
    new = checked_in(value(30), NOW, "new")
    fix = corrected("old", value(23), NOW - WEEK, "fix")
    assert stood(old, new, fix).value == 30
    assert stood(old, new, fix, effective_at=NOW - WEEK).value == 23


def test_a_chain_of_corrections_counts_its_last_link():
    facts = (
        checked_in(value(39), NOW, "a"),
        corrected("a", value(29), NOW, "b"),
        corrected("b", value(28), NOW, "c"),
    )
    assert stood(*facts).value == 28


def test_a_correction_may_move_the_reading_to_another_day():
    facts = (
        checked_in(value(39), NOW, "a"),
        corrected("a", value(29), NOW - WEEK, "b"),
    )
    assert stood(*facts, effective_at=NOW - WEEK).value == 29
    assert stood(*facts).last_check_in_at == NOW - WEEK


def test_without_a_check_in_the_value_is_the_baseline_and_health_is_pending():
    unread = stood(at=NOW.replace(month=1, day=2))
    assert (unread.value, unread.raw, unread.score, unread.health) == (20, 0, 0, "pending")
    assert not unread.checked_in


def test_coverage_is_the_weight_of_the_key_results_that_were_read():
    read = added(key_result_id="kr", weight=number(3))
    unread = added(key_result_id="unread", weight=number(1))
    assert whole(read, unread, checked_in(value(30))).coverage == fraction("3/4")


def test_a_later_reading_without_confidence_does_not_take_confidence_back():
    first = checked_in(value(25), NOW - WEEK, "a", confidence=number("0.6"))
    then = checked_in(value(30), NOW, "b")
    assert stood(first, then).confidence == number("0.6")


def test_the_last_reading_carries_its_flags():
    assert stood(checked_in(value(25), backdated=True, late=True)).flags == ("backdated", "late")


PLAN = Milestones(
    kind="milestones",
    milestones=(Milestone(id="a", title="A"), Milestone(id="b", title="B")),
)


@pytest.mark.parametrize(
    ("measure", "before", "reading", "after"),
    [
        (metric(20, 40), 20, value(25), 25),
        (between("4", "5"), None, value("4.5"), number("4.5")),
        (PLAN, 0, Reading(milestone_ids=("b",)), 1),
        (Binary(kind="binary"), 0, Reading(done=True), 1),
        (Percentage(kind="percentage"), 0, value(30), 30),
        (zones_of(number(10), number(20)), 10, value("13.5"), number("13.5")),
        (zones_of(number(10), number(20)), 10, Reading(zone="fail"), 10),
        (zones_of(number(10), number(20)), 10, Reading(zone="commit"), 13),
        (zones_of(number(10), number(20)), 10, Reading(zone="target"), 17),
        (zones_of(number(10), number(20)), 10, Reading(zone="stretch"), 20),
        (EstablishBaseline(kind="establish_baseline"), None, value(42), 42),
    ],
)
def test_every_kind_has_a_value_before_and_after_its_first_reading(measure, before, reading, after):
    assert whole(added(measure)).key_results["kr"].value == before
    assert whole(added(measure), checked_in(reading)).key_results["kr"].value == after
