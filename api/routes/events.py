"""The log itself: as CloudEvents to read, as a stream to follow."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from api.body import StrictRoute
from api.problems import Problem
from api.reading import AsOf, Limit, Reading, reading
from api.wire import cloud_event, dumps

router = APIRouter(prefix="/v1/events", tags=["history and events"], route_class=StrictRoute)

Asked = Annotated[Reading, reading("audit")]

After = Annotated[int | None, Query(ge=0, le=10**15, description="Events after this position.")]
_BATCH = 500
_PAGE = 100


@router.get("")
def list_events(
    request: Request, read: Asked, after: After = None, limit: Limit | None = None
) -> Response:
    """Facts after a position as CloudEvents: a page of JSON, or lines of NDJSON by Accept.

    A page has 100 unless `limit` says otherwise; go on with `after=<next_after>`, which is null at
    the end. NDJSON has all of them unless `limit` says otherwise.
    """
    start = after or 0
    journal = read.services.journal
    end = journal.head() if read.upto is None else read.upto
    position = {"TrueNorth-Position": str(end), "Cache-Control": "no-store"}
    if "application/x-ndjson" in request.headers.get("accept", ""):

        def lines() -> Iterator[bytes]:
            at, last = start, end if limit is None else min(end, start + limit)
            while at < last and (batch := journal.tail(at, min(_BATCH, last - at))):
                for envelope in batch:
                    yield dumps(cloud_event(envelope)) + b"\n"
                at = batch[-1].position

        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=position)
    found = [each for each in journal.tail(start, limit or _PAGE) if each.position <= end]
    more = bool(found) and found[-1].position < end
    body = {
        "items": [cloud_event(each) for each in found],
        "next_after": found[-1].position if more else None,
        "position": end,
    }
    return Response(dumps(body), headers=position, media_type="application/json")


@router.get("/stream")
async def stream_events(
    request: Request, after: After = None, as_of: AsOf = None
) -> StreamingResponse:
    """Server-Sent Events: `id` is the position, `data` names the type and the topics touched.

    Begins after `Last-Event-ID` or `after`, else with what comes next. Comments keep it alive.
    """
    if as_of is not None:
        raise Problem(400, "unreadable-moment", "A stream follows the present; leave as_of out.")
    request.state.principal.must("read")
    last = request.headers.get("last-event-id")
    if last is not None:
        if not (last.isascii() and last.isdigit() and len(last) <= 15):
            raise Problem(400, "unreadable-position", "Last-Event-ID is a position.")
        after = int(last)
    feed = request.app.state.feed
    beat: float = request.app.state.services.heartbeat_seconds

    async def events() -> AsyncIterator[bytes]:
        async for chunk in feed.follow(after, beat):
            yield chunk

    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
