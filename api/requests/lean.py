"""Bodies about obstacles, improvement actions and boards."""

from typing import Annotated, Literal

from pydantic import Field

from api.fields import AsArray, Day, Id, Like, Request, Text, Title
from api.requests.common import About
from domain.lean import board as lean

ColumnKey = Annotated[
    str,
    Like(
        r"[A-Za-z0-9][A-Za-z0-9_. \-]{0,39}",
        "a key has 1 to 40 letters, digits, dots, dashes, underscores or spaces",
    ),
]


class NewObstacle(Request):
    title: Title
    about: About
    severity: Literal["low", "medium", "high"]
    owner_id: Id | None = None


class Why(Request):
    """One answer of the 5 Whys; ``under`` is the answer it explains."""

    answer: Text
    under: Id | None = None
    evidence: Text | None = None
    reason: Text | None = None


class Cause(Request):
    category: Literal["people", "method", "machine", "material", "measurement", "environment"]
    text: Text
    reason: Text | None = None


class RootCause(Request):
    why_id: Id
    reason: Text | None = None


class Resolution(Request):
    result: Text
    evidence: Text
    reason: Text | None = None


class NewAction(Request):
    title: Title
    kind: Literal["countermeasure", "kaizen", "follow_up"]
    team_id: Id
    owner_id: Id
    due_on: Day | None = None
    about: About | None = None
    prediction: Text | None = None
    verify_after_days: Annotated[int, Field(ge=0, le=365)] | None = None


class Move(Request):
    """To another column, before another card (at the end without one)."""

    column: ColumnKey
    before_id: Id | None = None
    reason: Text | None = None


class Verification(Request):
    result: Text
    effective: bool
    evidence: Text
    reason: Text | None = None


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

    def board_columns(self) -> tuple[lean.Column, ...]:
        return tuple(lean.Column(**each.model_dump()) for each in self.columns)
