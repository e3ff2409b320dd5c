"""The calendar of a cycle: quarters, working days, check-in slots, local time (RULES B4, B9).

Truth is local: dates, a time of day and an IANA zone. Instants are derived from them and are
always UTC. A day of a clock change has 23 or 25 hours, so days are counted on dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from domain.cycle.policy import CyclePolicy, CycleState, Milestone
from domain.ids import CycleId

DAY = timedelta(days=1)
SLOT_REACH = timedelta(days=3)  # a check-in this close to a slot may keep it


# --- quarters ----------------------------------------------------------------------------------


class Quarter(NamedTuple):
    """Quarter ``number`` (1..4) of the fiscal year that starts in the calendar year ``year``."""

    year: int
    number: int


def quarter_of(day: date, fiscal_start: int = 1) -> Quarter:
    """The quarter that ``day`` lies in; ``fiscal_start`` is a month, 1..12 (RULES B9)."""
    number = ((day.month - fiscal_start) % 12) // 3 + 1
    return Quarter(day.year if day.month >= fiscal_start else day.year - 1, number)


def quarter_days(quarter: Quarter, fiscal_start: int = 1) -> tuple[date, date]:
    """First and last day of a quarter (RULES B9)."""
    months = quarter.year * 12 + (fiscal_start - 1) + 3 * (quarter.number - 1)
    first = date(months // 12, months % 12 + 1, 1)
    after = months + 3
    return first, date(after // 12, after % 12 + 1, 1) - DAY


# --- local time --------------------------------------------------------------------------------


def zone_exists(timezone: str) -> bool:
    """Whether ``timezone`` names an IANA zone that means the same on every machine."""
    if timezone.lower() in {"localtime", "posixrules", "factory"}:
        return False
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def local_date(at: datetime, timezone: str) -> date:
    """The date that a wall calendar in ``timezone`` shows at the instant ``at``."""
    return at.astimezone(ZoneInfo(timezone)).date()


def instant(day: date, at: time, timezone: str) -> datetime:
    """The UTC instant of a local date and time, to the minute.

    In a gap (clocks go forward) it is the first valid minute after; in a fold (clocks go back) the
    first of the two occurrences.
    """
    zone, wall = ZoneInfo(timezone), datetime.combine(day, at)
    while True:
        utc = wall.replace(tzinfo=zone).astimezone(UTC)
        if utc.astimezone(zone).replace(tzinfo=None) == wall:
            return utc
        wall += timedelta(minutes=1)


def time_of_day(text: str) -> time | None:
    """``"09:00"`` as a time, None when it is not ``HH:MM``."""
    hours, _, minutes = text.partition(":")
    if len(text) != 5 or not (text.isascii() and hours.isdigit() and minutes.isdigit()):
        return None
    if int(hours) > 23 or int(minutes) > 59:
        return None
    return time(int(hours), int(minutes))


# --- working days ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which dates people work on: weekdays (Monday is 0) but for the holidays."""

    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays: frozenset[date] = frozenset()

    def includes(self, day: date) -> bool:
        """Whether people work on ``day``."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The first working day not before ``day``."""
        while not self.includes(day):
            day += DAY
        return day

    def shifted(self, day: date, count: int) -> date:
        """``count`` working days after ``day``, or before it when negative.

        0 is ``day`` itself when people work then, else the next working day.
        """
        if count == 0:
            return self.on_or_after(day)
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.includes(day):
                day += step
        return day

    def between(self, first: date, after: date) -> int:
        """How many working days lie in [first, after); negative when ``after`` is earlier."""
        if after < first:
            return -self.between(after, first)
        days = (first + timedelta(days=n) for n in range((after - first).days))
        return sum(self.includes(day) for day in days)


def working_days(policy: CyclePolicy, otherwise: WorkingDays = WorkingDays()) -> WorkingDays:
    """The working calendar that a cycle's policy describes; what it leaves out is ``otherwise``."""
    workdays, holidays = policy.workdays, policy.holidays
    return WorkingDays(
        otherwise.weekdays if workdays is None else frozenset(workdays),
        otherwise.holidays if holidays is None else frozenset(holidays),
    )


# --- the frame of a cycle ----------------------------------------------------------------------


class Week(NamedTuple):
    """The week ``number`` (from 1) of a cycle, and the date on which it is checked in for."""

    number: int
    slot: date


@dataclass(frozen=True, slots=True)
class Era:
    """What a cycle was measured by until ``until``: its last day and its policy (RULES B1)."""

    until: datetime
    ends_on: date
    policy: CyclePolicy


