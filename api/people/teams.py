"""Teams, who belongs to them, and how well a lean team covers departments and levels."""

from typing import Annotated, Any, Final, Literal

from starlette.responses import Response

from api.core.bodies import NamedCalendar
from api.core.doors import creating, editing
from api.core.fields import Id, Request, Title, Word
from api.core.problems import not_found
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page, Shape, Versioned
from api.core.writing import Write
from api.people import people
from domain.ids import PersonId, TeamId
from domain.people import team_thing
from domain.people.team import AddMember, FormTeam, NameTeamCalendar, RemoveMember
from domain.people.team import Team as State
from projections.people import lists, render


class NewTeam(Request):
    name: Title
    kind: Literal["company", "department", "team", "lean"]
    parent_id: Id | None = None


class Membership(Request):
    role: Literal["lead", "member"]
    department: Word | None = None
    level: Word | None = None


class Member(Shape):
    person_id: str
    role: Literal["lead", "member"]
    department: str | None
    level: str | None


class TeamItem(Shape):
    id: str
    name: str
    kind: Literal["company", "department", "team", "lean"]
    parent_id: str | None
    holiday_calendar: str | None = None
    members: list[Member]


class Team(TeamItem, Versioned): ...


class Coverage(Shape):
    team_id: str
    departments: dict[str, list[str]]
    levels: dict[str, list[str]]
    position: int


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    return render.team(found.state, found.version, look.upto)


RESOURCE: Final[Resource[State]] = Resource(
    team_thing.THING, "/v1/teams", _render, tags=("people and teams",), topics=("teams",)
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Add = Annotated[Write, editing(RESOURCE, "team_id", versioned=False)]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[TeamItem])
def list_teams(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Teams with their members, in the order they were formed."""
    return read.listing(
        cursor,
        lambda moment, start: lists.teams(
            read.services.views, moment=moment, limit=limit, cursor=start
        ),
    )


@router.post("", status_code=201, response_model=Team)
def form_team(body: NewTeam, write: Create) -> Response:
    """Form a team under a parent: company, department, team or lean team."""
    command = FormTeam(
        team_id=TeamId(write.new_id()),
        name=body.name,
        kind=body.kind,
        parent_id=TeamId(body.parent_id) if body.parent_id else None,
        **write.stamp(),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.put("/{team_id}/members/{person_id}", response_model=Team)
def add_member(person_id: str, body: Membership, write: Add) -> Response:
    """Add a person to the team, or change the role, department or level of a member."""
    people.RESOURCE.find(write.services, person_id)
    command = AddMember(
        team_id=TeamId(write.thing_id),
        person_id=PersonId(person_id),
        **body.model_dump(),
        **write.stamp(),
    )
    return RESOURCE.done(write, command, body)


@router.delete("/{team_id}/members/{person_id}", response_model=Team)
def remove_member(person_id: str, write: Add) -> Response:
    """Take a person out of the team. Repeating it changes nothing."""
    command = RemoveMember(
        team_id=TeamId(write.thing_id), person_id=PersonId(person_id), **write.stamp()
    )
    return RESOURCE.done(write, command, None)


@router.put("/{team_id}/holiday-calendar", response_model=Team)
def name_team_calendar(body: NamedCalendar, write: Add) -> Response:
    """Which of the organisation's holiday calendars the team goes by; null for its own one."""
    command = NameTeamCalendar(
        team_id=TeamId(write.thing_id), calendar=body.calendar, **write.stamp()
    )
    return RESOURCE.done(write, command, body)


@router.get("/{team_id}/coverage", response_model=Coverage)
def get_coverage(team_id: str, read: Asked) -> Response:
    """Departments and levels of the organisation that the team represents, and those it misses."""
    RESOURCE.find(read.services, team_id, read.upto)
    moment = read.when()
    found = lists.coverage(read.services.views, team_id, moment)
    if found is None:
        raise not_found("team")
    return read.view(found, moment)


@router.get("/{team_id}", response_model=Team)
def get_team(team_id: str, read: Asked) -> Response:
    """One team with its members."""
    return RESOURCE.answer(read, team_id)
