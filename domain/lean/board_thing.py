"""The descriptor of a team's board."""

from typing import Final

from domain.lean.board import (
    INITIAL,
    Board,
    BoardDefined,
    CardPlaced,
    CardTakenOff,
    DefineBoard,
    LimitBreached,
    decide,
    defined,
    placed,
    taken_off,
)
from domain.people.team import Team
from domain.thing import Thing, on, silent, when

THING: Final[Thing[Board]] = Thing(
    "board",
    INITIAL,
    facts=(
        when(BoardDefined, defined),
        when(CardPlaced, placed),
        when(CardTakenOff, taken_off),
        silent(LimitBreached),
    ),
    commands=(on(DefineBoard, decide, Team, permits="write"),),
)
