"""Saved views: pages with their filters, by name; whoever is sent the address sees the same."""

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import StringConstraints
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.fields import Request, Text, Title
from api.core.interface import Part
from api.core.reading import Reading, reading
from api.core.shapes import Page, Shape, Versioned
from api.core.undo import Undo
from api.core.writing import Write
from api.desk.own import desk_of, own, whose
from domain.desk.desk import Desk, SavedView
from domain.desk.saved_views import (
    LONGEST_ADDRESS,
    DiscardSavedView,
    EditSavedView,
    SaveView,
)
from domain.editing import given_fields
from domain.ids import SavedViewId

Address = Annotated[str, StringConstraints(max_length=LONGEST_ADDRESS)]


class NewView(Request):
    name: Title
    address: Address
    starred: bool = False
    reason: Text | None = None


class EditedView(Request):
    """What is left out stays as it is."""

    name: Title = ""
    address: Address = ""
    starred: bool = False
    reason: Text | None = None


class ViewItem(Shape):
    id: str
    name: str
    address: str
    starred: bool


class ViewThing(ViewItem, Versioned): ...


class DiscardedView(ViewThing):
    discarded: bool


router = APIRouter(prefix="/v1/me/views", tags=["me"], route_class=StrictRoute)

PART: Final = Part(router, kinds=("desk",), topics=("views",))

Asked = Annotated[Reading, reading()]
Create = Annotated[Write, own(SaveView)]
Edit = Annotated[Write, own(EditSavedView, DiscardSavedView)]


@router.get("", response_model=Page[ViewItem])
def list_views(read: Asked) -> Response:
    """The views that you saved, the starred ones first, then by name."""
    _, desk, version = desk_of(read)
    views = sorted(desk.views.items(), key=lambda one: (not one[1].starred, one[1].name.casefold()))
    items = [_shown(view_id, view) for view_id, view in views]
    return read.thing({"items": items, "next_cursor": None}, version)


@router.post("", status_code=201, response_model=ViewThing)
def save_view(body: NewView, write: Create) -> Response:
    """Save a page with its filters under a name."""
    view_id = SavedViewId(write.new_id())
    command = SaveView(
        view_id=view_id, **body.model_dump(exclude={"reason"}), **whose(write, body.reason)
    )
    receipt = write.handle(command, body)
    desk = _desk(write, receipt.position)
    saved_id = SavedViewId(receipt.subject)
    at = f"{router.prefix}/{saved_id}"
    shown = _shown(saved_id, desk.views[saved_id])
    return write.respond(receipt, shown, status=201, at=at, undo=Undo(method="DELETE", path=at))


@router.patch("/{view_id}", response_model=ViewThing)
def edit_view(view_id: str, body: EditedView, write: Edit) -> Response:
    """Rename a view, let it show another address, give it a star or take it."""
    given = given_fields(body, "name", "address", "starred")
    command = EditSavedView(view_id=SavedViewId(view_id), **given, **whose(write, body.reason))
    receipt = write.handle(command, body)
    before = _desk(write, receipt.position - receipt.facts).views[SavedViewId(view_id)]
    shown = _shown(view_id, _desk(write, receipt.position).views[SavedViewId(view_id)])
    said = {name: getattr(before, name) for name in given}
    back = Undo(method="PATCH", path=f"{router.prefix}/{view_id}", body=said)
    return write.respond(receipt, shown, undo=back)


@router.delete("/{view_id}", response_model=DiscardedView)
def discard_view(view_id: str, write: Edit) -> Response:
    """Discard a view."""
    receipt = write.handle(DiscardSavedView(view_id=SavedViewId(view_id), **whose(write)))
    view = _desk(write, receipt.position - receipt.facts).views[SavedViewId(view_id)]
    said = _shown(view_id, view)
    again = {name: value for name, value in said.items() if name != "id"}
    back = Undo(method="POST", path=router.prefix, body=again)
    return write.respond(receipt, {**said, "discarded": True}, undo=back)


def _desk(write: Write, position: int) -> Desk:
    """The desk as it was there, so that a repeated request hears the same."""
    desk: Desk = write.services.journal.state(f"desk/{write.thing_id}", upto=position)[0]
    return desk


def _shown(view_id: str, view: SavedView) -> dict[str, Any]:
    return {"id": view_id, "name": view.name, "address": view.address, "starred": view.starred}
