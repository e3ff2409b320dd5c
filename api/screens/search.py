"""Search: people, objectives, key results, actions, obstacles, teams, cycles, boards by name."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.problems import invalid_parameter
from api.core.reading import ById, Reading, reading
from api.core.shapes import Shape, Thing
from projections.search import pages
from projections.search.pages import kinds_of


class Hit(Shape):
    kind: str
    id: str
    title: str
    where: Annotated[str, Field(description="What it belongs to: parent, team, cycle.")]
    snippet: Annotated[str, Field(description="The text that was found, of the title or beside.")]
    matched: Annotated[list[str], Field(description="Words of the title that were found.")]
    state: str | None
    parent: Thing | None
    team_id: str | None
    owner_id: str | None
    cycle_id: str | None


class Hits(Shape):
    position: int
    items: list[Hit]


router = APIRouter(prefix="/v1", tags=["search"], route_class=StrictRoute)

PART: Final = Part(router)

Asked = Annotated[Reading, reading()]


@router.get("/search", response_model=Hits)
def search(
    read: Asked,
    q: Annotated[
        str, Query(max_length=500, description="Some words, or their beginnings; all have to fit.")
    ],
    kinds: Annotated[
        str | None, Query(max_length=200, description="Of these kinds only, with commas between.")
    ] = None,
    cycle_id: ById = None,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many items.")] = 20,
) -> Response:
    """The best answers by title or name, slips of the finger forgiven; of titles as of any moment.

    What people wrote about things (descriptions, notes, comments) is not searched.
    """
    moment = read.when()
    found = pages.search(
        read.services.views,
        read.services.directory,
        moment=moment,
        q=q,
        kinds=None if kinds is None else _kinds(kinds, read),
        cycle_id=cycle_id,
        limit=limit,
        views=read.services.catalogue,
    )
    return read.view(found, moment)


def _kinds(text: str, read: Reading) -> tuple[str, ...]:
    """Raises 422 for a kind that nothing is found of."""
    known = kinds_of(read.services.catalogue)
    kinds = tuple(dict.fromkeys(each.strip().replace("-", "_") for each in text.split(",")))
    if not set(kinds) <= set(known):
        raise invalid_parameter("kinds", f"These are found: {', '.join(known)}.")
    return kinds
