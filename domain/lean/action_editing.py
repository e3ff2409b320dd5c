"""Editing an action: its words, its owner, its dates, what it is about, its kind and its team.

One edit may say several of these; each kind of change is a fact of its own. An action that goes to
another team leaves one board and stands on the other where new work does.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Final

from pydantic import AwareDatetime

from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Decision, Facts, Pointer, Refusal
from domain.ids import PersonId, TeamId
from domain.lean.action import Action, ActionCommand, ActionFact, ActionKind
from domain.lean.action_moves import YEARS, on_another_board
from domain.lean.board import Board, Stage, put_into, take_off
from domain.people.person import INITIAL as NOBODY
from domain.people.person import Person, refuse_person
from domain.people.team import Team, refuse_team
from domain.refusals import invalid, not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title, refuse_title

# --- facts -------------------------------------------------------------------------------------


class ActionRenamed(ActionFact):
    TYPE: ClassVar[str] = "lean.action-renamed"
    title: str


class ActionDescribed(ActionFact):
    TYPE: ClassVar[str] = "lean.action-described"
    description: SealedText | None


class ActionLinked(ActionFact):
    TYPE: ClassVar[str] = "lean.action-linked"
    links: Links


class ActionReassigned(ActionFact):
    TYPE: ClassVar[str] = "lean.action-reassigned"
    owner_id: PersonId


class ActionRescheduled(ActionFact):
    """Due on another day, or on none.

    ``reminds`` while there is work left: reminders count from here. What is done stays done.
    """

    TYPE: ClassVar[str] = "lean.action-rescheduled"
    due_on: date | None
    rescheduled_at: AwareDatetime
    reminds: bool


class ActionReclassified(ActionFact):
    TYPE: ClassVar[str] = "lean.action-reclassified"
    kind: ActionKind


class ActionRelated(ActionFact):
    """It is about another thing from here on, or about none."""

    TYPE: ClassVar[str] = "lean.action-related"
    about: Pointer | None


class ActionTransferred(ActionFact):
    """It is another team's, in ``column`` of the board there unless it had left the boards."""

    TYPE: ClassVar[str] = "lean.action-transferred"
    team_id: TeamId
    from_team_id: TeamId
    column: str
    stage: Stage


# --- state -------------------------------------------------------------------------------------


def rescheduled(state: Action, fact: ActionRescheduled) -> Action:
    """The clock of unfinished work begins anew; what was asked about done work stays asked."""
    state = replace(state, due_on=fact.due_on)
    if not fact.reminds:
        return state
    return replace(
        state,
        begun_at=fact.rescheduled_at,
        generation=state.generation + 1,
        reached=frozenset(),
    )


def transferred(state: Action, fact: ActionTransferred) -> Action:
    """Unfinished work is as far as its new column says; what is finished stays finished."""
    state = replace(state, team_id=fact.team_id, column=fact.column)
    if not state.unfinished:
        return state
    if fact.stage == "ready":
        return replace(state, status="reopened" if state.status == "reopened" else "open")
    return replace(state, status="doing")


# --- commands ----------------------------------------------------------------------------------


class EditAction(ActionCommand):
    """Only the fields that are given change."""

    title: Title = ""
    description: Description = None
    links: Links = ()
    owner_id: PersonId | None = None
    due_on: date | None = None
    about: Pointer | None = None
    kind: ActionKind = "kaizen"

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}", *self._owner)

    @property
    def _owner(self) -> tuple[str, ...]:
        return () if self.owner_id is None else (f"person/{self.owner_id}",)


class TransferAction(EditAction):
    """An edit that also takes the action from its board to that of another team."""

    team_id: TeamId
    to_team_id: TeamId

    @property
    def reads(self) -> tuple[str, ...]:
        boards = (f"board/{self.team_id}", f"board/{self.to_team_id}", f"team/{self.to_team_id}")
        return (f"action/{self.action_id}", *boards, *self._owner)


