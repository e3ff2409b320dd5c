"""Which cycle follows which: the cadence is read off the latest one."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time

from domain.cycle.calendar import DAY, instant, working_days
from domain.cycle.policy import CyclePolicy


@dataclass(frozen=True, slots=True)
class Successor:
    """The interval and the name of the cycle that comes next."""

    name: str
    starts_on: date
    ends_on: date


def successor(name: str, starts_on: date, ends_on: date) -> Successor:
    """The cycle after one of [``starts_on``, ``ends_on``]: it begins the day after.

    A cycle of whole months is followed by as many whole months, so quarters stay quarters whatever
    their number of days (RULES B9); any other by as many days.
    """
    first = ends_on + DAY
    months = _whole_months(starts_on, ends_on)
    if months is None:
        return Successor(_next_name(name, first), first, first + (ends_on - starts_on))
    after = first.year * 12 + first.month - 1 + months
    return Successor(_next_name(name, first), first, date(after // 12, after % 12 + 1, 1) - DAY)


def opens_at(starts_on: date, policy: CyclePolicy, timezone: str) -> datetime:
    """When drafting for a cycle begins: ``draft_days`` working days before its start."""
    first = working_days(policy).shifted(starts_on, -policy.draft_days)
    return instant(first, time(), timezone)


def _whole_months(starts_on: date, ends_on: date) -> int | None:
    if starts_on.day != 1 or ends_on.day != monthrange(ends_on.year, ends_on.month)[1]:
        return None
    return (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1


def _next_name(name: str, first: date) -> str:
    """ "Q4 2026" becomes "Q1 2027"; a name of another make gives way to the month it begins in."""
    quarter = re.search(r"\bQ([1-4])\b", name)
    year = re.search(r"\b(\d{4})\b", name)
    if not quarter or not year:
        return f"{first:%Y-%m}"
    number = int(quarter[1]) % 4 + 1
    following = int(year[1]) + (1 if number == 1 else 0)
    stepped = name[: quarter.start()] + f"Q{number}" + name[quarter.end() :]
    return stepped[: year.start()] + str(following) + stepped[year.end() :]
