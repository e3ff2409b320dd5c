"""RULES B2-B4: a measure or reading that cannot be counted is refused early, by its field."""

from datetime import date

import pytest

from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Metric,
    Milestone,
    Milestones,
    Percentage,
    PhasePoint,
    Reading,
    Threshold,
    Zones,
)
from domain.okr.measure_check import refuse_measure, refuse_reading, refuse_weight
from tests.domain.okr.quarter import between, metric, number, value

LONG = "1.000000000000001"  # 16 significant digits


def band(kind, method="hit_rate", tolerance=None, **bounds):
    sides = {side: number(bound) for side, bound in bounds.items()}
    fade = None if tolerance is None else number(tolerance)
    return Threshold(kind=kind, method=method, tolerance=fade, **sides)


def zones(*steps):
    names = ("fail", "commit", "target", "stretch")
    return Zones(kind="zones", **dict(zip(names, map(number, steps), strict=True)))


def plan(*weights, ids=None, title="A"):
    names = ids or [str(n) for n in range(len(weights))]
    each = zip(names, weights, strict=True)
    return Milestones(
        kind="milestones",
        milestones=tuple(Milestone(id=i, title=title, weight=number(w)) for i, w in each),
    )


def phased(*points):
    return metric(
        0, 10, phases=tuple(PhasePoint(on=date(2026, 1, d), fraction=number(f)) for d, f in points)
    )


@pytest.mark.parametrize(
    ("measure", "code", "field"),
    [
        (metric(5, 5), "degenerate-measure", "/target"),
        (metric(0, 0, "reach"), "degenerate-measure", "/target"),
        (metric(3, 10, "reach"), "invalid-measure", "/baseline"),
        (metric(40, 20), "invalid-measure", "/target"),
        (metric(20, 40, "decrease"), "invalid-measure", "/target"),
        (metric(0, LONG), "invalid-number", "/target"),
        (metric(LONG, 9), "invalid-number", "/baseline"),
        (metric(0, "1e999999"), "invalid-number", "/target"),
        (metric("1e-999999", 9), "invalid-number", "/baseline"),
        (phased((10, "0.5"), (10, "0.6")), "invalid-measure", "/phases/1/on"),
        (phased((10, "0.5"), (9, "0.6")), "invalid-measure", "/phases/1/on"),
        (phased((10, "1.5")), "invalid-measure", "/phases/0/fraction"),
        (phased((10, "-0.1")), "invalid-measure", "/phases/0/fraction"),
        (band("stay_above"), "invalid-measure", "/lower"),
        (band("stay_below"), "invalid-measure", "/upper"),
        (band("stay_between", lower=1), "invalid-measure", "/upper"),
        (band("stay_above", lower=1, upper=2), "invalid-measure", "/upper"),
        (band("stay_between", lower=2, upper=1), "invalid-measure", "/lower"),
        (band("stay_above", lower=LONG), "invalid-number", "/lower"),
        (band("stay_above", "distance", lower=0), "degenerate-measure", "/lower"),
        (band("stay_below", "distance", upper=0), "degenerate-measure", "/upper"),
        (band("stay_below", "distance", upper=-1), "degenerate-measure", "/upper"),
        (band("stay_between", "distance", lower=1, upper=2), "invalid-measure", "/method"),
        (band("stay_above", "instant", LONG, lower=0), "invalid-number", "/tolerance"),
        (band("stay_above", "instant", "-1", lower=0), "invalid-measure", "/tolerance"),
        (band("stay_above", "hit_rate", "1", lower=0), "invalid-measure", "/tolerance"),
        (plan(), "invalid-measure", "/milestones"),
        (plan(1, -1), "invalid-weight", "/milestones/1/weight"),
        (plan(0, 0), "degenerate-measure", "/milestones"),
        (plan(1, 1, ids=["a", "a"]), "invalid-measure", "/milestones"),
        (plan(1, title=" "), "invalid-measure", "/milestones/0/title"),
        (zones(1, 1, 1, 1), "degenerate-measure", "/stretch"),
        (zones(0, 3, 2, 9), "invalid-measure", ""),
        (zones(0, 0, 7, 9), "invalid-measure", ""),
        (zones(9, 7, 7, 0), "invalid-measure", ""),
        (zones(0, 3, LONG, 9), "invalid-number", "/target"),
    ],
)
def test_unsound_measures_are_refused_by_field(measure, code, field):
    refusal = refuse_measure(measure)
    assert (refusal.code, refusal.kind, refusal.pointer) == (code, "invalid", f"/measure{field}")


