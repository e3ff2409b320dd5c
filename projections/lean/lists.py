"""Lists of obstacles and of improvement actions, the newest first or the gravest first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, select

from domain.relation import ABOUT, OF_TEAM
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.lean import action, obstacle, render
from projections.lean.action import ACTION
from projections.lean.obstacle import OBSTACLE
from projections.obligations.pages import subjects_of
from projections.obligations.rows import SUBJECT
from projections.relations.rows import RELATION
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

    @property
    def kind(self) -> str:
        return self.stored.thing.kind

    @property
    def id(self) -> Column[Any]:
        found: Column[Any] = self.stored.table.c[f"{self.kind}_id"]
        return found


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
    source: str | None = None,
    owner_id: str | None = None,
    team_id: str | None = None,
    about: str | None = None,
    sort: Literal["newest", "severity"] = "newest",
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of obstacles, each as the single one is shown and with its team.

    Args:
        state: ``raised``, ``acknowledged`` or ``resolved``; ``open`` is either of the first two.
        source: ``person`` or ``clock``: who raised them.
        team_id: the team whose things they stand in the way of.
        about: id of the thing they stand in the way of.
        sort: ``severity`` is the gravest first, and the newest first within one severity.
    """
    order = OBSTACLE.c.gravity if sort == "severity" else _OBSTACLES.since
    filters = {"severity": severity, "source": source, "owner_id": owner_id}
    with store.reading() as look:
        further = [_about(look, moment, _OBSTACLES, about)] if about else []
        if team_id is not None:
            c = SUBJECT.c
            theirs = select(c.id).where(
                look.alive(SUBJECT, moment), c.team_id == team_id, c.kind == "obstacle"
            )
            further.append(OBSTACLE.c.obstacle_id.in_(theirs))
        return _page(look, _OBSTACLES, moment, state, further, filters, order, limit, cursor)


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
    """A page of actions, each as the single one is shown.

    Args:
        state: as on the action; ``unfinished`` is open, doing or reopened.
        about: id of the thing they were opened for.
    """
    filters = {"kind": kind, "owner_id": owner_id}
    with store.reading() as look:
        further = [_about(look, moment, _ACTIONS, about)] if about else []
        if team_id is not None:
            further.append(ACTION.c.action_id.in_(actions_of(look, moment, team_id)))
        order = _ACTIONS.since
        return _page(look, _ACTIONS, moment, state, further, filters, order, limit, cursor)


def actions_of(look: Reading, moment: Moment, team_id: str) -> Any:
    """The statement for ids of the actions that a team had at a moment."""
    c = RELATION.c
    return select(c.source_id).where(
        look.alive(RELATION, moment),
        c.target_kind == "team",
        c.target_id == team_id,
        c.kind == OF_TEAM,
    )


def _about(look: Reading, moment: Moment, of: _Listed, about: str) -> ColumnElement[bool]:
    """Things of a kind that were about the thing with this id, of whatever kind that is."""
    c = RELATION.c
    return of.id.in_(
        select(c.source_id).where(
            look.alive(RELATION, moment),
            c.target_id == about,
            c.kind == ABOUT,
            c.source_kind == of.kind,
        )
    )


def _page(
    look: Reading,
    of: _Listed,
    moment: Moment,
    state: str | None,
    further: list[ColumnElement[bool]],
    filters: Mapping[str, str | None],
    order: Column[Any],
    limit: int,
    cursor: str | None,
) -> dict[str, Any]:
    states = () if state is None else of.groups.get(state, (state,))
    in_state = [of.stored.table.c.status.in_(states)] if states else []
    found = page(
        look, of.stored.table, moment, order, *in_state, *further,
        limit=limit, cursor=cursor, newest_first=True, **filters,
    )  # fmt: skip
    things = [of.stored.read(look.states, row) for row in found.rows]
    ids = [(of.kind, row[of.id.name]) for row in found.rows]
    abouts = [(each.about.kind, each.about.id) if each.about else None for each in things]
    known = subjects_of(look, moment, {*ids, *(each for each in abouts if each)})
    items = []
    for thing, row, id_, about in zip(things, found.rows, ids, abouts, strict=True):
        title = known[about]["title"] if about in known else None
        item = of.shown(thing, row["version"], moment.position, about_title=title)
        team_id = known[id_]["team_id"] if id_ in known else None
        items.append({**item, "team_id": item.get("team_id", team_id)})
    return found.answer(items, moment)
