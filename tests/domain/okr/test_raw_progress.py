"""RULES B2: raw progress and score of every kind of key result, with all golden values."""

from dataclasses import replace
from fractions import Fraction

import pytest

from domain.facts import Fact
from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Measure,
    Metric,
    Milestone,
    Milestones,
    Percentage,
    Reading,
    Threshold,
    zones_of,
)
from domain.okr.scoring import raw_at, raw_of, score_of
from domain.okr.standing import standing
from domain.okr.stream import KeyResult
from tests.domain.okr.quarter import (
    AFTER,
    OBJECTIVE,
    active,
    added,
    between,
    checked_in,
    fraction,
    frame,
    metric,
    number,
    slot,
    value,
)
from tests.domain.specification import fold

FRAME = frame()


def held(measure: Measure, *facts: Fact) -> KeyResult:
    return fold(active(added(measure), *facts))[f"objective/{OBJECTIVE}"].key_results["kr"]


@pytest.mark.parametrize(
    ("measure", "read", "raw", "score"),
    [
        (metric(20, 40), "25", "0.25", "0.25"),
        (metric(50, 10, "decrease"), "20", "0.75", "0.75"),
        (metric(50, 10, "decrease"), "60", "-0.25", "0"),
        (metric(50, 10, "decrease"), "5", "1.125", "1"),
        (metric(-10, 10), "0", "0.5", "0.5"),
        (metric(0, -100, "decrease"), "-25", "0.25", "0.25"),
        (metric(10, 0, "decrease"), "7", "0.3", "0.3"),
        (metric(10, 0, "decrease"), "-10", "2", "1"),
        (metric(0, 500, "reach"), "125", "0.25", "0.25"),
    ],
)
def test_golden_metrics(measure: Metric, read: str, raw: str, score: str):
    progress = raw_of(measure, value(read))
    assert progress == fraction(raw)
    assert score_of(progress, FRAME.policy) == fraction(score)


@pytest.mark.parametrize(
    ("read", "raw"), [("0.8", "1.2"), ("1.5", "0.5"), ("1.75", "0.25"), ("0.25", "1.75")]
)
def test_golden_distance_at_most_one(read: str, raw: str):
    at_most = Threshold(kind="stay_below", upper=number(1), method="distance")
    assert raw_of(at_most, value(read)) == fraction(raw)


def test_distance_at_least_divides_by_its_bound():
    at_least = Threshold(kind="stay_above", lower=number(80), method="distance")
    assert raw_of(at_least, value(60)) == fraction("3/4")


def in_between_quarter(method: str):
    """Band 4..5 over 13 weekly slots: week 6 missed, weeks 4, 8, 9 out of band, last value 4.5."""
    measure = between("4", "5", method=method)
    readings = {week: "4.5" for week in range(1, 14) if week != 6} | {4: "3.9", 8: "5.1", 9: "6"}
    facts = [checked_in(value(read), slot(week), f"week {week}") for week, read in readings.items()]
    state = fold(active(added(measure), *facts))[f"objective/{OBJECTIVE}"]
    return standing(state.key_results["kr"], FRAME, AFTER)


def test_golden_hit_rate_counts_every_planned_slot():
    assert len(FRAME.slots) == 13
    assert in_between_quarter("hit_rate").raw == Fraction(9, 13)


def test_golden_instant_looks_at_the_last_value_alone():
    assert in_between_quarter("instant").raw == 1


def test_a_slot_is_judged_by_its_last_reading():
    facts = (
        checked_in(value("4.5"), slot(2), "first"),
        checked_in(value("9"), slot(2), "then"),
        checked_in(value("4.5"), slot(3), "next week"),
    )
    assert raw_at(held(between("4", "5"), *facts), AFTER, FRAME) == Fraction(1, 13)


@pytest.mark.parametrize("read", ["4", "5"])
def test_bounds_are_inside_the_band(read: str):
    assert raw_of(between("4", "5", method="instant"), value(read)) == 1


