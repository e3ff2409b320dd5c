"""What people owe at a moment: overdue first, then what is due next, then what has no date.

What somebody owes who is away on that day stands a second time in the list, for the deputy who is
asked meanwhile (RULES B18). It is found when it is read, so it comes back by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import ColumnElement, and_, or_, tuple_

from domain.cycle.calendar import local_date
from projections.catalogue import VIEWS
from projections.cycle.lists import zone_on
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.obligations.rows import KEY, OBLIGATION, SUBJECT
from projections.people.absences import deputies
from projections.view import Views

WAITING: Final = 200
"""So much of what a cycle waits for is shown with it; all of it is a list with pages of its own."""

Name = tuple[str, str]
"""The kind and the id of a thing."""


def obligations(
    store: ViewStore,
    *,
    moment: Moment,
    views: Views = VIEWS,
    cycle_id: str | None = None,
    team_id: str | None = None,
    person_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of what is owed. What comes due first comes first, so what is overdue leads."""
    filters = {"cycle_id": cycle_id, "team_id": team_id}
    equals = {name: value for name, value in filters.items() if value is not None}
    with store.reading() as look:
        stands_in = _deputies(look, moment)
        wanted = [] if person_id is None else [_asked_of(person_id, stands_in)]
        rows = look.rows(
            OBLIGATION,
            moment,
            *wanted,
            *_after(cursor),
            order_by=_ORDER,
            limit=limit + 2,  # the row that a page ended with comes again
            **equals,
        )
    found = [
        one
        for one in _each_asked(rows, stands_in)
        if person_id in (None, one.asked_of) and not _was_listed(one, cursor)
    ]
    return {
        "items": [_item(one, moment.at, views) for one in found[:limit]],
        "next_cursor": _place(found[limit - 1]) if len(found) > limit else None,
        "position": moment.position,
    }


@dataclass(frozen=True, slots=True)
class OwedNow:
    """What one person owes: how much, how much of it is overdue, and the first items of it."""

    count: int
    overdue: int
    items: list[dict[str, Any]]


def owed_by(
    look: Reading, person_id: str, moment: Moment, *, views: Views = VIEWS, limit: int = WAITING
) -> OwedNow:
    """What a person owes, or is asked for instead of who is away; as :func:`obligations` lists."""
    stands_in = _deputies(look, moment)
    rows = look.rows(OBLIGATION, moment, _asked_of(person_id, stands_in), order_by=_ORDER)
    asked = [one for one in _each_asked(rows, stands_in) if one.asked_of == person_id]
    overdue = sum(1 for one in asked if _overdue(one.row, moment.at))
    return OwedNow(len(asked), overdue, [_item(one, moment.at, views) for one in asked[:limit]])


def tally(store: ViewStore, person_id: str, moment: Moment) -> tuple[int, int]:
    """How much one person is asked for in all, and how much of it is overdue."""
    with store.reading() as look:
        stands_in = _deputies(look, moment)
        rows = look.rows(OBLIGATION, moment, _asked_of(person_id, stands_in))
        asked = [each for each in _each_asked(rows, stands_in) if each.asked_of == person_id]
    return len(asked), sum(_overdue(each.row, moment.at) for each in asked)


def waiting_for(
    store: ViewStore, cycle_id: str, moment: Moment, *, views: Views = VIEWS, limit: int = WAITING
) -> list[dict[str, Any]]:
    """Whom a cycle waits for and what for, in the order of :func:`obligations`: the first ones."""
    with store.reading() as look:
        rows = look.rows(OBLIGATION, moment, order_by=_ORDER, limit=limit, cycle_id=cycle_id)
        found = [*_each_asked(rows, _deputies(look, moment))][:limit]
    return [
        {
            "who": one.asked_of,
            **({"instead_of": one.instead_of} if one.instead_of else {}),
            "what": task(row["asked"], views),
            "asked": row["asked"],
            "about": {"kind": row["about_kind"], "id": row["about_id"]},
            "title": row["title"],
            "due_at": row["due_at"],
            "level": row["level"],
            "overdue": _overdue(row, moment.at),
        }
        for one in found
        for row in (one.row,)
    ]


def overdue(
    look: Reading,
    moment: Moment,
    team_ids: Collection[str],
    cycle_id: str,
    views: Views,
    *,
    limit: int,
) -> dict[str, Any]:
    """What these teams owe and should have done by now, in a cycle or outside of all cycles: how
    much, and what has waited longest.
    """
    rows = look.rows(
        OBLIGATION,
        moment,
        _C.due_at < moment.at,
        _C.cycle_id.in_([cycle_id, ""]),
        _C.team_id.in_(team_ids),
        order_by=_ORDER,
    )
    longest = (_Asked(row, row["person_id"] or None) for row in rows[:limit])
    return {"count": len(rows), "items": [_item(one, moment.at, views) for one in longest]}