def decide_edit(command: EditAction, state: Action, owner: Person = NOBODY) -> Decision:
    """One fact for each aspect that changes; the same again changes nothing."""
    if not state.exists:
        return not_found("action", command.action_id)
    return _refused(command, owner) or _edited(command, state)


def decide_transfer(
    command: TransferAction,
    state: Action,
    board: Board,
    other: Board,
    team: Team,
    owner: Person = NOBODY,
) -> Decision:
    """Unfinished work stands on the other board where new work does, whatever the limit there."""
    if not state.exists:
        return not_found("action", command.action_id)
    refusal = on_another_board(command, state) or _refused(command, owner)
    if refusal:
        return refusal
    if refusal := refuse_team(team, command.to_team_id, "/team_id"):
        return refusal
    edited = _edited(command, state)
    if command.to_team_id == state.team_id:
        return edited
    column = other.entry() if state.unfinished else other.exit()
    gone = ActionTransferred(
        action_id=command.action_id,
        team_id=command.to_team_id,
        from_team_id=command.team_id,
        column=column.key,
        stage=column.stage,
    )
    left = take_off(board, command.team_id, command.action_id)
    arrived = put_into(other, command.to_team_id, command.action_id, column) if left else ()
    return (*edited, gone, *left, *arrived)


def _refused(command: EditAction, owner: Person) -> Refusal | None:
    if given(command, "title") and (refusal := refuse_title(command.title)):
        return refusal
    if given(command, "owner_id"):
        if command.owner_id is None:
            return invalid("invalid-owner-id", "An action always has an owner.", "/owner_id")
        if refusal := refuse_person(owner, command.owner_id, "/owner_id"):
            return refusal
    if command.due_on and command.due_on.year not in YEARS:
        return invalid("invalid-due-on", "An action is due between 1970 and 2200.", "/due_on")
    if command.about == Pointer(kind="action", id=command.action_id):
        return invalid("invalid-about", "An action cannot be about itself.", "/about")
    return refuse_description(command.description) or refuse_links(command.links)


def _edited(command: EditAction, state: Action) -> Facts:
    new = changed(
        command,
        title=state.title,
        description=state.description,
        links=state.links,
        owner_id=state.owner_id,
        due_on=state.due_on,
        about=state.about,
        kind=state.kind,
    )
    return tuple(_fact(command, state, name, value) for name, value in new.items())


_FACTS: Final[Mapping[str, type[ActionFact]]] = {
    "title": ActionRenamed,
    "description": ActionDescribed,
    "links": ActionLinked,
    "owner_id": ActionReassigned,
    "due_on": ActionRescheduled,
    "about": ActionRelated,
    "kind": ActionReclassified,
}
"""Which fact says that a field has changed; the fact has a field of the same name."""


def _fact(command: EditAction, state: Action, name: str, value: Any) -> ActionFact:
    clock = {"rescheduled_at": command.at, "reminds": state.unfinished}
    further: Mapping[str, Any] = clock if name == "due_on" else {}
    return _FACTS[name](action_id=command.action_id, **{name: value}, **further)


CHAPTER: Final[Chapter[Action]] = Chapter(
    facts=(
        when(ActionRenamed, lambda state, fact: replace(state, title=fact.title)),
        when(ActionDescribed, lambda state, fact: replace(state, description=fact.description)),
        when(ActionLinked, lambda state, fact: replace(state, links=fact.links)),
        when(ActionReassigned, lambda state, fact: replace(state, owner_id=fact.owner_id)),
        when(ActionRescheduled, rescheduled),
        when(ActionReclassified, lambda state, fact: replace(state, kind=fact.kind)),
        when(ActionRelated, lambda state, fact: replace(state, about=fact.about)),
        when(ActionTransferred, transferred),
    ),
    commands=(
        on(EditAction, decide_edit, Person, permits="write"),
        on(TransferAction, decide_transfer, Board, Board, Team, Person, permits="write"),
    ),
)