@pytest.mark.parametrize(
    "measure",
    [
        metric(20, 40),
        metric(-10, 10),
        metric(0, -100, "decrease"),
        metric(0, "123456789.012345", "reach"),
        metric(0, "15000000000000000000"),
        phased((10, "0.5"), (20, "0.5"), (30, "1")),
        band("stay_between", lower=5, upper=5),
        band("stay_above", "instant", "0", lower=0),
        band("stay_below", "distance", upper="0.1"),
        plan(0, 1),
        zones(0, 3, 7, 10),
        zones(10, 7, 3, 0),
        Binary(kind="binary"),
        Percentage(kind="percentage"),
        EstablishBaseline(kind="establish_baseline"),
    ],
)
def test_sound_measures_are_taken(measure):
    assert refuse_measure(measure) is None


def test_weights_are_zero_or_more():
    assert refuse_weight(number(0)) is None
    assert refuse_weight(number("-1e-9")).code == "invalid-weight"


PLAN = plan(1, 1, ids=["a", "b"])
SCALE = zones(0, 3, 7, 10)


@pytest.mark.parametrize(
    ("measure", "reading", "pointer"),
    [
        (metric(0, 9), Reading(), "/value"),
        (metric(0, 9), Reading(done=True), "/done"),
        (metric(0, 9), Reading(value=number(1), done=True), "/done"),
        (between("4", "5"), Reading(zone="fail"), "/zone"),
        (Binary(kind="binary"), value("0.5"), "/value"),
        (PLAN, value(1), "/value"),
        (PLAN, Reading(milestone_ids=("a", "c")), "/milestone_ids/1"),
        (PLAN, Reading(milestone_ids=("a", "a")), "/milestone_ids"),
        (SCALE, Reading(done=True), "/done"),
        (EstablishBaseline(kind="establish_baseline"), Reading(done=True), "/done"),
    ],
)
def test_a_reading_fits_its_measure(measure, reading, pointer):
    refusal = refuse_reading(measure, reading)
    assert (refusal.code, refusal.kind, refusal.pointer) == ("invalid-reading", "invalid", pointer)


@pytest.mark.parametrize("read", ["105", "-17", "0", "100"])
def test_a_percentage_is_any_number(read):
    assert refuse_reading(Percentage(kind="percentage"), value(read)) is None


@pytest.mark.parametrize("kind", ["increase", "decrease"])
def test_a_metric_that_starts_somewhere_says_where(kind):
    nowhere = Metric(kind=kind, target=number(20))
    refusal = refuse_measure(nowhere)
    assert (refusal.code, refusal.pointer) == ("invalid-measure", "/measure/baseline")
    assert refuse_measure(Metric(kind=kind, baseline=None, target=number(20))) is None


def test_what_is_to_be_reached_starts_at_zero():
    assert refuse_measure(Metric(kind="reach", target=number(20))) is None


def test_half_done_cannot_be_said():
    assert "half done" in refuse_reading(Binary(kind="binary"), value("0.5")).detail


def test_a_reading_has_at_most_15_significant_digits():
    assert refuse_reading(metric(0, 9), value(LONG)).code == "invalid-number"
    assert refuse_reading(metric(0, 9), value("1e300000")).code == "invalid-number"


@pytest.mark.parametrize(
    ("measure", "reading"),
    [
        (metric(0, 9), value("-3")),
        (between("4", "5"), value(0)),
        (Percentage(kind="percentage"), value(100)),
        (Binary(kind="binary"), Reading(done=False)),
        (PLAN, Reading(milestone_ids=())),
        (SCALE, Reading(zone="commit")),
        (SCALE, value(4)),
        (EstablishBaseline(kind="establish_baseline"), value(1)),
    ],
)
def test_fitting_readings_are_taken(measure, reading):
    assert refuse_reading(measure, reading) is None
