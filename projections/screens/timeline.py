"""The time rail of a cycle: its phases, how much happened on each day, and the fact next door."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, cast, column, func, or_, select, values

from domain.cycle.calendar import DAY, frame_of, instant, local_date
from projections.cycle import render
from projections.engine.moment import Moment
from projections.engine.moments import MOMENTS
from projections.engine.reading import Reading
from projections.engine.versions import Instant
from projections.engine.view_store import ViewStore
from projections.history.rows import HISTORY
from projections.okr.states import cycles_at

LONGEST: Final = 750
"""Days of a rail at most: two years and a little."""

_TICK: Final = timedelta(microseconds=1)


def timeline(store: ViewStore, cycle_id: str, moment: Moment) -> dict[str, Any] | None:
    """The days from the first phase to the last one; None when the cycle is not known then.

    Whole days of the cycle's zone, with a bucket for each up to the day of ``moment``. ``count``
    is every fact of the log on that day and ``last_position`` the last one recorded by its end.
    """
    with store.reading() as look:
        found = cycles_at(look, moment, [cycle_id]).get(cycle_id)
        if found is None:
            return None
        cycle, _ = found
        frame, phases = frame_of(cycle), render.phases(cycle)
        starts_at = min([frame.starts_at, *(phase["starts_at"] for phase in phases)])
        ends_at = max([frame.ends_at, *(phase["ends_at"] for phase in phases)])
        first = local_date(starts_at, frame.timezone)
        after = local_date(ends_at - _TICK, frame.timezone) + DAY
        days = _days(first, min(after, local_date(moment.at, frame.timezone) + DAY))
        bounds = [
            instant(day, time(), frame.timezone) for day in (*days, *(d + DAY for d in days[-1:]))
        ]
        reached = _reached_before(look, bounds, moment)
    return {
        "position": moment.position,
        "cycle_id": cycle_id,
        "starts_at": instant(first, time(), frame.timezone),
        "ends_at": instant(after, time(), frame.timezone),
        "timezone": frame.timezone,
        "phases": phases,
        "buckets": [
            {"on": day, "count": last - before, "last_position": last}
            for day, (before, last) in zip(days, pairwise(reached), strict=True)
        ],
    }


def _days(first: date, after: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(min((after - first).days, LONGEST))]


def _reached_before(look: Reading, bounds: Sequence[datetime], moment: Moment) -> list[int]:
    """The last position recorded before each instant, and not after ``moment``; one statement."""
    if not bounds:
        return []
    number, at = column("number", Integer), column("at", Instant)
    wanted = values(number, at, name="wanted").data(list(enumerate(bounds))).cte("wanted")
    last = (
        select(MOMENTS.c.position)
        .where(MOMENTS.c.at < wanted.c.at)
        .order_by(MOMENTS.c.at.desc())
        .limit(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    reached = func.coalesce(last, cast(0, BigInteger))
    rows = look.connection.execute(select(reached).select_from(wanted).order_by(wanted.c.number))
    return [min(position, moment.position) for position in rows.scalars()]


def neighbours(store: ViewStore, *, moment: Moment, cycle_id: str | None = None) -> dict[str, Any]:
    """The fact before and the fact after what ``moment`` shows; null where there is none.

    Facts of other cycles are passed over: they change nothing of what this cycle's pages show.
    """
    c = HISTORY.c
    with store.reading() as look:
        here = [c.gen == look.generation(HISTORY)]
        if cycle_id is not None:
            here.append(or_(c.cycle_id == cycle_id, c.cycle_id.is_(None)))
        shown = select(c.since).where(*here, c.since <= moment.position)
        after = select(c.since).where(*here, c.since > moment.position)
        past = look.connection.scalars(shown.order_by(c.since.desc()).limit(2)).all()
        following = look.connection.scalar(after.order_by(c.since).limit(1))
    return {
        "position": moment.position,
        "previous": past[1] if len(past) == 2 else None,
        "next": following,
    }
