"""The company overview: how everything stands, in one request."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.reading import ById, Reading, reading
from api.core.shapes import Health, Shape, Share
from api.cycle import cycles
from api.people import teams
from api.screens.obligations import Obligation
from projections.screens import overview

WEEK: Final = timedelta(days=7)


class HealthCount(Shape):
    health: Health
    count: int


class Worst(Shape):
    kind: str
    id: str
    objective_id: str
    title: str
    team_id: str | None
    owner_id: str | None
    progress: Share | None
    expected: Share | None
    health: Health
    health_reason: str


class Mover(Shape):
    objective_id: str
    title: str
    team_id: str | None
    was: Annotated[Share, Field(alias="from")]
    to: Share
    change: Annotated[float, Field(description="-1..1, rounded half up to four digits.")]


class Blocked(Shape):
    kind: str
    id: str
    title: str
    reason: str | None
    since: datetime
    owner_id: str | None
    team_id: str | None


class Overdue(Shape):
    count: int
    items: list[Obligation]


class BlockedThings(Shape):
    count: int
    items: list[Blocked]


class Streak(Shape):
    team_id: str
    weeks: int


class Overview(Shape):
    position: int
    as_of: datetime | None
    cycle_id: str | None
    team_id: str | None
    score: Share | None
    expected: Share | None
    health: Health
    health_reason: str
    objectives: int
    distribution: list[HealthCount]
    worst: list[Worst]
    movers: list[Mover]
    overdue: Overdue
    blocked: BlockedThings
    streaks: list[Streak]


router = APIRouter(prefix="/v1", tags=["scores"], route_class=StrictRoute)

PART: Final = Part(router, kinds=None, topics=("overview",), kept=("/v1/overview",))

Asked = Annotated[Reading, reading()]


@router.get("/overview", response_model=Overview)
def get_overview(read: Asked, cycle_id: ById = None, team_id: ById = None) -> Response:
    """How a cycle stands, the present one by default: score and health, the five worst and why,
    the movers of the week, what is overdue and blocked, unbroken rows of check-ins.

    Of the whole company, or of a team and those below it.
    """
    if cycle_id is not None:
        cycles.RESOURCE.find(read.services, cycle_id, read.upto)
    if team_id is not None:
        teams.RESOURCE.find(read.services, team_id, read.upto)
    views, moment = read.services.views, read.when()
    # Of an empty log no view knows what it held a week ago.
    week_ago = (moment.at - WEEK).isoformat() if moment.position else None
    found: dict[str, Any] = overview.overview(
        views,
        cycle_id or overview.current_cycle(views, moment),
        team_id,
        moment=moment,
        week_ago=views.moment(week_ago, read.now),
        views=read.services.catalogue,
    )
    return read.view(found, moment, wordless=True)
