"""History as people read it: sentences with names, and what each fact changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import select

from domain.okr.check_in import CheckInCorrected
from domain.text import Opener
from journal.directory import Directory
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.history.change import Mark
from projections.history.query import Asked, abouts, page_of, types_of
from projections.history.rows import HISTORY
from projections.history.search import searched
from projections.history.words import ERASED, Fields, Said
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
OWNERS: Final = ("owner_id", "reviewer_id", "coordinator_id")
"""Fields that name a person: a sentence says from whom to whom."""


def history(
    store: ViewStore,
    directory: Directory,
    *,
    moment: Moment,
    views: Views = VIEWS,
    about: str | None = None,
    lineage: bool = False,
    actor: str | None = None,
    type: str | None = None,  # noqa: A002 - the contract's word
    mark: Mark | None = None,
    technical: bool | None = None,
    q: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of what happened up to ``moment``; the cursor goes on in the same order.

    Args:
        about: id of a thing; of an objective, everything in it is meant.
        lineage: with what it was carried over from, and that from, and so on.
        type: wire name of a fact, or what stands before its dot (``okr``, ``lean`` …).
        mark: only what auditors look for under this name.
        technical: True only, False never what tells how the machinery went on; None does not ask.
        q: words, all of which are somewhere in the item as it is shown. They are looked for after
            names were put in and seals were opened, so nothing is kept that erasing would miss; a
            page looks through ``SEARCHED`` facts at most and may hold few items, or none, and yet
            have a cursor.
        since: the first instant recorded that is meant.
        until: the first one that is not (intervals are half-open).
    """
    words = (q or "").casefold().split()
    with store.reading() as look:
        asked = Asked(
            abouts=None if about is None else abouts(look, moment, about, lineage=lineage),
            actor=actor,
            types=() if type is None else tuple(types_of(type, views)),
            mark=mark,
            technical=technical,
            since=since,
            until=until,
            newest_first=newest_first,
        )

        def read(start: str | None, count: int) -> tuple[list[dict[str, Any]], bool]:
            """The next ``count`` items, and whether there are more."""
            query = page_of(look, moment, asked, limit=count + 1, cursor=start)
            rows: list[Row] = [*look.connection.execute(query).mappings()]
            shown = rows[:count]
            wrong, names = corrected(look, shown, moment), Names(directory, shown)
            opener = store.states.opener
            return [item(row, names, wrong, views, opener) for row in shown], len(rows) > count

        if words:
            items, following = searched(read, words, limit, cursor)
        else:
            items, more = read(cursor, limit)
            following = str(items[-1]["position"]) if more else None
    return {"items": items, "next_cursor": following, "position": moment.position}


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
    for fields in (orjson.loads(row["before"]), orjson.loads(row["after"])):
        yield from (fields[name] for name in OWNERS if fields.get(name))
    if row["actor_kind"] == "person":
        yield row["actor_id"]
    if row["about_kind"] == "person":
        yield row["about_id"]


def item(
    row: Row,
    names: Names,
    wrong: Mapping[str, Mapping[str, Any]],
    views: Views,
    opener: Opener | None,
) -> dict[str, Any]:
    """One row as it goes out, with its sentence."""
    before, after, says = (
        opened(orjson.loads(row[name]), opener, ERASED) for name in ("before", "after", "says")
    )
    if row["type"] == CORRECTED:
        before = opened(wrong.get(says["corrects"], before), opener, ERASED)
    title = names(row["about_id"]) if row["about_kind"] == "person" else row["title"]
    before, after = Fields(before), Fields(after)
    said = Said(
        actor=_actor(row, names),
        title=title or row["about_kind"].replace("_", " "),
        before=before,
        after=after,
        says=says,
        unit=row["unit"] or "",
        name=names,
    )
    sentence = views.tellings[row["type"]].sentence(said)
    told = before.told | after.told
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
        "sentence": sentence,
        "untold": [name for name in after if name not in told],
        "mark": row["mark"],
        "technical": bool(row["technical"]),
        "round": row["round"],
        "correlation_id": row["correlation_id"],
        "causation_id": row["causation_id"],
    }


def _without_erased(value: Any) -> Any:
    """Fields as an answer shows them: null is what erased words leave, also inside a list."""
    if isinstance(value, Mapping):
        return {name: _without_erased(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_erased(each) for each in value]
    return None if value is ERASED else value


def _actor(row: Row, names: Names) -> str:
    if row["actor_kind"] == "person":
        return "The administrator" if row["actor_id"] == LOCAL else names(row["actor_id"])
    return MACHINES.get(row["actor_kind"], "The system")
