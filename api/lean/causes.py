"""Why an obstacle is there: 5 Whys, the fishbone and root causes (RULES B7)."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.doors import editing
from api.core.edits import edited_back
from api.core.fields import UUID_TEXT
from api.core.interface import Part
from api.core.problems import not_found
from api.core.resource import Found, WayBack, after
from api.core.undo import Undo
from api.core.writing import Write
from api.lean import obstacle_shapes as shapes
from api.lean.obstacle_bodies import Cause, CauseEdit, RootCause, Why, WhyEdit
from api.lean.obstacles import PATH, RESOURCE, posted, upon
from domain.editing import given
from domain.facts import Command
from domain.ids import CauseId, WhyId
from domain.lean.fishbone import NoteCause, RewordCause, WithdrawCause
from domain.lean.five_whys import (
    AnswerWhy,
    ChooseRootCause,
    RewordWhy,
    UnmarkRootCause,
    WithdrawWhy,
)
from domain.lean.obstacle import Obstacle
from domain.text import SealedText, said

router = APIRouter(prefix=PATH, tags=["obstacles"], route_class=StrictRoute)

PART: Final = Part(router, kinds=RESOURCE.kinds)

Add = Annotated[Write, editing(RESOURCE, "obstacle_id", versioned=False)]
Edit = Annotated[Write, editing(RESOURCE, "obstacle_id")]

# --- 5 Whys ---------------------------------------------------------------------------------------


@router.post("/{obstacle_id}/whys", status_code=201, response_model=shapes.WhyAnswered)
def answer_why(body: Why, write: Add) -> Response:
    """Answer one more why, under the answer it explains."""
    command = AnswerWhy(
        why_id=WhyId(write.new_id()),
        under=WhyId(body.under) if body.under else None,
        answer=body.answer,
        evidence=body.evidence,
        **upon(write, body),
    )
    part = {"under": body.under, "answer": body.answer, "evidence": body.evidence}
    return _added(command, write, body, part, "whys")


@router.patch("/{obstacle_id}/whys/{why_id}", response_model=shapes.Obstacle)
def reword_why(why_id: str, body: WhyEdit, write: Edit) -> Response:
    """Reword an answer or its evidence; it keeps its place."""
    fields = _sealed(body, "answer", "evidence")
    command = RewordWhy(why_id=WhyId(_id(why_id, "why")), **fields, **upon(write, body))
    held = _held_why(why_id)
    return RESOURCE.done(write, command, body, undo=_at(f"whys/{why_id}", body, held))


@router.delete("/{obstacle_id}/whys/{why_id}", response_model=shapes.Obstacle)
def withdraw_why(why_id: str, write: Edit) -> Response:
    """Take an answer back that nothing stands on."""
    command = WithdrawWhy(why_id=WhyId(_id(why_id, "why")), **upon(write, None))
    return RESOURCE.done(write, command, None, undo=_again("whys", _held_why(why_id, "under")))


# --- fishbone -------------------------------------------------------------------------------------


@router.post("/{obstacle_id}/causes", status_code=201, response_model=shapes.CauseNoted)
def note_cause(body: Cause, write: Add) -> Response:
    """Note a possible cause on the fishbone."""
    command = NoteCause(
        cause_id=CauseId(write.new_id()),
        category=body.category,
        text=body.text,
        **upon(write, body),
    )
    part = {"category": body.category, "text": body.text}
    return _added(command, write, body, part, "causes")


@router.patch("/{obstacle_id}/causes/{cause_id}", response_model=shapes.Obstacle)
def reword_cause(cause_id: str, body: CauseEdit, write: Edit) -> Response:
    """Reword a cause, or put it on another bone."""
    fields: dict[str, Any] = _sealed(body, "text")
    if given(body, "category"):
        fields["category"] = body.category
    command = RewordCause(cause_id=CauseId(_id(cause_id, "cause")), **fields, **upon(write, body))
    held = _held_cause(cause_id)
    return RESOURCE.done(write, command, body, undo=_at(f"causes/{cause_id}", body, held))


@router.delete("/{obstacle_id}/causes/{cause_id}", response_model=shapes.Obstacle)
def withdraw_cause(cause_id: str, write: Edit) -> Response:
    """Take a cause off the fishbone."""
    command = WithdrawCause(cause_id=CauseId(_id(cause_id, "cause")), **upon(write, None))
    return RESOURCE.done(write, command, None, undo=_again("causes", _held_cause(cause_id)))


# --- root causes ----------------------------------------------------------------------------------


@router.post("/{obstacle_id}/root-causes", response_model=shapes.Obstacle)
def choose_root_cause(body: RootCause, write: Edit) -> Response:
    """Mark an answer one can act on; there may be several."""
    command = ChooseRootCause(why_id=WhyId(body.why_id), **upon(write, body))
    return RESOURCE.done(write, command, body, undo=_deleted(f"root-causes/{body.why_id}"))


@router.post("/{obstacle_id}/root-cause", response_model=shapes.Obstacle, deprecated=True)
def choose_the_root_cause(body: RootCause, write: Edit) -> Response:
    """The former name of `root-causes`."""
    return choose_root_cause(body, write)


@router.delete("/{obstacle_id}/root-causes/{why_id}", response_model=shapes.Obstacle)
def unmark_root_cause(why_id: str, write: Edit) -> Response:
    """The answer is no root cause after all."""
    command = UnmarkRootCause(why_id=WhyId(_id(why_id, "why")), **upon(write, None))
    back = posted("root-causes", {"why_id": why_id})
    return RESOURCE.done(write, command, None, undo=back)


# --- what they share ------------------------------------------------------------------------------

Held = Callable[[Obstacle], dict[str, Any]]


def _id(part_id: str, kind: str) -> str:
    if not UUID_TEXT.match(part_id):
        raise not_found(kind)
    return part_id


def _sealed(body: WhyEdit | CauseEdit, *names: str) -> dict[str, SealedText | None]:
    return {name: said(getattr(body, name)) for name in names if given(body, name)}


def _held_why(why_id: str, *further: str) -> Held:
    def held(state: Obstacle) -> dict[str, Any]:
        why = state.whys.get(WhyId(why_id))
        if why is None:
            return {}
        return {name: getattr(why, name) for name in ("answer", "evidence", *further)}

    return held


def _held_cause(cause_id: str) -> Held:
    def held(state: Obstacle) -> dict[str, Any]:
        cause = state.causes.get(CauseId(cause_id))
        return {} if cause is None else {"category": cause.category, "text": cause.text}

    return held


def _at(place: str, body: WhyEdit | CauseEdit, held: Held) -> WayBack[Obstacle]:
    """The edit of a part with what it said before."""
    back = edited_back(PATH, body, held)

    def edited(before: Found[Obstacle], now: Found[Obstacle]) -> Undo | None:
        undo = back(before, now)
        return undo and undo.model_copy(update={"path": f"{PATH}/{now.id}/{place}"})

    return edited


def _again(place: str, held: Held) -> WayBack[Obstacle]:
    """What was taken back is said once more; it has another id."""

    def back(before: Found[Obstacle], now: Found[Obstacle]) -> Undo:
        return Undo(method="POST", path=f"{PATH}/{now.id}/{place}", body=held(before.state))

    return back


def _deleted(place: str) -> WayBack[Obstacle]:
    def back(_: Found[Obstacle], now: Found[Obstacle]) -> Undo:
        return Undo(method="DELETE", path=f"{PATH}/{now.id}/{place}")

    return back


def _added(
    command: Command, write: Write, body: Why | Cause, part: dict[str, Any], place: str
) -> Response:
    """A why or a cause that was added, and the obstacle with it."""
    receipt = write.handle(command, body)
    obstacle = RESOURCE.show(write.thing_id, after(write, receipt))
    shown = {
        "id": receipt.subject, "obstacle_id": write.thing_id, **part, "obstacle": obstacle,
    }  # fmt: skip
    path = f"{PATH}/{write.thing_id}/{place}/{receipt.subject}"
    return write.respond(receipt, shown, status=201, undo=Undo(method="DELETE", path=path))
