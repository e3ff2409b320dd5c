"""What the planner opens next: the cadence of the latest cycle, on its day, never twice."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.cycle.cycle import Cycle
from domain.cycle.policy import CyclePolicy
from domain.cycle.succession import Successor, opens_at, successor
from domain.ids import CycleId
from domain.people.organisation import OWN_CALENDAR, Holiday, Organisation
from workflows.cycle.planner import next_opening

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "starts_on", "ends_on", "following"),
    [
        ("Q2 2026", date(2026, 4, 1), date(2026, 6, 30),
         Successor("Q3 2026", date(2026, 7, 1), date(2026, 9, 30))),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31),
         Successor("2027-Q1", date(2027, 1, 1), date(2027, 3, 31))),
        ("Q4 2027", date(2027, 11, 1), date(2028, 1, 31),
         Successor("Q1 2028", date(2028, 2, 1), date(2028, 4, 30))),
        ("January", date(2028, 1, 1), date(2028, 1, 31),
         Successor("2028-02", date(2028, 2, 1), date(2028, 2, 29))),
        ("six weeks", date(2026, 1, 5), date(2026, 2, 15),
         Successor("2026-02", date(2026, 2, 16), date(2026, 3, 29))),
    ],
)  # fmt: skip
def test_the_next_cycle_begins_the_day_after_and_is_as_long(
    name: str, starts_on: date, ends_on: date, following: Successor
) -> None:
    assert successor(name, starts_on, ends_on) == following


def test_quarters_stay_quarters_for_fifty_years() -> None:
    this = Successor("Q1 2026", date(2026, 1, 1), date(2026, 3, 31))
    for number in range(1, 200):
        after = successor(this.name, this.starts_on, this.ends_on)
        assert after.starts_on == this.ends_on + timedelta(days=1)
        assert after.starts_on.day == 1
        assert after.name == f"Q{number % 4 + 1} {2026 + number // 4}"
        this = after


def test_drafting_opens_so_many_working_days_before_the_start() -> None:
    policy = CyclePolicy(holidays=(date(2026, 6, 25),))
    opens = opens_at(date(2026, 7, 1), policy, "Europe/Berlin")
    assert opens == datetime(2026, 6, 1, 22, tzinfo=UTC)  # 2 June in Berlin, 20 working days


def cycle(name: str, starts_on: date, ends_on: date, status: str = "active") -> Cycle:
    return Cycle(
        cycle_id=CycleId(name), name=name, starts_on=starts_on, ends_on=ends_on,
        timezone="Europe/Berlin", status=status,
    )  # fmt: skip


Q2 = cycle("Q2 2026", date(2026, 4, 1), date(2026, 6, 30))


def test_without_a_cycle_there_is_no_cadence() -> None:
    assert next_opening([], NOON) is None


def test_the_latest_cycle_gives_the_cadence_and_two_planners_the_same_id() -> None:
    q1 = cycle("Q1 2026", date(2026, 1, 1), date(2026, 3, 31), "closed")
    found = next_opening([q1, Q2], NOON)
    assert found is not None
    assert found.plan is not None
    assert (found.plan.name, found.plan.starts_on) == ("Q3 2026", date(2026, 7, 1))
    assert found == next_opening([Q2, q1], NOON)
    later = next_opening([Q2], NOON + timedelta(days=1))
    assert later is not None
    assert later.cycle_id == found.cycle_id


def test_a_cycle_that_people_planned_is_started_not_planned_again() -> None:
    q3 = cycle("Q3 2026", date(2026, 7, 1), date(2026, 9, 30), "planned")
    found = next_opening([Q2, q3], NOON)
    assert found is not None
    assert (found.cycle_id, found.plan) == (q3.cycle_id, None)


def test_quarters_in_which_nobody_worked_are_not_invented() -> None:
    found = next_opening([Q2], datetime(2028, 2, 10, tzinfo=UTC))
    assert found is not None
    assert found.plan is not None
    assert (found.plan.name, found.plan.starts_on) == ("Q1 2028", date(2028, 1, 1))


def test_quarters_are_named_by_the_organisations_fiscal_year() -> None:
    after = Organisation(fiscal_start_month=4, fiscal_label="ends")
    q2 = successor("Q1 2027", date(2026, 4, 1), date(2026, 6, 30), after)
    assert q2.name == "Q2 2027"
    named = successor("Q1 2026", date(2026, 1, 1), date(2026, 3, 31), after)
    assert named.name == "Q1 2027"  # April to June, in the year that ends in 2027
    before = Organisation(fiscal_start_month=2)
    assert successor("Q3 26", date(2026, 8, 1), date(2026, 10, 31), before).name == "2026-11"
    assert successor("Q3 2026", date(2026, 8, 1), date(2026, 10, 31), before).name == "Q4 2026"
    off = successor("Q4 2026", date(2026, 10, 1), date(2026, 12, 31), before)
    assert off.name == "Q1 2027"  # no quarter of that year: the name is counted on


def test_the_next_cycle_is_kept_in_the_organisations_zone_and_on_its_working_days() -> None:
    days = (Holiday(on=date(2026, 6, 25)),)
    theirs = Organisation(timezone="Europe/Oslo", calendars={OWN_CALENDAR: days})
    found = next_opening([Q2], NOON, theirs)
    assert found is not None
    assert found.plan is not None
    assert (found.plan.timezone, found.plan.policy.holidays) == ("Europe/Oslo", None)
    assert found.opens_at == datetime(2026, 6, 1, 22, tzinfo=UTC)
