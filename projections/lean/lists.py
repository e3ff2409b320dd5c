"""Lists of obstacles and of improvement actions, the newest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.view_store import ViewStore
from projections.lean import action, obstacle, render
from projections.lean.action import ACTION
from projections.lean.obstacle import OBSTACLE
from projections.obligations.pages import titles_of
from projections.stored import Stored


@dataclass(frozen=True)
class _Listed:
    """What is listed: its rows, their order, and how a state is shown.

    ``groups`` are names for several states at once.
    """

    stored: Stored[Any]
    since: Column[Any]
    shown: Callable[..., dict[str, Any]]
    groups: Mapping[str, tuple[str, ...]]


_OBSTACLES = _Listed(
    obstacle.STORED,
    OBSTACLE.c.raised_at_position,
    render.obstacle,
    {"open": ("raised", "acknowledged")},
)
_ACTIONS = _Listed(
    action.STORED,
    ACTION.c.opened_at_position,
    render.action,
    {"unfinished": ("open", "doing", "reopened")},
)


def obstacles(
    store: ViewStore,
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
    return _page(store, _OBSTACLES, moment, state, filters, limit, cursor)


def actions(
    store: ViewStore,
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
    return _page(store, _ACTIONS, moment, state, filters, limit, cursor)


def _page(
    store: ViewStore,
    of: _Listed,
    moment: Moment,
    state: str | None,
    filters: Mapping[str, str | None],
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    states = () if state is None else of.groups.get(state, (state,))
    in_state = [of.stored.table.c.status.in_(states)] if states else []
    with store.reading() as look:
        found = page(
            look, of.stored.table, moment, of.since, *in_state,
            limit=limit, cursor=cursor, newest_first=True, **filters,
        )  # fmt: skip
        things = [of.stored.read(look.states, row) for row in found.rows]
        abouts = [(each.about.kind, each.about.id) if each.about else None for each in things]
        titles = titles_of(look, moment, {each for each in abouts if each})
    items = (
        {
            **of.shown(thing, row["version"], moment.position),
            "about_title": titles.get(about) if about else None,
        }
        for thing, row, about in zip(things, found.rows, abouts, strict=True)
    )
    return found.answer(items, moment)
