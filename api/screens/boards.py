"""Boards: the objectives of a cycle by state, a team's improvement actions by column."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import invalid_parameter
from api.core.reading import ById, Reading, reading
from api.core.shapes import Health, Shape, Share
from api.cycle import cycles
from api.lean.action_shapes import ActionBlock
from api.lean.boards import BoardColumn
from api.okr.objective_shapes import ObjectiveState
from api.people import teams
from projections.screens import boards


class Card(Shape):
    id: str
    kind: str
    title: str
    owner_id: str | None
    team_id: str | None


class ObjectiveCard(Card):
    state: ObjectiveState
    cycle_id: str
    tags: list[str]
    ambition: str
    progress: Share | None
    expected: Share | None
    health: Health
    health_reason: str | None
    confidence: Share | None
    age_days: int
    blocked: bool
    block: ActionBlock | None
    version: int


class Column(Shape):
    key: str
    title: str
    wip_limit: int | None
    count: int
    cards: list[ObjectiveCard]


class Board(Shape):
    position: int
    as_of: datetime | None
    columns: list[Column]


class ActionCard(Card):
    action_kind: str
    due_on: date | None
    overdue: bool
    age_days: int | None
    blocked: bool
    block: ActionBlock | None
    archived: bool


class ActionColumn(BoardColumn):
    count: int
    cards: list[ActionCard]


class ActionBoard(Shape):
    position: int
    as_of: datetime | None
    scope: Literal["team", "mine", "company"]
    team_id: str | None
    columns: list[ActionColumn]


NOBODY: Final = ""
"""The owner of nothing."""

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


@of_actions.get("/actions", response_model=ActionBoard)
def action_board(
    read: Asked,
    team_id: ById = None,
    owner_id: ById = None,
    scope: Annotated[Literal["team", "mine", "company"] | None, Query()] = None,
    archived: Literal["true", "false"] = "false",
) -> Response:
    """Improvement actions by column: a team's with its limits, one's own, or the company's.

    Done work leaves sight after two weeks; `archived=true` brings it back, and what was archived or
    cancelled. `mine` without a person to act as is empty.
    """
    old = archived == "true"
    if scope in (None, "team"):
        if team_id is None:
            raise invalid_parameter("team_id", "A team's board needs team_id; else choose a scope.")
        teams.RESOURCE.find(read.services, team_id, read.upto)
        moment = read.when()
        board = boards.action_board(
            read.services.views, team_id, moment, owner_id=owner_id, archived=old
        )
    else:
        if team_id is not None:
            raise invalid_parameter("team_id", f"The scope {scope} is of all teams: leave it out.")
        moment = read.when()
        board = boards.actions_of_many_boards(
            read.services.views,
            moment,
            scope=scope or "",
            owner_id=(read.principal.person_id or NOBODY) if scope == "mine" else owner_id,
            archived=old,
        )
    return read.view(board, moment, wordless=True)
