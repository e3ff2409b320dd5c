"""Obstacles: raised, understood by 5 Whys and a fishbone, resolved with evidence (RULES B7)."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from starlette.responses import Response

from api.core.bodies import About, Reason
from api.core.doors import creating, editing
from api.core.fields import Id, Request, Text, Title
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.references import must_exist, pointer_to
from api.core.resource import Found, Look, Resource, after
from api.core.shapes import Page
from api.core.writing import Write
from api.lean import obstacle_shapes as shapes
from domain.facts import Command
from domain.ids import CauseId, ObstacleId, PersonId, WhyId
from domain.lean import obstacle_thing
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    AnswerWhy,
    ChooseRootCause,
    NoteCause,
    Obstacle,
    RaiseObstacle,
    ReopenObstacle,
    ResolveObstacle,
)
from journal.log import Journal
from projections.lean import lists, render


class NewObstacle(Request):
    title: Title
    about: About
    severity: Literal["low", "medium", "high"]
    owner_id: Id | None = None


class Why(Request):
    """One answer of the 5 Whys; ``under`` is the answer it explains."""

    answer: Text
    under: Id | None = None
    evidence: Text | None = None
    reason: Text | None = None


class Cause(Request):
    category: Literal["people", "method", "machine", "material", "measurement", "environment"]
    text: Text
    reason: Text | None = None


class RootCause(Request):
    why_id: Id
    reason: Text | None = None


class Resolution(Request):
    result: Text
    evidence: Text
    reason: Text | None = None


def _render(found: Found[Obstacle], look: Look) -> dict[str, Any]:
    return render.obstacle(found.state, found.version, look.upto)


def _near(_: Journal, state: Obstacle) -> Iterator[str]:
    """What it stands in the way of shows it too."""
    if state.about:
        yield f"{state.about.kind}/{state.about.id}"


RESOURCE: Final[Resource[Obstacle]] = Resource(
    obstacle_thing.THING,
    "/v1/obstacles",
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
    severity: Annotated[Literal["low", "medium", "high"] | None, Query()] = None,
    owner_id: ById = None,
    about: ById = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Obstacles, the newest first; `about` is the id of what they stand in the way of."""
    return read.listing(
        cursor,
        lambda moment, start: lists.obstacles(
            read.services.views,
            moment=moment,
            state=state,
            severity=severity,
            owner_id=owner_id,
            about=about,
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
        **write.stamp(),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.post("/{obstacle_id}/whys", status_code=201, response_model=shapes.WhyAnswered)
def answer_why(body: Why, write: Add) -> Response:
    """Answer one more why, under the answer it explains."""
    command = AnswerWhy(
        why_id=WhyId(write.new_id()),
        under=WhyId(body.under) if body.under else None,
        answer=body.answer,
        evidence=body.evidence,
        **_about(write, body),
    )
    return _added(
        command,
        write,
        body,
        {"under": body.under, "answer": body.answer, "evidence": body.evidence},
    )


@router.post("/{obstacle_id}/causes", status_code=201, response_model=shapes.CauseNoted)
def note_cause(body: Cause, write: Add) -> Response:
    """Note a possible cause on the fishbone."""
    command = NoteCause(
        cause_id=CauseId(write.new_id()),
        category=body.category,
        text=body.text,
        **_about(write, body),
    )
    return _added(command, write, body, {"category": body.category, "text": body.text})


@router.post("/{obstacle_id}/root-cause", response_model=shapes.Obstacle)
def choose_root_cause(body: RootCause, write: Edit) -> Response:
    """Name the answer one can act on."""
    command = ChooseRootCause(why_id=WhyId(body.why_id), **_about(write, body))
    return RESOURCE.done(write, command, body)


@router.post("/{obstacle_id}/acknowledge", response_model=shapes.Obstacle)
def acknowledge(write: Add, body: Reason | None = None) -> Response:
    """Take it on: the climb up the help chain stops."""
    return RESOURCE.done(write, AcknowledgeObstacle(**_about(write, body)), body)


@router.post("/{obstacle_id}/resolve", response_model=shapes.Obstacle)
def resolve(body: Resolution, write: Edit) -> Response:
    """Say what came of it, with evidence."""
    command = ResolveObstacle(result=body.result, evidence=body.evidence, **_about(write, body))
    return RESOURCE.done(write, command, body)


@router.post("/{obstacle_id}/reopen", response_model=shapes.Obstacle)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """It is back."""
    return RESOURCE.done(write, ReopenObstacle(**_about(write, body)), body)


@router.get("/{obstacle_id}", response_model=shapes.Obstacle)
def get_obstacle(obstacle_id: str, read: Asked) -> Response:
    """One obstacle with its whys and causes."""
    return RESOURCE.answer(read, obstacle_id)


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"obstacle_id": ObstacleId(write.thing_id), **write.stamp(reason)}


def _added(command: Command, write: Write, body: Why | Cause, part: dict[str, Any]) -> Response:
    """A why or a cause that was added, and the obstacle with it."""
    receipt = write.handle(command, body)
    obstacle = RESOURCE.show(write.thing_id, after(write, receipt))
    shown = {
        "id": receipt.subject, "obstacle_id": write.thing_id, **part, "obstacle": obstacle,
    }  # fmt: skip
    return write.respond(receipt, shown, status=201)
