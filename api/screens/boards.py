"""Boards: the objectives of a cycle by state, a team's improvement actions by column."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.reading import ById, Reading, reading
from api.core.shapes import Shape
from api.cycle import cycles
from api.people import teams
from projections.screens import boards


class Card(Shape):
    id: str
    kind: str
    title: str
    owner_id: str | None
    team_id: str


class Column(Shape):
    key: str
    title: str
    wip_limit: int | None
    count: int
    cards: list[Card]


class Board(Shape):
    position: int
    as_of: datetime | None
    columns: list[Column]


of_objectives = APIRouter(prefix="/v1/boards", tags=["boards"], route_class=StrictRoute)
of_actions = APIRouter(prefix="/v1/boards", tags=["boards"], route_class=StrictRoute)

OBJECTIVES: Final = Part(
    of_objectives,
    kinds=("objective", "obstacle"),
    topics=("boards", "boards/objectives"),
    kept=("/v1/boards/objectives",),
)
ACTIONS: Final = Part(
    of_actions,
    kinds=("action", "board", "obstacle"),
    topics=("boards", "boards/actions"),
    kept=("/v1/boards/actions",),
)

Asked = Annotated[Reading, reading()]


@of_objectives.get("/objectives", response_model=Board)
def objective_board(
    read: Asked, cycle_id: Annotated[str, Query()], team_id: ById = None
) -> Response:
    """Objectives of a cycle by state; each card says where it may go next."""
    cycles.RESOURCE.find(read.services, cycle_id, read.upto)
    moment = read.when()
    board = boards.objective_board(
        read.services.views, cycle_id, team_id, moment, read.effective_at
    )
    return read.view(board, moment, wordless=True)


@of_actions.get("/actions", response_model=Board)
def action_board(read: Asked, team_id: Annotated[str, Query()]) -> Response:
    """A team's improvement actions by column, with limits and ages."""
    teams.RESOURCE.find(read.services, team_id, read.upto)
    moment = read.when()
    board = boards.action_board(read.services.views, team_id, moment)
    return read.view(board, moment, wordless=True)
