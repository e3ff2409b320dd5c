"""Obstacles: raised, taken, resolved with evidence (RULES B7); why they are there is apart."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from starlette.responses import Response

from api.core.bodies import Reason
from api.core.descriptions import links_of
from api.core.doors import creating, editing
from api.core.edits import edited_back
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.references import must_exist, pointer_to, title_of
from api.core.resource import Found, Look, Resource, WayBack
from api.core.shapes import Page
from api.core.undo import Undo
from api.core.writing import Write
from api.lean import obstacle_shapes as shapes
from api.lean.obstacle_bodies import NewObstacle, ObstacleEdit, Resolution, Severity
from domain.editing import given, given_fields
from domain.ids import ObstacleId, PersonId
from domain.lean import obstacle_thing
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    Obstacle,
    RaiseObstacle,
    ReleaseObstacle,
    ReopenObstacle,
    ResolveObstacle,
)
from domain.lean.obstacle_editing import EditObstacle
from domain.text import said
from journal.log import Journal
from projections.lean import lists, render

PATH: Final = "/v1/obstacles"


def _render(found: Found[Obstacle], look: Look) -> dict[str, Any]:
    title = title_of(look.services, found.state.about, look.upto)
    return render.obstacle(found.state, found.version, look.upto, about_title=title)


def _near(_: Journal, state: Obstacle) -> Iterator[str]:
    """What it stands in the way of shows it too."""
    if state.about:
        yield f"{state.about.kind}/{state.about.id}"


RESOURCE: Final[Resource[Obstacle]] = Resource(
    obstacle_thing.THING,
    PATH,
    _render,
    tags=("obstacles",),
    topics=("obstacles",),
    near=_near,
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Add = Annotated[Write, editing(RESOURCE, "obstacle_id", versioned=False)]
Edit = Annotated[Write, editing(RESOURCE, "obstacle_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[shapes.ObstacleItem])
def list_obstacles(
    read: Asked,
    state: Annotated[Literal["open", "raised", "acknowledged", "resolved"] | None, Query()] = None,
    severity: Annotated[Severity | None, Query()] = None,
    source: Annotated[Literal["person", "clock"] | None, Query()] = None,
    owner_id: ById = None,
    team_id: ById = None,
    about: ById = None,
    sort: Literal["newest", "severity"] = "newest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Obstacles, the newest or the gravest first, whether people or the clock raised them.

    `about` is the id of what they stand in the way of, `team_id` the team whose thing that is.
    """
    return read.listing(
        cursor,
        lambda moment, start: lists.obstacles(
            read.services.views,
            moment=moment,
            state=state,
            severity=severity,
            source=source,
            owner_id=owner_id,
            team_id=team_id,
            about=about,
            sort=sort,
            limit=limit,
            cursor=start,
        ),
    )


@router.post("", status_code=201, response_model=shapes.Obstacle)
def raise_obstacle(body: NewObstacle, write: Create) -> Response:
    """Say what stands in the way; the help chain starts from here."""
    about = pointer_to(write.services, body.about)
    must_exist(write.services, "person", body.owner_id, "/owner_id")
    command = RaiseObstacle(
        obstacle_id=ObstacleId(write.new_id()),
        title=body.title,
        about=about,
        severity=body.severity,
        owner_id=PersonId(body.owner_id) if body.owner_id else None,
        type=body.type,
        next_action=body.next_action,
        description=said(body.description),
        links=links_of(body.links),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.patch("/{obstacle_id}", response_model=shapes.Obstacle)
def edit_obstacle(body: ObstacleEdit, write: Edit) -> Response:
    """Edit an obstacle: its words, severity, type, owner, what is next, what it is about."""
    fields = given_fields(body, "title", "severity", "type", "owner_id")
    for name in ("description", "next_action"):
        if given(body, name):
            fields[name] = said(getattr(body, name))
    if given(body, "links"):
        fields["links"] = links_of(body.links)
    if given(body, "about"):
        fields["about"] = pointer_to(write.services, body.about) if body.about else None
    command = EditObstacle(**fields, **upon(write, body))
    return RESOURCE.done(write, command, body, undo=edited_back(PATH, body, _held))


@router.post("/{obstacle_id}/take", response_model=shapes.Obstacle)
def take(write: Add, body: Reason | None = None) -> Response:
    """Take it on: it is yours, and the climb up the help chain stops."""
    command = AcknowledgeObstacle(**upon(write, body))
    return RESOURCE.done(write, command, body, undo=posted("release"))


@router.post("/{obstacle_id}/acknowledge", response_model=shapes.Obstacle, deprecated=True)
def acknowledge(write: Add, body: Reason | None = None) -> Response:
    """The former name of `take`."""
    return take(write, body)


@router.post("/{obstacle_id}/release", response_model=shapes.Obstacle)
def release(write: Edit, body: Reason | None = None) -> Response:
    """Give it back to whoever had it before; the help chain climbs again."""
    command = ReleaseObstacle(**upon(write, body))
    return RESOURCE.done(write, command, body, undo=posted("take"))


@router.post("/{obstacle_id}/resolve", response_model=shapes.Obstacle)
def resolve(body: Resolution, write: Edit) -> Response:
    """Say what came of it, with evidence."""
    command = ResolveObstacle(result=body.result, evidence=body.evidence, **upon(write, body))
    return RESOURCE.done(write, command, body, undo=posted("reopen"))


@router.post("/{obstacle_id}/reopen", response_model=shapes.Obstacle)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """It is back."""
    command = ReopenObstacle(**upon(write, body))
    return RESOURCE.done(write, command, body, undo=_resolved_again)


@router.get("/{obstacle_id}", response_model=shapes.Obstacle)
def get_obstacle(obstacle_id: str, read: Asked) -> Response:
    """One obstacle with its whys and causes."""
    return RESOURCE.answer(read, obstacle_id)


def posted(move: str, body: dict[str, Any] | None = None) -> WayBack[Obstacle]:
    """The way back by another move."""

    def back(_: Found[Obstacle], now: Found[Obstacle]) -> Undo:
        return Undo(method="POST", path=f"{PATH}/{now.id}/{move}", body=body)

    return back


def _resolved_again(before: Found[Obstacle], now: Found[Obstacle]) -> Undo | None:
    """What ended by itself has no result to say again."""
    held = before.state
    if held.result is None:
        return None
    return posted("resolve", {"result": held.result, "evidence": held.evidence})(before, now)


def _held(state: Obstacle) -> dict[str, Any]:
    """What an edit may change, as a request says it."""
    return {
        "title": state.title,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "severity": state.severity,
        "type": state.type,
        "owner_id": state.owner_id,
        "next_action": state.next_action,
        "about": state.about and state.about.model_dump(),
    }


def upon(write: Write, body: Any) -> dict[str, Any]:
    """What every command to an obstacle carries."""
    reason = body.reason if body is not None else None
    return {"obstacle_id": ObstacleId(write.thing_id), **write.stamp(reason)}
