"""Improvement actions: they move over a team's board until their effect is verified (RULES B6)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.reading import Reading, reading
from api.references import must_exist
from api.requests.common import Reason
from api.requests.lean import Move, NewAction, Verification
from api.writing import Write, creating, editing
from domain.facts import Command
from domain.ids import ActionId, PersonId, TeamId
from domain.lean.action import MoveAction, OpenAction, ReopenAction, VerifyAction

router = APIRouter(prefix="/v1/actions", tags=["actions"], route_class=StrictRoute)

Create = Annotated[Write, creating()]
Edit = Annotated[Write, editing("action", "action_id")]
Asked = Annotated[Reading, reading()]


@router.post("", status_code=201, response_model=shapes.Action)
def open_action(body: NewAction, write: Create) -> Response:
    """Open a countermeasure, a kaizen or a follow-up; it starts on the team's board."""
    if body.about is not None:
        must_exist(write.services, body.about.kind, body.about.id, "/about")
    answers = Answers(write.services)
    command = OpenAction(
        action_id=ActionId(write.new_id()),
        title=body.title,
        kind=body.kind,
        team_id=TeamId(body.team_id),
        owner_id=PersonId(body.owner_id),
        due_on=body.due_on,
        about=body.about.thing() if body.about else None,
        prediction=body.prediction,
        verify_after_days=body.verify_after_days,
        timezone=answers.timezone(),
        **write.stamp(),
    )
    receipt = write.handle(command, body)
    thing, _ = answers.action(receipt.subject, receipt.position)
    return write.respond(receipt, thing, status=201, at=f"/v1/actions/{receipt.subject}")


@router.post("/{action_id}/move", response_model=shapes.Action)
def move(body: Move, write: Edit) -> Response:
    """Move the card; a hard limit refuses, a soft one asks for a reason."""
    command = MoveAction(
        column=body.column,
        before_id=ActionId(body.before_id) if body.before_id else None,
        **_about(write, body),
    )
    return _do(command, write, body)


@router.post("/{action_id}/verify", response_model=shapes.Action)
def verify(body: Verification, write: Edit) -> Response:
    """Say what the action has brought; without effect it is open again."""
    command = VerifyAction(
        result=body.result,
        effective=body.effective,
        evidence=body.evidence,
        **_about(write, body),
    )
    return _do(command, write, body)


@router.post("/{action_id}/reopen", response_model=shapes.Action)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """Take the work up again."""
    return _do(ReopenAction(**_about(write, body)), write, body)


@router.get("/{action_id}", response_model=shapes.Action)
def get_action(action_id: str, read: Asked) -> Response:
    """One improvement action."""
    return read.thing(*Answers(read.services).action(action_id, read.upto))


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {
        "action_id": ActionId(write.thing_id),
        "team_id": write.state.team_id,
        **write.stamp(reason),
    }


def _do(command: Command, write: Write, body: Any) -> Response:
    receipt = write.handle(command, body)
    thing, _ = Answers(write.services).action(write.thing_id, receipt.position)
    return write.respond(receipt, thing)
