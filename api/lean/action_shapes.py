"""The shapes of improvement actions as they go out."""

from datetime import date, datetime

from api.core.descriptions import Described
from api.core.shapes import Shape, Thing, Versioned
from api.lean.action_bodies import Kind


class ActionBlock(Shape):
    reason: str | None
    since: datetime
    waits_for: Thing | str | None


class ChecklistItem(Shape):
    id: str
    text: str | None
    done: bool


class ActionItem(Shape):
    id: str
    title: str
    kind: Kind
    team_id: str
    owner_id: str
    due_on: date | None
    about: Thing | None
    about_title: str | None
    state: str
    column: str | None
    blocked: ActionBlock | None
    archived: bool


class Action(ActionItem, Described, Versioned):
    checklist: list[ChecklistItem]
    moves: list[str]
