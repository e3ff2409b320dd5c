"""The descriptor of a person."""

from typing import Final

from domain.people.person import INITIAL, AddPerson, Person, PersonJoined, decide, evolve
from domain.thing import Thing, each, on

THING: Final[Thing[Person]] = Thing(
    "person",
    INITIAL,
    facts=(each(evolve, PersonJoined),),
    commands=(on(AddPerson, decide, permits="administer"),),
)
