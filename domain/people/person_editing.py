"""A person is edited: called by another name, described, made inactive and active again.

Names and addresses are the directory's, so their facts say only that they changed: whoever is
forgotten there is forgotten in the log too.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed
from domain.facts import Command, Decision, Fact
from domain.ids import PersonId
from domain.people.person import Person, PersonFact
from domain.refusals import not_found
from domain.text import SealedText
from domain.thing import Chapter, on, silent, when

# --- facts -------------------------------------------------------------------------------------


class PersonRenamed(PersonFact):
    """The directory knows another name from here on."""

    TYPE: ClassVar[str] = "people.person-renamed"


class PersonReaddressed(PersonFact):
    """The directory knows another e-mail address from here on, or none."""

    TYPE: ClassVar[str] = "people.person-readdressed"


class PersonDescribed(PersonFact):
    TYPE: ClassVar[str] = "people.person-described"
    description: SealedText | None = None


class PersonLinked(PersonFact):
    TYPE: ClassVar[str] = "people.person-linked"
    links: Links


class PersonDeactivated(PersonFact):
    """Has left: gets nothing new. What is still theirs stays so until it is handed over."""

    TYPE: ClassVar[str] = "people.person-deactivated"


class PersonReactivated(PersonFact):
    TYPE: ClassVar[str] = "people.person-reactivated"


# --- state -------------------------------------------------------------------------------------


def described(state: Person, fact: PersonDescribed) -> Person:
    return replace(state, description=fact.description)


def linked(state: Person, fact: PersonLinked) -> Person:
    return replace(state, links=fact.links)


def deactivated(state: Person, fact: PersonDeactivated) -> Person:  # noqa: ARG001
    return replace(state, active=False)


def reactivated(state: Person, fact: PersonReactivated) -> Person:  # noqa: ARG001
    return replace(state, active=True)


# --- commands ----------------------------------------------------------------------------------


class EditPerson(Command):
    """``renamed`` and ``readdressed`` tell that the directory gets another name, another address.

    Of the other fields only those that are given change.
    """

    person_id: PersonId
    renamed: bool = False
    readdressed: bool = False
    active: bool = True
    description: Description = None
    links: Links = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}",)


# --- decisions ---------------------------------------------------------------------------------


def decide_edit(command: EditPerson, state: Person) -> Decision:
    """One fact for each kind of change; what stays the same makes none."""
    if not state.exists:
        return not_found("person", command.person_id)
    if refusal := refuse_description(command.description) or refuse_links(command.links):
        return refusal
    person_id = command.person_id
    new = changed(command, active=state.active, description=state.description, links=state.links)
    facts: list[Fact] = []
    if command.renamed:
        facts.append(PersonRenamed(person_id=person_id))
    if command.readdressed:
        facts.append(PersonReaddressed(person_id=person_id))
    if "description" in new:
        facts.append(PersonDescribed(person_id=person_id, description=command.description))
    if "links" in new:
        facts.append(PersonLinked(person_id=person_id, links=command.links))
    if "active" in new:
        fact = PersonReactivated if command.active else PersonDeactivated
        facts.append(fact(person_id=person_id))
    return tuple(facts)


CHAPTER: Final[Chapter[Person]] = Chapter(
    facts=(
        silent(PersonRenamed, PersonReaddressed),
        when(PersonDescribed, described),
        when(PersonLinked, linked),
        when(PersonDeactivated, deactivated),
        when(PersonReactivated, reactivated),
    ),
    commands=(on(EditPerson, decide_edit, permits="administer"),),
)
