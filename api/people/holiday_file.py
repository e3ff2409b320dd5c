"""Holidays out of an iCalendar file (RFC 5545): whole days, once or yearly.

A yearly event stands for its day in each year around the present one, so a file that says "every
year since 1950" publishes a handful of days and not two centuries. Whatever else a calendar may
hold (appointments, weekly rules) is no holiday and is refused by name, so that nobody believes in
days that were left out.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from icalendar import Calendar, Event, vRecur
from icalendar.error import BrokenCalendarProperty

from domain.people.organisation import LONGEST_NAME, MOST_DAYS, Holiday

LONGEST_TEXT: Final = 200_000
LONGEST_EVENT: Final = timedelta(days=366)
MOST_TOLD: Final = 10 * MOST_DAYS
"""So often may days be told, the same one several times."""
YEARS_BEFORE: Final = 2
YEARS_AFTER: Final = 8
"""A yearly event is told for so many years before and after the present one."""

_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_RULE: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}
)


class UnreadableCalendar(Exception):
    """The text is no calendar of holidays; the message says why, in one sentence."""


def holidays_in(text: str, year: int) -> tuple[Holiday, ...]:
    """The days of all events in ``text``, told in the year ``year``.

    Raises:
        UnreadableCalendar: it is no iCalendar file, or something in it is no holiday.
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableCalendar(f"A calendar file has {LONGEST_TEXT:,} characters at most.")
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        inner = (event for each in calendars for event in each.walk("VEVENT"))
        events = [event for event in inner if isinstance(event, Event)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise UnreadableCalendar("This is no iCalendar file (RFC 5545).") from None
    if not events:
        raise UnreadableCalendar("There is no event in this calendar.")
    found: dict[date, Holiday] = {}
    told = 0
    for number, event in enumerate(events, start=1):
        where, name = f"Event {number}", _name(event)
        try:
            days = [*islice(_days(event, where, year), MOST_TOLD)]
        except BrokenCalendarProperty:
            raise UnreadableCalendar(f"{where} has a value that cannot be read.") from None
        for day in days:
            found.setdefault(day, Holiday(on=day, name=name))
            told += 1
            if told > MOST_TOLD or len(found) > MOST_DAYS:
                raise UnreadableCalendar(f"A calendar holds {MOST_DAYS:,} days at most.")
    return tuple(found[day] for day in sorted(found))


def _days(event: Event, where: str, year: int) -> Iterator[date]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    first, length = _span(event, where)
    starts: Iterable[date] = (first,)
    if "RRULE" in event:
        starts = _yearly(event["RRULE"], first, where, year)
    left_out = _left_out(event, where)
    try:
        for start in starts:
            if start not in left_out:
                yield from (start + timedelta(days=count) for count in range(length))
    except OverflowError:
        raise UnreadableCalendar(f"{where} lies beyond the year 9999.") from None


def _span(event: Event, where: str) -> tuple[date, int]:
    """The first day of an event and how many days it has."""
    first = _whole_day(event.get("DTSTART"), f"{where} has no first day (DTSTART).", where)
    if "DTEND" in event:
        length: Any = _whole_day(event["DTEND"], "", where) - first
    else:
        duration: Any = event.get("DURATION")
        length = _DAY if duration is None else duration.dt
    if not isinstance(length, timedelta) or not _DAY <= length <= LONGEST_EVENT:
        raise UnreadableCalendar(f"{where} lasts neither a day nor up to a year.")
    return first, length.days


def _whole_day(value: Any, missing: str, where: str) -> date:
    if value is None:
        raise UnreadableCalendar(missing)
    day = getattr(value, "dt", None)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise UnreadableCalendar(f"{where} is no whole day: holidays have dates without a time.")
    return day


def _left_out(event: Event, where: str) -> frozenset[date]:
    """Days that a yearly event leaves out."""
    if "EXDATE" not in event:
        return frozenset()
    lists: Any = event["EXDATE"]
    each = [one for dates in (lists if isinstance(lists, list) else [lists]) for one in dates.dts]
    return frozenset(_whole_day(one, "", where) for one in each)


def _yearly(rule: Any, first: date, where: str, year: int) -> Iterator[date]:
    """The days of a yearly rule: one day of a month, or a weekday of a month (first, last …)."""
    refused = UnreadableCalendar(
        f"{where} repeats in a way that holidays do not: only yearly, on one day of a month or on"
        " one weekday such as 1MO or -1MO."
    )
    if not isinstance(rule, vRecur):  # several rules, or a broken one
        raise refused
    parts = {str(key).upper(): list(values) for key, values in rule.items()}
    if any(len(values) != 1 for values in parts.values()) or parts.keys() - _RULE:
        raise refused
    one: dict[str, Any] = {key: values[0] for key, values in parts.items()}
    if str(one.get("FREQ")).upper() != "YEARLY":
        raise refused
    try:
        interval, count = int(one.get("INTERVAL", 1)), int(one.get("COUNT", MOST_DAYS))
        month, day = int(one.get("BYMONTH", first.month)), int(one.get("BYMONTHDAY", first.day))
        weekday = _weekday(str(one["BYDAY"])) if "BYDAY" in one else None
    except (ValueError, KeyError):
        raise refused from None
    if not (interval >= 1 and count >= 1 and 1 <= month <= 12 and 1 <= day <= 31):
        raise refused
    until = one.get("UNTIL", date.max)
    until = until.date() if isinstance(until, datetime) else until
    last = min(until.year, year + YEARS_AFTER, first.year + interval * (count - 1))
    for each in range(first.year, last + 1, interval):
        found = _nth(each, month, *weekday) if weekday else _date(each, month, day)
        if each >= year - YEARS_BEFORE and found is not None and first <= found <= until:
            yield found


def _weekday(text: str) -> tuple[int, int]:
    """``-1MO`` as (0, -1): the weekday and which of its month.

    Raises:
        ValueError, KeyError: it is none of a month.
    """
    which = int(text[:-2])
    if not 1 <= abs(which) <= 5:
        raise ValueError(text)
    return _WEEKDAYS[text[-2:].upper()], which


def _nth(year: int, month: int, weekday: int, which: int) -> date | None:
    """The first (1), second …, last (-1) ``weekday`` of a month; None when it has none."""
    first = date(year, month, 1)
    days = [first + count * _DAY for count in range(31)]
    named = [day for day in days if day.month == month and day.weekday() == weekday]
    return named[which - 1 if which > 0 else which] if abs(which) <= len(named) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None  # 29 February


def _name(event: Event) -> str | None:
    summary = event.get("SUMMARY")
    text = " ".join(str(summary).split()) if isinstance(summary, str) else ""
    return text[:LONGEST_NAME] or None
