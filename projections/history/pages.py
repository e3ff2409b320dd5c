"""History as people read it: sentences with names, and what each fact changed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import Select, func, select, union

from domain.okr.check_in import CheckInCorrected
from domain.text import Opener
from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.moments import MOMENTS
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.history.rows import HISTORY
from projections.history.words import ERASED, Said
from projections.okr.objective import CHECK_INS
from projections.sealed import opened
from projections.view import Views

FORGOTTEN: Final = "Somebody"
"""The name of a person whom the directory does not know, or no longer."""

MACHINES: Final[Mapping[str, str]] = MappingProxyType(
    {"workflow": "The clock", "import": "An import", "system": "The system"}
)
LOCAL: Final = "local"
CORRECTED: Final = CheckInCorrected.TYPE


def history(
    store: ViewStore,
    directory: Directory,
    *,
    moment: Moment,
    views: Views = VIEWS,
    about: str | None = None,
    actor: str | None = None,
    type: str | None = None,  # noqa: A002 - the contract's word
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of what happened up to ``moment``; the cursor goes on in the same order.

    Args:
        about: id of a thing; of an objective, everything in it is meant.
        type: wire name of a fact, or what stands before its dot (``okr``, ``lean`` …).
        since: the first instant recorded that is meant.
        until: the first one that is not (intervals are half-open).
    """
    with store.reading() as look:
        query = page_of(
            look,
            moment,
            about=about,
            actor=actor,
            type=type,
            since=since,
            until=until,
            newest_first=newest_first,
            limit=limit + 1,
            cursor=cursor,
            views=views,
        )
        rows: list[Row] = [*look.connection.execute(query).mappings()]
        wrong = corrected(look, rows, moment)
    shown = rows[:limit]
    names = Names(directory, shown)
    return {
        "items": [_item(row, names, wrong, views, store.states.opener) for row in shown],
        "next_cursor": str(shown[-1]["position"]) if len(rows) > limit else None,
        "position": moment.position,
    }


def told_at(
    store: ViewStore,
    look: Reading,
    directory: Directory,
    positions: Collection[int],
    moment: Moment,
    views: Views = VIEWS,
) -> dict[int, dict[str, Any]]:
    """What happened at these positions, each as the history tells it; at most three statements."""
    if not positions:
        return {}
    query = select(HISTORY).where(
        HISTORY.c.gen == look.generation(HISTORY, moment), HISTORY.c.since.in_(sorted(positions))
    )
    rows: list[Row] = [*look.connection.execute(query).mappings()]
    wrong, names = corrected(look, rows, moment), Names(directory, rows)
    opener = store.states.opener
    return {row["position"]: _item(row, names, wrong, views, opener) for row in rows}


def latest_about(
    look: Reading,
    moment: Moment,
    ids: Collection[str],
    *,
    after: int,
    not_by: str,
    limit: int,
) -> list[int]:
    """Positions after ``after`` of what others did to these things, the newest first."""
    c = HISTORY.c
    wanted = (
        c.gen == look.generation(HISTORY, moment),
        c.since > after,
        c.since <= moment.position,
        c.actor_id != not_by,
    )

    def among(column: Any) -> Select[Any]:
        walk = select(c.since).where(*wanted, column.in_(sorted(ids)))
        return select(walk.order_by(c.since.desc()).limit(limit).subquery())

    if not ids:
        return []
    found = union(among(c.about_id), among(c.stream_id)).subquery()
    query = select(found.c.since).order_by(found.c.since.desc()).limit(limit)
    return [*look.connection.scalars(query)]


def page_of(
    look: Reading,
    moment: Moment,
    *,
    about: str | None,
    actor: str | None,
    type: str | None,  # noqa: A002 - the contract's word
    since: datetime | None,
    until: datetime | None,
    newest_first: bool,
    limit: int,
    cursor: str | None,
    views: Views = VIEWS,
) -> Select[Any]:
    """The statement for rows up to ``moment``, found by walks along an index in their order.

    Rows are never changed, so their position is enough to say what was there.
    """
    c = HISTORY.c
    wanted = [c.gen == look.generation(HISTORY, moment), c.since <= moment.position]
    if since is not None:
        wanted.append(c.since > func.coalesce(reached(MOMENTS.c.at < since), 0))
    if until is not None:
        wanted.append(c.since <= func.coalesce(reached(MOMENTS.c.at < until), 0))
    if cursor:
        wanted.append(c.since < int(cursor) if newest_first else c.since > int(cursor))
    if actor is not None:
        wanted.append(c.actor_id == actor)
    types = [] if type is None else _types(type, views)
    if len(types) == 1:
        wanted.append(c.type == types[0])
    elif types and about is not None:
        wanted.append(c.type.in_(types))
    order = c.since.desc() if newest_first else c.since

    def among(*further: Any) -> Select[Any]:
        return select(c.since).where(*wanted, *further).order_by(order).limit(limit)

    # Walks put together: no planner walks several indexes in one order for an "or".
    walks: list[Select[Any]] = []
    if about is not None:
        walks = [among(c.about_id == about), among(c.stream_id == about)]
    elif len(types) > 1:
        walks = [among(c.type == each) for each in types]
    if walks:
        found = union(*(select(one.subquery()) for one in walks))
        wanted = [wanted[0], c.since.in_(found)]
    return select(HISTORY).where(*wanted).order_by(order).limit(limit)


