"""Lists: everything of a kind, a page at a time, as of any moment."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import shapes
from api.body import StrictRoute
from api.reading import ById, Cursor, Limit, Reading, reading
from projections.cycle import lists as cycle_lists
from projections.engine.moment import Moment
from projections.lean import lists as lean
from projections.okr import lists as objective_lists
from projections.people import lists as people_lists

router = APIRouter(prefix="/v1", route_class=StrictRoute)

Asked = Annotated[Reading, reading()]
ObjectiveState = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged"
]


@router.get("/people", tags=["people and teams"], response_model=shapes.Page[shapes.Person])
def list_people(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """People, with the names they have today: the log knows ids only."""

    def page(moment: Moment, start: str | None) -> dict[str, Any]:
        found = people_lists.people(read.services.views, moment=moment, limit=limit, cursor=start)
        names = read.services.directory.people([each["id"] for each in found["items"]])
        for each in found["items"]:
            known = names.get(each["id"])
            each["name"] = known.name if known else None
            each["email"] = known.email if known else None
        return found

    return read.listing(cursor, page)


@router.get("/teams", tags=["people and teams"], response_model=shapes.Page[shapes.TeamItem])
def list_teams(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Teams with their members, in the order they were formed."""
    return read.listing(
        cursor,
        lambda moment, start: people_lists.teams(
            read.services.views, moment=moment, limit=limit, cursor=start
        ),
    )


@router.get("/cycles", tags=["cycles"], response_model=shapes.Page[shapes.CycleItem])
def list_cycles(read: Asked, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Cycles in the order they were planned."""
    return read.listing(
        cursor,
        lambda moment, start: cycle_lists.cycles(
            read.services.views, moment=moment, limit=limit, cursor=start
        ),
    )


@router.get("/objectives", tags=["objectives"], response_model=shapes.Page[shapes.Objective])
def list_objectives(
    read: Asked,
    cycle_id: ById = None,
    team_id: ById = None,
    owner_id: ById = None,
    state: Annotated[ObjectiveState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Objectives with their key results and how they stand."""
    return read.listing(
        cursor,
        lambda moment, start: objective_lists.objectives(
            read.services.views,
            moment=moment,
            cycle_id=cycle_id,
            team_id=team_id,
            owner_id=owner_id,
            state=state,
            effective_at=read.effective_at,
            limit=limit,
            cursor=start,
        ),
    )


@router.get("/obstacles", tags=["obstacles"], response_model=shapes.Page[shapes.ObstacleItem])
def list_obstacles(
    read: Asked,
    state: Annotated[Literal["open", "raised", "acknowledged", "resolved"] | None, Query()] = None,
    severity: Annotated[Literal["low", "medium", "high"] | None, Query()] = None,
    owner_id: ById = None,
    about: ById = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Obstacles, the newest first; `about` is the id of what they stand in the way of."""
    return read.listing(
        cursor,
        lambda moment, start: lean.obstacles(
            read.services.views,
            moment=moment,
            state=state,
            severity=severity,
            owner_id=owner_id,
            about=about,
            limit=limit,
            cursor=start,
        ),
    )


@router.get("/actions", tags=["actions"], response_model=shapes.Page[shapes.ActionItem])
def list_actions(
    read: Asked,
    team_id: ById = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    kind: Annotated[Literal["countermeasure", "kaizen", "follow_up"] | None, Query()] = None,
    owner_id: ById = None,
    about: ById = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Improvement actions, the newest first; `about` is the id of what they were opened for."""
    return read.listing(
        cursor,
        lambda moment, start: lean.actions(
            read.services.views,
            moment=moment,
            team_id=team_id,
            state=state,
            kind=kind,
            owner_id=owner_id,
            about=about,
            limit=limit,
            cursor=start,
        ),
    )
