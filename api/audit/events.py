"""The log itself: as CloudEvents to read, as a stream to follow."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.live import Live
from api.core.problems import Problem, position_ahead
from api.core.reading import AsOf, Limit, Reading, reading
from api.core.shapes import Shape
from api.core.wire import cloud_event, dumps


class CloudEvent(Shape):
    """``unreadable`` stands for the data of a fact that this release cannot read."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: datetime | None = None
    position: int
    version: int
    actorkind: Literal["person", "workflow", "import", "system"] | None = None
    actorid: str | None = None
    data: dict[str, Any] | None = None
    unreadable: bool = False


class Events(Shape):
    items: list[CloudEvent]
    next_after: int | None
    position: int


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


router = APIRouter(prefix="/v1/events", tags=["history and events"], route_class=StrictRoute)

PART: Final = Part(router)

Asked = Annotated[Reading, reading("audit")]

After = Annotated[int | None, Query(ge=0, le=10**15, description="Events after this position.")]
_BATCH = 500
_PAGE = 100


@router.get(
    "",
    response_model=Events,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def list_events(
    request: Request, read: Asked, after: After = None, limit: Limit | None = None
) -> Response:
    """Facts after a position as CloudEvents: a page of JSON, or lines of NDJSON by Accept.

    A page has 100 unless `limit` says otherwise; go on with `after=<next_after>`, which is null at
    the end. NDJSON has all of them unless `limit` says otherwise.
    """
    start = after or 0
    journal = read.services.journal
    head = journal.head()
    if start > head:
        raise position_ahead(head)
    end = head if read.upto is None else read.upto
    position = {"TrueNorth-Position": str(end), "Cache-Control": "no-store"}
    if "application/x-ndjson" in request.headers.get("accept", ""):

        def lines() -> Iterator[bytes]:
            at, last = start, end if limit is None else min(end, start + limit)
            while at < last and (rows := journal.rows(at, min(_BATCH, last - at))):
                for row in rows:
                    yield dumps(cloud_event(row, journal)) + b"\n"
                at = rows[-1][0]

        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=position)
    found = [row for row in journal.rows(start, limit or _PAGE) if row[0] <= end]
    more = bool(found) and found[-1][0] < end
    body = {
        "items": [cloud_event(row, journal) for row in found],
        "next_after": found[-1][0] if more else None,
        "position": end,
    }
    return Response(dumps(body), headers=position, media_type="application/json")


@router.get("/stream", response_class=EventStream)
async def stream_events(request: Request, after: After = None, as_of: AsOf = None) -> EventStream:
    """Server-Sent Events: `id` is the position, `data` names the type and the topics touched.

    Begins after `Last-Event-ID` or `after`, else with what comes next. Comments keep it alive. An
    event `reset` says that the log is another one now and ends at its position.
    """
    if as_of is not None:
        raise Problem(400, "unreadable-moment", "A stream follows the present; leave as_of out.")
    request.state.principal.must("read")
    last = request.headers.get("last-event-id")
    if last is not None:
        if not (last.isascii() and last.isdigit() and len(last) <= 15):
            raise Problem(
                400,
                "unreadable-position",
                "Last-Event-ID is a position: send the id of the last event.",
            )
        after = int(last)
    state = request.app.state
    live: Live = state.live
    start = max(live.head, state.reached.acknowledged) if after is None else after
    beat: float = state.services.heartbeat_seconds

    async def events() -> AsyncIterator[bytes]:
        async for chunk in live.follow(start, beat):
            yield chunk

    return EventStream(
        events(),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