def _types(type_: str, views: Views) -> list[str]:
    """A type of fact itself, or every one of a family such as ``okr``."""
    if "." in type_:
        return [type_]
    return [each for each in views.tellings if each.startswith(f"{type_}.")] or [type_]


def reached(then: Any) -> Any:
    """The last position recorded by an instant: time means here what it means in ``as_of``."""
    moments = select(MOMENTS.c.position).where(then).order_by(MOMENTS.c.at.desc())
    return moments.limit(1).scalar_subquery()


def corrected(look: Reading, rows: Iterable[Row], moment: Moment) -> dict[str, dict[str, Any]]:
    """What was read wrongly, by check-in, of those that ``rows`` correct."""
    says = (orjson.loads(row["says"]) for row in rows if row["type"] == CORRECTED)
    wrong = [said["corrects"] for said in says]
    if not wrong:
        return {}
    h, c = HISTORY.c, CHECK_INS.c
    found = look.connection.execute(
        select(c.check_in_id, h.after).where(
            c.gen == look.generation(CHECK_INS, moment),
            c.check_in_id.in_(wrong),
            h.gen == look.generation(HISTORY, moment),
            h.since == c.since,
        )
    )
    return {check_in_id: orjson.loads(after) for check_in_id, after in found}


class Names:
    """Names of the people that some rows of history speak of, asked for all at once."""

    def __init__(self, directory: Directory, rows: Iterable[Row]) -> None:
        ids = {id_ for row in rows for id_ in _people(row)}
        self._names = {id_: one.name for id_, one in directory.people(ids).items()} if ids else {}

    def __call__(self, person_id: str) -> str:
        return self._names.get(person_id, FORGOTTEN)

    def known(self, person_id: str) -> str | None:
        """The name, or None for who is not in the directory."""
        return self._names.get(person_id)


def _people(row: Row) -> Iterable[str]:
    says = orjson.loads(row["says"])
    yield from says.get("people", ())
    for pair in says.get("deputies", ()):
        yield from pair
    if "person" in says:
        yield says["person"]
    if row["actor_kind"] == "person":
        yield row["actor_id"]
    if row["about_kind"] == "person":
        yield row["about_id"]


def _item(
    row: Row,
    names: Names,
    wrong: Mapping[str, Mapping[str, Any]],
    views: Views,
    opener: Opener | None,
) -> dict[str, Any]:
    before, after, says = (
        opened(orjson.loads(row[name]), opener, ERASED) for name in ("before", "after", "says")
    )
    if row["type"] == CORRECTED:
        before = opened(wrong.get(says["corrects"], before), opener, ERASED)
    title = names(row["about_id"]) if row["about_kind"] == "person" else row["title"]
    said = Said(
        actor=_actor(row, names),
        title=title or row["about_kind"].replace("_", " "),
        before=before,
        after=after,
        says=says,
        unit=row["unit"] or "",
        name=names,
    )
    return {
        "position": row["position"],
        "event_id": row["cause"],
        "type": row["type"],
        "at": row["at"],
        "effective_at": row["effective_at"],
        "actor": {
            "kind": row["actor_kind"],
            "id": row["actor_id"],
            "name": names.known(row["actor_id"]),
            "on_behalf_of": row["on_behalf_of"],
        },
        "reason": opened(orjson.loads(row["reason"] or "null"), opener),
        "about": {"kind": row["about_kind"], "id": row["about_id"], "title": title},
        "cycle_id": row["cycle_id"],
        "before": _without_erased(before),
        "after": _without_erased(after),
        "sentence": views.tellings[row["type"]].sentence(said),
        "correlation_id": row["correlation_id"],
        "causation_id": row["causation_id"],
    }


def _without_erased(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as an answer shows them: null is what erased words leave."""
    return {name: None if value is ERASED else value for name, value in fields.items()}


def _actor(row: Row, names: Names) -> str:
    if row["actor_kind"] == "person":
        return "The administrator" if row["actor_id"] == LOCAL else names(row["actor_id"])
    return MACHINES.get(row["actor_kind"], "The system")
