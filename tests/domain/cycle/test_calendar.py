"""RULES B4 and B9: quarters, slots, working days, and what a local day and time mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cycle.calendar import (
    Quarter,
    WorkingDays,
    instant,
    local_date,
    quarter_days,
    quarter_of,
    slot_of,
    slots,
    time_of_day,
    zone_exists,
)
from tests.domain.cycle.quarter import frame

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
ZONES = st.sampled_from(
    ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
)


# --- quarters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "fiscal_start", "quarter"),
    [
        (date(2026, 1, 1), 1, Quarter(2026, 1)),
        (date(2026, 3, 31), 1, Quarter(2026, 1)),
        (date(2026, 12, 31), 1, Quarter(2026, 4)),
        (date(2026, 1, 15), 2, Quarter(2025, 4)),  # f = 2: January is Q4 of the year before
        (date(2026, 2, 1), 2, Quarter(2026, 1)),
        (date(2026, 10, 1), 10, Quarter(2026, 1)),
        (date(2026, 9, 30), 10, Quarter(2025, 4)),
    ],
)
def test_quarter_of_a_month_with_a_fiscal_start(day, fiscal_start, quarter):
    assert quarter_of(day, fiscal_start) == quarter


@pytest.mark.parametrize(("year", "lengths"), [(2026, [90, 91, 92, 92]), (2024, [91, 91, 92, 92])])
def test_quarter_lengths(year, lengths):
    days = [quarter_days(Quarter(year, number)) for number in (1, 2, 3, 4)]
    assert [(last - first).days + 1 for first, last in days] == lengths


def test_a_fiscal_quarter_may_wrap_over_the_year():
    assert quarter_days(Quarter(2025, 4), 2) == (date(2025, 11, 1), date(2026, 1, 31))
    assert quarter_days(Quarter(2026, 2), 10) == (date(2027, 1, 1), date(2027, 3, 31))


@given(DAYS, st.integers(1, 12))
def test_every_day_lies_in_exactly_its_quarter(day, fiscal_start):
    first, last = quarter_days(quarter_of(day, fiscal_start), fiscal_start)
    assert first <= day <= last
    assert quarter_of(last + timedelta(days=1), fiscal_start) != quarter_of(day, fiscal_start)


# --- slots -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "weekday", "count"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), 2, 12),  # Q1: 12 Wednesdays
        (date(2026, 7, 1), date(2026, 9, 30), 2, 14),  # Q3: 14 Wednesdays
        (date(2026, 10, 1), date(2026, 12, 31), 3, 14),  # Q4: 14 Thursdays
        (date(2026, 1, 1), date(2026, 3, 31), 3, 13),
        (date(2026, 1, 1), date(2026, 12, 31), 3, 53),  # a year of 53 weeks
        (date(2026, 1, 2), date(2026, 1, 7), 3, 0),
        (date(2026, 1, 1), date(2026, 1, 1), 3, 1),
    ],
)
def test_one_slot_for_each_anchor_weekday(starts_on, ends_on, weekday, count):
    found = slots(starts_on, ends_on, weekday)
    assert len(found) == count
    assert all(slot.weekday() == weekday and starts_on <= slot <= ends_on for slot in found)


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        (date(2026, 1, 8), date(2026, 1, 8)),
        (date(2026, 1, 5), date(2026, 1, 8)),  # Monday before
        (date(2026, 1, 11), date(2026, 1, 8)),  # Sunday after
        (date(2026, 1, 4), date(2026, 1, 1)),
        (date(2025, 12, 29), date(2026, 1, 1)),
        (date(2025, 12, 28), None),
        (date(2026, 3, 29), date(2026, 3, 26)),
        (date(2026, 3, 30), None),
    ],
)
def test_a_check_in_keeps_the_slot_within_three_days(day, slot):
    assert slot_of(frame(), day) == slot


# --- local time --------------------------------------------------------------------------------


def test_the_interval_of_a_cycle_is_half_open_in_its_zone():
    quarter = frame()
    assert quarter.starts_at == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert quarter.ends_at == datetime(2026, 3, 31, 22, tzinfo=UTC)  # summer time by then


def test_kathmandu_is_five_hours_and_three_quarters_ahead():
    there = frame(timezone="Asia/Kathmandu")
    assert there.starts_at == datetime(2025, 12, 31, 18, 15, tzinfo=UTC)
    assert local_date(datetime(2026, 1, 1, 18, 14, tzinfo=UTC), "Asia/Kathmandu") == date(
        2026, 1, 1
    )
    assert local_date(datetime(2026, 1, 1, 18, 15, tzinfo=UTC), "Asia/Kathmandu") == date(
        2026, 1, 2
    )


@pytest.mark.parametrize(
    ("day", "at", "zone", "utc"),
    [
        # The clock goes from 02:00 to 03:00: 02:30 is the first valid minute after, 03:00.
        (date(2027, 3, 28), time(2, 30), "Europe/Berlin", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        # 02:30 comes twice: the first time, in summer time.
        (date(2027, 10, 31), time(2, 30), "Europe/Berlin", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # noqa: E501
        # Lord Howe moves by half an hour only: 02:15 is missing, 02:30 is valid.
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),  # noqa: E501
        # Midnight itself is missing in Beirut.
        (date(2024, 3, 31), time(0), "Asia/Beirut", datetime(2024, 3, 30, 22, tzinfo=UTC)),
        # Samoa slept over a whole day.
        (date(2011, 12, 30), time(9), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_gaps_give_the_first_valid_minute_and_folds_the_first_occurrence(day, at, zone, utc):
    assert instant(day, at, zone) == utc


@given(DAYS, ZONES, st.integers(6, 21), st.integers(0, 59))
def test_between_six_and_twenty_two_the_wall_clock_shows_what_was_asked(day, zone, hour, minute):
    shown = instant(day, time(hour, minute), zone).astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour, shown.minute) == (day, hour, minute)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Asia/Kathmandu", "UTC"])
def test_zones_of_the_database_exist(name):
    assert zone_exists(name)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "localtime", "a\0b", "\ud800"],
)
def test_anything_else_is_no_zone(name):
    assert not zone_exists(name)


@pytest.mark.parametrize(
    "text", ["9:00", "24:00", "09:60", "09.00", "０9:00", "09:00:00", "-1:00", ""]
)
def test_a_time_of_day_is_hours_and_minutes(text):
    assert time_of_day("09:05") == time(9, 5)
    assert time_of_day(text) is None


# --- working days ------------------------------------------------------------------------------

CALENDARS = st.builds(
    WorkingDays,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2025, 12, 20), date(2026, 1, 10))),
)
AROUND_NEW_YEAR = st.dates(date(2025, 12, 1), date(2026, 2, 1))


def test_working_days_leave_out_weekends_and_holidays():
    days = WorkingDays(holidays=frozenset({date(2026, 1, 1)}))
    assert days.on_or_after(date(2026, 1, 1)) == date(2026, 1, 2)
    assert days.shifted(date(2025, 12, 31), 1) == date(2026, 1, 2)
    assert days.shifted(date(2026, 1, 2), 1) == date(2026, 1, 5)
    assert days.shifted(date(2026, 1, 5), -2) == date(2025, 12, 31)
    assert days.between(date(2025, 12, 31), date(2026, 1, 6)) == 3
    assert days.between(date(2026, 1, 6), date(2025, 12, 31)) == -3


@given(CALENDARS, AROUND_NEW_YEAR, st.integers(-10, 10))
def test_a_shift_lands_on_a_working_day_and_is_undone_by_its_opposite(days, day, count):
    there = days.shifted(day, count)
    assert days.includes(there)
    start = days.on_or_after(day)
    assert days.shifted(days.shifted(start, count), -count) == start
    assert days.between(start, days.shifted(start, count)) == count
