"""Cycles with their phases, and who each of them waits for."""

from datetime import date
from typing import Any

from sqlalchemy import case

from domain.ids import CycleId
from projections.cycle import render
from projections.cycle.cycle import CYCLES
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.reading import Reading
from projections.engine.versions import Row
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


def cycle_on(store: ViewStore, day: date, moment: Moment) -> CycleId | None:
    """The cycle whose zone is the organisation's on ``day`` where it chose none."""
    with store.reading() as look:
        row = _nearest(look, day, moment)
    return None if row is None else CycleId(row["cycle_id"])


def zone_on(look: Reading, day: date, moment: Moment) -> str:
    """The organisation's time zone on ``day``: the one it chose, else that of the latest cycle
    begun by then, else of the first one planned, else UTC.
    """
    if (chosen := chosen_zone(look, moment)) is not None:
        return chosen
    row = _nearest(look, day, moment)
    return "UTC" if row is None else str(row["timezone"])


def _nearest(look: Reading, day: date, moment: Moment) -> Row | None:
    """The latest cycle begun by ``day``, else the first one planned."""
    c = CYCLES.c
    begun = (c.starts_on <= day).desc()
    nearness = case((c.starts_on <= day, -c.planned_at_position), else_=c.planned_at_position)
    rows = look.rows(CYCLES, moment, order_by=(begun, nearness), limit=1)
    return rows[0] if rows else None
