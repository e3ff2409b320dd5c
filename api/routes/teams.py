"""Teams, who belongs to them, and how well a lean team covers departments and levels."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.problems import not_found
from api.reading import Reading, reading
from api.requests.people import Membership, NewTeam
from api.writing import Write, creating, editing, existing
from domain.ids import PersonId, TeamId
from domain.people.team import AddMember, FormTeam, RemoveMember
from projections.people.lists import coverage

router = APIRouter(prefix="/v1/teams", tags=["people and teams"], route_class=StrictRoute)

Create = Annotated[Write, creating("administer")]
Add = Annotated[Write, editing("team", "team_id", permission="administer", versioned=False)]
Asked = Annotated[Reading, reading()]


@router.post("", status_code=201, response_model=shapes.Team)
def form_team(body: NewTeam, write: Create) -> Response:
    """Form a team under a parent: company, department, team or lean team."""
    command = FormTeam(
        team_id=TeamId(write.new_id()),
        name=body.name,
        kind=body.kind,
        parent_id=TeamId(body.parent_id) if body.parent_id else None,
        **write.stamp(),
    )
    receipt = write.handle(command, body)
    team = Answers(write.services).team(receipt.subject, receipt.position)[0]
    return write.respond(receipt, team, status=201, at=f"/v1/teams/{receipt.subject}")


@router.put("/{team_id}/members/{person_id}", response_model=shapes.Team)
def add_member(person_id: str, body: Membership, write: Add) -> Response:
    """Add a person to the team, or change the role, department or level of a member."""
    Answers(write.services).person(person_id, None)
    command = AddMember(
        team_id=TeamId(write.thing_id),
        person_id=PersonId(person_id),
        **body.model_dump(),
        **write.stamp(),
    )
    receipt = write.handle(command, body)
    return write.respond(receipt, Answers(write.services).team(write.thing_id, receipt.position)[0])


@router.delete("/{team_id}/members/{person_id}", response_model=shapes.Team)
def remove_member(person_id: str, write: Add) -> Response:
    """Take a person out of the team. Repeating it changes nothing."""
    command = RemoveMember(
        team_id=TeamId(write.thing_id), person_id=PersonId(person_id), **write.stamp()
    )
    receipt = write.handle(command)
    return write.respond(receipt, Answers(write.services).team(write.thing_id, receipt.position)[0])


@router.get("/{team_id}/coverage", response_model=shapes.Coverage)
def get_coverage(team_id: str, read: Asked) -> Response:
    """Departments and levels of the organisation that the team represents, and those it misses."""
    existing(read.services, "team", team_id, read.upto)
    moment = read.when()
    found = coverage(read.services.views, team_id, moment)
    if found is None:
        raise not_found("team")
    return read.view(found, moment)


@router.get("/{team_id}", response_model=shapes.Team)
def get_team(team_id: str, read: Asked) -> Response:
    """One team with its members."""
    return read.thing(*Answers(read.services).team(team_id, read.upto))
