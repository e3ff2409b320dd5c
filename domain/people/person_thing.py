"""The descriptor of a person."""

from typing import Final

from domain.people import absence, handing_over, person_editing
from domain.people import person as p
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.thing import Thing, on, when

THING: Final[Thing[Person]] = Thing(
    "person",
    p.INITIAL,
    facts=(
        when(p.PersonJoined, p.joined),
        when(p.PersonCalendarNamed, p.calendar_named),
    ),
    commands=(
        on(p.AddPerson, p.decide, permits="administer"),
        on(p.NamePersonCalendar, p.decide_calendar, Organisation, permits="administer"),
    ),
    chapters=(absence.CHAPTER, person_editing.CHAPTER, handing_over.CHAPTER),
)
