"""Which cycle follows which: the cadence is read off the latest one."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from domain.cycle.calendar import (
    DAY,
    Quarter,
    WorkingDays,
    instant,
    quarter_days,
    quarter_of,
    working_days,
)
from domain.cycle.policy import CyclePolicy
from domain.people.organisation import INITIAL, Organisation

WORKING_DAYS: Final = WorkingDays()
USUAL_WEEK: Final = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Successor:
    """The interval and the name of the cycle that comes next."""

    name: str
    starts_on: date
    ends_on: date


def successor(
    name: str, starts_on: date, ends_on: date, organisation: Organisation = INITIAL
) -> Successor:
    """The cycle after one of [``starts_on``, ``ends_on``]: it begins the day after.

    A cycle of whole months is followed by as many whole months, so quarters stay quarters whatever
    their number of days (RULES B9); any other by as many days.
    """
    first = ends_on + DAY
    months = _whole_months(starts_on, ends_on)
    if months is None:
        return Successor(_next_name(name, first), first, first + (ends_on - starts_on))
    after = first.year * 12 + first.month - 1 + months
    last = date(after // 12, after % 12 + 1, 1) - DAY
    quarter = _fiscal_quarter(first, last, organisation)
    return Successor(_next_name(name, first, quarter), first, last)


def opens_at(
    starts_on: date, policy: CyclePolicy, timezone: str, days: WorkingDays = WORKING_DAYS
) -> datetime:
    """When drafting for a cycle begins: ``draft_days`` working days before its start.

    ``days`` are the working days that the policy says nothing of.
    """
    first = working_days(policy, days).shifted(starts_on, -policy.draft_days)
    return instant(first, time(), timezone)


def _whole_months(starts_on: date, ends_on: date) -> int | None:
    if starts_on.day != 1 or ends_on.day != monthrange(ends_on.year, ends_on.month)[1]:
        return None
    return (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month + 1


def inherited(policy: CyclePolicy) -> CyclePolicy:
    """What a cycle hands on of its policy: working days that are nobody's choice it leaves out.

    Cycles recorded before there was an organisation say the usual week and no holidays, unasked.
    """
    return policy.model_copy(
        update={
            "workdays": None if policy.workdays == USUAL_WEEK else policy.workdays,
            "holidays": policy.holidays or None,
        }
    )


def _fiscal_quarter(first: date, last: date, organisation: Organisation) -> Quarter | None:
    """The quarter of the organisation's own fiscal year that these days are, as it is labelled."""
    month, label = organisation.fiscal_start_month, organisation.fiscal_label
    if (month, label) == (INITIAL.fiscal_start_month, INITIAL.fiscal_label):
        return None  # nobody chose one: names go on as people began them
    quarter = quarter_of(first, month)
    if quarter_days(quarter, month) != (first, last):
        return None
    ends_later = label == "ends" and month > 1
    return Quarter(quarter.year + ends_later, quarter.number)


def _next_name(name: str, first: date, fiscal: Quarter | None = None) -> str:
    """ "Q4 2026" becomes "Q1 2027", or what the ``fiscal`` year calls it; a name of another make
    gives way to the month it begins in.
    """
    quarter = re.search(r"\bQ([1-4])\b", name)
    year = re.search(r"\b(\d{4})\b", name)
    if not quarter or not year:
        return f"{first:%Y-%m}"
    number = int(quarter[1]) % 4 + 1
    following = int(year[1]) + (1 if number == 1 else 0)
    if fiscal is not None:
        following, number = fiscal
    stepped = name[: quarter.start()] + f"Q{number}" + name[quarter.end() :]
    return stepped[: year.start()] + str(following) + stepped[year.end() :]
