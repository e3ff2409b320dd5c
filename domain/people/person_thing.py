"""The descriptor of a person."""

from typing import Final

from domain.people.person import INITIAL, AddPerson, Person, PersonJoined, decide, joined
from domain.thing import Thing, on, when

THING: Final[Thing[Person]] = Thing(
    "person",
    INITIAL,
    facts=(when(PersonJoined, joined),),
    commands=(on(AddPerson, decide, permits="administer"),),
)
