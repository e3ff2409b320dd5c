"""When the phases of a cycle open and end, and how those bounds move.

A phase that opens late keeps a least length, so that people get time to do what it is for; grading
and learning keep their full length. Nothing opens on a non-working day or in the past.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from domain.cycle.calendar import (
    DAY,
    Frame,
    WorkingDays,
    instant,
    local_date,
    time_of_day,
)
from domain.cycle.policy import PHASES, Milestone, Phase

LEAST_DAYS: Final[Mapping[Phase, int]] = MappingProxyType(
    {"draft": 5, "align": 3, "commit": 1, "run": 1, "grade": 1, "learn": 1}
)
"""Working days that a phase lasts at least when it opens late; the run and later ones always."""

END_OF: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        "draft": "align.open",
        "align": "commit.open",
        "commit": "run.open",
        "run": "grade.open",
        "grade": "grade.lock",
        "learn": "close",
    }
)
"""The milestone that ends each phase."""


@dataclass(frozen=True, slots=True)
class WorkClock:
    """The working calendar of a cycle in its zone, at its time of asking."""

    timezone: str
    at: time
    days: WorkingDays

    def shifted(self, moment: datetime, count: int) -> datetime:
        """The time of asking, ``count`` working days from the local date of ``moment``."""
        day = self.days.shifted(local_date(moment, self.timezone), count)
        return instant(day, self.at, self.timezone)

    def midnight(self, moment: datetime) -> datetime:
        """When the local date of ``moment`` began."""
        return instant(local_date(moment, self.timezone), time(), self.timezone)

    def workable(self, moment: datetime) -> datetime:
        """``moment`` itself on a working day, else the time of asking on the next one."""
        if self.days.includes(local_date(moment, self.timezone)):
            return moment
        return self.shifted(moment, 0)

    def length(self, first: datetime, after: datetime) -> int:
        """Working days in [first, after), counted on local dates."""
        return self.days.between(local_date(first, self.timezone), local_date(after, self.timezone))


def clock_of(frame: Frame) -> WorkClock:
    """The working clock that a cycle's policy, calendar and zone describe."""
    at = time_of_day(frame.policy.ask_at) or time(9)
    return WorkClock(frame.timezone, at, frame.days)


@dataclass(frozen=True, slots=True)
class Bounds:
    """When each phase opens and ends, and when the adjustment window opens, if it does.

    Each phase ends where the next opens; grading ends at its lock, the working day before learning.
    """

    opens: Mapping[Phase, datetime]
    ends: Mapping[Phase, datetime]
    window: datetime | None


def planned(frame: Frame) -> Bounds:
    """The bounds as the policy has them, whatever today is."""
    policy, clock = frame.policy, clock_of(frame)
    run = clock.shifted(frame.starts_at, 0)
    grade = clock.shifted(instant(frame.ends_on + DAY, clock.at, frame.timezone), 0)
    week = [week.slot for week in frame.weeks if week.number == policy.window_week]
    monday = [slot - timedelta(days=slot.weekday()) for slot in week]
    opens: dict[Phase, datetime] = {
        "draft": clock.shifted(frame.starts_at, -policy.draft_days),
        "align": clock.shifted(frame.starts_at, -policy.align_days),
        "commit": clock.shifted(frame.starts_at, -policy.commit_days),
        "run": run,
        "grade": grade,
        "learn": clock.shifted(grade, policy.grading_days + 1),
    }
    ends: dict[Phase, datetime] = {
        "draft": opens["align"],
        "align": opens["commit"],
        "commit": run,
        "run": grade,
        "grade": clock.shifted(grade, policy.grading_days),
        "learn": clock.shifted(grade, policy.close_days),
    }
    window = clock.shifted(instant(monday[0], clock.at, frame.timezone), 0) if monday else None
    return Bounds(opens, ends, window)


def bounds_of(published: Iterable[Milestone]) -> Bounds:
    """The bounds that a published timetable has."""
    at = {milestone.id: milestone.at for milestone in published}
    return Bounds(
        opens={phase: at[f"{phase}.open"] for phase in PHASES},
        ends={phase: at[END_OF[phase]] for phase in PHASES},
        window=at.get("window.open"),
    )


def settled(frame: Frame, wanted: Bounds, since: datetime, done: frozenset[str]) -> Bounds:
    """``wanted`` made possible: nothing not ``done`` is before ``since``, no phase is too short.

    Days on which people no longer work, because the calendar changed, give way to the next one.
    """
    clock = clock_of(frame)
    wanted = _on_working_days(clock, wanted, done)
    earliest = clock.workable(since)
    opens: dict[Phase, datetime] = {}
    ends: dict[Phase, datetime] = {}
    for phase in PHASES:
        opened, end = wanted.opens[phase], wanted.ends[phase]
        if f"{phase}.open" not in done:
            opened = max(opened, earliest)
        late = opened > wanted.opens[phase]
        if late and phase in ("grade", "learn"):
            end = clock.shifted(opened, clock.length(wanted.opens[phase], end))
        if END_OF[phase] not in done:
            if late or phase in ("run", "grade", "learn"):
                end = max(end, clock.shifted(opened, LEAST_DAYS[phase]))
            end = max(end, opened, clock.workable(since))
        opens[phase], ends[phase] = opened, end
        # Learning begins the day after the lock: nobody grades and looks back at once.
        earliest = max(earliest, clock.shifted(end, 1) if phase == "grade" else end)
    window = wanted.window
    if "window.open" not in done and window and window < max(opens["run"], clock.midnight(since)):
        window = None
    return Bounds(opens, ends, window)


def _on_working_days(clock: WorkClock, wanted: Bounds, done: frozenset[str]) -> Bounds:
    def workable(milestone: str, at: datetime) -> datetime:
        return at if milestone in done else clock.workable(at)

    return Bounds(
        opens={phase: workable(f"{phase}.open", at) for phase, at in wanted.opens.items()},
        ends={phase: workable(END_OF[phase], at) for phase, at in wanted.ends.items()},
        window=workable("window.open", wanted.window) if wanted.window else None,
    )


def rescheduled(frame: Frame, bounds: Bounds, phase: Phase, ends_at: datetime) -> Bounds:
    """``phase`` ends at ``ends_at``; later phases follow where they must (see ``settled``).

    Before the run an earlier end gives its days to the next phase. Grading and learning keep their
    length and move along.
    """
    clock = clock_of(frame)
    opens, ends = dict(bounds.opens), {**bounds.ends, phase: ends_at}
    for before, after in pairwise(PHASES):
        opening = clock.shifted(ends[before], 1) if before == "grade" else ends[before]
        if PHASES.index(before) < PHASES.index(phase) or opening >= opens[after]:
            continue
        if after in ("grade", "learn"):
            length = clock.length(opens[after], ends[after])
            ends[after] = clock.shifted(opening, length)
        opens[after] = opening
    return replace(bounds, opens=opens, ends=ends)


def delayed(frame: Frame, bounds: Bounds, days: int, done: frozenset[str]) -> Bounds:
    """Every bound that is not ``done`` comes ``days`` working days later."""
    if days == 0:
        return bounds
    clock = clock_of(frame)

    def later(milestone: str, at: datetime) -> datetime:
        return at if milestone in done else clock.shifted(at, days)

    return Bounds(
        opens={phase: later(f"{phase}.open", at) for phase, at in bounds.opens.items()},
        ends={phase: later(END_OF[phase], at) for phase, at in bounds.ends.items()},
        window=later("window.open", bounds.window) if bounds.window else None,
    )
