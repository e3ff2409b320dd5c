"""Saved views: pages with their filters, by name. Sharing one is sending its address."""

import re
from dataclasses import replace
from typing import ClassVar, Final

from domain.desk.desk import Desk, DeskCommand, DeskFact, SavedView, not_yours
from domain.editing import changed
from domain.facts import Decision, Refusal
from domain.ids import SavedViewId
from domain.people.person import Person
from domain.refusals import already_exists, invalid, not_found
from domain.thing import Chapter, on, when
from domain.title import Title, refuse_title, tidy

LONGEST_ADDRESS: Final = 2_000
MOST_VIEWS: Final = 200
_STRANGE: Final = re.compile(r"[\s\\#]")

# --- facts -------------------------------------------------------------------------------------


class ViewSaved(DeskFact):
    TYPE: ClassVar[str] = "desk.view-saved"
    view_id: SavedViewId
    name: str
    address: str
    starred: bool = False


class ViewRenamed(DeskFact):
    TYPE: ClassVar[str] = "desk.view-renamed"
    view_id: SavedViewId
    name: str


class ViewReaddressed(DeskFact):
    """The same name shows other filters from now on."""

    TYPE: ClassVar[str] = "desk.view-readdressed"
    view_id: SavedViewId
    address: str


class ViewStarred(DeskFact):
    """``starred`` False takes the star away."""

    TYPE: ClassVar[str] = "desk.view-starred"
    view_id: SavedViewId
    starred: bool


class ViewDiscarded(DeskFact):
    TYPE: ClassVar[str] = "desk.view-discarded"
    view_id: SavedViewId


# --- state -------------------------------------------------------------------------------------


def saved(state: Desk, fact: ViewSaved) -> Desk:
    view = SavedView(fact.name, fact.address, fact.starred)
    return replace(state, person_id=fact.person_id, views={**state.views, fact.view_id: view})


def renamed(state: Desk, fact: ViewRenamed) -> Desk:
    return _with(state, fact.view_id, name=fact.name)


def readdressed(state: Desk, fact: ViewReaddressed) -> Desk:
    return _with(state, fact.view_id, address=fact.address)


def starred(state: Desk, fact: ViewStarred) -> Desk:
    return _with(state, fact.view_id, starred=fact.starred)


def discarded(state: Desk, fact: ViewDiscarded) -> Desk:
    left = {view_id: one for view_id, one in state.views.items() if view_id != fact.view_id}
    return replace(state, views=left)


def _with(state: Desk, view_id: SavedViewId, **fields: str | bool) -> Desk:
    held = state.views.get(view_id)
    if held is None:
        return state
    return replace(state, views={**state.views, view_id: replace(held, **fields)})  # type: ignore[arg-type]


# --- commands ----------------------------------------------------------------------------------


class SavedViewCommand(DeskCommand):
    view_id: SavedViewId

    @property
    def subject(self) -> str:
        return self.view_id


class SaveView(SavedViewCommand):
    name: Title
    address: str
    starred: bool = False


class EditSavedView(SavedViewCommand):
    name: Title = ""
    address: str = ""
    starred: bool = False


class DiscardSavedView(SavedViewCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_save(command: SaveView, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    if command.view_id in state.views:
        return already_exists("view")
    if len(state.views) >= MOST_VIEWS:
        return Refusal("too-many-views", f"{MOST_VIEWS} views are saved: discard one first.")
    return (
        refuse_title(command.name, "/name", "A name")
        or refuse_address(command.address)
        or (
            ViewSaved(
                person_id=command.person_id,
                view_id=command.view_id,
                name=tidy(command.name),
                address=command.address,
                starred=command.starred,
            ),
        )
    )


def decide_edit(command: EditSavedView, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    held = state.views.get(command.view_id)
    if held is None:
        return not_found("view", command.view_id)
    change = changed(command, name=held.name, address=held.address, starred=held.starred)
    refusal = (refuse_title(change["name"], "/name", "A name") if "name" in change else None) or (
        refuse_address(change["address"]) if "address" in change else None
    )
    if refusal:
        return refusal
    whose = {"person_id": command.person_id, "view_id": command.view_id}
    facts: list[DeskFact] = []
    if "name" in change:
        facts.append(ViewRenamed(**whose, name=change["name"]))
    if "address" in change:
        facts.append(ViewReaddressed(**whose, address=change["address"]))
    if "starred" in change:
        facts.append(ViewStarred(**whose, starred=change["starred"]))
    return tuple(facts)


def decide_discard(command: DiscardSavedView, state: Desk, person: Person) -> Decision:
    if refusal := not_yours(command, person):
        return refusal
    if command.view_id not in state.views:
        return not_found("view", command.view_id)
    return (ViewDiscarded(person_id=command.person_id, view_id=command.view_id),)


def refuse_address(address: str) -> Refusal | None:
    """Why ``address`` is none of a page here, or None: a path from the root, perhaps a query.

    Anything that names another server (``//``, or a backslash that browsers read as a slash) could
    lead whoever follows the link away from here.
    """
    path = address.partition("?")[0]
    here = path.startswith("/") and "//" not in path and not _STRANGE.search(address)
    if here and address.isprintable() and len(address) <= LONGEST_ADDRESS:
        return None
    detail = (
        f"An address is a path of this server with its query, such as /objectives?team=…, of at"
        f" most {LONGEST_ADDRESS:,} characters."
    )
    return invalid("invalid-address", detail, "/address")


CHAPTER: Final[Chapter[Desk]] = Chapter(
    facts=(
        when(ViewSaved, saved),
        when(ViewRenamed, renamed),
        when(ViewReaddressed, readdressed),
        when(ViewStarred, starred),
        when(ViewDiscarded, discarded),
    ),
    commands=(
        on(SaveView, decide_save, Person, permits="write"),
        on(EditSavedView, decide_edit, Person, permits="write"),
        on(DiscardSavedView, decide_discard, Person, permits="write"),
    ),
)
