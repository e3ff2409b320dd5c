"""History as people read it: sentences with names, and what each fact changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import Select, func, or_, select

from domain.okr.check_in import CheckInCorrected
from journal.directory import Directory
from projections.engine.bookkeeping import MOMENTS
from projections.engine.view_store import Moment, Reading, ViewStore
from projections.history.rows import HISTORY
from projections.history.sentences import Said, sentence
from projections.lean.folded import Row
from projections.okr.rows import CHECK_INS

FORGOTTEN: Final = "Somebody"
"""The name of a person whom the directory does not know, or no longer."""

MACHINES: Final[Mapping[str, str]] = MappingProxyType(
    {"workflow": "The clock", "import": "An import", "system": "The system"}
)
LOCAL: Final = "local"
CORRECTED: Final = CheckInCorrected.TYPE


def history(
    views: ViewStore,
    directory: Directory,
    *,
    moment: Moment,
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
    c = HISTORY.c
    wanted: list[Any] = []
    if about is not None:
        wanted.append(or_(c.about_id == about, c.stream_id == about))
    if actor is not None:
        wanted.append(c.actor_id == actor)
    if type is not None:
        wanted.append(c.type == type if "." in type else c.type.startswith(f"{type}."))
    if since is not None:
        wanted.append(c.since > func.coalesce(reached(MOMENTS.c.at < since), 0))
    if until is not None:
        wanted.append(c.since <= func.coalesce(reached(MOMENTS.c.at < until), 0))
    if cursor:
        wanted.append(c.since < int(cursor) if newest_first else c.since > int(cursor))
    with views.reading() as look:
        order = c.since.desc() if newest_first else c.since
        query = told_until(look, moment).where(*wanted).order_by(order)
        rows: list[Row] = [*look.connection.execute(query.limit(limit + 1)).mappings()]
        wrong = corrected(look, rows)
    shown = rows[:limit]
    names = Names(directory, shown)
    return {
        "items": [_item(row, names, wrong) for row in shown],
        "next_cursor": str(shown[-1]["position"]) if len(rows) > limit else None,
        "position": moment.position,
    }


def told_until(look: Reading, moment: Moment) -> Select[Any]:
    """The rows of history up to a moment. They are never changed, so their position is enough."""
    c = HISTORY.c
    return select(HISTORY).where(c.gen == look.generation(HISTORY), c.since <= moment.position)


def reached(then: Any) -> Any:
    """The last position recorded by an instant: time means here what it means in ``as_of``."""
    moments = select(MOMENTS.c.position).where(then).order_by(MOMENTS.c.at.desc())
    return moments.limit(1).scalar_subquery()


def corrected(look: Reading, rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """What was read wrongly, by check-in, of those that ``rows`` correct."""
    says = (orjson.loads(row["says"]) for row in rows if row["type"] == CORRECTED)
    wrong = [said["corrects"] for said in says]
    if not wrong:
        return {}
    h, c = HISTORY.c, CHECK_INS.c
    found = look.connection.execute(
        select(c.check_in_id, h.after).where(
            c.gen == look.generation(CHECK_INS),
            c.check_in_id.in_(wrong),
            h.gen == look.generation(HISTORY),
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
    if "person" in says:
        yield says["person"]
    if row["actor_kind"] == "person":
        yield row["actor_id"]
    if row["about_kind"] == "person":
        yield row["about_id"]


def _item(row: Row, names: Names, wrong: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    before, after = orjson.loads(row["before"]), orjson.loads(row["after"])
    says = orjson.loads(row["says"])
    if row["type"] == CORRECTED:
        before = wrong.get(says["corrects"], before)
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
        "reason": row["reason"],
        "about": {"kind": row["about_kind"], "id": row["about_id"], "title": title},
        "cycle_id": row["cycle_id"],
        "before": before,
        "after": after,
        "sentence": sentence(row["type"], said),
        "correlation_id": row["correlation_id"],
        "causation_id": row["causation_id"],
    }


def _actor(row: Row, names: Names) -> str:
    if row["actor_kind"] == "person":
        return "The administrator" if row["actor_id"] == LOCAL else names(row["actor_id"])
    return MACHINES.get(row["actor_kind"], "The system")
