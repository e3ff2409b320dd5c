"""People: the log knows an opaque id, the directory beside it the name and the address."""

from typing import Annotated

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

router = APIRouter(prefix="/v1/people", tags=["people and teams"], route_class=StrictRoute)

Create = Annotated[Write, creating("administer")]
Asked = Annotated[Reading, reading()]


@router.post("", status_code=201, response_model=shapes.PersonThing)
def add_person(body: NewPerson, write: Create) -> Response:
    """Add a person. Only an opaque id enters the log; the name can be erased later."""
    directory = write.services.directory
    if (
        write.services.journal.receipt(write.command_id) is None
        and directory.find_person(body.email) is not None
    ):
        raise Problem(
            409, "already-exists", "A person with this e-mail is known already.", allowed=[]
        )
    command = AddPerson(person_id=PersonId(write.new_id()), **write.stamp())
    receipt = write.handle(command, body)
    # After the log: a crash in between leaves a nameless person, and the same request, repeated,
    # gives the name. The other order would leave a name that nothing points to.
    directory.put_person(receipt.subject, body.name, body.email)
    person = {"id": receipt.subject, "name": body.name, "email": body.email}
    return write.respond(receipt, person, status=201, at=f"/v1/people/{receipt.subject}")


@router.get("/{person_id}", response_model=shapes.PersonThing)
def get_person(person_id: str, read: Asked) -> Response:
    """One person, with the name of today."""
    return read.thing(*Answers(read.services).person(person_id, read.upto))
