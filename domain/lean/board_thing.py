"""The descriptor of a team's board."""

from typing import Final

from domain.lean.board import (
    INITIAL,
    Board,
    BoardDefined,
    CardPlaced,
    DefineBoard,
    LimitBreached,
    decide,
    defined,
    placed,
)
from domain.people.team import Team
from domain.thing import Thing, on, silent, when

THING: Final[Thing[Board]] = Thing(
    "board",
    INITIAL,
    facts=(when(BoardDefined, defined), when(CardPlaced, placed), silent(LimitBreached)),
    commands=(on(DefineBoard, decide, Team, permits="write"),),
)
