"""Which measures and readings are refused, and why: a division by zero must never reach a board.

Every refusal names the field as a JSON pointer (RULES B2, B3, B4).
"""

from decimal import Decimal
from itertools import pairwise
from typing import assert_never

from domain.facts import Refusal
from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Measure,
    Metric,
    Milestones,
    Percentage,
    Reading,
    Threshold,
    Zones,
)
from domain.refusals import blank, invalid

SIGNIFICANT_DIGITS = 15
LARGEST_EXPONENT = 100  # keeps exact arithmetic small: 1e999999 would fill the memory


def refuse_number(number: Decimal, pointer: str) -> Refusal | None:
    """Refuse what a JSON number cannot carry: over 15 significant digits, infinite, enormous."""
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if not number.is_finite() or (number and abs(number.adjusted()) > LARGEST_EXPONENT):
        return invalid("invalid-number", "The number is too large or too small.", pointer)
    if len(digits) > SIGNIFICANT_DIGITS:
        return invalid(
            "invalid-number", "A number has at most 15 significant digits here.", pointer
        )
    return None


def refuse_weight(weight: Decimal, pointer: str = "/weight") -> Refusal | None:
    """Weights are 0 or more (RULES B3)."""
    if refusal := refuse_number(weight, pointer):
        return refusal
    if weight < 0:
        return invalid("invalid-weight", "A weight is 0 or more.", pointer)
    return None


def refuse_share(share: Decimal | None, code: str, what: str, pointer: str) -> Refusal | None:
    """Confidences, grades and fractions are 0..1."""
    if share is None:
        return None
    if refusal := refuse_number(share, pointer):
        return refusal
    if not 0 <= share <= 1:
        return invalid(code, f"{what} is a number from 0 to 1.", pointer)
    return None


def refuse_measure(measure: Measure, at: str = "/measure") -> Refusal | None:
    """Why ``measure`` cannot be used, or None (RULES B2)."""
    match measure:
        case Metric():
            return _refuse_metric(measure, at)
        case Threshold():
            return _refuse_threshold(measure, at)
        case Milestones():
            return _refuse_milestones(measure, at)
        case Zones():
            return _refuse_zones(measure, at)
        case Binary() | Percentage() | EstablishBaseline():
            return None
        case _:
            assert_never(measure)


def _refuse_metric(metric: Metric, at: str) -> Refusal | None:
    if metric.kind != "reach" and "baseline" not in metric.model_fields_set:
        return invalid(
            "invalid-measure",
            f"'{metric.kind}' starts somewhere: give its baseline, or null while nobody knows it.",
            f"{at}/baseline",
        )
    for number, field in ((metric.baseline, "baseline"), (metric.target, "target")):
        if number is not None and (refusal := refuse_number(number, f"{at}/{field}")):
            return refusal
    if metric.kind == "reach" and metric.baseline != 0:
        return invalid(
            "invalid-measure",
            "'reach' starts at 0; use 'increase' or 'decrease' for another baseline.",
            f"{at}/baseline",
        )
    if metric.baseline == metric.target:
        return invalid(
            "degenerate-measure",
            "Baseline and target are equal: there is no way to go.",
            f"{at}/target",
        )
    if (
        metric.kind != "reach"
        and metric.baseline is not None
        and (metric.kind == "increase") != (metric.target > metric.baseline)
    ):
        side = "above" if metric.kind == "increase" else "below"
        return invalid(
            "invalid-measure",
            f"The target of '{metric.kind}' lies {side} its baseline.",
            f"{at}/target",
        )
    for index, point in enumerate(metric.phases):
        pointer = f"{at}/phases/{index}/fraction"
        if refusal := refuse_share(point.fraction, "invalid-measure", "A fraction", pointer):
            return refusal
    for index, (earlier, later) in enumerate(pairwise(metric.phases), start=1):
        if later.on <= earlier.on:
            return invalid(
                "invalid-measure",
                "The dates of phased targets strictly increase.",
                f"{at}/phases/{index}/on",
            )
    return None


def _refuse_threshold(band: Threshold, at: str) -> Refusal | None:
    wanted = {
        "stay_above": (True, False),
        "stay_below": (False, True),
        "stay_between": (True, True),
    }[band.kind]
    bounds = (("lower", band.lower, wanted[0]), ("upper", band.upper, wanted[1]))
    for name, bound, needed in bounds:
        if needed != (bound is not None):
            verb = "needs" if needed else "has no"
            return invalid(
                "invalid-measure", f"'{band.kind}' {verb} '{name}' bound.", f"{at}/{name}"
            )
        if bound is not None and (refusal := refuse_number(bound, f"{at}/{name}")):
            return refusal
    if band.lower is not None and band.upper is not None and band.lower > band.upper:
        return invalid(
            "invalid-measure", "The lower bound is above the upper bound.", f"{at}/lower"
        )
    if band.tolerance is not None:
        if refusal := refuse_number(band.tolerance, f"{at}/tolerance"):
            return refusal
        if band.method != "instant" or band.tolerance < 0:
            return invalid(
                "invalid-measure",
                "A tolerance is 0 or more and belongs to the method 'instant'.",
                f"{at}/tolerance",
            )
    if band.method == "distance":
        return _refuse_distance(band, at)
    return None


