"""Scores: the tree from company to key result, and how it went from slot to slot."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import invalid_parameter
from api.core.reading import ById, Reading, reading
from api.core.shapes import Health, Shape, Share
from api.cycle import cycles
from api.okr import objectives
from api.okr.objective_shapes import Objective
from api.people import teams
from projections.okr import scores


class TeamScore(Shape):
    id: str
    name: str
    score: Share | None
    expected: Share | None
    health: Health
    health_reason: str
    coverage: Share | None
    teams: list["TeamScore"]
    objectives: list[Objective]


class Scores(Shape):
    position: int
    as_of: datetime | None
    effective_at: datetime | None
    score: Share | None
    expected: Share | None
    health: Health
    health_reason: str
    coverage: Share | None
    score_if_nothing_dropped: Share | None
    teams: list[TeamScore]
    objectives: list[Objective]


class Trend(Shape):
    position: int
    effective_at: datetime
    points: list[dict[str, Any]]


router = APIRouter(prefix="/v1/scores", tags=["scores"], route_class=StrictRoute)

PART: Final = Part(
    router, kinds=("team", "cycle", "objective"), topics=("scores",), kept=("/v1/scores",)
)

Asked = Annotated[Reading, reading()]


@router.get("", response_model=Scores)
def get_scores(read: Asked, cycle_id: Annotated[str, Query()], team_id: ById = None) -> Response:
    """Company, teams, objectives and key results of a cycle, scored (RULES B1 to B4)."""
    cycles.RESOURCE.find(read.services, cycle_id, read.upto)
    if team_id is not None:
        teams.RESOURCE.find(read.services, team_id, read.upto)
    moment = read.when()
    found = scores.scores(read.services.views, cycle_id, team_id, moment, read.effective_at)
    return read.view(found, moment)


@router.get("/trend", response_model=Trend)
def get_trend(
    read: Asked, cycle_id: ById = None, team_id: ById = None, objective_id: ById = None
) -> Response:
    """Score and expected progress slot by slot, of a cycle, a team in it, or one objective."""
    if objective_id is not None:
        objective = objectives.RESOURCE.find(read.services, objective_id, read.upto)
        cycle_id = cycle_id or objective.state.cycle_id
    if cycle_id is None:
        raise invalid_parameter("cycle_id", "This is needed: name a cycle or an objective.")
    cycles.RESOURCE.find(read.services, cycle_id, read.upto)
    moment = read.when()
    found = scores.score_trend(
        read.services.views,
        cycle_id,
        team_id,
        objective_id,
        moment=moment,
        effective_at=read.effective_at,
    )
    return read.view(found, moment, wordless=True)
