"""One organisation a log: what it says of itself, its holidays, who stands in for whom (B18)."""

from datetime import UTC, date, datetime

import pytest

from domain.facts import Actor
from domain.people.absence import AbsencePlanned, AbsenceWithdrawn, PlanAbsence, WithdrawAbsence
from domain.people.organisation import (
    OWN_CALENDAR,
    STREAM,
    DescribeOrganisation,
    FiscalYearChosen,
    Holiday,
    HolidaysPublished,
    OrganisationLocaleChosen,
    OrganisationRenamed,
    OrganisationTimezoneChosen,
    PublishHolidays,
    WorkdaysChosen,
)
from domain.people.person import NamePersonCalendar, PersonCalendarNamed, PersonJoined, stand_in
from domain.people.team import NameTeamCalendar, TeamCalendarNamed, TeamFormed
from tests.domain.specification import fold, given

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BY = Actor(kind="person", id="ada")
UNITY = Holiday(on=date(2026, 10, 3), name="German Unity Day")
EASTER = Holiday(on=date(2026, 4, 6))
ADA, BO = PersonJoined(person_id="ada"), PersonJoined(person_id="bo")
AWAY = AbsencePlanned(
    person_id="ada",
    absence_id="a1",
    starts_on=date(2026, 3, 2),
    ends_on=date(2026, 3, 13),
    deputy_id="bo",
)


def wish(wanted, /, **fields):
    return wanted(command_id="c", at=AT, by=BY, **fields)


def describing(**fields):
    return wish(DescribeOrganisation, **fields)


def publishing(*days, calendar=OWN_CALENDAR):
    return wish(PublishHolidays, calendar=calendar, days=days)


def leaving(**fields):
    plan = AWAY.model_dump(exclude={"absence_id"}) | {"absence_id": "a2"}
    return wish(PlanAbsence, **{**plan, **fields})


def test_each_thing_that_is_said_anew_is_a_fact_of_its_own():
    given().when(
        describing(name=" Halden ", timezone="Europe/Oslo", locale="nb", workdays=(4, 0, 1, 2))
    ).then(
        OrganisationRenamed(name="Halden"),
        OrganisationTimezoneChosen(timezone="Europe/Oslo"),
        OrganisationLocaleChosen(locale="nb"),
        WorkdaysChosen(workdays=(0, 1, 2, 4)),
    )


def test_what_stays_the_same_makes_no_fact():
    history = (OrganisationRenamed(name="Halden"), OrganisationTimezoneChosen(timezone="UTC"))
    given(*history).when(describing(name="Halden", timezone="UTC")).nothing()
    given(*history).when(describing(fiscal_start_month=1)).nothing()


def test_the_fiscal_year_is_one_fact_and_keeps_what_is_not_said():
    february = FiscalYearChosen(first_month=2, label="ends")
    given().when(describing(fiscal_start_month=2, fiscal_label="ends")).then(february)
    given(february).when(describing(fiscal_start_month=4)).then(
        FiscalYearChosen(first_month=4, label="ends")
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("timezone", "Mars/Olympus"),
        ("locale", "english please"),
        ("locale", "de_DE"),
        ("fiscal_start_month", 13),
        ("workdays", ()),
        ("workdays", (0, 7)),
    ],
)
def test_what_no_organisation_can_be_is_refused(field, value):
    code = f"invalid-{field.replace('_', '-')}"
    given().when(describing(**{field: value})).refused(code, kind="invalid", pointer=f"/{field}")


def test_a_calendar_holds_each_day_once_in_order_and_is_published_whole():
    given().when(publishing(UNITY, EASTER, UNITY)).then(
        HolidaysPublished(calendar=OWN_CALENDAR, days=(EASTER, UNITY))
    )
    published = HolidaysPublished(calendar=OWN_CALENDAR, days=(EASTER, UNITY))
    given(published).when(publishing(UNITY, EASTER)).nothing()
    given(published).when(publishing(EASTER)).then(
        HolidaysPublished(calendar=OWN_CALENDAR, days=(EASTER,))
    )


def test_who_names_no_calendar_or_an_unknown_one_goes_by_the_organisations_own():
    state = fold(
        (
            HolidaysPublished(calendar=OWN_CALENDAR, days=(UNITY,)),
            HolidaysPublished(calendar="ES", days=(EASTER,)),
        )
    )[STREAM]
    assert state.holidays() == state.holidays("FR") == (UNITY,)
    assert state.holidays("ES") == (EASTER,)
    assert not state.working_days("ES").includes(EASTER.on)
    assert state.working_days().includes(EASTER.on)