def _refuse_distance(band: Threshold, at: str) -> Refusal | None:
    if band.kind == "stay_between":
        return invalid(
            "invalid-measure",
            "'distance' measures from one bound; use 'hit_rate' or 'instant' between two.",
            f"{at}/method",
        )
    name, bound = ("lower", band.lower) if band.kind == "stay_above" else ("upper", band.upper)
    if bound is None or bound <= 0:
        return invalid(
            "degenerate-measure",
            "'distance' divides by its bound, which must be above 0.",
            f"{at}/{name}",
        )
    return None


def _refuse_milestones(measure: Milestones, at: str) -> Refusal | None:
    if not measure.milestones:
        return invalid("invalid-measure", "Give at least one milestone.", f"{at}/milestones")
    for index, milestone in enumerate(measure.milestones):
        if blank(milestone.title):
            return invalid(
                "invalid-measure", "A milestone has a title.", f"{at}/milestones/{index}/title"
            )
        if refusal := refuse_weight(milestone.weight, f"{at}/milestones/{index}/weight"):
            return refusal
    if len({each.id for each in measure.milestones}) < len(measure.milestones):
        return invalid("invalid-measure", "Milestone ids are unique.", f"{at}/milestones")
    if not any(each.weight for each in measure.milestones):
        return invalid(
            "degenerate-measure", "The weights of the milestones add to 0.", f"{at}/milestones"
        )
    return None


def _refuse_zones(zones: Zones, at: str) -> Refusal | None:
    steps = (zones.fail, zones.commit, zones.target, zones.stretch)
    for number, field in zip(steps, ("fail", "commit", "target", "stretch"), strict=True):
        if refusal := refuse_number(number, f"{at}/{field}"):
            return refusal
    if zones.fail == zones.stretch:
        return invalid(
            "degenerate-measure", "'fail' and 'stretch' are equal: no way to go.", f"{at}/stretch"
        )
    rising = all(earlier < later for earlier, later in pairwise(steps))
    falling = all(earlier > later for earlier, later in pairwise(steps))
    if not (rising or falling):
        return invalid(
            "invalid-measure", "fail, commit, target, stretch strictly rise or fall.", at
        )
    return None


def refuse_reading(measure: Measure, reading: Reading) -> Refusal | None:
    """Why ``reading`` does not fit ``measure``, or None (RULES B2)."""
    given = [name for name in Reading.model_fields if getattr(reading, name) is not None]
    wanted = _fields_of(measure)
    if len(given) != 1:
        return invalid(
            "invalid-reading",
            f"Give exactly one reading, here {' or '.join(wanted)}.",
            f"/{given[1]}" if given else f"/{wanted[0]}",
        )
    if given[0] not in wanted:
        detail = f"A key result of kind '{measure.kind}' takes {' or '.join(wanted)}."
        if isinstance(measure, Binary):
            detail += " It is done or not done; half done cannot be said."
        return invalid("invalid-reading", detail, f"/{given[0]}")
    if reading.value is not None and (refusal := refuse_number(reading.value, "/value")):
        return refusal
    if reading.milestone_ids is not None and isinstance(measure, Milestones):
        return _refuse_milestone_ids(measure, reading.milestone_ids)
    return None


def _fields_of(measure: Measure) -> tuple[str, ...]:
    match measure:
        case Metric() | Threshold() | Percentage() | EstablishBaseline():
            return ("value",)
        case Milestones():
            return ("milestone_ids",)
        case Binary():
            return ("done",)
        case Zones():
            return ("zone", "value")
        case _:
            assert_never(measure)


def _refuse_milestone_ids(measure: Milestones, ids: tuple[str, ...]) -> Refusal | None:
    known = {each.id for each in measure.milestones}
    for index, milestone_id in enumerate(ids):
        if milestone_id not in known:
            return invalid(
                "invalid-reading",
                "This milestone is not one of the key result's.",
                f"/milestone_ids/{index}",
            )
    if len(set(ids)) < len(ids):
        return invalid("invalid-reading", "A milestone is named twice.", "/milestone_ids")
    return None
