"""How this installation is: health for machines, metrics, and what runs for people."""

from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from api.core.body import StrictRoute
from api.core.interface import Part
from api.core.metrics import CONTENT_TYPE
from api.core.principal import MAY, Principal
from api.core.shapes import Shape
from api.core.wire import dumps
from api.services import Services
from api.system.readiness import readiness


class Me(Shape):
    id: str | None
    person_id: str | None
    name: str | None
    role: Literal["admin", "member", "auditor", "viewer"]
    may: list[str]
    mode: Literal["local", "keys"]


class Demo(Shape):
    note: str


class System(Shape):
    name: str
    version: str
    mode: Literal["local", "keys"]
    simulated: bool
    demo: Demo | None
    now: datetime
    head: int
    position: int
    views: list[dict[str, Any]]
    clock: Literal["ok", "away"]


class Alive(Shape):
    status: Literal["live"]


class Ready(Shape):
    status: Literal["ready"]
    head: int
    position: int
    halted: list[dict[str, Any]]
    warning: str | None = None


router = APIRouter(tags=["system"], route_class=StrictRoute)

PART: Final = Part(router)


@router.get("/v1/me", response_model=Me)
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


@router.get("/v1/system", response_model=System)
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


@router.get("/healthz/live", response_model=Alive)
async def live(request: Request) -> Response:
    """The process runs."""
    services: Services = request.app.state.services
    answer = _json({"status": "live"})
    installation = services.installation()
    if installation:
        answer.headers["TrueNorth-Installation"] = installation
    return answer


@router.get("/healthz/ready", response_model=Ready)
def ready(request: Request) -> Response:
    """Whether all that is read and written here is sound; 503 names what is not."""
    return readiness(request.app.state.services)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Counters and gauges of this process in the Prometheus text format."""
    state = request.app.state
    services: Services = state.services
    head, position = services.journal.head(), services.views.position()
    now = {
        "truenorth_log_head": head,
        "truenorth_views_position": position,
        "truenorth_views_lag": head - position,
        "truenorth_live_connections": state.live.connections,
        "truenorth_answer_cache_hits": state.answers.hits,
        "truenorth_answer_cache_misses": state.answers.misses,
    }
    return Response(state.metrics.text(now), media_type=CONTENT_TYPE)


def _json(body: dict[str, Any]) -> Response:
    return Response(
        dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _release() -> str:
    try:
        return version("truenorth")
    except PackageNotFoundError:
        return "0 (run from source, not installed)"
