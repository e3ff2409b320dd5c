"""History: what happened, who did it and why, in sentences."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, WithJsonSchema
from starlette.responses import Response

from api.core.body import StrictRoute
from api.core.fields import instant
from api.core.interface import Part
from api.core.openapi import NAMED, named
from api.core.problems import invalid_parameter, not_found
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.references import exists
from api.core.shapes import Page, Shape
from api.services import Services
from projections.history.change import Mark
from projections.history.pages import history


class HistoryItem(Shape):
    position: int
    event_id: str
    type: str
    at: datetime
    effective_at: datetime | None
    actor: dict[str, Any]
    reason: str | None
    about: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    sentence: str
    untold: list[str]
    mark: Mark | None
    technical: bool
    round: str | None
    correlation_id: str
    causation_id: str | None


router = APIRouter(prefix="/v1", tags=["history and events"], route_class=StrictRoute)

PART: Final = Part(router, kinds=None, topics=("history",))

Audited = Annotated[Reading, reading("audit")]
Since = Annotated[
    AwareDatetime | None,
    BeforeValidator(lambda text: None if text is None else instant(text.replace(" ", "+"))),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Word = Annotated[str | None, Query(pattern=r"^[a-z][a-z.\-]{0,79}$")]
Name = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9:/._\-]{1,80}$")]
Flag = Literal["true", "false"]
Words = Annotated[
    str | None, Query(min_length=1, max_length=200, description="Words to look for, all of them.")
]
_Named = Annotated[str, StringConstraints(max_length=200), Field(json_schema_extra=NAMED)]
About = Annotated[
    _Named | None,
    Query(description="Id of a thing, also as `<kind>/<id>`, which is how events name streams."),
]


@router.get("/history", response_model=Page[HistoryItem])
def get_history(
    read: Audited,
    about: About = None,
    lineage: Flag = "false",
    actor: Name = None,
    kind: Annotated[Word, Query(alias="type")] = None,
    mark: Mark | None = None,
    technical: Flag | None = None,
    q: Words = None,
    since: Annotated[Since, Query(alias="from")] = None,
    until: Annotated[Since, Query(alias="to")] = None,
    order: Literal["oldest_first", "newest_first"] = "oldest_first",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Facts as sentences, newest last unless `order` says otherwise; the cursor goes on.

    `mark` is what auditors look for: moved targets, what was dropped, corrections, grades, what
    came late, changes of the rules and of who may do what. `lineage=true` adds the history of what
    a thing was carried over from. `technical=false` leaves out how the machinery went on. Items of
    one `round` are one person's check-ins of a day. `untold` names the fields that the sentence
    leaves out.

    `q` looks for words in sentences, titles, names, reasons and values as they are shown, so words
    that were erased are found nowhere. It looks through 2,000 facts a page: go on with
    `next_cursor`, also after a page of few items.
    """
    thing_id = None if about is None else _id(read.services, about)
    return read.listing(
        cursor,
        lambda moment, start: history(
            read.services.views,
            read.services.directory,
            moment=moment,
            views=read.services.catalogue,
            about=thing_id,
            lineage=lineage == "true",
            actor=actor,
            type=kind,
            mark=mark,
            technical=None if technical is None else technical == "true",
            q=q,
            since=since,
            until=until,
            newest_first=order == "newest_first",
            limit=limit,
            cursor=start,
        ),
    )


def _id(services: Services, about: str) -> str:
    """The id in ``about``. Raises 422 for what cannot be one, 404 for one of a kind that is not."""
    if not re.match(named(services.things), about):
        raise invalid_parameter("about", "This is not in the form that is needed here.")
    kind, slash, thing_id = about.rpartition("/")
    alone = any(thing.kind == kind and thing.only for thing in services.things)
    if slash and not alone and not exists(services, kind, thing_id):
        raise not_found(kind.replace("_", " "))
    return thing_id
