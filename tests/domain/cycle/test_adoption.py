"""A cycle goes by the organisation's zone, working week and holidays (RULES B4, B9, B18)."""

from datetime import date

import pytest

from domain.cycle.calendar import WorkingDays, frame_of, slot_of, weeks_of
from domain.cycle.cycle import (
    CalendarAdopted,
    Cycle,
    CyclePlanned,
    PauseCycle,
    PlanCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
)
from domain.cycle.policy import CyclePolicy
from domain.facts import Fact
from domain.people.organisation import (
    OWN_CALENDAR,
    Holiday,
    HolidaysPublished,
    OrganisationTimezoneChosen,
    WorkdaysChosen,
)
from tests.domain.cycle.quarter import (
    BEFORE,
    CYCLE,
    berlin,
    cycle,
    plan,
    planned,
    policy,
    run_until,
    wish,
)
from tests.domain.specification import given

OPEN = CyclePolicy()  # says nothing of working days
NEW_YEAR, THURSDAY, FRIDAY = date(2026, 1, 1), date(2026, 2, 12), date(2026, 2, 13)
FIVE = (0, 1, 2, 3, 4)


def free(*days: date, calendar: str = OWN_CALENDAR) -> HolidaysPublished:
    return HolidaysPublished(calendar=calendar, days=tuple(Holiday(on=day) for day in days))


def adopted(*holidays: date, workdays: tuple[int, ...] = FIVE) -> CalendarAdopted:
    return CalendarAdopted(cycle_id=CYCLE, workdays=workdays, holidays=holidays)


def planning(**fields):
    return wish(PlanCycle, BEFORE, **plan(**{"policy": OPEN, **fields}))


def then(history: tuple[Fact, ...], command) -> tuple[Fact, ...]:
    return history + given(*history).when(command).facts()


def running(*beside: Fact, until: str = "week-05.ask") -> tuple[Fact, ...]:
    history = then(then(beside, planning()), wish(StartCycle, BEFORE))
    return run_until(history, until)


def adoptions(history: tuple[Fact, ...]) -> list[CalendarAdopted]:
    return [fact for fact in history if isinstance(fact, CalendarAdopted)]


# --- planning ------------------------------------------------------------------------------------


def test_a_zone_that_is_left_out_is_the_organisations_and_utc_where_it_has_none():
    zone = OrganisationTimezoneChosen(timezone="Europe/Oslo")
    given(zone).when(planning(timezone=None)).then(planned(policy=OPEN, timezone="Europe/Oslo"))
    given().when(planning(timezone=None)).then(planned(policy=OPEN, timezone="UTC"))
    given(zone).when(planning()).then(planned(policy=OPEN))


def test_what_the_policy_leaves_out_is_the_organisations_and_stands_in_the_cycles_stream():
    given(free(NEW_YEAR, THURSDAY), WorkdaysChosen(workdays=(0, 1, 2, 3))).when(planning()).then(
        planned(policy=OPEN), adopted(NEW_YEAR, THURSDAY, workdays=(0, 1, 2, 3))
    )


def test_what_the_policy_says_stands():
    given(free(THURSDAY)).when(planning(policy=policy(workdays=FIVE))).then(
        planned(policy=policy(workdays=FIVE))
    )
    none = CyclePolicy(holidays=())
    given(free(THURSDAY)).when(planning(policy=none)).then(planned(policy=none))


def test_holidays_of_other_years_and_of_other_calendars_are_not_the_cycles():
    far = free(date(2020, 1, 1), THURSDAY, date(2031, 1, 1))
    given(far, free(FRIDAY, calendar="ES")).when(planning()).then(
        planned(policy=OPEN), adopted(THURSDAY)
    )


def test_an_organisation_that_said_nothing_gives_nothing_to_adopt():
    given().when(planning()).then(planned(policy=OPEN))
    assert not adoptions(running())


# --- slots ---------------------------------------------------------------------------------------


def test_a_slot_on_a_holiday_moves_to_the_next_working_day():
    history = then((free(THURSDAY, FRIDAY),), planning())
    frame = frame_of(cycle(history))
    assert date(2026, 2, 16) in frame.slots
    assert THURSDAY not in frame.slots
    assert len(frame.slots) == 13
    asks = [m for m in cycle(running(free(THURSDAY, FRIDAY))).milestones if m.kind == "ask"]
    moved = next(one for one in asks if one.id == "week-07.ask")
    assert (moved.slot, moved.at) == (date(2026, 2, 16), berlin(16, 2))


