"""Improvement actions: they move over a team's board until their effect is verified (RULES B6)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from api.core.bodies import About, Reason
from api.core.doors import creating, editing
from api.core.fields import Day, Id, Request, Text, Title
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.references import pointer_to
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo
from api.core.writing import Write
from api.lean.boards import ColumnKey
from domain.ids import ActionId, PersonId, TeamId
from domain.lean import action_thing
from domain.lean.action import Action as State
from domain.lean.action import MoveAction, OpenAction, ReopenAction, VerifyAction
from journal.log import Journal
from projections.cycle.lists import timezone_on
from projections.lean import lists, render


class NewAction(Request):
    title: Title
    kind: Literal["countermeasure", "kaizen", "follow_up"]
    team_id: Id
    owner_id: Id
    due_on: Day | None = None
    about: About | None = None
    prediction: Text | None = None
    verify_after_days: Annotated[int, Field(ge=0, le=365)] | None = None


class Move(Request):
    """To another column, before another card (at the end without one)."""

    column: ColumnKey
    before_id: Id | None = None
    reason: Text | None = None


class Verification(Request):
    result: Text
    effective: bool
    evidence: Text
    reason: Text | None = None


class ActionItem(Shape):
    id: str
    title: str
    kind: Literal["countermeasure", "kaizen", "follow_up"]
    team_id: str
    owner_id: str
    due_on: date | None
    state: str
    column: str | None


class Action(ActionItem, Versioned):
    moves: list[str]


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    return render.action(found.state, found.version, look.upto)


def _near(_: Journal, state: State) -> Iterator[str]:
    """Its team's board shows it too, and so does what it is about."""
    if state.team_id:
        yield f"team/{state.team_id}"
    if state.about:
        yield f"{state.about.kind}/{state.about.id}"


RESOURCE: Final[Resource[State]] = Resource(
    action_thing.THING,
    "/v1/actions",
    _render,
    tags=("actions",),
    topics=("actions",),
    near=_near,
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Edit = Annotated[Write, editing(RESOURCE, "action_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[ActionItem])
def list_actions(
    read: Asked,
    team_id: ById = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    kind: Annotated[Literal["countermeasure", "kaizen", "follow_up"] | None, Query()] = None,
    owner_id: ById = None,
    about: ById = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Improvement actions, the newest first; `about` is the id of what they were opened for."""
    return read.listing(
        cursor,
        lambda moment, start: lists.actions(
            read.services.views,
            moment=moment,
            team_id=team_id,
            state=state,
            kind=kind,
            owner_id=owner_id,
            about=about,
            limit=limit,
            cursor=start,
        ),
    )


@router.post("", status_code=201, response_model=Action)
def open_action(body: NewAction, write: Create) -> Response:
    """Open a countermeasure, a kaizen or a follow-up; it starts on the team's board."""
    services, now = write.services, write.services.clock.now()
    command = OpenAction(
        action_id=ActionId(write.new_id()),
        title=body.title,
        kind=body.kind,
        team_id=TeamId(body.team_id),
        owner_id=PersonId(body.owner_id),
        due_on=body.due_on,
        about=pointer_to(services, body.about) if body.about else None,
        prediction=body.prediction,
        verify_after_days=body.verify_after_days,
        timezone=timezone_on(services.views, now.date(), services.views.moment(None, now)),
        **write.stamp(),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.post("/{action_id}/move", response_model=Action)
def move(body: Move, write: Edit) -> Response:
    """Move the card; a hard limit refuses, a soft one asks for a reason."""
    command = MoveAction(
        column=body.column,
        before_id=ActionId(body.before_id) if body.before_id else None,
        **_about(write, body),
    )
    return RESOURCE.done(write, command, body, undo=_moved_back)


@router.post("/{action_id}/verify", response_model=Action)
def verify(body: Verification, write: Edit) -> Response:
    """Say what the action has brought; without effect it is open again."""
    command = VerifyAction(
        result=body.result,
        effective=body.effective,
        evidence=body.evidence,
        **_about(write, body),
    )
    return RESOURCE.done(write, command, body)


@router.post("/{action_id}/reopen", response_model=Action)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """Take the work up again."""
    return RESOURCE.done(write, ReopenAction(**_about(write, body)), body)


@router.get("/{action_id}", response_model=Action)
def get_action(action_id: str, read: Asked) -> Response:
    """One improvement action."""
    return RESOURCE.answer(read, action_id)


def _moved_back(before: Found[State], now: Found[State]) -> Undo | None:
    """To the column it came from; a card that only changed places there stays."""
    if before.state.column == now.state.column:
        return None
    path = f"{RESOURCE.path}/{now.id}/move"
    return Undo(method="POST", path=path, body={"column": before.state.column})


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {
        "action_id": ActionId(write.thing_id),
        "team_id": write.state.team_id,
        **write.stamp(reason),
    }
