"""What the shapes of answers are made of, for ``openapi.json``. A test holds answers to them.

Answers are written straight to bytes: validating each of them again would double the price of a
board.
"""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.core.undo import Undo

Share = Annotated[float, Field(description="0..1, rounded half up to four digits.")]
Health = Literal[
    "pending",
    "on_track",
    "lagging",
    "at_risk",
    "outdated",
    "achieved",
    "achieved_late",
    "missed",
    "closed",
]
Item = TypeVar("Item")


class Shape(BaseModel):
    """An answer; more fields may come."""

    model_config = ConfigDict(extra="allow")


class Versioned(Shape):
    """A single thing: the version for If-Match, and the position of the log it reflects."""

    id: str
    version: int
    position: int
    undo: Annotated[
        Undo | None,
        Field(description="In answers to writes: the way back, null where there is none."),
    ] = None


class Page(Shape, Generic[Item]):
    """A page of a list; go on with ``cursor=<next_cursor>`` until it is null."""

    items: list[Item]
    next_cursor: str | None
    position: int


class Thing(Shape):
    kind: str
    id: str