def task(asked: str, views: Views) -> str:
    """What is asked, in words."""
    ask = views.asks.get(asked)
    return ask.task if ask else asked.replace("_", " ").capitalize()


def titles_of(look: Reading, moment: Moment, things: Collection[Name]) -> dict[Name, str]:
    """The titles of things, as far as they have one; in one statement."""
    return {name: row["title"] for name, row in subjects_of(look, moment, things).items()}


def subjects_of(look: Reading, moment: Moment, things: Collection[Name]) -> dict[Name, Row]:
    """What is known of things: title, owner, team …; in one statement."""
    if not things:
        return {}
    c = SUBJECT.c
    rows = look.rows(SUBJECT, moment, tuple_(c.kind, c.id).in_(sorted(things)))
    return {(row["kind"], row["id"]): row for row in rows}


_C = OBLIGATION.c
_ORDER: Final = (_C.due_at.is_(None), _C.due_at, *(_C[name] for name in KEY))


class _Asked(NamedTuple):
    """A row as one person is asked for it, ``instead_of`` who is away."""

    row: Row
    asked_of: str | None
    instead_of: str | None = None


def _deputies(look: Reading, moment: Moment) -> Mapping[str, str]:
    """Who is asked instead of whom on the day of the moment, in the organisation's zone."""
    zone = zone_on(look, moment.at.date(), moment)
    return deputies(look, moment, local_date(moment.at, zone))


def _asked_of(person_id: str, stands_in: Mapping[str, str]) -> ColumnElement[bool]:
    """Rows that somebody is asked for, also instead of those who are away."""
    away = [one for one, deputy in stands_in.items() if deputy == person_id]
    return _C.person_id.in_([person_id, *away])


def _each_asked(rows: Iterable[Row], stands_in: Mapping[str, str]) -> Iterator[_Asked]:
    """Each row for who owes it, and after it for who stands in."""
    for row in rows:
        person_id = row["person_id"] or None
        yield _Asked(row, person_id)
        if person_id is not None and (deputy := stands_in.get(person_id)) is not None:
            yield _Asked(row, deputy, person_id)


def _item(one: _Asked, at: datetime, views: Views) -> dict[str, Any]:
    row = one.row
    overdue = _overdue(row, at)
    return {
        "person_id": one.asked_of,
        "instead_of": one.instead_of,
        "what": task(row["asked"], views),
        "asked": row["asked"],
        "about": {"kind": row["about_kind"], "id": row["about_id"]},
        "title": row["title"],
        "objective_id": row["objective_id"],
        "cycle_id": row["cycle_id"] or None,
        "team_id": row["team_id"],
        "slot": row["slot"],
        "since_at": row["since_at"],
        "due_at": row["due_at"],
        "level": row["level"],
        "overdue": overdue,
        "overdue_days": (at - row["due_at"]).days if overdue else None,
    }


def _overdue(row: Row, at: datetime) -> bool:
    return row["due_at"] is not None and row["due_at"] < at


def _place(one: _Asked) -> str:
    """Where a page ends, for the next one to go on after."""
    key = [one.row[name] for name in KEY]
    return orjson.dumps([one.row["due_at"], *key, one.instead_of is not None]).decode()


def _was_listed(one: _Asked, cursor: str | None) -> bool:
    """Whether a page that ended at ``cursor`` had this item of its last row already."""
    if not cursor:
        return False
    _, *key = orjson.loads(cursor)
    deputy_too = key.pop() if len(key) > len(KEY) else True
    same = key == [one.row[name] for name in KEY]
    return same and (deputy_too or one.instead_of is None)


def _after(cursor: str | None) -> list[Any]:
    """From the row that a page ended with: its deputy may not have been listed yet."""
    if not cursor:
        return []
    due_text, *key = orjson.loads(cursor)[: 1 + len(KEY)]
    later_key = tuple_(*(_C[name] for name in KEY)) >= tuple_(*key)
    if due_text is None:
        return [and_(_C.due_at.is_(None), later_key)]
    due_at = datetime.fromisoformat(due_text)
    return [or_(_C.due_at.is_(None), _C.due_at > due_at, and_(_C.due_at == due_at, later_key))]
