"""A person, known to the log by an opaque id only; name and e-mail live in the directory (JOURNAL)."""

from typing import ClassVar

from domain.facts import Command, Fact
from domain.ids import PersonId


class PersonJoined(Fact):
    TYPE: ClassVar[str] = "people.person-joined"
    person_id: PersonId

    @property
    def stream(self) -> str:
        return f"person/{self.person_id}"


class AddPerson(Command):
    person_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}",)
