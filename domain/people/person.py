"""A person, known to the log by an opaque id only; name and e-mail live outside it.

Who is away names a deputy, who is asked meanwhile (RULES B18). What plans an absence stands in
``absence``, what edits a person in ``person_editing``, what hands things over in ``handing_over``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, NamedTuple

from domain.description import Links
from domain.facts import Command, Decision, Fact, Refusal
from domain.ids import AbsenceId, PersonId
from domain.people.organisation import STREAM as ORGANISATION
from domain.people.organisation import Organisation, unknown_calendar
from domain.refusals import not_found
from domain.text import SealedText

LONGEST_CHAIN: Final = 3
"""So many deputies are tried, one after the other, when those who stand in are away themselves."""

# --- facts -------------------------------------------------------------------------------------


class PersonFact(Fact):
    person_id: PersonId

    @property
    def stream(self) -> str:
        return f"person/{self.person_id}"


class PersonJoined(PersonFact):
    TYPE: ClassVar[str] = "people.person-joined"


class PersonCalendarNamed(PersonFact):
    """The holidays that this person goes by; None for the organisation's own."""

    TYPE: ClassVar[str] = "people.person-calendar-named"
    calendar: str | None = None


# --- state -------------------------------------------------------------------------------------


class Absence(NamedTuple):
    """Away from ``starts_on`` to ``ends_on``, both included; ``deputy_id`` is asked meanwhile."""

    starts_on: date
    ends_on: date
    deputy_id: PersonId

    def overlaps(self, other: "Absence") -> bool:
        """Whether some day lies in both."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def includes(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Person:
    """``calendar`` names the holidays this person goes by, None for the organisation's own. Who is
    not ``active`` has left: keeps what was theirs until somebody hands it over, and gets nothing
    new.
    """

    person_id: PersonId | None = None
    absences: Mapping[AbsenceId, Absence] = field(default_factory=dict)
    calendar: str | None = None
    active: bool = True
    description: SealedText | None = None
    links: Links = ()

    @property
    def exists(self) -> bool:
        """Whether this person ever joined."""
        return self.person_id is not None

    def deputy_on(self, day: date) -> PersonId | None:
        """Who is asked on ``day`` instead; None when the person is there."""
        away = (one for one in self.absences.values() if one.includes(day))
        return next((one.deputy_id for one in away), None)


INITIAL = Person()


def joined(state: Person, fact: PersonJoined) -> Person:
    return replace(state, person_id=fact.person_id)


def calendar_named(state: Person, fact: PersonCalendarNamed) -> Person:
    return replace(state, calendar=fact.calendar)


def stand_in(
    person_id: PersonId, deputy_of: Callable[[PersonId], PersonId | None]
) -> PersonId | None:
    """Who is asked instead of ``person_id``, None when that one is there (RULES B18).

    A deputy who is away too has a deputy, and so on, ``LONGEST_CHAIN`` at most and never back to
    somebody who was tried: then the last one tried is asked, away or not. ``deputy_of`` tells the
    deputy of who is away.
    """
    tried = [person_id]
    while len(tried) <= LONGEST_CHAIN:
        deputy = deputy_of(tried[-1])
        if deputy is None or deputy in tried:
            break
        tried.append(deputy)
    return tried[-1] if len(tried) > 1 else None


def refuse_person(person: Person, person_id: str, pointer: str) -> Refusal | None:
    """Why nothing new can be given to ``person``, or None: known and not gone."""
    if not person.exists:
        return not_found("person", person_id, pointer)
    if not person.active:
        detail = "This person is not active any more: choose somebody else."
        return Refusal("person-inactive", detail, pointer=pointer)
    return None


# --- commands ----------------------------------------------------------------------------------


class AddPerson(Command):
    person_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}",)


class NamePersonCalendar(Command):
    """``calendar`` is one that the organisation published, None for its own."""

    person_id: PersonId
    calendar: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}", ORGANISATION)


def decide(command: AddPerson, state: Person) -> Decision:
    """A person joins once; joining again changes nothing."""
    return () if state.exists else (PersonJoined(person_id=command.person_id),)


def decide_calendar(
    command: NamePersonCalendar, state: Person, organisation: Organisation
) -> Decision:
    if not state.exists:
        return not_found("person", command.person_id)
    if command.calendar == state.calendar:
        return ()
    return unknown_calendar(command.calendar, organisation) or (
        PersonCalendarNamed(person_id=command.person_id, calendar=command.calendar),
    )
