"""RULES B4: the expected line, its bands, staleness, and what comes after the end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.okr.key_result import KeyResultDropped
from domain.okr.measure import PhasePoint
from domain.okr.objective import ObjectiveClosed
from domain.okr.pace import band, expected_progress
from domain.okr.standing import objective_standing, standing
from tests.domain.okr.quarter import (
    AFTER,
    CLOSED,
    NOW,
    OBJECTIVE,
    active,
    added,
    between,
    checked_in,
    drafted,
    fraction,
    frame,
    metric,
    number,
    slot,
    value,
)
from tests.domain.specification import fold

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
MIDNIGHT = datetime(2025, 12, 31, 23, tzinfo=UTC)  # 2026-01-01 in Berlin
PER_CENT = metric(0, 100)


FRAME = frame()


def stood(*facts, at=NOW, measure=PER_CENT, of=FRAME, **fields):
    state = fold(active(added(measure, **fields), *facts))[f"objective/{OBJECTIVE}"]
    return standing(state.key_results["kr"], of, at, status=state.status)


def test_expected_progress_is_the_share_of_the_time_gone():
    assert expected_progress(START, END, START + (END - START) / 4) == fraction("1/4")
    assert expected_progress(START, END, START - timedelta(days=1)) == 0
    assert expected_progress(START, END, END + timedelta(days=1)) == 1


def test_an_interval_without_length_expects_everything_from_its_start():
    assert expected_progress(START, START, START) == 1
    assert expected_progress(START, START, START - timedelta(seconds=1)) == 0


def test_the_line_runs_over_local_days_of_the_cycle():
    assert stood(at=MIDNIGHT).expected == 0
    # 2159 hours from 1 January to 1 April in Berlin: one is lost to summer time.
    assert stood(at=MIDNIGHT + timedelta(hours=1)).expected == fraction("1/2159")


def test_a_due_date_ends_the_line_early():
    due = stood(at=MIDNIGHT + timedelta(days=5), due_on=date(2026, 1, 10))
    assert due.expected == fraction("1/2")
    assert stood(at=MIDNIGHT + timedelta(days=10), due_on=date(2026, 1, 10)).health == "missed"


PHASED = metric(
    0,
    100,
    phases=(
        PhasePoint(on=date(2026, 1, 10), fraction=number("0.2")),
        PhasePoint(on=date(2026, 1, 20), fraction=number("0.8")),
    ),
)


@pytest.mark.parametrize(
    ("days", "line"), [(0, "0"), (5, "0.1"), (10, "0.2"), (15, "0.5"), (20, "0.8"), (90, "1")]
)
def test_phased_targets_are_piecewise_linear(days, line):
    assert stood(at=MIDNIGHT + timedelta(days=days), measure=PHASED).expected == fraction(line)


def test_after_the_last_phase_the_line_goes_on_to_the_target_at_the_end():
    later = stood(at=MIDNIGHT + timedelta(days=55), measure=PHASED).expected
    assert fraction("0.8") < later < 1


@pytest.mark.parametrize(
    ("actual", "health"),
    [
        ("0.475", "on_track"),
        ("0.4749", "lagging"),
        ("0.375", "lagging"),
        ("0.3749", "at_risk"),
        ("0", "at_risk"),
    ],
)
def test_ratio_bands(actual, health):
    assert band(fraction(actual), fraction("0.5"), "ratio") == health


@pytest.mark.parametrize(
    ("actual", "health"),
    [
        ("0.3351", "on_track"),
        ("0.335", "lagging"),
        ("0.17", "lagging"),
        ("0.1699", "at_risk"),
    ],
)
def test_gap_bands(actual, health):
    assert band(fraction(actual), fraction("0.5"), "gap") == health


@pytest.mark.parametrize("policy", ["ratio", "gap"])
def test_while_nothing_is_expected_all_is_on_track(policy):
    assert band(fraction("-1"), fraction("0"), policy) == "on_track"


def test_the_pace_policy_of_the_cycle_decides():
    # Week 7 noon: a good 47 % expected.
    read = checked_in(value(35), slot(7))
    assert stood(read, at=slot(7)).health == "at_risk"
    assert stood(read, at=slot(7), of=frame(pace="gap")).health == "on_track"


def test_thresholds_have_no_line_only_in_band_or_not():
    band_45 = between("4", "5")
    inside = stood(checked_in(value("4.5")), measure=band_45)
    assert (inside.expected, inside.health) == (None, "on_track")
    assert stood(checked_in(value("5.5")), measure=band_45).health == "at_risk"


def test_a_slot_missed_by_more_than_three_days_makes_health_outdated():
    read = checked_in(value(90), slot(6))
    assert stood(read, at=slot(7) + timedelta(days=3)).health == "on_track"
    assert stood(read, at=slot(7) + timedelta(days=4)).health == "outdated"


def test_a_check_in_within_three_days_before_its_slot_keeps_it():
    early = checked_in(value(90), slot(7) - timedelta(days=3))
    assert stood(early, at=slot(7) + timedelta(days=6)).health == "on_track"


def test_a_later_check_in_makes_up_for_a_missed_slot():
    read = checked_in(value(90), slot(8))
    assert stood(read, at=slot(8) + timedelta(days=1)).health == "on_track"


def test_slots_before_a_key_result_was_added_are_not_due():
    assert stood(at=slot(5), added_at=slot(4) + timedelta(days=1)).health == "pending"
    assert stood(at=slot(5), added_at=slot(4) - timedelta(days=1)).health == "outdated"


def test_a_back_dated_check_in_makes_no_slot_due():
    read = checked_in(value(90), slot(2))
    assert stood(read, at=slot(5), added_at=slot(5)).health == "on_track"
    assert stood(read, at=slot(7), added_at=slot(5)).health == "outdated"


def test_before_activation_health_is_pending():
    state = fold((drafted(), added(PER_CENT)))[f"objective/{OBJECTIVE}"]
    whole = objective_standing(state, frame(), NOW)
    assert (whole.health, whole.key_results["kr"].health) == ("pending", "pending")


@pytest.mark.parametrize(("read", "health"), [("100", "achieved"), ("99", "missed")])
def test_after_the_end_there_is_only_achieved_or_missed(read, health):
    assert stood(checked_in(value(read), slot(6)), at=AFTER).health == health


def test_what_becomes_true_after_the_end_moves_nothing_of_the_cycle():
    inside = checked_in(value(60), slot(12), confidence=number("0.5"))
    at_the_end = checked_in(value(100), FRAME.ends_at, "later", confidence=number(1))
    assert stood(inside, at_the_end, at=AFTER) == stood(inside, at=AFTER)
    just_inside = checked_in(value(100), FRAME.last_instant, "just inside")
    assert stood(inside, just_inside, at=AFTER).health == "achieved"


def test_closed_outranks_everything():
    state = fold(
        active(
            added(PER_CENT),
            checked_in(value(100), slot(6)),
            ObjectiveClosed(objective_id=OBJECTIVE),
        )
    )[f"objective/{OBJECTIVE}"]
    whole = objective_standing(state, frame(), AFTER)
    assert (whole.health, whole.key_results["kr"].health) == ("closed", "closed")
    assert stood(checked_in(value(100), slot(6)), of=frame(CLOSED)).health == "closed"


def test_an_objective_without_key_results_is_pending_until_it_closes():
    ended = ObjectiveClosed(objective_id=OBJECTIVE)
    open_state = fold(active())[f"objective/{OBJECTIVE}"]
    closed_state = fold(active(ended))[f"objective/{OBJECTIVE}"]
    assert objective_standing(open_state, FRAME, NOW).health == "pending"
    assert objective_standing(open_state, frame(CLOSED), NOW).health == "closed"
    assert objective_standing(closed_state, FRAME, NOW).health == "closed"


def test_a_dropped_key_result_is_closed():
    dropped = KeyResultDropped(objective_id=OBJECTIVE, key_result_id="kr", dropped_at=slot(6))
    assert stood(dropped, at=slot(7)).health == "closed"


def test_looking_back_asks_for_the_pace_of_back_then():
    read = checked_in(value(20), slot(2))
    state = fold(active(added(PER_CENT), read))[f"objective/{OBJECTIVE}"]
    back = standing(state.key_results["kr"], frame(), AFTER, slot(2))
    assert back.health == "on_track"
    assert back.expected == stood(read, at=slot(2)).expected


def test_an_objective_expects_the_weighted_mean_of_its_lines():
    state = fold(
        active(
            added(PER_CENT, due_on=date(2026, 1, 10)),
            added(PER_CENT, key_result_id="b", weight=number(3)),
            added(between("4", "5"), key_result_id="band"),
        )
    )[f"objective/{OBJECTIVE}"]
    whole = objective_standing(state, frame(), AFTER - timedelta(days=60))
    line = whole.key_results["b"].expected
    assert whole.expected == (1 + 3 * line) / 4
