"""RULES B9, escalation default: owner at due and +1 d, reviewer +3, coordinator +7, sponsor +14."""

from datetime import timedelta

from domain.cycle.escalation import BLOCKER, OVERDUE, noted, still_to_nudge
from tests.domain.cycle.quarter import KEY_RESULT, berlin, owing


def test_what_is_overdue_climbs():
    assert OVERDUE == ((0, "owner"), (1, "owner"), (3, "lead"), (7, "coordinator"), (14, "sponsor"))


def test_a_blocker_climbs_by_the_hour():
    assert [(waited / timedelta(hours=1), level) for waited, level in BLOCKER] == [
        (20, "owner"), (24, "coordinator"), (48, "sponsor")
    ]  # fmt: skip


def test_a_day_is_a_local_day():
    heard = noted({}, (owing("bob"),), "owner", berlin(8, 1, 23))
    same_utc_day = berlin(9, 1, 0, minute=30)
    assert still_to_nudge((owing("bob"),), "owner", same_utc_day, "Europe/Berlin", [heard])
    assert not still_to_nudge((owing("bob"),), "owner", same_utc_day, "UTC", [heard])


def test_old_nudges_are_forgotten():
    heard = noted({}, (owing("bob"),), "owner", berlin(8, 1))
    later = noted(heard, (owing("cleo"),), "lead", berlin(11, 1))
    assert set(later) == {("cleo", KEY_RESULT)}
