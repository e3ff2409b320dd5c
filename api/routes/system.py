"""How this installation is: health for machines, metrics, and what runs for people."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.body import StrictRoute
from api.feed import Feed
from api.metrics import CONTENT_TYPE
from api.principal import MAY, Principal
from api.problems import problem
from api.services import Services
from api.wire import dumps
from journal.errors import JournalError

router = APIRouter(tags=["system"], route_class=StrictRoute)


@router.get("/v1/me")
def me(request: Request) -> Response:
    """Who you are here, and what you may do."""
    services: Services = request.app.state.services
    principal: Principal = request.state.principal
    entry = (
        services.directory.people([principal.person_id]).get(principal.person_id)
        if principal.person_id not in {None, "local"}
        else None
    )
    return _json(
        {
            "id": principal.person_id,
            "person_id": principal.person_id,
            "name": entry.name if entry else None,
            "email": entry.email if entry else None,
            "role": principal.role,
            "may": sorted(MAY[principal.role]),
            "mode": services.mode,
        }
    )


@router.get("/v1/system")
def system(request: Request) -> Response:
    """What runs here: release, mode, how far log and views are, whether the clock ticks."""
    services: Services = request.app.state.services
    return _json(
        {
            "name": "True North",
            "version": _release(),
            "mode": services.mode,
            "simulated": services.simulated,
            "demo": {"note": services.demo_note} if services.demo_note else None,
            "now": services.clock.now(),
            "head": services.journal.head(),
            "position": services.views.position(),
            "views": services.views.health(),
            "clock": services.clock_status(),
        }
    )


@router.get("/healthz/live")
async def live(request: Request) -> Response:
    """The process runs."""
    services: Services = request.app.state.services
    answer = _json({"status": "live"})
    if services.installation:
        answer.headers["TrueNorth-Installation"] = services.installation
    return answer


@router.get("/healthz/ready")
def ready(request: Request) -> Response:
    """The log answers and can be read; the views may lag without harm."""
    services: Services = request.app.state.services
    try:
        head = services.journal.head()
        position = services.views.position()
    except JournalError:
        return problem(
            503, "store-away", "The store does not answer.", headers={"Retry-After": "1"}
        )
    halted = [view for view in services.views.health() if view.get("state") == "halted"]
    return _json(
        {"status": "ready", "head": head, "position": position, "halted": halted},
    )


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Counters and gauges of this process in the Prometheus text format."""
    services: Services = request.app.state.services
    feed: Feed = request.app.state.feed
    cache = request.app.state.cache
    head, position = services.journal.head(), services.views.position()
    gauges = {
        "truenorth_log_head": ("Last position of the log.", head),
        "truenorth_views_position": ("Position every view has reached.", position),
        "truenorth_views_lag": ("Facts the views are behind the log.", max(0, head - position)),
        "truenorth_live_connections": ("Open event streams.", feed.connections),
        "truenorth_answer_cache_hits": ("Views answered from memory.", cache.hits),
        "truenorth_answer_cache_misses": ("Views computed.", cache.misses),
    }
    return Response(request.app.state.metrics.text(gauges), media_type=CONTENT_TYPE)


def _json(body: dict[str, Any]) -> Response:
    return Response(
        dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _release() -> str:
    try:
        return version("truenorth")
    except PackageNotFoundError:
        return "0 (run from source, not installed)"
