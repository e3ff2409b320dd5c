"""What changed: the days of a cycle, the facts before and after a moment, two moments compared."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import invalid_parameter, not_found
from api.core.reading import ById, Reading, reading, resolve
from api.core.shapes import Shape
from api.cycle import cycles
from api.people import teams
from projections.screens import diff, timeline


class Timeline(Shape):
    position: int
    starts_at: datetime
    ends_at: datetime
    phases: list[cycles.Phase]
    buckets: list[dict[str, Any]]


class Neighbours(Shape):
    previous: int | None
    next: int | None


class Diff(Shape):
    view: Literal["board", "scores"]


router = APIRouter(prefix="/v1", tags=["history and events"], route_class=StrictRoute)

PART: Final = Part(router, kinds=None, topics=("timeline",), kept=("/v1/diff", "/v1/timeline"))

Asked = Annotated[Reading, reading()]


@router.get("/timeline", response_model=Timeline)
def get_timeline(read: Asked, cycle_id: Annotated[str, Query()]) -> Response:
    """How much happened on each day of a cycle, with its phases."""
    cycles.RESOURCE.find(read.services, cycle_id, read.upto)
    moment = read.when()
    found = timeline.timeline(read.services.views, cycle_id, moment)
    if found is None:
        raise not_found("cycle")
    return read.view(found, moment, wordless=True)


@router.get("/moments/neighbours", response_model=Neighbours)
def get_neighbours(read: Asked, cycle_id: ById = None) -> Response:
    """The positions of the facts next before and next after a moment."""
    moment = read.when()
    found = timeline.neighbours(read.services.views, moment=moment, cycle_id=cycle_id)
    return read.view(found, moment)


@router.get("/diff", response_model=Diff)
def get_diff(
    read: Asked,
    view: Annotated[Literal["board", "scores"], Query()],
    since: Annotated[str, Query(alias="from", description="A moment, as in `as_of`.")],
    until: Annotated[
        str | None, Query(alias="to", description="A moment, as in `as_of`; now without it.")
    ] = None,
    cycle_id: ById = None,
    team_id: ById = None,
) -> Response:
    """What moved, came, went and changed on a board or in the scores between two moments."""
    then = resolve(read.services, since, read.now)
    now = read.when() if until is None else resolve(read.services, until, read.now)
    views = read.services.views
    if cycle_id is not None:
        cycles.RESOURCE.find(read.services, cycle_id)
    if team_id is not None:
        teams.RESOURCE.find(read.services, team_id)
    if view == "scores":
        if cycle_id is None:
            raise invalid_parameter("cycle_id", "This is needed here.")
        found = diff.scores_diff(views, then=then, now=now, cycle_id=cycle_id, team_id=team_id)
    else:
        if cycle_id is None and team_id is None:
            raise invalid_parameter("cycle_id", "This is needed here.")
        found = diff.board_diff(views, then=then, now=now, cycle_id=cycle_id, team_id=team_id)
    return read.view({"view": view, **found}, now)
