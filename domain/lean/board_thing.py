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
    evolve,
)
from domain.people.team import Team
from domain.thing import Thing, each, on, silent

THING: Final[Thing[Board]] = Thing(
    "board",
    INITIAL,
    facts=(each(evolve, BoardDefined, CardPlaced), silent(LimitBreached)),
    commands=(on(DefineBoard, decide, Team, permits="write"),),
)
