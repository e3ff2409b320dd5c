"""The descriptor of a cycle's roster, which no command is about: objectives claim their places."""

from typing import Final

from domain.okr.roster import INITIAL, PlaceClaimed, PlaceReleased, Roster, evolve
from domain.thing import Thing, each

THING: Final[Thing[Roster]] = Thing(
    "roster", INITIAL, facts=(each(evolve, PlaceClaimed, PlaceReleased),)
)
