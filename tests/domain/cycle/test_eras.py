"""What a cycle is measured by has its time: each moment is judged by the frame of then (B1)."""

from datetime import date, timedelta

from domain.cycle.calendar import Era, frame_of
from domain.cycle.cycle import Cycle
from tests.domain.cycle.quarter import CYCLE, berlin, plan, policy

MOVED = berlin(16, 3)
CUT = Era(until=MOVED, ends_on=date(2026, 3, 31), policy=policy(pace="gap"))


def test_each_moment_has_the_end_and_the_policy_of_then() -> None:
    cycle = Cycle(cycle_id=CYCLE, **{**plan(ends_on=date(2026, 4, 30)), "earlier": (CUT,)})
    frame = frame_of(cycle)
    before = frame.at(MOVED - timedelta(microseconds=1))
    assert (before.ends_on, before.policy.pace) == (date(2026, 3, 31), "gap")
    assert before.slots == tuple(each for each in frame.slots if each <= before.ends_on)
    assert frame.at(MOVED) == frame
    assert (frame.ends_on, frame.policy.pace) == (date(2026, 4, 30), "ratio")


def test_a_cycle_that_nobody_moved_has_one_frame() -> None:
    frame = frame_of(Cycle(cycle_id=CYCLE, **plan()))
    assert frame.earlier == ()
    assert frame.at(berlin(1, 1)) is frame
