"""Teams, who belongs to them, and how well a lean team covers departments and levels."""

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from starlette.responses import Response

from api.core.bodies import NamedCalendar, Reason
from api.core.descriptions import Described, Description, Links, given_words, never_null
from api.core.doors import creating, editing
from api.core.fields import Id, Request, Text, Title, Word
from api.core.present import present
from api.core.problems import not_found, refused
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo, edit_back
from api.core.writing import Write
from api.people import people
from domain.editing import given_fields
from domain.facts import Command
from domain.ids import CycleId, PersonId, TeamId
from domain.people import team_thing
from domain.people.dissolving import DissolveTeam, RestoreTeam, still_owns
from domain.people.team import AddMember, FormTeam, NameTeamCalendar, RemoveMember
from domain.people.team import Team as State
from domain.people.team_editing import EditTeam
from journal.log import Journal
from projections.cycle.cycle import CYCLES
from projections.people import lists, render
from projections.people.owned import VIEWS, is_open, is_unsettled, owned_by_team

Kind = Literal["company", "department", "team", "lean"]


class NewTeam(Request):
    name: Title
    kind: Kind
    parent_id: Id | None = None
    reason: Text | None = None


class TeamEdit(Request):
    """What is left out stays as it is. ``parent_id`` null brings the team to the top."""

    name: Title | None = None
    kind: Kind | None = None
    parent_id: Id | None = None
    description: Description | None = None
    links: Links | None = None
    reason: Text | None = None


class Membership(Request):
    role: Literal["lead", "member"]
    department: Word | None = None
    level: Word | None = None
    reason: Text | None = None


class Member(Shape):
    person_id: str
    role: Literal["lead", "member"]
    department: str | None
    level: str | None


class TeamItem(Described):
    id: str
    name: str
    kind: Kind
    state: Literal["formed", "dissolved"]
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
Edit = Annotated[Write, editing(RESOURCE, "team_id")]
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
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.patch("/{team_id}", response_model=Team)
def edit_team(body: TeamEdit, write: Edit) -> Response:
    """Rename or describe the team, make it another kind, move it under another team."""
    never_null(body, "name", "kind", "links")
    command = EditTeam(
        team_id=TeamId(write.thing_id),
        above=_above(write.services.journal, body.parent_id),
        **given_fields(body, "name", "kind", "parent_id"),
        **given_words(body),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, undo=_edited_back)


def _above(journal: Journal, parent_id: str | None) -> tuple[TeamId, ...]:
    """The teams above one, the nearest first."""
    found: dict[TeamId, None] = {}
    while parent_id is not None:
        parent: State = journal.state(f"team/{parent_id}")[0]
        parent_id = parent.parent_id
        if parent_id is None or parent_id in found:
            break
        found[TeamId(parent_id)] = None
    return tuple(found)


def _edited_back(before: Found[State], now: Found[State]) -> Undo | None:
    return edit_back(f"{RESOURCE.path}/{now.id}", _editable(before.state), _editable(now.state))


def _editable(state: State) -> dict[str, Any]:
    shown = render.team(state, 0, None)
    return {name: shown[name] for name in ("name", "kind", "parent_id", "description", "links")}


@router.post("/{team_id}/dissolve", response_model=Team)
def dissolve_team(write: Edit, body: Reason | None = None) -> Response:
    """Dissolve the team: its members leave, and nothing new comes in. Refused while it owns open
    things, which the field `owns` lists.
    """
    services, team_id = write.services, write.thing_id
    moment = present(services, VIEWS)
    with services.views.reading() as look:
        owns = owned_by_team(look, team_id, moment)
        running = look.rows(CYCLES, moment, CYCLES.c.status != "closed")
    if owns:
        raise refused(
            still_owns([{"kind": one.kind, "id": one.id, "title": one.title} for one in owns])
        )
    cycles = tuple(CycleId(row["cycle_id"]) for row in running)
    command = DissolveTeam(
        team_id=TeamId(team_id),
        cycles=cycles,
        settled=_settled(services.journal, team_id, cycles),
        **write.stamp(body.reason if body else None),
    )
    back = Undo(method="POST", path=f"{RESOURCE.path}/{team_id}/restore")
    return RESOURCE.done(write, command, body, undo=back)


def _settled(journal: Journal, team_id: str, cycles: tuple[CycleId, ...]) -> tuple[str, ...]:
    """What stands on the team's board and on rosters and is over all the same."""
    board = journal.state(f"board/{team_id}")[0]
    cards = [card for column in board.cards.values() for card in column]
    rosters = [journal.state(f"roster/{cycle_id}")[0] for cycle_id in cycles]
    placed = [each for roster in rosters for each in roster.of_team.get(team_id, ())]
    over = (id_ for id_ in cards if not is_unsettled(journal.state(f"action/{id_}")[0]))
    left = (id_ for id_ in placed if not is_open(journal.state(f"objective/{id_}")[0]))
    return (*over, *left)


@router.post("/{team_id}/restore", response_model=Team)
def restore_team(write: Edit, body: Reason | None = None) -> Response:
    """The team is there again, with those who left when it was dissolved."""
    command = RestoreTeam(
        team_id=TeamId(write.thing_id),
        parent_id=write.state.parent_id,
        **write.stamp(body.reason if body else None),
    )
    back = Undo(method="POST", path=f"{RESOURCE.path}/{write.thing_id}/dissolve")
    return RESOURCE.done(write, command, body, undo=back)


@router.put("/{team_id}/members/{person_id}", response_model=Team)
def add_member(person_id: str, body: Membership, write: Add) -> Response:
    """Add a person to the team, or change the role, department or level of a member."""
    people.RESOURCE.find(write.services, person_id)
    command = AddMember(
        team_id=TeamId(write.thing_id),
        person_id=PersonId(person_id),
        **body.model_dump(exclude={"reason"}),
        **write.stamp(body.reason),
    )
    return _member_done(write, person_id, command, body)


@router.delete("/{team_id}/members/{person_id}", response_model=Team)
def remove_member(person_id: str, write: Add) -> Response:
    """Take a person out of the team. Repeating it changes nothing."""
    command = RemoveMember(
        team_id=TeamId(write.thing_id), person_id=PersonId(person_id), **write.stamp()
    )
    return _member_done(write, person_id, command, None)


def _member_done(
    write: Write, person_id: str, command: Command, body: Membership | None
) -> Response:
    """The way back is the membership that was there before, or none."""

    def back(before: Found[State], now: Found[State]) -> Undo:
        path = f"{RESOURCE.path}/{now.id}/members/{person_id}"
        member = before.state.members.get(PersonId(person_id))
        if member is None:
            return Undo(method="DELETE", path=path)
        return Undo(method="PUT", path=path, body=asdict(member))

    return RESOURCE.done(write, command, body, undo=back)


@router.put("/{team_id}/holiday-calendar", response_model=Team)
def name_team_calendar(body: NamedCalendar, write: Add) -> Response:
    """Which of the organisation's holiday calendars the team goes by; null for its own one."""
    command = NameTeamCalendar(
        team_id=TeamId(write.thing_id), calendar=body.calendar, **write.stamp(body.reason)
    )
    return RESOURCE.done(write, command, body, undo=_calendar_back)


def _calendar_back(before: Found[State], now: Found[State]) -> Undo:
    path = f"{RESOURCE.path}/{now.id}/holiday-calendar"
    return Undo(method="PUT", path=path, body={"calendar": before.state.calendar})


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
