"""The shapes of obstacles as they go out; their parts have the names of what comes in."""

from typing import Literal

from api.core.descriptions import Described
from api.core.shapes import Shape, Thing, Versioned
from domain.lean.obstacle import Ending


class Why(Shape):
    id: str
    under: str | None
    answer: str | None
    evidence: str | None


class Cause(Shape):
    id: str
    category: str
    text: str | None


class ObstacleItem(Shape):
    id: str
    title: str
    about: Thing
    about_title: str | None
    severity: Literal["low", "medium", "high"]
    type: Literal["resource", "dependency", "clarity", "priority", "external"] | None
    owner_id: str | None
    state: str
    source: Literal["person", "clock"]
    ended: Ending | None


class Obstacle(ObstacleItem, Described, Versioned):
    whys: list[Why]
    causes: list[Cause]
    root_cause_id: str | None
    root_cause_ids: list[str]
    next_action: str | None
    result: str | None
    evidence: str | None
    moves: list[str]


class WhyAnswered(Why, Versioned):
    obstacle_id: str


class CauseNoted(Cause, Versioned):
    obstacle_id: str