@pytest.mark.parametrize(
    ("tolerance", "read", "raw"),
    [("2", "6", "1/2"), ("2", "3", "1/2"), ("2", "9", "0"), ("0", "5.01", "0"), ("2", "4.2", "1")],
)
def test_instant_with_tolerance_fades_out(tolerance: str, read: str, raw: str):
    band = between("4", "5", method="instant", tolerance=number(tolerance))
    assert raw_of(band, value(read)) == fraction(raw)


def test_without_planned_slots_a_hit_rate_says_nothing():
    short = replace(FRAME, slots=())
    assert raw_at(held(between("4", "5")), AFTER, short) is None


def test_milestones_weigh_what_is_done():
    plan = Milestones(
        kind="milestones",
        milestones=(
            Milestone(id="a", title="A", weight=number(1)),
            Milestone(id="b", title="B", weight=number(3)),
        ),
    )
    assert raw_of(plan, Reading(milestone_ids=("b",))) == fraction("3/4")
    assert raw_of(plan, Reading(milestone_ids=())) == 0


def test_three_of_six_features_are_a_half():
    plan = Milestones(
        kind="milestones",
        milestones=tuple(Milestone(id=str(n), title=f"Feature {n}") for n in range(6)),
    )
    assert raw_of(plan, Reading(milestone_ids=("0", "2", "4"))) == fraction("1/2")


def test_no_milestones_say_nothing():
    nothing = Milestones(kind="milestones", milestones=())
    assert raw_at(held(nothing), AFTER, FRAME) is None
    assert score_of(None, FRAME.policy) is None


def test_binary_and_percentage():
    assert raw_of(Binary(kind="binary"), Reading(done=True)) == 1
    assert raw_of(Binary(kind="binary"), Reading(done=False)) == 0
    assert raw_of(Percentage(kind="percentage"), value("12.5")) == fraction("1/8")


@pytest.mark.parametrize(
    ("zone", "raw"), [("fail", "0"), ("commit", "0.3"), ("target", "0.7"), ("stretch", "1")]
)
def test_zones_by_name(zone: str, raw: str):
    assert raw_of(zones_of(number(0), number(100)), Reading(zone=zone)) == fraction(raw)


@pytest.mark.parametrize(
    ("stretch", "read", "raw"),
    [
        ("100", "29.9", "0"),
        ("100", "30", "0.3"),
        ("100", "69", "0.3"),
        ("100", "70", "0.7"),
        ("100", "120", "1"),
        ("-100", "-30", "0.3"),
        ("-100", "-69.9", "0.3"),
        ("-100", "-70", "0.7"),
        ("-100", "5", "0"),
    ],
)
def test_zones_by_value_rise_or_fall(stretch: str, read: str, raw: str):
    assert raw_of(zones_of(number(0), number(stretch)), value(read)) == fraction(raw)


def test_a_metric_with_stretch_converts_to_zones():
    zones = zones_of(number(20), number(60))
    assert (zones.fail, zones.commit, zones.target, zones.stretch) == (20, 32, 48, 60)


def test_a_baseline_is_established_by_its_first_reading():
    measure = EstablishBaseline(kind="establish_baseline")
    assert raw_at(held(measure), AFTER, FRAME) == 0
    assert raw_of(measure, value(42)) == 1


@pytest.mark.parametrize(
    ("kind", "read", "raw"),
    [("increase", "20", 1), ("increase", "19", 0), ("decrease", "20", 1), ("decrease", "21", 0)],
)
def test_imported_degenerate_metrics_are_met_or_not_and_flagged(kind: str, read: str, raw: int):
    same = metric(20, 20, kind)
    state = fold(active(added(same), checked_in(value(read))))[f"objective/{OBJECTIVE}"]
    stood = standing(state.key_results["kr"], FRAME, AFTER)
    assert (stood.raw, stood.flags) == (raw, ("degenerate",))


def test_floor_and_cap_are_policy_and_raw_is_kept():
    generous = frame(score_floor=number("-0.5"), score_cap=number("1.5")).policy
    assert score_of(fraction("1.125"), generous) == fraction("1.125")
    assert score_of(fraction("-0.25"), generous) == fraction("-0.25")
    assert score_of(fraction("2"), generous) == fraction("3/2")
