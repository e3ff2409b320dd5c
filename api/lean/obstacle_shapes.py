"""The shapes of obstacles as they go out; their parts have the names of what comes in."""

from typing import Literal

from api.core.shapes import Shape, Thing, Versioned


class Why(Shape):
    id: str
    under: str | None
    answer: str
    evidence: str | None


class Cause(Shape):
    id: str
    category: str
    text: str


class ObstacleItem(Shape):
    id: str
    title: str
    about: Thing
    severity: Literal["low", "medium", "high"]
    owner_id: str | None
    state: str


class Obstacle(ObstacleItem, Versioned):
    whys: list[Why]
    causes: list[Cause]
    root_cause_id: str | None
    result: str | None
    evidence: str | None
    moves: list[str]


class WhyAnswered(Why, Versioned):
    obstacle_id: str


class CauseNoted(Cause, Versioned):
    obstacle_id: str
