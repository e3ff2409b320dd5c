"""Why a score changed: every part with its facts, and nothing left over."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import behind, invalid_parameter, not_found
from api.core.reading import ById, Reading, reading, resolve
from api.core.references import home_of_key_result
from api.core.shapes import Shape, Share
from api.cycle import cycles
from api.okr import objectives
from api.people import teams
from domain.cycle.calendar import frame_of
from domain.okr.explain_cause import Cause
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from projections.engine.moment import Moment
from projections.engine.view_store import MOVING
from projections.okr.explain import explained

_PATIENCE: Final = 2.0

Change = Annotated[float, Field(description="-1..1, rounded half up to four digits.")]
Exact = Annotated[str, Field(description="The number in full, as `n/d`.")]


class ExplainedThing(Shape):
    kind: Literal["key_result", "objective", "team", "company"]
    id: str | None
    title: str | None
    objective_id: str | None
    cycle_id: str


class ExplainedMoment(Shape):
    position: int
    as_of: datetime


class ScorePart(Shape):
    cause: Cause
    objective_id: str | None
    key_result_id: str | None
    title: str | None
    amount: Change
    exact: Exact
    event_ids: list[str]
    positions: list[int]
    first_at: datetime | None
    last_at: datetime | None
    sentence: str


class ScoreExplained(Shape):
    position: int
    of: ExplainedThing
    since: Annotated[ExplainedMoment, Field(alias="from")]
    until: Annotated[ExplainedMoment, Field(alias="to")]
    from_score: Share | None
    to_score: Share | None
    change: Change | None
    exact: Exact | None
    sentence: str
    parts: list[ScorePart]


router = APIRouter(prefix="/v1/scores", tags=["scores"], route_class=StrictRoute)

PART: Final = Part(
    router,
    kinds=("team", "cycle", "objective"),
    topics=("scores",),
    kept=("/v1/scores/explain",),
)

Asked = Annotated[Reading, reading()]


@router.get("/explain", response_model=ScoreExplained)
def get_explanation(
    read: Asked,
    key_result_id: ById = None,
    objective_id: ById = None,
    team_id: ById = None,
    cycle_id: ById = None,
    since: Annotated[
        str | None,
        Query(alias="from", description="A moment, as in `as_of`; else the start of the cycle."),
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", description="A moment, as in `as_of`; now without it.")
    ] = None,
) -> Response:
    """Why the score of a key result, an objective, a team, or of the company in a cycle changed
    between two moments, in exact parts that add up to it (RULES B11).
    """
    if read.moment is not None or read.effective_at is not None:
        name = "as_of" if read.moment is not None else "effective_at"
        raise invalid_parameter(name, "Send from and to here: each tells one of the two moments.")
    end = read.when() if until is None else _moment(read, until)
    scope = _scope(read, end, key_result_id, objective_id, team_id, cycle_id)
    start = _start(read, end, scope) if since is None else _moment(read, since)
    if until is None:
        # A clock that is ahead recorded facts that are still to come, and knows them all the same.
        end = replace(end, at=max(end.at, start.at))
    if start.position > end.position or start.at > end.at:
        raise invalid_parameter("from", "This comes after `to`: a change goes forward in time.")
    return read.view(explained(read.services.views, read.services.journal, scope, start, end), end)


def _scope(
    read: Reading,
    end: Moment,
    key_result_id: str | None,
    objective_id: str | None,
    team_id: str | None,
    cycle_id: str | None,
) -> Scope:
    """What is to be explained. Raises 404, and 400 where it is not named, or twice."""
    named = {
        "key_result_id": key_result_id,
        "objective_id": objective_id,
        "team_id": team_id,
    }
    given = [name for name, id_ in named.items() if id_ is not None]
    if len(given) > 1:
        raise invalid_parameter(given[1], f"Name one score alone: {given[0]} is given already.")
    if key_result_id is not None:
        home = home_of_key_result(read.services, key_result_id)
        found = None if home is None else _objective(read, home, end, cycle_id)
        if found is None or key_result_id not in found.state.key_results:
            raise not_found("key result")
        return OfKeyResult(found.id, key_result_id)
    if objective_id is not None:
        return OfObjective(_objective(read, objective_id, end, cycle_id).id)
    if cycle_id is None:
        raise invalid_parameter(
            "cycle_id", "This is needed: name a key result, an objective, or a cycle."
        )
    cycles.RESOURCE.find(read.services, cycle_id, end.position)
    if team_id is not None:
        teams.RESOURCE.find(read.services, team_id, end.position)
    return OfTeam(cycle_id, team_id)


def _objective(read: Reading, objective_id: str, end: Moment, cycle_id: str | None) -> Any:
    found = objectives.RESOURCE.find(read.services, objective_id, end.position)
    if cycle_id not in (None, found.state.cycle_id):
        raise invalid_parameter("cycle_id", "The objective stands in another cycle.")
    return found


def _start(read: Reading, end: Moment, scope: Scope) -> Moment:
    """The start of the cycle, or ``end`` itself where that is still to come."""
    if isinstance(scope, OfTeam):
        cycle_id = scope.cycle_id
    else:
        found = objectives.RESOURCE.find(read.services, scope.objective_id, end.position)
        cycle_id = found.state.cycle_id
    cycle = cycles.RESOURCE.find(read.services, cycle_id, end.position)
    starts_at = frame_of(cycle.state).starts_at
    return end if starts_at >= end.at else _moment(read, starts_at.isoformat())


def _moment(read: Reading, text: str) -> Moment:
    """A moment that the views know as well. Raises 400 and 503."""
    moment = resolve(read.services, text, read.now)
    if not read.services.views.wait_for(moment.position, _PATIENCE, MOVING):
        raise behind("that moment")
    return moment
