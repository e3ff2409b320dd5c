"""People: the log knows an opaque id, the directory beside it the name and the address."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final

from starlette.responses import Response

from api.core.bodies import NamedCalendar
from api.core.descriptions import Described, Description, Links, given_words, never_null
from api.core.doors import creating, editing
from api.core.fields import Email, Request, Text, Title
from api.core.problems import Problem
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource, after
from api.core.shapes import Page, Versioned
from api.core.undo import Undo, edit_back
from api.core.writing import Write
from api.people.addresses import claimed, taken
from api.people.owned import OwnedThing, still_owned
from domain.editing import given_fields
from domain.ids import PersonId
from domain.people import person_thing
from domain.people.person import AddPerson, NamePersonCalendar
from domain.people.person import Person as State
from domain.people.person_editing import EditPerson
from domain.title import tidy
from journal.append import Receipt
from journal.directory import EmailTaken
from journal.directory import Person as Entry
from journal.ids import id_for, is_for
from projections.engine.moment import Moment
from projections.people import lists, render


class NewPerson(Request):
    name: Title
    email: Email | None = None
    reason: Text | None = None


class PersonEdit(Request):
    """What is left out stays as it is. ``email`` null takes the address away."""

    name: Title | None = None
    email: Email | None = None
    active: bool | None = None
    description: Description | None = None
    links: Links | None = None
    reason: Text | None = None


class Person(Described):
    id: str
    name: str | None
    email: str | None
    active: bool


class PersonThing(Person, Versioned):
    holiday_calendar: str | None


class EditedPerson(PersonThing):
    owns: list[OwnedThing] | None = None


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    """A person with the name of today."""
    entry = look.services.directory.people([found.id]).get(found.id)
    return {
        "id": found.id,
        "name": entry.name if entry else None,
        "email": entry.email if entry else None,
        **render.person(found.state),
    }


RESOURCE: Final[Resource[State]] = Resource(
    person_thing.THING, "/v1/people", _render, tags=("people and teams",), topics=("people",)
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE, AddPerson)]
Edit = Annotated[Write, editing(RESOURCE, "person_id", EditPerson)]
Name = Annotated[Write, editing(RESOURCE, "person_id", NamePersonCalendar, versioned=False)]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[Person])
def list_people(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """People, with the names they have today: the log knows ids only."""

    def page(moment: Moment, start: str | None) -> dict[str, Any]:
        found = lists.people(read.services.views, moment=moment, limit=limit, cursor=start)
        names = read.services.directory.people([each["id"] for each in found["items"]])
        for each in found["items"]:
            known = names.get(each["id"])
            each["name"] = known.name if known else None
            each["email"] = known.email if known else None
        return found

    return read.listing(cursor, page)


@router.post("", status_code=201, response_model=PersonThing)
def add_person(body: NewPerson, write: Create) -> Response:
    """Add a person. Only an opaque id enters the log; the name can be erased later."""
    services, name = write.services, tidy(body.name)
    answered = services.journal.receipt(write.command_id)
    person_id = answered.subject if answered else _entered(write, name, body.email)
    command = AddPerson(person_id=PersonId(person_id), **write.stamp(body.reason))
    receipt = write.handle(command, body)
    if receipt.subject != person_id:  # the same request came in twice at once
        services.directory.remove_person(person_id)
    person = {"id": receipt.subject, "name": name, "email": body.email, **render.person(State())}
    return write.respond(receipt, person, status=201, at=f"{RESOURCE.path}/{receipt.subject}")


def _entered(write: Write, name: str, email: str | None) -> str:
    """The id of a new entry in the directory."""
    if email is not None:
        return claimed(write, name, email)
    person_id = id_for(write.command_id, write.at)
    write.services.directory.put_person(person_id, name)
    return person_id


@router.patch("/{person_id}", response_model=EditedPerson)
def edit_person(body: PersonEdit, write: Edit) -> Response:
    """Rename, re-address, describe, deactivate or reactivate a person.

    Deactivating answers what the person still `owns`; `hand-over` gives it to somebody else.
    """
    never_null(body, "name", "active", "links")
    services, person_id = write.services, write.thing_id
    known = services.directory.people([person_id]).get(person_id) or Entry(person_id, "", None)
    changes = _changes(body, known)
    leaves = body.active is False
    owns = [one._asdict() for one in still_owned(services, person_id)] if leaves else None
    claim = _claim(write, known, changes.get("email"))
    try:
        receipt = write.handle(_command(body, write, changes), body)
    except Problem:
        if claim is not None:
            services.directory.remove_person(claim)
        raise
    _settle(write, receipt, changes, claim)
    look = after(write, receipt)
    found = RESOURCE.find(services, person_id, look.upto)
    back = RESOURCE.way_back(partial(_back, known, changes), write, receipt, found)
    person = {**_render(found, look), **({"owns": owns} if leaves else {})}
    return write.respond(receipt, person, undo=back)


Changes = Mapping[str, str | None]
"""What changes in the directory: ``name``, ``email``."""


def _changes(body: PersonEdit, known: Entry) -> Changes:
    wanted: dict[str, str | None] = given_fields(body, "name", "email")
    if (name := wanted.get("name")) is not None:
        wanted["name"] = tidy(name)
    return {field: new for field, new in wanted.items() if new != getattr(known, field)}


def _claim(write: Write, known: Entry, email: str | None) -> str | None:
    """The entry that holds the new address until the log has decided, if one is needed."""
    if email is None:
        return None
    if write.services.journal.receipt(write.command_id) is None:
        claim = claimed(write, known.name, email, known.id)
        return claim if claim != known.id else None
    holder = write.services.directory.find_person(email)
    return holder.id if holder and is_for(holder.id, write.command_id) else None


def _command(body: PersonEdit, write: Write, changes: Changes) -> EditPerson:
    return EditPerson(
        person_id=PersonId(write.thing_id),
        renamed="name" in changes,
        readdressed="email" in changes,
        **given_fields(body, "active"),
        **given_words(body),
        **write.stamp(body.reason),
    )


def _settle(write: Write, receipt: Receipt, changes: Changes, claim: str | None) -> None:
    """The log has decided: the directory follows.

    So it does when the request is repeated, for its first answer may have been lost in between;
    but what was changed since stays.
    """
    services = write.services
    if receipt.replayed and services.journal.state(receipt.stream)[1] != receipt.version:
        changes = {}
    try:
        if changes:
            services.directory.change_person(write.thing_id, changes, claim)
        elif claim is not None:
            services.directory.remove_person(claim)
    except EmailTaken:
        raise taken() from None


def _back(known: Entry, changes: Changes, before: Found[State], now: Found[State]) -> Undo | None:
    was = {name: getattr(known, name) for name in changes}
    path = f"{RESOURCE.path}/{now.id}"
    return edit_back(path, _words(before.state) | was, _words(now.state) | dict(changes))


def _words(state: State) -> dict[str, Any]:
    shown = render.person(state)
    return {name: shown[name] for name in ("active", "description", "links")}


@router.put("/{person_id}/holiday-calendar", response_model=PersonThing)
def name_person_calendar(body: NamedCalendar, write: Name) -> Response:
    """Which of the organisation's holiday calendars the person goes by; null for its own one."""
    command = NamePersonCalendar(
        person_id=PersonId(write.thing_id), calendar=body.calendar, **write.stamp(body.reason)
    )
    return RESOURCE.done(write, command, body, undo=_calendar_back)


def _calendar_back(before: Found[State], now: Found[State]) -> Undo:
    path = f"{RESOURCE.path}/{now.id}/holiday-calendar"
    return Undo(method="PUT", path=path, body={"calendar": before.state.calendar})


@router.get("/{person_id}", response_model=PersonThing)
def get_person(person_id: str, read: Asked) -> Response:
    """One person, with the name of today."""
    return RESOURCE.answer(read, person_id)
