"""A team's action board as it is defined: its columns and their limits (RULES B6)."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field
from starlette.responses import Response

from api.core.doors import creating
from api.core.fields import AsArray, Id, Like, Request, Text, Title
from api.core.reading import Reading, reading
from api.core.resource import Found, Look, Resource
from api.core.shapes import Shape, Versioned
from api.core.writing import IfMatch, Write, expected_version
from domain.ids import TeamId
from domain.lean import board, board_thing
from projections.lean import render

ColumnKey = Annotated[
    str,
    Like(
        r"[A-Za-z0-9][A-Za-z0-9_. \-]{0,39}",
        "a key has 1 to 40 letters, digits, dots, dashes, underscores or spaces",
    ),
]


class Column(Request):
    key: ColumnKey
    title: Title
    wip_limit: Annotated[int, Field(ge=0, le=10_000)] | None = None
    limit_mode: Literal["soft", "hard"] = "hard"
    stage: Literal["ready", "active", "waiting", "done"]


class NewBoard(Request):
    team_id: Id
    columns: Annotated[tuple[Column, ...], AsArray, Field(min_length=1, max_length=20)]
    reason: Text | None = None

    def board_columns(self) -> tuple[board.Column, ...]:
        return tuple(board.Column(**each.model_dump()) for each in self.columns)


class BoardColumn(Shape):
    key: str
    title: str
    wip_limit: int | None
    limit_mode: Literal["soft", "hard"]
    stage: Literal["ready", "active", "waiting", "done"]


class BoardDefinition(Versioned):
    columns: list[BoardColumn]


def _render(found: Found[board.Board], look: Look) -> dict[str, Any]:
    return render.board(found.state, found.id, found.version, look.upto)


# A team that has defined no board has the default columns: the team's stream is the proof.
RESOURCE: Final[Resource[board.Board]] = Resource(
    board_thing.THING, "/v1/boards", _render, tags=("boards",), topics=("boards",), proof="team"
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Asked = Annotated[Reading, reading()]


@router.get("/{team_id}", response_model=BoardDefinition)
def get_board(team_id: str, read: Asked) -> Response:
    """The definition of a team's action board."""
    return RESOURCE.answer(read, team_id)


@router.post("", status_code=201, response_model=BoardDefinition)
def define_board(body: NewBoard, write: Create, if_match: IfMatch = None) -> Response:
    """Define a team's columns and limits, or define them anew; cards stay where they are."""
    _, version = write.services.journal.state(f"board/{body.team_id}")
    write.expected = expected_version(if_match, version, needed=False)
    command = board.DefineBoard(
        team_id=TeamId(body.team_id), columns=body.board_columns(), **write.stamp(body.reason)
    )
    return RESOURCE.done(write, command, body, status=201)
