"""Where a key result should be by now, and how it stands against that (RULES B4)."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal, assert_never

from domain.cycle.calendar import DAY, SLOT_REACH, Frame, instant, local_date
from domain.okr.in_force import judged
from domain.okr.measure import Measure, Metric, Threshold
from domain.okr.stream import KeyResult

Health = Literal[
    "pending",
    "on_track",
    "lagging",
    "at_risk",
    "outdated",
    "achieved",
    "achieved_late",
    "missed",
    "closed",
]
PacePolicy = Literal["ratio", "gap"]

_TICK = timedelta(microseconds=1)
_ON_TRACK, _LAGGING = Fraction(95, 100), Fraction(75, 100)
_SMALL_GAP, _LARGE_GAP = Fraction(165, 1000), Fraction(33, 100)


def expected_progress(starts_at: datetime, ends_at: datetime, now: datetime) -> Fraction:
    """``clamp((now - start) / (end - start), 0, 1)``; start == end: 1 at or after the start."""
    if now >= ends_at:
        return Fraction(1)
    if now <= starts_at:
        return Fraction(0)
    return Fraction((now - starts_at) // _TICK, (ends_at - starts_at) // _TICK)


def expected_along(points: Sequence[tuple[datetime, Fraction]], now: datetime) -> Fraction:
    """Piecewise linear through (instant, fraction) points in order; flat before and after them."""
    if now <= points[0][0]:
        return points[0][1]
    for (since, low), (until, high) in pairwise(points):
        if now <= until:
            return low + (high - low) * expected_progress(since, until, now)
    return points[-1][1]


def ends_of(key_result: KeyResult, frame: Frame) -> datetime:
    """When the key result is due: the end of the cycle, or earlier by its own due date."""
    if key_result.due_on is None or key_result.due_on >= frame.ends_on:
        return frame.ends_at
    return instant(key_result.due_on + DAY, time(), frame.timezone)


def expected(key_result: KeyResult, frame: Frame, now: datetime) -> Fraction | None:
    """Expected progress 0..1 at ``now``, by what was in force then; None for thresholds (B1).

    They have no line. Phased targets run through their points, each reached at the end of its day,
    from 0 at the start to 1 at the end unless a point lies there.
    """
    when = judged(frame, now)
    return expected_of(key_result, key_result.measured_at(when.in_force).measure, when.frame, now)


def expected_of(
    key_result: KeyResult, measure: Measure, frame: Frame, now: datetime
) -> Fraction | None:
    """The expected progress of ``measure`` at ``now`` in the frame that was in force then."""
    ends_at = ends_of(key_result, frame)
    if isinstance(measure, Threshold):
        return None
    if not (isinstance(measure, Metric) and measure.phases):
        return expected_progress(frame.starts_at, ends_at, now)
    points = [
        (instant(point.on + DAY, time(), frame.timezone), Fraction(point.fraction))
        for point in measure.phases
    ]
    if points[0][0] > frame.starts_at:
        points.insert(0, (frame.starts_at, Fraction(0)))
    if points[-1][0] < ends_at:
        points.append((ends_at, Fraction(1)))
    return expected_along(points, now)


def band(actual: Fraction, line: Fraction, policy: PacePolicy = "ratio") -> Health:
    """``actual`` against the expected ``line``, both 0..1; on track while nothing is expected."""
    if line == 0:
        return "on_track"
    match policy:
        case "ratio":
            if actual >= _ON_TRACK * line:
                return "on_track"
            return "lagging" if actual >= _LAGGING * line else "at_risk"
        case "gap":
            gap = line - actual
            if gap < _SMALL_GAP:
                return "on_track"
            return "lagging" if gap <= _LARGE_GAP else "at_risk"
        case _:
            assert_never(policy)


def is_outdated(
    key_result: KeyResult, frame: Frame, last_effective_at: datetime | None, now: datetime
) -> bool:
    """True when the last due slot was missed by more than the policy's days (default 3).

    A check-in after a missed slot makes up for it: only the last due slot matters. Slots before
    the key result was recorded are not due, whenever it says to start.
    """
    patience = timedelta(days=frame.policy.outdated_after_days)
    today = local_date(now, frame.timezone)
    due = bisect_left(frame.slots, today - patience)
    if due == 0:
        return False
    slot = frame.slots[due - 1]
    if slot < local_date(key_result.added_at, frame.timezone):
        return False
    if last_effective_at is None:
        return True
    return local_date(last_effective_at, frame.timezone) < slot - SLOT_REACH


def health_of(
    *,
    closed: bool,
    ended: bool,
    unknown: bool,
    late: bool,
    outdated: bool,
    pending: bool,
    raw: Fraction | None,
    score: Fraction | None,
    line: Fraction | None,
    in_band: bool | None,
    policy: PacePolicy = "ratio",
) -> Health:
    """Closed > outdated > last status > pending; after the end only achieved or missed.

    ``in_band`` is given for thresholds, which have no line. A pending one is never green (B1).
    ``late``: it was reached only after it was due. ``unknown``: nobody knows where it started, so
    nobody can say whether it was reached.
    """
    if closed:
        return "closed"
    if ended and not unknown:
        if raw is None or raw < 1:
            return "missed"
        return "achieved_late" if late else "achieved"
    if outdated and not ended:
        return "outdated"
    if pending or score is None:
        return "pending"
    if in_band is not None:
        return "on_track" if in_band else "at_risk"
    return "on_track" if line is None else band(score, line, policy)
