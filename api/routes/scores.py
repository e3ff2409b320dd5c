"""Scores: the tree from company to key result, and how it went from slot to slot."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import shapes
from api.body import StrictRoute
from api.problems import Problem
from api.reading import ById, Reading, reading
from api.writing import existing
from projections.okr import scores as readers

router = APIRouter(prefix="/v1/scores", tags=["scores"], route_class=StrictRoute)

Asked = Annotated[Reading, reading()]


@router.get("", response_model=shapes.Scores)
def get_scores(read: Asked, cycle_id: Annotated[str, Query()], team_id: ById = None) -> Response:
    """Company, teams, objectives and key results of a cycle, scored (RULES B1 to B4)."""
    existing(read.services, "cycle", cycle_id, read.upto)
    if team_id is not None:
        existing(read.services, "team", team_id, read.upto)
    moment = read.when()
    found = readers.scores(read.services.views, cycle_id, team_id, moment, read.effective_at)
    return read.view(found, moment)


@router.get("/trend", response_model=shapes.Trend)
def get_trend(
    read: Asked, cycle_id: ById = None, team_id: ById = None, objective_id: ById = None
) -> Response:
    """Score and expected progress slot by slot, of a cycle, a team in it, or one objective."""
    if objective_id is not None:
        state, _ = existing(read.services, "objective", objective_id, read.upto)
        cycle_id = cycle_id or state.cycle_id
    if cycle_id is None:
        raise Problem(
            422,
            "invalid-request",
            "Name a cycle or an objective.",
            errors=[{"pointer": "", "parameter": "cycle_id", "detail": "This is needed."}],
        )
    existing(read.services, "cycle", cycle_id, read.upto)
    moment = read.when()
    found = readers.score_trend(read.services.views, cycle_id, team_id, objective_id, moment=moment)
    return read.view(found, moment)
