"""People: the log knows an opaque id, the directory beside it the name and the address."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.problems import Problem
from api.reading import Reading, reading
from api.requests.people import NewPerson
from api.writing import Write, creating
from domain.ids import PersonId
from domain.people.person import AddPerson
from journal.directory import EmailTaken
from journal.ids import id_for, is_for, made_at

router = APIRouter(prefix="/v1/people", tags=["people and teams"], route_class=StrictRoute)

Create = Annotated[Write, creating("administer")]
Asked = Annotated[Reading, reading()]

ABANDONED: Final = timedelta(minutes=1)  # no write is under way for that long


@router.post("", status_code=201, response_model=shapes.PersonThing)
def add_person(body: NewPerson, write: Create) -> Response:
    """Add a person. Only an opaque id enters the log; the name can be erased later."""
    answered = write.services.journal.receipt(write.command_id)
    person_id = answered.subject if answered else _claimed(body, write)
    receipt = write.handle(AddPerson(person_id=PersonId(person_id), **write.stamp()), body)
    person = {"id": receipt.subject, "name": body.name, "email": body.email}
    return write.respond(receipt, person, status=201, at=f"/v1/people/{receipt.subject}")


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


@router.get("/{person_id}", response_model=shapes.PersonThing)
def get_person(person_id: str, read: Asked) -> Response:
    """One person, with the name of today."""
    return read.thing(*Answers(read.services).person(person_id, read.upto))
