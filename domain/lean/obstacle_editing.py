"""Editing an obstacle: its words, its severity and type, its owner, what is next, what it is about.

One edit may say several of these; each kind of change is a fact of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Decision, Pointer, Refusal
from domain.ids import PersonId
from domain.lean.obstacle import (
    Obstacle,
    ObstacleCommand,
    ObstacleFact,
    ObstacleType,
    Severity,
)
from domain.people.person import INITIAL as NOBODY
from domain.people.person import Person, refuse_person
from domain.refusals import invalid, not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title, refuse_title

# --- facts -------------------------------------------------------------------------------------


class ObstacleRenamed(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-renamed"
    title: str


class ObstacleDescribed(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-described"
    description: SealedText | None


class ObstacleLinked(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-linked"
    links: Links


class ObstacleReassessed(ObstacleFact):
    """It weighs more or less than was thought."""

    TYPE: ClassVar[str] = "lean.obstacle-reassessed"
    severity: Severity


class ObstacleClassified(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-classified"
    type: ObstacleType | None


class ObstacleReassigned(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-reassigned"
    owner_id: PersonId | None


class NextActionNamed(ObstacleFact):
    TYPE: ClassVar[str] = "lean.next-action-named"
    next_action: SealedText | None


class ObstacleRelated(ObstacleFact):
    """It stands in the way of another thing than was thought."""

    TYPE: ClassVar[str] = "lean.obstacle-related"
    about: Pointer


# --- command -----------------------------------------------------------------------------------


class EditObstacle(ObstacleCommand):
    """Only the fields that are given change."""

    title: Title = ""
    description: Description = None
    links: Links = ()
    severity: Severity = "low"
    type: ObstacleType | None = None
    owner_id: PersonId | None = None
    next_action: Description = None
    about: Pointer | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        owner = () if self.owner_id is None else (f"person/{self.owner_id}",)
        return (f"obstacle/{self.obstacle_id}", *owner)


def decide_edit(command: EditObstacle, state: Obstacle, owner: Person = NOBODY) -> Decision:
    """One fact for each aspect that changes; the same again changes nothing."""
    if not state.exists:
        return not_found("obstacle", command.obstacle_id)
    refusal = _refused(command, owner)
    if refusal:
        return refusal
    new = changed(
        command,
        title=state.title,
        description=state.description,
        links=state.links,
        severity=state.severity,
        type=state.type,
        owner_id=state.owner_id,
        next_action=state.next_action,
        about=state.about,
    )
    return tuple(
        _FACTS[name](obstacle_id=command.obstacle_id, **{name: value})
        for name, value in new.items()
    )


_FACTS: Final[Mapping[str, type[ObstacleFact]]] = {
    "title": ObstacleRenamed,
    "description": ObstacleDescribed,
    "links": ObstacleLinked,
    "severity": ObstacleReassessed,
    "type": ObstacleClassified,
    "owner_id": ObstacleReassigned,
    "next_action": NextActionNamed,
    "about": ObstacleRelated,
}
"""Which fact says that a field has changed; the fact has a field of the same name."""


def _refused(command: EditObstacle, owner: Person) -> Refusal | None:
    if given(command, "title") and (refusal := refuse_title(command.title)):
        return refusal
    if command.owner_id is not None:
        refusal = refuse_person(owner, command.owner_id, "/owner_id")
        if refusal:
            return refusal
    if given(command, "about"):
        if command.about is None:
            return invalid("invalid-about", "An obstacle is always about something.", "/about")
        if command.about == Pointer(kind="obstacle", id=command.obstacle_id):
            return invalid("invalid-about", "An obstacle cannot be about itself.", "/about")
    return (
        refuse_description(command.description)
        or refuse_description(command.next_action, "/next_action")
        or refuse_links(command.links)
    )


def step(name: str) -> Any:
    """The state takes over the field that the fact says."""

    def taken(state: Obstacle, fact: ObstacleFact) -> Obstacle:
        values: Mapping[str, Any] = {name: getattr(fact, name)}
        return replace(state, **values)

    return taken


CHAPTER: Final[Chapter[Obstacle]] = Chapter(
    facts=tuple(when(fact, step(name)) for name, fact in _FACTS.items()),
    commands=(on(EditObstacle, decide_edit, Person, permits="write"),),
)
