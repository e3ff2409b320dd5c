"""What people owe at a moment: overdue first, then what is due next, then what has no date."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import and_, or_, tuple_

from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.obligations.rows import KEY, OBLIGATION, SUBJECT
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
    filters = {"cycle_id": cycle_id, "team_id": team_id, "person_id": person_id}
    equals = {name: value for name, value in filters.items() if value is not None}
    with store.reading() as look:
        rows = look.rows(
            OBLIGATION,
            moment,
            *_after(cursor),
            order_by=_ORDER,
            limit=limit + 1,
            **equals,
        )
    return {
        "items": [_item(row, moment.at, views) for row in rows[:limit]],
        "next_cursor": _place(rows[limit - 1]) if len(rows) > limit else None,
        "position": moment.position,
    }


def waiting_for(
    store: ViewStore, cycle_id: str, moment: Moment, *, views: Views = VIEWS, limit: int = WAITING
) -> list[dict[str, Any]]:
    """Whom a cycle waits for and what for, in the order of :func:`obligations`: the first ones."""
    with store.reading() as look:
        rows = look.rows(OBLIGATION, moment, order_by=_ORDER, limit=limit, cycle_id=cycle_id)
    return [
        {
            "who": row["person_id"] or None,
            "what": task(row["asked"], views),
            "asked": row["asked"],
            "about": {"kind": row["about_kind"], "id": row["about_id"]},
            "title": row["title"],
            "due_at": row["due_at"],
            "level": row["level"],
            "overdue": _overdue(row, moment.at),
        }
        for row in rows
    ]


def task(asked: str, views: Views) -> str:
    """What is asked, in words."""
    ask = views.asks.get(asked)
    return ask.task if ask else asked.replace("_", " ").capitalize()


def titles_of(look: Reading, moment: Moment, things: Collection[Name]) -> dict[Name, str]:
    """The titles of things, as far as they have one; in one statement."""
    if not things:
        return {}
    c = SUBJECT.c
    rows = look.rows(SUBJECT, moment, tuple_(c.kind, c.id).in_(sorted(things)))
    return {(row["kind"], row["id"]): row["title"] for row in rows}


_C = OBLIGATION.c
_ORDER: Final = (_C.due_at.is_(None), _C.due_at, *(_C[name] for name in KEY))


def _item(row: Row, at: datetime, views: Views) -> dict[str, Any]:
    overdue = _overdue(row, at)
    return {
        "person_id": row["person_id"] or None,
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


def _place(row: Row) -> str:
    """Where a page ends, for the next one to go on after."""
    return orjson.dumps([row["due_at"], *(row[name] for name in KEY)]).decode()


def _after(cursor: str | None) -> list[Any]:
    if not cursor:
        return []
    due_text, *key = orjson.loads(cursor)
    later_key = tuple_(*(_C[name] for name in KEY)) > tuple_(*key)
    if due_text is None:
        return [and_(_C.due_at.is_(None), later_key)]
    due_at = datetime.fromisoformat(due_text)
    return [or_(_C.due_at.is_(None), _C.due_at > due_at, and_(_C.due_at == due_at, later_key))]
