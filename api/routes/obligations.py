"""Who owes what: overdue first."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import shapes
from api.body import StrictRoute
from api.reading import ById, Cursor, Limit, Reading, reading
from projections.obligations import pages as readers

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)

Asked = Annotated[Reading, reading()]


@router.get("/obligations", response_model=shapes.Page[shapes.Obligation])
def list_obligations(
    read: Asked,
    cycle_id: ById = None,
    team_id: ById = None,
    person_id: ById = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What is owed, by whom, since when."""
    return _obligations(read, cycle_id, team_id, person_id, limit, cursor)


@router.get("/me/obligations", response_model=shapes.Page[shapes.Obligation])
def my_obligations(
    read: Asked, cycle_id: ById = None, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """What you owe."""
    me = read.principal.person_id or ""
    return _obligations(read, cycle_id, None, me, limit, cursor)


def _obligations(
    read: Reading,
    cycle_id: str | None,
    team_id: str | None,
    person_id: str | None,
    limit: int,
    cursor: str | None,
) -> Response:
    return read.listing(
        cursor,
        lambda moment, start: readers.obligations(
            read.services.views,
            moment=moment,
            cycle_id=cycle_id,
            team_id=team_id,
            person_id=person_id,
            limit=limit,
            cursor=start,
        ),
    )
