"""History: what happened, who did it and why; the time rail; what differs between two moments."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema
from starlette.responses import Response

from api import shapes
from api.body import StrictRoute
from api.fields import UUID, instant
from api.problems import Problem, not_found
from api.reading import ById, Cursor, Limit, Reading, reading, resolve
from api.references import exists
from api.services import Services
from api.writing import existing
from projections.history.pages import history
from projections.screens import diff, timeline

router = APIRouter(prefix="/v1", tags=["history and events"], route_class=StrictRoute)

Asked = Annotated[Reading, reading()]
Audited = Annotated[Reading, reading("audit")]
Since = Annotated[
    AwareDatetime | None,
    BeforeValidator(lambda text: None if text is None else instant(text.replace(" ", "+"))),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Word = Annotated[str | None, Query(pattern=r"^[a-z][a-z.\-]{0,79}$")]
About = Annotated[
    str | None,
    Query(
        pattern=rf"^((objective|key_result|team|cycle|obstacle|action|person|board|roster)/)?{UUID}$",
        description="Id of a thing, also as `<kind>/<id>`, which is how events name streams.",
    ),
]
Name = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9:/._\-]{1,80}$")]


@router.get("/history", response_model=shapes.Page[shapes.HistoryItem])
def get_history(
    read: Audited,
    about: About = None,
    actor: Name = None,
    kind: Annotated[Word, Query(alias="type")] = None,
    since: Annotated[Since, Query(alias="from")] = None,
    until: Annotated[Since, Query(alias="to")] = None,
    order: Literal["oldest_first", "newest_first"] = "oldest_first",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Facts as sentences, newest last unless `order` says otherwise; the cursor goes on."""
    thing_id = None if about is None else _id(read.services, about)
    return read.listing(
        cursor,
        lambda moment, start: history(
            read.services.views,
            read.services.directory,
            moment=moment,
            about=thing_id,
            actor=actor,
            type=kind,
            since=since,
            until=until,
            newest_first=order == "newest_first",
            limit=limit,
            cursor=start,
        ),
    )


@router.get("/timeline", response_model=shapes.Timeline)
def get_timeline(read: Asked, cycle_id: Annotated[str, Query()]) -> Response:
    """How much happened on each day of a cycle, with its phases."""
    existing(read.services, "cycle", cycle_id, read.upto)
    moment = read.when()
    found = timeline.timeline(read.services.views, cycle_id, moment)
    if found is None:
        raise not_found("cycle")
    return read.view(found, moment)


@router.get("/moments/neighbours", response_model=shapes.Neighbours)
def get_neighbours(read: Asked, cycle_id: ById = None) -> Response:
    """The positions of the facts next before and next after a moment."""
    moment = read.when()
    found = timeline.neighbours(read.services.views, moment=moment, cycle_id=cycle_id)
    return read.view(found, moment)


@router.get("/diff", response_model=shapes.Diff)
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
        existing(read.services, "cycle", cycle_id)
    if team_id is not None:
        existing(read.services, "team", team_id)
    if view == "scores":
        if cycle_id is None:
            raise _needs("cycle_id")
        found = diff.scores_diff(views, then=then, now=now, cycle_id=cycle_id, team_id=team_id)
    else:
        if cycle_id is None and team_id is None:
            raise _needs("cycle_id")
        found = diff.board_diff(views, then=then, now=now, cycle_id=cycle_id, team_id=team_id)
    return read.view({"view": view, **found}, now)


def _id(services: Services, about: str) -> str:
    """The id in ``about``. Raises 404 when a kind is named and there is no such thing."""
    kind, slash, thing_id = about.rpartition("/")
    if slash and not exists(services, kind, thing_id):
        raise not_found(kind.replace("_", " "))
    return thing_id


def _needs(parameter: str) -> Problem:
    return Problem(
        422,
        "invalid-request",
        "The request breaks the rules named in errors.",
        errors=[{"pointer": "", "parameter": parameter, "detail": "This is needed here."}],
    )