@dataclass(frozen=True, slots=True)
class Frame:
    """What scoring needs of a cycle: [starts_at, ends_at), its slots, and the grading deadline.

    ``slots`` are the dates of ``weeks``; ``days`` is when people work.
    The interval is [start 00:00, end + 1 day 00:00) in the cycle's zone, as UTC (RULES B9).
    ``earlier`` are the frames that were in force before this one, each until its moment.
    """

    cycle_id: CycleId
    name: str
    starts_on: date
    ends_on: date
    timezone: str
    weeks: tuple[Week, ...]
    slots: tuple[date, ...]
    days: WorkingDays
    policy: CyclePolicy
    state: CycleState
    starts_at: datetime
    ends_at: datetime
    grading_deadline: datetime | None
    earlier: tuple[tuple[datetime, "Frame"], ...] = ()

    def at(self, moment: datetime) -> "Frame":
        """The frame that was in force at ``moment``: with the end and the policy of then (B1)."""
        return next((frame for until, frame in self.earlier if moment < until), self)

    @property
    def last_instant(self) -> datetime:
        """The last instant of the cycle: a reading true after it tells of another one (B5)."""
        return self.ends_at - timedelta(microseconds=1)


class Framed(Protocol):
    """What a frame is made of; the folded ``Cycle`` has it."""

    @property
    def cycle_id(self) -> CycleId: ...
    @property
    def name(self) -> str: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def timezone(self) -> str: ...
    @property
    def policy(self) -> CyclePolicy: ...
    @property
    def adopted(self) -> WorkingDays | None: ...
    @property
    def status(self) -> CycleState: ...
    @property
    def milestones(self) -> Sequence[Milestone]: ...
    @property
    def earlier(self) -> Sequence[Era]: ...


def frame_of(cycle: Framed) -> Frame:
    """The frame of a folded cycle; the deadline is None until a timetable is published."""
    frame = _frame(cycle, cycle.ends_on, cycle.policy)
    if not cycle.earlier:
        return frame
    eras = tuple((era.until, _frame(cycle, era.ends_on, era.policy)) for era in cycle.earlier)
    return replace(frame, earlier=eras)


def _frame(cycle: Framed, ends_on: date, policy: CyclePolicy) -> Frame:
    deadlines = [m.at for m in cycle.milestones if m.kind == "lock"]
    weeks = weeks_of(cycle.starts_on, ends_on, policy.slot_weekday, cycle.adopted)
    return Frame(
        cycle_id=cycle.cycle_id,
        name=cycle.name,
        starts_on=cycle.starts_on,
        ends_on=ends_on,
        timezone=cycle.timezone,
        weeks=weeks,
        slots=tuple(week.slot for week in weeks),
        days=cycle.adopted or working_days(policy),
        policy=policy,
        state=cycle.status,
        starts_at=instant(cycle.starts_on, time(), cycle.timezone),
        ends_at=instant(ends_on + DAY, time(), cycle.timezone),
        grading_deadline=deadlines[-1] if deadlines else None,
    )


def slots(starts_on: date, ends_on: date, weekday: int) -> tuple[date, ...]:
    """Every ``weekday`` (Monday is 0) from ``starts_on`` to ``ends_on`` inclusive (RULES B4)."""
    first = starts_on + timedelta(days=(weekday - starts_on.weekday()) % 7)
    return tuple(first + timedelta(days=n) for n in range(0, (ends_on - first).days + 1, 7))


def weeks_of(
    starts_on: date, ends_on: date, weekday: int, days: WorkingDays | None
) -> tuple[Week, ...]:
    """The weeks of a cycle, each with its slot off the holidays of ``days`` (RULES B4).

    A slot on a holiday moves to the next working day inside the cycle, else to the last one before.
    Where two come to one date, the week that it is nearest to keeps it. Without ``days`` nothing
    moves: cycles recorded before there were calendars keep their slots.
    """
    anchors = slots(starts_on, ends_on, weekday)
    if days is None:
        return tuple(Week(number, slot) for number, slot in enumerate(anchors, start=1))
    nearest: dict[date, tuple[timedelta, Week]] = {}
    for number, anchor in enumerate(anchors, start=1):
        slot = _off_holidays(anchor, starts_on, ends_on, days)
        away = abs(slot - anchor)
        if slot not in nearest or away < nearest[slot][0]:
            nearest[slot] = away, Week(number, slot)
    return tuple(week for _, (_, week) in sorted(nearest.items()))


def _off_holidays(day: date, starts_on: date, ends_on: date, days: WorkingDays) -> date:
    if day not in days.holidays:
        return day
    after = days.on_or_after(day)
    if after <= ends_on:
        return after
    before = days.shifted(day, -1)
    return before if before >= starts_on else day


def slot_of(frame: Frame, day: date) -> date | None:
    """The slot that a check-in effective on the local date ``day`` keeps, if any: the nearest."""
    slot = min(frame.slots, key=lambda slot: abs(slot - day), default=None)
    return slot if slot is not None and abs(slot - day) <= SLOT_REACH else None
