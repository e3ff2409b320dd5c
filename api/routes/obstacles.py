"""Obstacles: raised, understood by 5 Whys and a fishbone, resolved with evidence (RULES B7)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.reading import Reading, reading
from api.references import must_exist
from api.requests.common import Reason
from api.requests.lean import Cause, NewObstacle, Resolution, RootCause, Why
from api.writing import Write, creating, editing
from domain.facts import Command
from domain.ids import CauseId, ObstacleId, PersonId, WhyId
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    AnswerWhy,
    ChooseRootCause,
    NoteCause,
    RaiseObstacle,
    ReopenObstacle,
    ResolveObstacle,
)

router = APIRouter(prefix="/v1/obstacles", tags=["obstacles"], route_class=StrictRoute)

Create = Annotated[Write, creating()]
Add = Annotated[Write, editing("obstacle", "obstacle_id", versioned=False)]
Edit = Annotated[Write, editing("obstacle", "obstacle_id")]
Asked = Annotated[Reading, reading()]


@router.post("", status_code=201, response_model=shapes.Obstacle)
def raise_obstacle(body: NewObstacle, write: Create) -> Response:
    """Say what stands in the way; the help chain starts from here."""
    must_exist(write.services, body.about.kind, body.about.id, "/about")
    must_exist(write.services, "person", body.owner_id, "/owner_id")
    command = RaiseObstacle(
        obstacle_id=ObstacleId(write.new_id()),
        title=body.title,
        about=body.about.thing(),
        severity=body.severity,
        owner_id=PersonId(body.owner_id) if body.owner_id else None,
        **write.stamp(),
    )
    receipt = write.handle(command, body)
    thing, _ = Answers(write.services).obstacle(receipt.subject, receipt.position)
    return write.respond(receipt, thing, status=201, at=f"/v1/obstacles/{receipt.subject}")


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
    receipt = write.handle(command, body)
    obstacle, _ = Answers(write.services).obstacle(write.thing_id, receipt.position)
    why = {
        "id": receipt.subject,
        "obstacle_id": write.thing_id,
        "under": body.under,
        "answer": body.answer,
        "evidence": body.evidence,
        "obstacle": obstacle,
    }
    return write.respond(receipt, why, status=201)


@router.post("/{obstacle_id}/causes", status_code=201, response_model=shapes.CauseNoted)
def note_cause(body: Cause, write: Add) -> Response:
    """Note a possible cause on the fishbone."""
    command = NoteCause(
        cause_id=CauseId(write.new_id()),
        category=body.category,
        text=body.text,
        **_about(write, body),
    )
    receipt = write.handle(command, body)
    obstacle, _ = Answers(write.services).obstacle(write.thing_id, receipt.position)
    cause = {
        "id": receipt.subject,
        "obstacle_id": write.thing_id,
        "category": body.category,
        "text": body.text,
        "obstacle": obstacle,
    }
    return write.respond(receipt, cause, status=201)


@router.post("/{obstacle_id}/root-cause", response_model=shapes.Obstacle)
def choose_root_cause(body: RootCause, write: Edit) -> Response:
    """Name the answer one can act on."""
    return _do(ChooseRootCause(why_id=WhyId(body.why_id), **_about(write, body)), write, body)


@router.post("/{obstacle_id}/acknowledge", response_model=shapes.Obstacle)
def acknowledge(write: Add, body: Reason | None = None) -> Response:
    """Take it on: the climb up the help chain stops."""
    return _do(AcknowledgeObstacle(**_about(write, body)), write, body)


@router.post("/{obstacle_id}/resolve", response_model=shapes.Obstacle)
def resolve(body: Resolution, write: Edit) -> Response:
    """Say what came of it, with evidence."""
    command = ResolveObstacle(result=body.result, evidence=body.evidence, **_about(write, body))
    return _do(command, write, body)


@router.post("/{obstacle_id}/reopen", response_model=shapes.Obstacle)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """It is back."""
    return _do(ReopenObstacle(**_about(write, body)), write, body)


@router.get("/{obstacle_id}", response_model=shapes.Obstacle)
def get_obstacle(obstacle_id: str, read: Asked) -> Response:
    """One obstacle with its whys and causes."""
    return read.thing(*Answers(read.services).obstacle(obstacle_id, read.upto))


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"obstacle_id": ObstacleId(write.thing_id), **write.stamp(reason)}


def _do(command: Command, write: Write, body: Any) -> Response:
    receipt = write.handle(command, body)
    thing, _ = Answers(write.services).obstacle(write.thing_id, receipt.position)
    return write.respond(receipt, thing)
