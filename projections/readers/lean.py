"""Lists of obstacles and of improvement actions, the newest first."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from domain.facts import Thing
from projections import render
from projections.lean import ACTION, OBSTACLE
from projections.readers.folded import Row, action_of, obstacle_of, titles_of
from projections.views import Moment, Reading, Views


def obstacles(
    views: Views,
    *,
    moment: Moment,
    state: str | None = None,
    severity: str | None = None,
    owner_id: str | None = None,
    about: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of obstacles, each as the single one is shown and with the title of what it is about.

    Args:
        state: ``raised``, ``acknowledged`` or ``resolved``; ``open`` is either of the first two.
        about: id of the thing they stand in the way of.
    """
    filters = {"severity": severity, "owner_id": owner_id, "about_id": about}
    with views.reading() as look:
        rows = _page(look, OBSTACLE, moment, _state(OBSTACLE, state), filters, limit, cursor)
        states = [obstacle_of(look, row) for row in rows[:limit]]
        titles = titles_of(look, moment, _things(each.about for each in states))
    return {
        "items": [
            {
                **render.obstacle(each, row["version"], moment.position),
                "about_title": _title(each.about, titles),
            }
            for each, row in zip(states, rows, strict=False)
        ],
        "next_cursor": _next(rows, limit, "raised_at_position"),
        "position": moment.position,
    }


def actions(
    views: Views,
    *,
    moment: Moment,
    team_id: str | None = None,
    state: str | None = None,
    kind: str | None = None,
    owner_id: str | None = None,
    about: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of actions, each as the single one is shown and with the title of what it is about.

    Args:
        state: as on the action; ``unfinished`` is all but done, verifying and verified.
        about: id of the thing they were opened for.
    """
    filters = {"team_id": team_id, "kind": kind, "owner_id": owner_id, "about_id": about}
    with views.reading() as look:
        rows = _page(look, ACTION, moment, _state(ACTION, state), filters, limit, cursor)
        states = [action_of(look, row) for row in rows[:limit]]
        titles = titles_of(look, moment, _things(each.about for each in states))
    return {
        "items": [
            {
                **render.action(each, row["version"], moment.position),
                "about_title": _title(each.about, titles),
            }
            for each, row in zip(states, rows, strict=False)
        ],
        "next_cursor": _next(rows, limit, "opened_at_position"),
        "position": moment.position,
    }


_PLACE = {OBSTACLE: OBSTACLE.c.raised_at_position, ACTION: ACTION.c.opened_at_position}
_GROUPS = {"open": ("raised", "acknowledged"), "unfinished": ("open", "doing", "reopened")}


def _state(table: Table, state: str | None) -> list[Any]:
    if state is None:
        return []
    if table is ACTION and state == "open":
        return [table.c.status == state]
    return [table.c.status.in_(_GROUPS.get(state, (state,)))]


def _page(
    look: Reading,
    table: Table,
    moment: Moment,
    conditions: list[Any],
    filters: dict[str, str | None],
    limit: int,
    cursor: str | None,
) -> list[Row]:
    place = _PLACE[table]
    equals = {name: value for name, value in filters.items() if value is not None}
    if cursor:
        conditions = [*conditions, place < int(cursor)]
    return look.rows(
        table, moment, *conditions, order_by=(place.desc(),), limit=limit + 1, **equals
    )


def _next(rows: list[Row], limit: int, place: str) -> str | None:
    return str(rows[limit - 1][place]) if len(rows) > limit else None


def _things(abouts: Iterable[Thing | None]) -> set[tuple[str, str]]:
    return {(about.kind, about.id) for about in abouts if about is not None}


def _title(about: Thing | None, titles: dict[tuple[str, str], str]) -> str | None:
    return titles.get((about.kind, about.id)) if about is not None else None
