"""Cycles with their phases, and who each of them waits for."""

from datetime import date
from typing import Any

from sqlalchemy import case

from projections.cycle import render
from projections.cycle.cycle import CYCLES
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.okr.states import cycles_at
from projections.people.absences import chosen_zone


def cycles(
    store: ViewStore, *, moment: Moment, limit: int = 50, cursor: str | None = None
) -> dict[str, Any]:
    """A page of cycles in the order they were planned."""
    with store.reading() as look:
        place = CYCLES.c.planned_at_position
        found = page(look, CYCLES, moment, place, limit=limit, cursor=cursor)
        states = cycles_at(look, moment, [row["cycle_id"] for row in found.rows])
    items = (render.cycle(state, version, moment.position) for state, version in states.values())
    return found.answer(items, moment)


def timezone_on(store: ViewStore, day: date, moment: Moment) -> str:
    """The organisation's time zone on ``day``, see :func:`zone_on`."""
    with store.reading() as look:
        return zone_on(look, day, moment)


def zone_on(look: Reading, day: date, moment: Moment) -> str:
    """The organisation's time zone on ``day``: the one it chose, else that of the latest cycle
    begun by then, else of the first one planned, else UTC.
    """
    if (chosen := chosen_zone(look, moment)) is not None:
        return chosen
    c = CYCLES.c
    begun = (c.starts_on <= day).desc()
    nearness = case((c.starts_on <= day, -c.planned_at_position), else_=c.planned_at_position)
    rows = look.rows(CYCLES, moment, order_by=(begun, nearness), limit=1)
    return str(rows[0]["timezone"]) if rows else "UTC"
