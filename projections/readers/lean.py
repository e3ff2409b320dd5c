"""Lists of obstacles and of improvement actions, the newest first."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table

from domain.facts import Thing
from projections import render
from projections.lean import ACTION, OBSTACLE
from projections.readers.folded import action_of, obstacle_of, titles_of
from projections.readers.pages import page
from projections.views import Moment, Views


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
        found = page(
            look, OBSTACLE, moment, OBSTACLE.c.raised_at_position, *_state(OBSTACLE, state),
            limit=limit, cursor=cursor, newest_first=True, **filters,
        )  # fmt: skip
        states = [obstacle_of(look, row) for row in found.rows]
        titles = titles_of(look, moment, _things(each.about for each in states))
    items = (
        {
            **render.obstacle(each, row["version"], moment.position),
            "about_title": _title(each.about, titles),
        }
        for each, row in zip(states, found.rows, strict=True)
    )
    return found.answer(items, moment)


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
        found = page(
            look, ACTION, moment, ACTION.c.opened_at_position, *_state(ACTION, state),
            limit=limit, cursor=cursor, newest_first=True, **filters,
        )  # fmt: skip
        states = [action_of(look, row) for row in found.rows]
        titles = titles_of(look, moment, _things(each.about for each in states))
    items = (
        {
            **render.action(each, row["version"], moment.position),
            "about_title": _title(each.about, titles),
        }
        for each, row in zip(states, found.rows, strict=True)
    )
    return found.answer(items, moment)


_GROUPS = {"open": ("raised", "acknowledged"), "unfinished": ("open", "doing", "reopened")}


def _state(table: Table, state: str | None) -> list[Any]:
    if state is None:
        return []
    if table is ACTION and state == "open":
        return [table.c.status == state]
    return [table.c.status.in_(_GROUPS.get(state, (state,)))]


def _things(abouts: Iterable[Thing | None]) -> set[tuple[str, str]]:
    return {(about.kind, about.id) for about in abouts if about is not None}


def _title(about: Thing | None, titles: dict[tuple[str, str], str]) -> str | None:
    return titles.get((about.kind, about.id)) if about is not None else None
