"""Boards: the objectives of a cycle by state, a team's actions by column; and their definition."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import shapes
from api.answers import Answers
from api.body import StrictRoute
from api.reading import ById, Reading, reading
from api.requests.lean import NewBoard
from api.writing import IfMatch, Write, creating, existing, expected_version
from domain.ids import TeamId
from domain.lean.board import DefineBoard
from projections.screens import boards

router = APIRouter(prefix="/v1/boards", tags=["boards"], route_class=StrictRoute)

Create = Annotated[Write, creating()]
Asked = Annotated[Reading, reading()]


@router.get("/objectives", response_model=shapes.Board)
def objective_board(
    read: Asked, cycle_id: Annotated[str, Query()], team_id: ById = None
) -> Response:
    """Objectives of a cycle by state; each card says where it may go next."""
    existing(read.services, "cycle", cycle_id, read.upto)
    moment = read.when()
    board = boards.objective_board(
        read.services.views, cycle_id, team_id, moment, read.effective_at
    )
    return read.view(board, moment)


@router.get("/actions", response_model=shapes.Board)
def action_board(read: Asked, team_id: Annotated[str, Query()]) -> Response:
    """A team's improvement actions by column, with limits and ages."""
    existing(read.services, "team", team_id, read.upto)
    moment = read.when()
    return read.view(boards.action_board(read.services.views, team_id, moment), moment)


@router.get("/{team_id}", response_model=shapes.BoardDefinition)
def get_board(team_id: str, read: Asked) -> Response:
    """The definition of a team's action board."""
    return read.thing(*Answers(read.services).board(team_id, read.upto))


@router.post("", status_code=201, response_model=shapes.BoardDefinition)
def define_board(body: NewBoard, write: Create, if_match: IfMatch = None) -> Response:
    """Define a team's columns and limits, or define them anew; cards stay where they are."""
    _, version = write.services.journal.state(f"board/{body.team_id}")
    write.expected = expected_version(if_match, version, needed=False)
    command = DefineBoard(
        team_id=TeamId(body.team_id), columns=body.board_columns(), **write.stamp(body.reason)
    )
    receipt = write.handle(command, body)
    board, _ = Answers(write.services).board(body.team_id, receipt.position)
    return write.respond(receipt, board, status=201, at=f"/v1/boards/{body.team_id}")
