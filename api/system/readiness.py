"""Whether this installation can be relied on: everything that is red, by name (``/healthz/ready``).

The views may lag without harm, so lag alone is not red. A view that stands still is, and so is one
that has read further than the log goes: the log is not the one it was made from.
"""

from typing import Any

from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from api.core.problems import journal_problem, problem, views_problem
from api.core.wire import dumps
from api.services import Services
from journal.errors import JournalError
from projections.engine.errors import ViewsDamaged

_STANDING_STILL = ("halted", "waiting-for-release")
_SKEW_SECONDS = 60


def readiness(services: Services) -> Response:
    """200 with how far log and views are, or 503 with ``red``, a sentence for each trouble."""
    try:
        head = services.journal.head()
    except JournalError as fault:
        return journal_problem(fault).response()
    try:
        position, views = services.views.position(), services.views.health()
    except (ViewsDamaged, DBAPIError) as fault:
        return views_problem(fault).response()
    halted = [view for view in views if view["state"] in _STANDING_STILL]
    red = [
        f"view {view['view']} is {view['state']} at {view['position']}: {view['reason']}"
        for view in halted
    ]
    red += [
        f"view {view['view']} has read {view['position']} facts, the log ends at {head}"
        for view in views
        if view["position"] > head and view not in halted
    ]
    state: dict[str, Any] = {"head": head, "position": position, "halted": halted}
    if red:
        detail = "; ".join(red)
        return problem(503, "not-ready", detail, headers={"Retry-After": "5"}, red=red, **state)
    body = {"status": "ready", **state}
    ahead = _ahead(services, head)
    if ahead is not None:
        body["warning"] = ahead
    return Response(
        dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _ahead(services: Services, head: int) -> str | None:
    """A warning when the log's last fact was recorded in what is the future here."""
    rows = services.journal.rows(head - 1, 1) if head else ()
    if not rows:
        return None
    at = services.journal.header(rows[0]).recorded_at
    ahead = (at - services.clock.now()).total_seconds()
    if ahead <= _SKEW_SECONDS:
        return None
    return (
        f"The last fact was recorded at {at.isoformat()}, {round(ahead)} seconds ahead of this "
        "clock: set the clock right, here or where it was written."
    )
