"""People: the log knows an opaque id, the directory beside it the name and the address."""

from datetime import timedelta
from typing import Annotated, Any, Final

from starlette.responses import Response

from api.core.bodies import NamedCalendar
from api.core.doors import creating, editing
from api.core.fields import Email, Request, Title
from api.core.problems import Problem
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page, Shape, Versioned
from api.core.writing import Write
from domain.ids import PersonId
from domain.people import person_thing
from domain.people.person import AddPerson, NamePersonCalendar
from domain.people.person import Person as State
from journal.directory import EmailTaken
from journal.ids import id_for, is_for, made_at
from projections.engine.moment import Moment
from projections.people import lists

ABANDONED: Final = timedelta(minutes=1)  # no write is under way for that long


class NewPerson(Request):
    name: Title
    email: Email


class Person(Shape):
    id: str
    name: str | None
    email: str | None


class PersonThing(Person, Versioned):
    holiday_calendar: str | None


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    """A person with the name of today."""
    entry = look.services.directory.people([found.id]).get(found.id)
    return {
        "id": found.id,
        "name": entry.name if entry else None,
        "email": entry.email if entry else None,
        "holiday_calendar": found.state.calendar,
    }


RESOURCE: Final[Resource[State]] = Resource(
    person_thing.THING, "/v1/people", _render, tags=("people and teams",), topics=("people",)
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE, AddPerson)]
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
    answered = write.services.journal.receipt(write.command_id)
    person_id = answered.subject if answered else _claimed(body, write)
    receipt = write.handle(AddPerson(person_id=PersonId(person_id), **write.stamp()), body)
    person = {
        "id": receipt.subject,
        "name": body.name,
        "email": body.email,
        "holiday_calendar": None,
    }
    return write.respond(receipt, person, status=201, at=f"{RESOURCE.path}/{receipt.subject}")


def _claimed(body: NewPerson, write: Write) -> str:
    """The id under which the address is this request's own, before anything enters the log.

    Of many at once one gets the address. A crash before the log leaves a claim: the same request,
    repeated, goes on with it, and to others it is free after ``ABANDONED``.
    """
    services = write.services
    directory, person_id = services.directory, id_for(write.command_id, write.at)
    while True:
        try:
            directory.put_person(person_id, body.name, body.email)
        except EmailTaken:
            holder = directory.find_person(body.email)
        else:
            return person_id
        if holder is None:
            continue  # just given back
        if is_for(holder.id, write.command_id):
            return holder.id
        _, version = services.journal.state(f"person/{holder.id}")
        if version or write.at - made_at(holder.id) < ABANDONED:
            raise Problem(
                409, "already-exists", "A person with this e-mail is known already.", allowed=[]
            )
        directory.remove_person(holder.id)


@router.put("/{person_id}/holiday-calendar", response_model=PersonThing)
def name_person_calendar(body: NamedCalendar, write: Name) -> Response:
    """Which of the organisation's holiday calendars the person goes by; null for its own one."""
    command = NamePersonCalendar(
        person_id=PersonId(write.thing_id), calendar=body.calendar, **write.stamp()
    )
    return RESOURCE.done(write, command, body)


@router.get("/{person_id}", response_model=PersonThing)
def get_person(person_id: str, read: Asked) -> Response:
    """One person, with the name of today."""
    return RESOURCE.answer(read, person_id)
