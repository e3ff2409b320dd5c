"""RULES B3: weighted means, the drop gain, weights in per cent, one rounding."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from domain.okr.key_result import KeyResultDropped, KeyResultReweighted
from domain.okr.rollup import (
    NO_PARTS,
    NO_WEIGHT,
    display,
    drop_gain,
    largest_remainder,
    mean,
    no_mean_reason,
    roll_up_health,
    voters,
)
from domain.okr.standing import objective_standing
from tests.domain.okr.quarter import (
    NOW,
    OBJECTIVE,
    active,
    added,
    checked_in,
    fraction,
    frame,
    metric,
    number,
    value,
)
from tests.domain.specification import fold

PER_CENT = metric(0, 100)


def stood(*facts, at=NOW, effective_at=None):
    state = fold(active(*facts))[f"objective/{OBJECTIVE}"]
    return objective_standing(state, frame(), at, effective_at)


def equal(*votes):
    return mean((1, vote) for vote in votes)


def chosen(own, children, mode):
    return voters(own, children, mode, lambda vote: vote)


def test_golden_rounding_happens_once_at_the_end():
    child = equal(Fraction(85), Fraction(60))
    assert child == fraction("72.5")
    assert display(equal(Fraction(27), Fraction(18), child), 2) == Decimal("39.17")
    rounded_twice = equal(Fraction(27), Fraction(18), Fraction(display(child, 0)))
    assert display(rounded_twice, 2) == Decimal("39.33")


def test_modes_take_key_results_children_or_both():
    own, children = [fraction("0.2")], [fraction("0.6"), fraction("1")]
    assert chosen(own, children, "key_results") == own
    assert chosen(own, children, "children") == children
    assert chosen(own, children, "both") == [*own, *children]


@pytest.mark.parametrize("silent", [[], [None]])
def test_where_the_chosen_side_has_nothing_to_tell_the_other_speaks(silent):
    told = [fraction("0.6")]
    assert chosen(told, silent, "children") == told
    assert chosen(silent, told, "key_results") == told
    assert chosen(silent, [], "key_results") == silent


def test_weights_weigh():
    assert mean([(3, Fraction(1)), (Decimal(1), Fraction(0))]) == fraction("3/4")


def test_parts_without_a_score_do_not_vote():
    assert mean([(1, None), (1, fraction("1/2"))]) == fraction("1/2")


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [([], NO_PARTS), ([(1, None)], NO_PARTS), ([(0, Fraction(1)), (0, Fraction(0))], NO_WEIGHT)],
)
def test_no_weight_gives_null_and_a_reason(pairs, reason):
    assert mean(pairs) is None
    assert no_mean_reason(pairs) == reason


def test_a_negative_weight_is_rejected():
    with pytest.raises(ValueError, match="0 or more"):
        mean([(-1, Fraction(1))])


def test_an_objective_whose_weights_add_to_zero_has_no_score():
    whole = stood(added(PER_CENT, weight=number(0)), checked_in(value(50)))
    assert (whole.score, whole.reason, whole.coverage) == (None, NO_WEIGHT, None)


@pytest.mark.parametrize(
    ("weights", "percentages"),
    [
        ((1, 1, 1), (34, 33, 33)),
        ((1, 1, 1, 1, 1, 1), (17, 17, 17, 17, 16, 16)),
        ((Decimal("0.5"), 2), (20, 80)),
        ((0, 3), (0, 100)),
        ((0, 0), (0, 0)),
        ((), ()),
    ],
)
def test_weights_in_per_cent_add_to_a_hundred(weights, percentages):
    assert largest_remainder(weights) == percentages


@pytest.mark.parametrize(
    ("exact", "places", "shown"),
    [
        ("0.00005", 4, "0.0001"),
        ("0.69230769", 4, "0.6923"),
        ("0.35", 1, "0.4"),
        ("-0.25", 1, "-0.3"),
        ("2", 4, "2.0000"),
    ],
)
def test_display_rounds_half_up_in_decimal(exact, places, shown):
    assert str(display(fraction(exact), places)) == shown


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("0.99999", "0.9999"),
        ("0.00001", "0.0001"),
        ("-0.00001", "-0.0001"),
        ("-0.99999", "-1.0000"),
        ("1.00001", "1.0000"),
        ("1", "1.0000"),
        ("0", "0.0000"),
    ],
)
def test_rounding_hides_no_miss(exact, shown):
    assert str(display(fraction(exact))) == shown


def two_key_results(*more, **first):
    return (
        added(PER_CENT, **first),
        added(PER_CENT, key_result_id="b"),
        checked_in(value(20), NOW - timedelta(days=7), "c1"),
        checked_in(value(80), NOW - timedelta(days=7), "c2", key_result_id="b"),
        *more,
    )


def test_a_dropped_key_result_leaves_both_sides_and_shows_its_gain():
    drop = KeyResultDropped(objective_id=OBJECTIVE, key_result_id="kr", dropped_at=NOW)
    whole = stood(*two_key_results(drop))
    assert (whole.score, whole.score_if_nothing_dropped) == (fraction("4/5"), fraction("1/2"))
    assert drop_gain(whole.score, whole.score_if_nothing_dropped) == fraction("3/10")
    assert whole.key_results["kr"].health == "closed"


def test_a_key_result_counts_until_the_moment_it_is_dropped():
    drop = KeyResultDropped(objective_id=OBJECTIVE, key_result_id="kr", dropped_at=NOW)
    day_before = stood(*two_key_results(drop), effective_at=NOW - timedelta(days=1))
    assert day_before.score == fraction("1/2")


def test_a_key_result_that_was_added_late_counts_from_its_creation():
    late = added(PER_CENT, key_result_id="late", added_at=NOW - timedelta(days=2))
    facts = two_key_results(late)
    assert stood(*facts).score == fraction("1/3")
    assert stood(*facts, effective_at=NOW - timedelta(days=3)).score == fraction("1/2")


def test_a_back_dated_check_in_makes_no_key_result_exist_earlier():
    facts = (
        added(PER_CENT, added_at=NOW),
        checked_in(value(20), NOW - timedelta(days=2)),
    )
    assert stood(*facts, effective_at=NOW - timedelta(days=1)).votes == {}
    assert stood(*facts).score == fraction("1/5")


def test_a_new_weight_counts_from_now_on():
    reweighted = KeyResultReweighted(
        objective_id=OBJECTIVE,
        key_result_id="b",
        weight=number(2),
        previous_weight=number(1),
        effective_at=NOW,
    )
    assert stood(*two_key_results(reweighted)).score == fraction("3/5")
    before = NOW - timedelta(days=1)
    assert stood(*two_key_results(reweighted), effective_at=before).score == fraction("1/2")


def test_the_worst_part_tells_the_health_of_the_whole():
    assert roll_up_health(["on_track", "lagging", "achieved"]) == "lagging"
    assert roll_up_health(["on_track", "pending"]) == "pending"
    assert roll_up_health(["closed", "on_track"]) == "on_track"
    assert roll_up_health(["closed"]) == "closed"
    assert roll_up_health([]) == "pending"


@pytest.mark.parametrize(
    ("parts", "health"),
    [
        (["achieved", "on_track"], "on_track"),  # (100 + 80) / 2 = 90
        (["on_track", "lagging"], "on_track"),  # 55: half-way goes up
        (["on_track", "at_risk"], "lagging"),  # 45
        (["lagging", "at_risk"], "lagging"),  # 20
        (["at_risk", "at_risk", "lagging"], "at_risk"),
        (["achieved", "achieved"], "achieved"),
        (["achieved", "missed"], "missed"),
        (["pending", "pending"], "pending"),
        (["pending", "on_track"], "pending"),
    ],
)
def test_the_mean_of_status_points_is_a_policy(parts, health):
    assert roll_up_health(parts, "mean") == health
