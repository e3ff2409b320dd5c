"""Holidays out of iCalendar files: what they come to, and what is refused in words."""

import time
from datetime import date

import pytest

from api.people.holiday_file import LONGEST_TEXT, UnreadableCalendar, holidays_in

DAY = "DTSTART;VALUE=DATE"
UNITY = f"SUMMARY:Tag der Deutschen Einheit\r\n{DAY}:20261003"


def calendar(*events: str) -> str:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\n{each}\r\nEND:VEVENT\r\n" for n, each in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}END:VCALENDAR\r\n"


def days(*events: str, year: int = 2026) -> list[str]:
    return [day.on.isoformat() for day in holidays_in(calendar(*events), year)]


def test_whole_days_with_their_names_in_order() -> None:
    found = holidays_in(calendar(UNITY, "SUMMARY:Neujahr\r\nDTSTART;VALUE=DATE:20260101"), 2026)
    assert [(day.on, day.name) for day in found] == [
        (date(2026, 1, 1), "Neujahr"),
        (date(2026, 10, 3), "Tag der Deutschen Einheit"),
    ]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (f"{DAY}:20261224\r\nDTEND;VALUE=DATE:20261227",
         ["2026-12-24", "2026-12-25", "2026-12-26"]),
        (f"{DAY}:20261224\r\nDURATION:P2D", ["2026-12-24", "2026-12-25"]),
        (f"{DAY}:20261224\r\nSTATUS:CANCELLED\r\n", []),
        # Yearly since long ago: told around the present year only.
        (f"{DAY}:19500101\r\nRRULE:FREQ=YEARLY",
         [f"{year}-01-01" for year in range(2024, 2035)]),
        (f"{DAY}:20250101\r\nRRULE:FREQ=YEARLY;COUNT=2", ["2025-01-01", "2026-01-01"]),
        (f"{DAY}:20250101\r\nRRULE:FREQ=YEARLY;INTERVAL=4",
         ["2025-01-01", "2029-01-01", "2033-01-01"]),
        (f"{DAY}:20250101\r\nRRULE:FREQ=YEARLY;UNTIL=20260101", ["2025-01-01", "2026-01-01"]),
        (f"{DAY}:20240101\r\nRRULE:FREQ=YEARLY;UNTIL=20260101\r\nEXDATE;VALUE=DATE:20250101",
         ["2024-01-01", "2026-01-01"]),
        # The last Monday of May, the first one of September.
        (f"{DAY}:20250526\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=2",
         ["2025-05-26", "2026-05-25"]),
        (f"{DAY}:20250901\r\nRRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1MO;COUNT=2",
         ["2025-09-01", "2026-09-07"]),
        (f"{DAY}:20240229\r\nRRULE:FREQ=YEARLY;UNTIL=20290101", ["2024-02-29", "2028-02-29"]),
    ],
)  # fmt: skip
def test_an_event_comes_to_these_days(event: str, told: list[str]) -> None:
    assert days(UNITY, event) == sorted([*told, "2026-10-03"])


def test_one_day_told_twice_is_one_holiday() -> None:
    assert days(UNITY, UNITY) == ["2026-10-03"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no event"),
        ("hello", "no iCalendar file"),
        ("BEGIN:VCALENDAR\r\n" * 20_000 + "x", "characters at most"),
        ("BEGIN:VCALENDAR\r\n" * 5_000, "no "),
        (calendar(), "no event"),
        (calendar("SUMMARY:x"), "no first day"),
        (calendar("DTSTART:20260101T090000Z"), "no whole day"),
        (calendar(f"{DAY}:20260101\r\n{DAY}:20260102"), "no whole day"),
        (calendar(f"{DAY}:20261399"), "cannot be read"),
        (calendar(f"{DAY}:20260102\r\nDTEND;VALUE=DATE:20260101"), "lasts neither"),
        (calendar(f"{DAY}:20260102\r\nDTEND;VALUE=DATE:20290101"), "lasts neither"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=SECONDLY"), "holidays do not"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=WEEKLY"), "holidays do not"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=YEARLY;BYSECOND=1"), "holidays do not"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=YEARLY;BYMONTH=1,2"), "holidays do not"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=YEARLY;BYDAY=MO"), "holidays do not"),
        (calendar(f"{DAY}:20260102\r\nRRULE:FREQ=YEARLY;INTERVAL=0"), "holidays do not"),
        (calendar(f"{DAY}:99991231\r\nDURATION:P9D"), "beyond the year 9999"),
        (calendar(f"{DAY}:20260101\r\nDURATION:P9999999999999D"), "cannot be read"),
    ],
    ids=lambda told: told[-40:],  # one of them is hundreds of kilobytes long
)  # fmt: skip
def test_what_is_no_holiday_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableCalendar) as refused:
        holidays_in(text, 2026)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_hostile_file_is_answered_in_moments() -> None:
    year = f"{DAY}:20000101\r\nDURATION:P366D\r\nRRULE:FREQ=YEARLY"
    text = calendar(*[year] * 2_000)
    assert len(text) < LONGEST_TEXT
    begun = time.process_time()
    with pytest.raises(UnreadableCalendar, match="2,000 days at most"):
        holidays_in(text, 2026)
    assert time.process_time() - begun < 5
