"""Somebody hands over what is theirs: the summary of it, on the stream of who gives it away.

Each thing changes hands by a command of its own, in the same transaction; this fact says that they
went together, to whom and why.
"""

from typing import ClassVar, Final

from domain.facts import Command, Decision, Refusal, Value
from domain.ids import PersonId
from domain.people.person import Person, PersonFact, refuse_person
from domain.refusals import invalid, not_found
from domain.thing import Chapter, on, silent


class Handed(Value):
    """A thing that changed hands, what it was called, and the ``role`` it was somebody's in: owner,
    lead …
    """

    kind: str
    id: str
    title: str
    role: str


# --- facts -------------------------------------------------------------------------------------


class ThingsHandedOver(PersonFact):
    """``things`` are ``to_id``'s from here on."""

    TYPE: ClassVar[str] = "people.things-handed-over"
    to_id: PersonId
    things: tuple[Handed, ...]


# --- commands ----------------------------------------------------------------------------------


class HandOver(Command):
    """Sent together with a command for each of ``things``."""

    person_id: PersonId
    to_id: PersonId
    things: tuple[Handed, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}", f"person/{self.to_id}")


# --- decisions ---------------------------------------------------------------------------------


def decide_hand_over(command: HandOver, state: Person, successor: Person) -> Decision:
    """Who has left may still hand over; nobody hands over to who has left."""
    if not state.exists:
        return not_found("person", command.person_id)
    if refusal := refuse_successor(command.person_id, command.to_id, successor):
        return refusal
    if not command.things:
        return ()
    return (
        ThingsHandedOver(person_id=command.person_id, to_id=command.to_id, things=command.things),
    )


def refuse_successor(person_id: str, to_id: str, successor: Person) -> Refusal | None:
    """Why nothing can be handed over to ``to_id``, or None."""
    if to_id == person_id:
        detail = "Things are handed over to somebody else: name another person."
        return invalid("invalid-to-id", detail, "/to_id")
    return refuse_person(successor, to_id, "/to_id")


CHAPTER: Final[Chapter[Person]] = Chapter(
    facts=(silent(ThingsHandedOver),),
    commands=(on(HandOver, decide_hand_over, Person, permits="administer"),),
)
