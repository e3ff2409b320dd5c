"""What clients send about improvement actions."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.core.bodies import About
from api.core.descriptions import Description, Links
from api.core.fields import AsArray, Day, Id, Request, Text, Title
from api.lean.boards import ColumnKey
from domain.lean.action_holding import CHECKLIST_ITEMS, CHECKLIST_TEXT

Kind = Literal["countermeasure", "kaizen", "follow_up"]


class NewAction(Request):
    title: Title
    kind: Kind
    team_id: Id
    owner_id: Id
    due_on: Day | None = None
    about: About | None = None
    prediction: Text | None = None
    verify_after_days: Annotated[int, Field(ge=0, le=365)] | None = None
    description: Description | None = None
    links: Links = ()
    reason: Text | None = None


class ActionEdit(Request):
    """Only the fields that are given change; null takes away what may be absent."""

    title: Title = ""
    description: Description | None = None
    links: Links = ()
    owner_id: Id = ""
    due_on: Day | None = None
    about: About | None = None
    kind: Kind = "kaizen"
    team_id: Id = ""
    reason: Text | None = None


class Move(Request):
    """To another column, before another card (at the end without one)."""

    column: ColumnKey
    before_id: Id | None = None
    reason: Text | None = None


class Block(Request):
    """What it waits for: another thing, or in words whoever or whatever it is."""

    reason: Text
    waits_for: About | Text | None = None


class Cancellation(Request):
    reason: Text


class ChecklistLine(Request):
    id: Id | None = None
    text: Annotated[Text, StringConstraints(max_length=CHECKLIST_TEXT)]
    done: bool = False


class Checklist(Request):
    """The whole list; a line without an id is new."""

    items: Annotated[tuple[ChecklistLine, ...], AsArray, Field(max_length=CHECKLIST_ITEMS)]
    reason: Text | None = None


class Verification(Request):
    result: Text
    effective: bool
    evidence: Text
    reason: Text | None = None
