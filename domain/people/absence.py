"""A person's absences, each with the deputy who is asked meanwhile (RULES B18)."""

from dataclasses import replace
from datetime import date
from typing import ClassVar, Final

from domain.facts import Command, Decision, Refusal
from domain.ids import AbsenceId, PersonId
from domain.people.person import Absence, Person, PersonFact, refuse_person
from domain.refusals import already_exists, invalid, not_found
from domain.thing import Chapter, on, when

LONGEST_DAYS: Final = 3 * 366
YEARS: Final = range(1970, 2201)

# --- facts -------------------------------------------------------------------------------------


class AbsencePlanned(PersonFact):
    """Away from ``starts_on`` to ``ends_on``, both included."""

    TYPE: ClassVar[str] = "people.absence-planned"
    absence_id: AbsenceId
    starts_on: date
    ends_on: date
    deputy_id: PersonId


class AbsenceWithdrawn(PersonFact):
    TYPE: ClassVar[str] = "people.absence-withdrawn"
    absence_id: AbsenceId


# --- state -------------------------------------------------------------------------------------


def planned(state: Person, fact: AbsencePlanned) -> Person:
    absence = Absence(fact.starts_on, fact.ends_on, fact.deputy_id)
    return replace(state, absences={**state.absences, fact.absence_id: absence})


def withdrawn(state: Person, fact: AbsenceWithdrawn) -> Person:
    left = {key: one for key, one in state.absences.items() if key != fact.absence_id}
    return replace(state, absences=left)


# --- commands ----------------------------------------------------------------------------------


class PlanAbsence(Command):
    person_id: PersonId
    absence_id: AbsenceId
    starts_on: date
    ends_on: date
    deputy_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}", f"person/{self.deputy_id}")

    @property
    def subject(self) -> str:
        return self.absence_id


class WithdrawAbsence(Command):
    person_id: PersonId
    absence_id: AbsenceId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"person/{self.person_id}",)


# --- decisions ---------------------------------------------------------------------------------


def decide_plan(command: PlanAbsence, state: Person, deputy: Person) -> Decision:
    """Absences of one person do not overlap: on every day there is one deputy at most."""
    if not state.exists:
        return not_found("person", command.person_id)
    if command.deputy_id == command.person_id:
        detail = "Somebody else stands in: name another person."
        return invalid("invalid-deputy-id", detail, "/deputy_id")
    if refusal := refuse_person(deputy, command.deputy_id, "/deputy_id"):
        return refusal
    if command.starts_on.year not in YEARS or command.ends_on.year not in YEARS:
        return invalid("invalid-from", "An absence lies between 1970 and 2200.", "/from")
    if command.ends_on < command.starts_on:
        return invalid("invalid-to", "An absence cannot end before it starts.", "/to")
    if (command.ends_on - command.starts_on).days >= LONGEST_DAYS:
        return invalid("invalid-to", "An absence lasts three years at most.", "/to")
    wish = Absence(command.starts_on, command.ends_on, command.deputy_id)
    known = state.absences.get(command.absence_id)
    if known == wish:
        return ()
    if known is not None:
        return already_exists("absence")
    if other := next((one for one in state.absences.values() if one.overlaps(wish)), None):
        away = f"{other.starts_on.isoformat()} to {other.ends_on.isoformat()}"
        detail = f"This person is away from {away} already: withdraw that absence first."
        return Refusal("absence-overlaps", detail)
    return (
        AbsencePlanned(
            person_id=command.person_id,
            absence_id=command.absence_id,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            deputy_id=command.deputy_id,
        ),
    )


def decide_withdraw(command: WithdrawAbsence, state: Person) -> Decision:
    if not state.exists:
        return not_found("person", command.person_id)
    if command.absence_id not in state.absences:
        return not_found("absence", command.absence_id)
    return (AbsenceWithdrawn(person_id=command.person_id, absence_id=command.absence_id),)


CHAPTER: Final[Chapter[Person]] = Chapter(
    facts=(when(AbsencePlanned, planned), when(AbsenceWithdrawn, withdrawn)),
    commands=(
        on(PlanAbsence, decide_plan, Person, permits="write"),
        on(WithdrawAbsence, decide_withdraw, permits="write"),
    ),
)
