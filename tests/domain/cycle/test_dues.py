"""When what a cycle asks for is due: never at once, never on a day off of whoever owes it."""

from datetime import date

from domain.cycle.calendar import WorkingDays, frame_of
from domain.cycle.cycle import Cycle
from domain.cycle.dues import days_of, due_at
from domain.people.organisation import Holiday, Organisation
from domain.people.person import Person
from domain.people.team import Team
from tests.domain.cycle.quarter import CYCLE, berlin, started
from tests.domain.specification import fold

STATE: Cycle = fold(started())[f"cycle/{CYCLE}"]
FRAME = frame_of(STATE)
OFF = WorkingDays(holidays=frozenset({date(2026, 1, 15), date(2026, 1, 16)}))


def due(milestone: str, days: WorkingDays = FRAME.days):
    found = next(one for one in STATE.milestones if one.id == milestone)
    return due_at(found, STATE.milestones, FRAME, days)


def end_of(milestone: str):
    return next(one.at for one in STATE.milestones if one.id == milestone)


def test_what_a_phase_asks_for_is_due_when_the_phase_ends():
    assert due("draft.open") == end_of("align.open")
    assert due("align.open") == end_of("commit.open")
    assert due("grade.open") == end_of("grade.lock")


def test_a_check_in_is_due_at_the_end_of_the_next_working_day():
    assert due("week-02.ask") == berlin(9, 1, 18)  # asked on Thursday 8 January


def test_nothing_is_overdue_when_it_is_asked():
    for one in STATE.milestones:
        if one.asked:
            assert due(one.id) > one.at


def test_a_day_off_gives_way_to_the_next_day_that_the_person_works():
    assert due("week-02.ask", OFF) == berlin(9, 1, 18)
    assert due("week-03.ask", OFF) == berlin(19, 1, 18)  # Monday, after both days and a weekend


def test_a_phase_that_ends_on_a_day_off_is_due_on_the_next_working_day():
    ends = end_of("align.open").astimezone(berlin(1, 1).tzinfo).date()
    days = WorkingDays(holidays=frozenset({ends}))
    assert due("draft.open", days) > end_of("align.open")


def test_a_person_goes_by_her_own_holidays_then_by_the_teams_then_by_the_cycles():
    north = (Holiday(on=date(2026, 1, 9)),)
    south = (Holiday(on=date(2026, 1, 12)),)
    organisation = Organisation(calendars={"north": north, "south": south})

    def off(person: Person, team: Team | None) -> frozenset[date]:
        return days_of(person, team, organisation, FRAME.days).holidays

    team = Team(team_id="t", calendar="south")
    assert off(Person(calendar="north"), team) == {date(2026, 1, 9)}
    assert off(Person(), team) == {date(2026, 1, 12)}
    assert off(Person(), Team(team_id="t")) == FRAME.days.holidays
    assert off(Person(), None) == FRAME.days.holidays