def test_cycles_that_adopted_nothing_keep_their_slots():
    told = frame_of(Cycle(cycle_id=CYCLE, **plan(policy=policy(holidays=(THURSDAY,)))))
    assert THURSDAY in told.slots


@pytest.mark.parametrize(
    ("ends_on", "holidays", "weeks"),
    [
        # The last slot has no working day after it inside the cycle: the last one before.
        (date(2026, 1, 15), (date(2026, 1, 15),), [(1, 1), (2, 8), (3, 14)]),
        # A week off: the second slot comes to the third one's day, which the third week keeps.
        (date(2026, 1, 15), tuple(date(2026, 1, day) for day in range(8, 15)), [(1, 1), (3, 15)]),
        # Nobody works inside the cycle at all: the slot stays.
        (date(2026, 1, 1), (date(2026, 1, 1),), [(1, 1)]),
    ],
)
def test_moved_slots_stay_inside_and_are_never_doubled(ends_on, holidays, weeks):
    days = WorkingDays(holidays=frozenset(holidays))
    found = weeks_of(date(2026, 1, 1), ends_on, 3, days)
    assert [(week.number, week.slot.day) for week in found] == weeks


def test_a_check_in_keeps_the_nearest_slot():
    frame = frame_of(cycle(then((free(THURSDAY, FRIDAY),), planning())))
    assert slot_of(frame, date(2026, 2, 17)) == date(2026, 2, 16)
    assert slot_of(frame, date(2026, 2, 18)) == date(2026, 2, 19)


# --- a running cycle -----------------------------------------------------------------------------


def test_a_start_takes_over_what_was_published_since_the_plan():
    history = (*then((), planning()), free(NEW_YEAR))
    assert adoptions(then(history, wish(StartCycle, BEFORE))) == [adopted(NEW_YEAR)]


@pytest.mark.parametrize(
    "move",
    [
        lambda history: then(
            then(history, wish(PauseCycle, berlin(30, 1, 12))), wish(ResumeCycle, berlin(30, 1, 13))
        ),
        lambda history: then(
            history,
            wish(
                ReschedulePhase,
                berlin(30, 1, 12),
                phase="grade",
                ends_at=berlin(15, 4),
                reason="fair",
            ),
        ),
    ],
)
def test_a_running_cycle_takes_over_new_holidays_at_its_next_move(move):
    history = (*running(free(NEW_YEAR)), free(NEW_YEAR, THURSDAY))
    assert adoptions(history) == [adopted(NEW_YEAR)]
    moved = move(history)
    assert adoptions(moved)[1:] == [adopted(NEW_YEAR, THURSDAY)]
    asks = {m.id: m for m in cycle(moved).milestones if m.kind == "ask"}
    assert (asks["week-07.ask"].slot, asks["week-07.ask"].at) == (FRIDAY, berlin(13, 2))
    assert asks["week-08.ask"].slot == date(2026, 2, 19)
    free_days = frame_of(cycle(moved)).days.holidays
    left = [m for m in cycle(moved).milestones if m.id not in cycle(moved).done]
    assert all(m.at.date() not in free_days for m in left)


def test_what_has_begun_keeps_its_meaning():
    history = (*running(), free(NEW_YEAR, date(2026, 1, 29), THURSDAY))
    moved = then(
        then(history, wish(PauseCycle, berlin(29, 1, 12))), wish(ResumeCycle, berlin(29, 1, 13))
    )
    assert adoptions(moved) == [adopted(THURSDAY)]
    assert frame_of(cycle(moved)).slots[:5] == frame_of(cycle(history)).slots[:5]


def test_a_reopened_cycle_grades_on_days_that_are_working_days_by_then():
    history = (*running(until="close"), free(date(2026, 4, 23), date(2026, 4, 24)))
    closed_at = cycle(history).milestones[-1].at
    again = then(history, wish(ReopenCycle, closed_at))
    locks = [m.at.date() for m in cycle(again).milestones if m.id == "grade.lock"]
    assert adoptions(again)
    assert locks
    assert not {*locks} & frame_of(cycle(again)).days.holidays


def test_facts_from_before_there_were_calendars_say_what_they_said():
    stored = planned().model_dump_json()
    assert CyclePlanned.model_validate_json(stored).policy.holidays == policy().holidays
