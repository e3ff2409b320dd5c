"""The organisation: its name, zone, locale, fiscal year, working week and holidays (RULES B18).

There is one in a log, and it exists before anybody has said a word about it: with the defaults of
``Organisation``. Each kind of change is a fact of its own. Cycles take their zone, their working
week and their holidays from here unless their policy says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, Literal

from domain.cycle.calendar import WorkingDays, zone_exists
from domain.facts import Command, Decision, Fact, Facts, Refusal, Value
from domain.refusals import blank, invalid

STREAM: Final = "organisation/one"
OWN_CALENDAR: Final = "organisation"
"""Name of the holiday calendar that holds wherever no other one is named."""

YEARS: Final = range(1970, 2201)
MOST_DAYS: Final = 2_000
"""Holidays that one calendar may hold: some fifty years of a country with forty of them."""
MOST_CALENDARS: Final = 300
LONGEST_NAME: Final = 200

FiscalLabel = Literal["starts", "ends"]
"""A fiscal year is called by the calendar year in which it ``starts`` or ``ends`` (RULES B9)."""


class Holiday(Value):
    """A day on which people do not work; ``name`` is what it is called, if anybody said."""

    on: date
    name: str | None = None


# --- facts -------------------------------------------------------------------------------------


class OrganisationFact(Fact):
    @property
    def stream(self) -> str:
        return STREAM


class OrganisationRenamed(OrganisationFact):
    TYPE: ClassVar[str] = "people.organisation-renamed"
    name: str


class OrganisationTimezoneChosen(OrganisationFact):
    """Cycles planned from here on are kept in this zone; those that run keep theirs."""

    TYPE: ClassVar[str] = "people.organisation-timezone-chosen"
    timezone: str


class OrganisationLocaleChosen(OrganisationFact):
    TYPE: ClassVar[str] = "people.organisation-locale-chosen"
    locale: str


class FiscalYearChosen(OrganisationFact):
    TYPE: ClassVar[str] = "people.fiscal-year-chosen"
    first_month: int
    label: FiscalLabel


class WorkdaysChosen(OrganisationFact):
    """The working week; Monday is 0."""

    TYPE: ClassVar[str] = "people.workdays-chosen"
    workdays: tuple[int, ...]


class HolidaysPublished(OrganisationFact):
    """The whole calendar, by date; it replaces what stood under its name."""

    TYPE: ClassVar[str] = "people.holidays-published"
    calendar: str
    days: tuple[Holiday, ...]


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Organisation:
    """``timezone`` is None until somebody chose one. ``calendars`` are holidays by name."""

    name: str = ""
    timezone: str | None = None
    locale: str = "en"
    fiscal_start_month: int = 1
    fiscal_label: FiscalLabel = "starts"
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    calendars: Mapping[str, tuple[Holiday, ...]] = field(default_factory=dict)

    def knows(self, calendar: str | None) -> bool:
        """Whether ``calendar`` may be named: it was published, or it is None, the own one."""
        return calendar is None or calendar in self.calendars

    def holidays(self, calendar: str | None = None) -> tuple[Holiday, ...]:
        """The days of ``calendar``, of the organisation's own one when it is None or unknown."""
        named = self.calendars.get(calendar) if calendar else None
        return self.calendars.get(OWN_CALENDAR, ()) if named is None else named

    def working_days(self, calendar: str | None = None) -> WorkingDays:
        """When people work who go by ``calendar``."""
        free = frozenset(day.on for day in self.holidays(calendar))
        return WorkingDays(frozenset(self.workdays), free)


INITIAL: Final = Organisation()


def renamed(state: Organisation, fact: OrganisationRenamed) -> Organisation:
    return replace(state, name=fact.name)


def timezone_chosen(state: Organisation, fact: OrganisationTimezoneChosen) -> Organisation:
    return replace(state, timezone=fact.timezone)


def locale_chosen(state: Organisation, fact: OrganisationLocaleChosen) -> Organisation:
    return replace(state, locale=fact.locale)


def fiscal_year_chosen(state: Organisation, fact: FiscalYearChosen) -> Organisation:
    return replace(state, fiscal_start_month=fact.first_month, fiscal_label=fact.label)


def workdays_chosen(state: Organisation, fact: WorkdaysChosen) -> Organisation:
    return replace(state, workdays=fact.workdays)


def holidays_published(state: Organisation, fact: HolidaysPublished) -> Organisation:
    return replace(state, calendars={**state.calendars, fact.calendar: fact.days})


# --- commands ----------------------------------------------------------------------------------


class OrganisationCommand(Command):
    @property
    def reads(self) -> tuple[str, ...]:
        return (STREAM,)


