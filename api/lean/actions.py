"""Improvement actions: they move over a team's board until their effect is verified (RULES B6)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import Response

from api.core.bodies import About, Reason
from api.core.descriptions import links_of
from api.core.doors import creating, editing
from api.core.edits import edited_back
from api.core.present import once_built
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.references import pointer_to, title_of
from api.core.resource import Found, Look, Resource
from api.core.shapes import Page
from api.core.writing import Write
from api.lean.action_bodies import (
    ActionEdit,
    Block,
    Cancellation,
    Checklist,
    Kind,
    Move,
    NewAction,
    Verification,
)
from api.lean.action_shapes import Action, ActionItem
from api.lean.action_undo import (
    PATH,
    blocked_again,
    closed_again,
    given_up,
    held_fields,
    list_before,
    moved_back,
    posted,
)
from api.services import Services
from domain.editing import given, given_fields
from domain.ids import ActionId, CycleId, PersonId, TeamId
from domain.lean import action_thing
from domain.lean.action import Action as State
from domain.lean.action import ChecklistItem as Item
from domain.lean.action import MoveAction, OpenAction, ReopenAction, VerifyAction
from domain.lean.action_editing import EditAction, TransferAction
from domain.lean.action_holding import BlockAction, UnblockAction, WriteChecklist
from domain.lean.action_leaving import ArchiveAction, CancelAction, UnarchiveAction
from domain.people.organisation import STREAM as ORGANISATION
from domain.text import SealedText, said
from journal.log import Journal
from projections.cycle.lists import cycle_on
from projections.lean import lists, render


def _render(found: Found[State], look: Look) -> dict[str, Any]:
    title = title_of(look.services, found.state.about, look.upto)
    return render.action(found.state, found.version, look.upto, about_title=title)


def _near(_: Journal, state: State) -> Iterator[str]:
    """Its team's board shows it too, and so does what it is about."""
    if state.team_id:
        yield f"team/{state.team_id}"
    if state.about:
        yield f"{state.about.kind}/{state.about.id}"


RESOURCE: Final[Resource[State]] = Resource(
    action_thing.THING,
    PATH,
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
    kind: Annotated[Kind | None, Query()] = None,
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
    services = write.services
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
        description=said(body.description),
        links=links_of(body.links),
        cycle_id=_whose_zone(services, services.clock.now()),
        **write.stamp(body.reason),
    )
    return RESOURCE.done(write, command, body, status=201, undo=given_up)


def _whose_zone(services: Services, now: datetime) -> CycleId | None:
    """The cycle whose zone an action takes, where the organisation chose none.

    Which one that is the views know.
    """
    if services.journal.state(ORGANISATION)[0].timezone is not None:
        return None
    views = services.views
    return once_built(services, lambda: cycle_on(views, now.date(), views.moment(None, now)))


@router.patch("/{action_id}", response_model=Action)
def edit_action(body: ActionEdit, write: Edit) -> Response:
    """Edit an action: its words, owner, due date, kind, what it is about, or its team."""
    fields = given_fields(body, "title", "owner_id", "due_on", "kind")
    if given(body, "description"):
        fields["description"] = said(body.description)
    if given(body, "links"):
        fields["links"] = links_of(body.links)
    if given(body, "about"):
        fields["about"] = pointer_to(write.services, body.about) if body.about else None
    command: EditAction
    if given(body, "team_id"):
        to = TeamId(body.team_id)
        command = TransferAction(to_team_id=to, **fields, **_on_board(write, body))
    else:
        command = EditAction(**fields, **_about(write, body))
    return RESOURCE.done(write, command, body, undo=edited_back(PATH, body, held_fields))


@router.post("/{action_id}/move", response_model=Action)
def move(body: Move, write: Edit) -> Response:
    """Move the card; a hard limit refuses, a soft one asks for a reason."""
    command = MoveAction(
        column=body.column,
        before_id=ActionId(body.before_id) if body.before_id else None,
        **_on_board(write, body),
    )
    return RESOURCE.done(write, command, body, undo=moved_back)


@router.post("/{action_id}/block", response_model=Action)
def block(body: Block, write: Edit) -> Response:
    """Say that the work stands still, why, and what it waits for."""
    waits = body.waits_for
    thing = None
    if isinstance(waits, About):
        thing = pointer_to(write.services, waits, "/waits_for")
    words = waits if isinstance(waits, str) else None
    command = BlockAction(waits_for=thing, waits_on=words, **_about(write, body))
    return RESOURCE.done(write, command, body, undo=posted("unblock"))


@router.post("/{action_id}/unblock", response_model=Action)
def unblock(write: Edit, body: Reason | None = None) -> Response:
    """The work may go on."""
    return RESOURCE.done(write, UnblockAction(**_about(write, body)), body, undo=blocked_again)


@router.put("/{action_id}/checklist", response_model=Action)
def write_checklist(body: Checklist, write: Edit) -> Response:
    """Write the checklist as a whole."""
    items = tuple(
        Item(id=line.id or write.new_id(), text=SealedText(line.text), done=line.done)
        for line in body.items
    )
    command = WriteChecklist(items=items, **_about(write, body))
    return RESOURCE.done(write, command, body, undo=list_before)


@router.post("/{action_id}/cancel", response_model=Action)
def cancel(body: Cancellation, write: Edit) -> Response:
    """Give the work up; its card leaves the board."""
    command = CancelAction(**_on_board(write, body))
    return RESOURCE.done(write, command, body, undo=posted("reopen"))


@router.post("/{action_id}/archive", response_model=Action)
def archive(write: Edit, body: Reason | None = None) -> Response:
    """Put done work away; its card leaves the board before its time."""
    command = ArchiveAction(**_on_board(write, body))
    return RESOURCE.done(write, command, body, undo=posted("unarchive"))


@router.post("/{action_id}/unarchive", response_model=Action)
def unarchive(write: Edit, body: Reason | None = None) -> Response:
    """Bring archived work back to where it was done."""
    command = UnarchiveAction(**_on_board(write, body))
    return RESOURCE.done(write, command, body, undo=posted("archive"))


@router.post("/{action_id}/verify", response_model=Action)
def verify(body: Verification, write: Edit) -> Response:
    """Say what the action has brought; without effect it is open again."""
    command = VerifyAction(
        result=body.result,
        effective=body.effective,
        evidence=body.evidence,
        **_on_board(write, body),
    )
    return RESOURCE.done(write, command, body)


@router.post("/{action_id}/reopen", response_model=Action)
def reopen(write: Edit, body: Reason | None = None) -> Response:
    """Take the work up again."""
    command = ReopenAction(**_on_board(write, body))
    return RESOURCE.done(write, command, body, undo=closed_again)


@router.get("/{action_id}", response_model=Action)
def get_action(action_id: str, read: Asked) -> Response:
    """One improvement action."""
    return RESOURCE.answer(read, action_id)


# --- commands -------------------------------------------------------------------------------------


def _about(write: Write, body: Any) -> dict[str, Any]:
    reason = body.reason if body is not None else None
    return {"action_id": ActionId(write.thing_id), **write.stamp(reason)}


def _on_board(write: Write, body: Any) -> dict[str, Any]:
    return {"team_id": write.state.team_id, **_about(write, body)}
