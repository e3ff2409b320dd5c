"""The descriptor of a cycle's roster, which no command is about: objectives claim their places."""

from typing import Final

from domain.okr.roster import (
    INITIAL,
    PlaceClaimed,
    PlaceReleased,
    Roster,
    SupportClaimed,
    claimed,
    released,
    support_claimed,
)
from domain.thing import Thing, when

THING: Final[Thing[Roster]] = Thing(
    "roster",
    INITIAL,
    facts=(
        when(PlaceClaimed, claimed),
        when(PlaceReleased, released),
        when(SupportClaimed, support_claimed),
    ),
)
