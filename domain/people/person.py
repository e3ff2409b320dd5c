"""A person, known to the log by an opaque id only; name and e-mail live outside it (JOURNAL)."""

from dataclasses import dataclass
from typing import ClassVar

from domain.facts import Command, Decision, Fact
from domain.ids import PersonId

# --- facts -------------------------------------------------------------------------------------


class PersonJoined(Fact):
    TYPE: ClassVar[str] = "people.person-joined"
    person_id: PersonId

    @property
    def stream(self) -> str:
        return f"person/{self.person_id}"


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    person_id: PersonId | None = None

    @property
    def exists(self) -> bool:
        """Whether this person ever joined."""
        return self.person_id is not None


INITIAL = Person()


def joined(state: Person, fact: PersonJoined) -> Person:  # noqa: ARG001 - nothing was before
    return Person(fact.person_id)


# --- commands ----------------------------------------------------------------------------------


class AddPerson(Command):
    person_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}",)


def decide(command: AddPerson, state: Person) -> Decision:
    """A person joins once; joining again changes nothing."""
    return () if state.exists else (PersonJoined(person_id=command.person_id),)