@pytest.mark.parametrize("days", [[date(1969, 12, 31)], [date(2201, 1, 1)]])
def test_holidays_lie_in_years_that_calendars_know(days):
    wanted = publishing(*(Holiday(on=day) for day in days))
    given().when(wanted).refused("invalid-days", kind="invalid", pointer="/days")


def test_an_absence_names_who_stands_in():
    given(ADA, BO).when(leaving(absence_id="a1")).then(AWAY)
    given(ADA, BO, AWAY).when(leaving(absence_id="a1")).nothing()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"deputy_id": "ada"}, "invalid-deputy-id"),
        ({"deputy_id": "nobody"}, "not-found"),
        ({"ends_on": date(2026, 3, 1)}, "invalid-to"),
        ({"ends_on": date(2030, 3, 1)}, "invalid-to"),
        ({"starts_on": date(1960, 1, 1)}, "invalid-from"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(fields, code):
    given(ADA, BO).when(leaving(**fields)).refused(code)


def test_absences_of_one_person_do_not_overlap():
    overlapping = leaving(starts_on=date(2026, 3, 13), ends_on=date(2026, 3, 20))
    given(ADA, BO, AWAY).when(overlapping).refused("absence-overlaps", kind="conflict")
    after = leaving(starts_on=date(2026, 3, 14), ends_on=date(2026, 3, 20))
    assert given(ADA, BO, AWAY).when(after).facts()


def test_a_withdrawn_absence_is_none_and_leaves_room_for_another():
    gone = AbsenceWithdrawn(person_id="ada", absence_id="a1")
    given(ADA, BO, AWAY).when(wish(WithdrawAbsence, person_id="ada", absence_id="a1")).then(gone)
    assert given(ADA, BO, AWAY, gone).when(leaving()).facts()
    given(ADA, BO).when(wish(WithdrawAbsence, person_id="ada", absence_id="a1")).refused(
        "not-found", kind="missing"
    )


def test_on_a_day_of_absence_the_deputy_is_asked_and_on_any_other_the_person():
    state = fold((ADA, BO, AWAY))["person/ada"]
    assert state.deputy_on(date(2026, 3, 1)) is None
    assert state.deputy_on(date(2026, 3, 2)) == state.deputy_on(date(2026, 3, 13)) == "bo"
    assert state.deputy_on(date(2026, 3, 14)) is None


@pytest.mark.parametrize(
    ("deputies", "asked"),
    [
        ({}, None),
        ({"ada": "bo"}, "bo"),
        ({"ada": "bo", "bo": "cy"}, "cy"),
        ({"ada": "bo", "bo": "cy", "cy": "di"}, "di"),
        ({"ada": "bo", "bo": "cy", "cy": "di", "di": "ed"}, "di"),  # three at most
        ({"ada": "bo", "bo": "ada"}, "bo"),  # never back to who is away
        ({"ada": "bo", "bo": "cy", "cy": "bo"}, "cy"),
        ({"bo": "cy"}, None),
    ],
)
def test_deputies_who_are_away_have_deputies_too(deputies, asked):
    assert stand_in("ada", deputies.get) == asked


ES = HolidaysPublished(calendar="ES", days=(EASTER,))
OPS = TeamFormed(team_id="ops", name="Ops", kind="team")


def test_people_and_teams_name_the_holidays_they_go_by():
    hers = PersonCalendarNamed(person_id="ada", calendar="ES")
    given(ES, ADA).when(wish(NamePersonCalendar, person_id="ada", calendar="ES")).then(hers)
    given(ES, ADA, hers).when(wish(NamePersonCalendar, person_id="ada", calendar="ES")).nothing()
    given(ES, ADA, hers).when(wish(NamePersonCalendar, person_id="ada")).then(
        PersonCalendarNamed(person_id="ada")
    )
    theirs = TeamCalendarNamed(team_id="ops", calendar="ES")
    given(ES, OPS).when(wish(NameTeamCalendar, team_id="ops", calendar="ES")).then(theirs)
    given(ES, OPS, theirs).when(wish(NameTeamCalendar, team_id="ops", calendar="ES")).nothing()


def test_a_calendar_that_nobody_published_cannot_be_named():
    for wanted in (
        wish(NamePersonCalendar, person_id="ada", calendar="FR"),
        wish(NameTeamCalendar, team_id="ops", calendar="FR"),
    ):
        refusal = given(ES, ADA, OPS).when(wanted)
        refusal.refused("unknown-calendar", kind="invalid", pointer="/calendar")
