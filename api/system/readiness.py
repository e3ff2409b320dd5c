"""Whether this installation can be relied on: everything that is red, by name (``/healthz/ready``).

The views may lag without harm, so lag alone is not red. A view that stands still is, and so is one
that has read further than the log goes: the log is not the one it was made from. So is one that
readers are refused, until it is made anew.
"""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from api.core.problems import STORE_ERRORS, journal_problem, problem, views_problem
from api.core.wire import dumps
from api.services import Services
from journal.errors import JournalError
from projections.engine.errors import ViewsDamaged
from projections.engine.feeds import living
from projections.engine.view_positions import STOPPED

_SKEW = timedelta(minutes=1)


def readiness(services: Services) -> Response:
    """200 with how far log and views are, or 503 with ``red``, a sentence for each trouble."""
    try:
        head = services.journal.head()
    except JournalError as fault:
        return journal_problem(fault).response()
    try:
        position, views = services.views.position(), services.views.health(head)
        feeds = living(services.views.engine)
    except (ViewsDamaged, *STORE_ERRORS) as fault:
        return views_problem(fault).response()
    halted = [view for view in views if view["state"] in STOPPED]
    red = [
        f"view {view['view']} is {view['state']} at {view['position']}: {view['reason']}"
        for view in halted
    ]
    red += [
        f"view {view['view']} has read {view['position']} facts, the log ends at {head}"
        for view in views
        if view["lag"] < 0 and view not in halted
    ]
    red += [
        f"view {view['view']} cannot be read, it is being made anew: {view['reason']}"
        for view in views
        if head and not view["shown"] and view not in halted and view["lag"] >= 0
    ]
    red += [
        f"the {feed.name} stands at {feed.position}: {feed.reason}"
        for feed in feeds
        if feed.state in STOPPED
    ]
    red += [
        f"the {feed.name} has passed on {feed.position} facts, the log ends at {head}"
        for feed in feeds
        if feed.state not in STOPPED and feed.position > max(head, services.journal.head())
    ]
    state: dict[str, Any] = {"head": head, "position": position, "halted": halted}
    if red:
        detail = "; ".join(red)
        return problem(503, "not-ready", detail, headers={"Retry-After": "5"}, red=red, **state)
    body = {"status": "ready", **state}
    if (warning := _clock(services)) is not None:
        body["warning"] = warning
    return Response(
        dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


def _clock(services: Services) -> str | None:
    """A warning when facts are recorded by a clock that differs from this machine's."""
    ahead = services.journal.clock_ahead()
    if ahead.log > _SKEW:
        what = f"the log's last fact was recorded {ahead.log} ahead of this clock"
    elif abs(ahead.store) > _SKEW:
        what = f"the database's clock differs from this one by {ahead.store}"
    else:
        return None
    return f"{what}: set the clocks right, or times of new facts will be wrong."
