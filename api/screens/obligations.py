"""Who owes what: overdue first."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.reading import ById, Cursor, Limit, Reading, reading
from api.core.shapes import Page, Shape, Thing
from projections.obligations import pages
from projections.view import Views


class Obligation(Shape):
    person_id: str | None
    instead_of: Annotated[
        str | None, Field(description="Who owes it and is away; `person_id` is the deputy.")
    ] = None
    what: str
    about: Thing
    due_at: datetime | None


router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)

_WHO_IS_ASKED: Final = frozenset({"person", "organisation"})


def _changing(views: Views) -> frozenset[str]:
    """Facts that make people owe or pay, and those that say who is asked instead of whom."""
    owing = {each.fact.TYPE for view in views for each in view.owes}
    asked = {fact.TYPE for view in views if view.kind in _WHO_IS_ASKED for fact in view.thing.steps}
    return frozenset(owing | asked)


PART: Final = Part(router, kinds=None, topics=("obligations",), only=_changing)

Asked = Annotated[Reading, reading()]


@router.get("/obligations", response_model=Page[Obligation])
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


@router.get("/me/obligations", response_model=Page[Obligation])
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
        lambda moment, start: pages.obligations(
            read.services.views,
            moment=moment,
            views=read.services.catalogue,
            cycle_id=cycle_id,
            team_id=team_id,
            person_id=person_id,
            limit=limit,
            cursor=start,
        ),
    )