class DescribeOrganisation(OrganisationCommand):
    """Only what is given changes."""

    name: str | None = None
    timezone: str | None = None
    locale: str | None = None
    fiscal_start_month: int | None = None
    fiscal_label: FiscalLabel | None = None
    workdays: tuple[int, ...] | None = None


class PublishHolidays(OrganisationCommand):
    calendar: str
    days: tuple[Holiday, ...]


# --- decisions ---------------------------------------------------------------------------------


def decide_describe(command: DescribeOrganisation, state: Organisation) -> Decision:
    """One fact for each thing that is said anew; what stays the same makes none."""
    if fault := _fault(command):
        return fault
    facts: list[Fact] = []
    name = (command.name or state.name).strip()
    if name != state.name:
        facts.append(OrganisationRenamed(name=name))
    if command.timezone is not None and command.timezone != state.timezone:
        facts.append(OrganisationTimezoneChosen(timezone=command.timezone))
    if command.locale is not None and command.locale != state.locale:
        facts.append(OrganisationLocaleChosen(locale=command.locale))
    month = command.fiscal_start_month or state.fiscal_start_month
    label = command.fiscal_label or state.fiscal_label
    if (month, label) != (state.fiscal_start_month, state.fiscal_label):
        facts.append(FiscalYearChosen(first_month=month, label=label))
    if command.workdays is not None:
        workdays = tuple(sorted(set(command.workdays)))
        if workdays != state.workdays:
            facts.append(WorkdaysChosen(workdays=workdays))
    return tuple(facts)


def _fault(command: DescribeOrganisation) -> Refusal | None:
    if command.name is not None and (blank(command.name) or len(command.name) > LONGEST_NAME):
        detail = f"An organisation's name has 1 to {LONGEST_NAME} characters."
        return invalid("invalid-name", detail, "/name")
    if command.timezone is not None and not zone_exists(command.timezone):
        detail = "This is no time zone of the IANA database, such as Europe/Berlin."
        return invalid("invalid-timezone", detail, "/timezone")
    if command.locale is not None and not _is_locale(command.locale):
        detail = "A locale is a language tag such as en, de or pt-BR (BCP 47)."
        return invalid("invalid-locale", detail, "/locale")
    if command.fiscal_start_month is not None and command.fiscal_start_month not in range(1, 13):
        detail = "Months are 1 (January) to 12 (December)."
        return invalid("invalid-fiscal-start-month", detail, "/fiscal_start_month")
    if command.workdays is not None and (
        not command.workdays or any(day not in range(7) for day in command.workdays)
    ):
        detail = "People work on one weekday at least, 0 (Monday) to 6 (Sunday)."
        return invalid("invalid-workdays", detail, "/workdays")
    return None


def _is_locale(tag: str) -> bool:
    language, *rest = tag.split("-")
    return (
        tag.isascii()
        and 2 <= len(language) <= 3
        and language.isalpha()
        and len(rest) <= 3
        and all(1 <= len(part) <= 8 and part.isalnum() for part in rest)
    )


def unknown_calendar(calendar: str | None, state: Organisation) -> Refusal | None:
    """The refusal of a calendar that nobody published, None when it may be named."""
    if state.knows(calendar):
        return None
    detail = f"There is no holiday calendar {calendar!r}: publish it first."
    return invalid("unknown-calendar", detail, "/calendar")


def decide_publish(command: PublishHolidays, state: Organisation) -> Decision:
    """The days of a calendar, each once, in order; publishing the same again changes nothing."""
    calendar = command.calendar.strip()
    if not 1 <= len(calendar) <= LONGEST_NAME or not calendar.isprintable() or "/" in calendar:
        detail = f"A calendar's name has 1 to {LONGEST_NAME} printable characters and no slash."
        return invalid("invalid-calendar", detail, "/calendar")
    if len(command.days) > MOST_DAYS:
        return invalid("invalid-days", f"A calendar holds {MOST_DAYS:,} days at most.", "/days")
    if any(day.on.year not in YEARS for day in command.days):
        return invalid("invalid-days", "Holidays lie between 1970 and 2200.", "/days")
    if calendar not in state.calendars and len(state.calendars) >= MOST_CALENDARS:
        detail = f"There are {MOST_CALENDARS} calendars at most."
        return invalid("invalid-calendar", detail, "/calendar")
    days = tuple(sorted({day.on: day for day in command.days}.values(), key=lambda day: day.on))
    if days == state.calendars.get(calendar):
        return ()
    published: Facts = (HolidaysPublished(calendar=calendar, days=days),)
    return published
