"""A cycle is edited: called otherwise, coordinated by somebody else, described.

Its dates move by ``reschedule``, and what it measures by is its policy's.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.cycle.cycle import Cycle
from domain.cycle.milestones import CycleCommand, CycleFact
from domain.cycle.planning import refuse_name
from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Decision, Fact
from domain.ids import PersonId
from domain.people.person import Person, refuse_person
from domain.refusals import not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title

# --- facts -------------------------------------------------------------------------------------


class CycleRenamed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-renamed"
    name: str


class CycleReassigned(CycleFact):
    """Somebody else coordinates it from here on; nobody when that is None."""

    TYPE: ClassVar[str] = "cycle.cycle-reassigned"
    coordinator_id: PersonId | None = None


class CycleDescribed(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-described"
    description: SealedText | None = None


class CycleLinked(CycleFact):
    TYPE: ClassVar[str] = "cycle.cycle-linked"
    links: Links


# --- state -------------------------------------------------------------------------------------


def renamed(state: Cycle, fact: CycleRenamed) -> Cycle:
    return replace(state, name=fact.name)


def reassigned(state: Cycle, fact: CycleReassigned) -> Cycle:
    return replace(state, coordinator_id=fact.coordinator_id)


def described(state: Cycle, fact: CycleDescribed) -> Cycle:
    return replace(state, description=fact.description)


def linked(state: Cycle, fact: CycleLinked) -> Cycle:
    return replace(state, links=fact.links)


# --- commands ----------------------------------------------------------------------------------


class EditCycle(CycleCommand):
    """Only what is given changes."""

    name: Title = ""
    coordinator_id: PersonId | None = None
    description: Description = None
    links: Links = ()

    @property
    def reads(self) -> tuple[str, ...]:
        own = super().reads
        return (*own, f"person/{self.coordinator_id}") if self.coordinator_id else own


# --- decisions ---------------------------------------------------------------------------------


def decide_edit(command: EditCycle, state: Cycle, coordinator: Person | None = None) -> Decision:
    """One fact for each kind of change; what stays the same makes none."""
    if not state.exists:
        return not_found("cycle", command.cycle_id)
    new = changed(
        command,
        name=state.name,
        coordinator_id=state.coordinator_id,
        description=state.description,
        links=state.links,
    )
    refusal = (
        (refuse_name(command.name) if given(command, "name") else None)
        or refuse_description(command.description)
        or refuse_links(command.links)
    )
    if refusal is None and coordinator is not None and "coordinator_id" in new:
        refusal = refuse_person(coordinator, new["coordinator_id"], "/coordinator_id")
    if refusal:
        return refusal
    cycle_id = state.cycle_id
    facts: list[Fact] = []
    if "name" in new:
        facts.append(CycleRenamed(cycle_id=cycle_id, name=command.name))
    if "coordinator_id" in new:
        facts.append(CycleReassigned(cycle_id=cycle_id, coordinator_id=command.coordinator_id))
    if "description" in new:
        facts.append(CycleDescribed(cycle_id=cycle_id, description=command.description))
    if "links" in new:
        facts.append(CycleLinked(cycle_id=cycle_id, links=command.links))
    return tuple(facts)


CHAPTER: Final[Chapter[Cycle]] = Chapter(
    facts=(
        when(CycleRenamed, renamed),
        when(CycleReassigned, reassigned),
        when(CycleDescribed, described),
        when(CycleLinked, linked),
    ),
    commands=(on(EditCycle, decide_edit, Person, permits="administer"),),
)
