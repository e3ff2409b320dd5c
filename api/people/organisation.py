"""The organisation: what it is called, its zone, fiscal year and working week, its holidays."""

from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import Field
from starlette.responses import Response

from api.core.doors import editing_the_one
from api.core.fields import AsArray, Day, Request, Text, Title, Zone
from api.core.problems import invalid_field, not_found
from api.core.reading import Reading, reading
from api.core.resource import Found, Look, Resource, after
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo, edit_back
from api.core.writing import Write
from api.people.holiday_file import LONGEST_TEXT, UnreadableCalendar, holidays_in
from domain.people import organisation_thing
from domain.people.organisation import (
    MOST_DAYS,
    DescribeOrganisation,
    PublishHolidays,
)
from domain.people.organisation import Holiday as Value
from domain.people.organisation import Organisation as State

Whole = int


class OrganisationEdit(Request):
    """What is left out stays as it is."""

    name: Title | None = None
    timezone: Zone | None = None
    locale: Annotated[str, Field(max_length=35)] | None = None
    fiscal_start_month: Whole | None = None
    fiscal_label: Literal["starts", "ends"] | None = None
    workdays: Annotated[tuple[Whole, ...], Field(max_length=7), AsArray] | None = None
    reason: Text | None = None


_SAID: Final = tuple(name for name in OrganisationEdit.model_fields if name != "reason")


class NewHoliday(Request):
    on: Day
    name: Title | None = None


class NewHolidays(Request):
    """Either the ``days`` or an iCalendar file: whole days, once or yearly."""

    days: Annotated[tuple[NewHoliday, ...], Field(max_length=MOST_DAYS), AsArray] | None = None
    icalendar: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None
    reason: Text | None = None


class Organisation(Versioned):
    name: str
    timezone: str | None
    locale: str
    fiscal_start_month: int
    fiscal_label: Literal["starts", "ends"]
    workdays: list[int]
    calendars: list[str]


class Holiday(Shape):
    on: date
    name: str | None


class CalendarItem(Shape):
    calendar: str
    count: int
    first_on: date | None
    last_on: date | None


class HolidayCalendar(Shape):
    calendar: str
    days: list[Holiday]
    version: int
    position: int


def _render(found: Found[State], _: Look) -> dict[str, Any]:
    state = found.state
    return {
        "id": found.id,
        "name": state.name,
        "timezone": state.timezone,
        "locale": state.locale,
        "fiscal_start_month": state.fiscal_start_month,
        "fiscal_label": state.fiscal_label,
        "workdays": list(state.workdays),
        "calendars": sorted(state.calendars),
    }


RESOURCE: Final[Resource[State]] = Resource(
    organisation_thing.THING,
    "/v1/organisation",
    _render,
    tags=("organisation",),
    topics=("organisation",),
)
router = RESOURCE.router

Describe = Annotated[Write, editing_the_one(RESOURCE)]
Publish = Annotated[Write, editing_the_one(RESOURCE, versioned=False)]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Organisation)
def get_organisation(read: Asked) -> Response:
    """The organisation, which is there before anybody has said a word about it."""
    return RESOURCE.answer(read, "")


@router.patch("", response_model=Organisation)
def describe_organisation(body: OrganisationEdit, write: Describe) -> Response:
    """Say what the organisation is called, where and when it works. Cycles that run keep theirs."""
    command = DescribeOrganisation(
        **body.model_dump(exclude={"reason"}), **write.stamp(body.reason)
    )
    return RESOURCE.done(write, command, body, undo=_described_back)


def _described_back(before: Found[State], now: Found[State]) -> Undo | None:
    """A name or a zone that was never given before cannot be taken away again."""
    was, became = asdict(before.state), asdict(now.state)
    kept = {name: value for name, value in was.items() if name in _SAID and value not in (None, "")}
    return edit_back(RESOURCE.path, kept, became)


@router.get("/holidays", response_model=Page[CalendarItem])
def list_holiday_calendars(read: Asked) -> Response:
    """The holiday calendars by name. Who names none goes by the one called `organisation`."""
    found = RESOURCE.find(read.services, "", read.upto)
    items = [
        {
            "calendar": name,
            "count": len(days),
            "first_on": days[0].on if days else None,
            "last_on": days[-1].on if days else None,
        }
        for name, days in sorted(found.state.calendars.items())
    ]
    return read.thing({"items": items, "next_cursor": None}, found.version)


@router.get("/holidays/{calendar}", response_model=HolidayCalendar)
def get_holidays(calendar: str, read: Asked) -> Response:
    """The days of one calendar, in order."""
    found = RESOURCE.find(read.services, "", read.upto)
    if calendar not in found.state.calendars:
        raise not_found("calendar")
    return read.thing(_calendar(calendar, found.state), found.version)


@router.put("/holidays/{calendar}", response_model=HolidayCalendar)
def publish_holidays(calendar: str, body: NewHolidays, write: Publish) -> Response:
    """Publish a calendar whole, as days or as an iCalendar file; it replaces what it was before."""
    command = PublishHolidays(
        calendar=calendar, days=_days(body, write), **write.stamp(body.reason)
    )
    receipt = write.handle(command, body)
    found = RESOURCE.find(write.services, "", after(write, receipt).upto)
    back = RESOURCE.way_back(partial(_published_back, calendar), write, receipt, found)
    return write.respond(receipt, _calendar(calendar, found.state), undo=back)


def _published_back(calendar: str, before: Found[State], now: Found[State]) -> Undo | None:  # noqa: ARG001
    """A calendar that is new stays; one that was replaced can be put back."""
    if calendar not in before.state.calendars:
        return None
    path = f"{RESOURCE.path}/holidays/{quote(calendar, safe='')}"
    return Undo(method="PUT", path=path, body={"days": _calendar(calendar, before.state)["days"]})


def _days(body: NewHolidays, write: Write) -> tuple[Value, ...]:
    if (body.days is None) == (body.icalendar is None):
        raise invalid_field("/days", "Either days or icalendar is needed, and not both.")
    if body.days is not None:
        return tuple(Value(on=day.on, name=day.name) for day in body.days)
    try:
        return holidays_in(body.icalendar or "", write.at.year)
    except UnreadableCalendar as unreadable:
        raise invalid_field("/icalendar", str(unreadable)) from None


def _calendar(calendar: str, state: State) -> dict[str, Any]:
    days = state.calendars.get(calendar, ())
    return {"calendar": calendar, "days": [{"on": day.on, "name": day.name} for day in days]}
