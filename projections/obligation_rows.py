"""The rows of what is owed, and of the things it is about; how an obligation opens and is paid."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Date, String, Text

from projections.versions import End, Instant, Put, Rows, versioned

OBLIGATION = versioned(
    "obligation",
    Column("person_id", String(36), primary_key=True),
    Column("asked", String(16), primary_key=True),
    Column("about_kind", String(32), primary_key=True),
    Column("about_id", String(36), primary_key=True, index=True),
    Column("title", Text),
    Column("objective_id", String(36), index=True),
    Column("cycle_id", String(36), index=True),
    Column("team_id", String(36)),
    Column("slot", Date),
    Column("since_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("level", String(16), nullable=False),
)
"""``person_id`` is empty when nobody in particular owes it (an obstacle without an owner)."""

THING = versioned(
    "obligation_thing",
    Column("kind", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("title", Text, nullable=False),
    Column("owner_id", String(36)),
    Column("team_id", String(36)),
    Column("objective_id", String(36)),
    Column("cycle_id", String(36)),
    Column("parent_id", String(36)),
    Column("leads", Text),
    Column("timezone", Text),
    Column("due_on", Date),
)
"""What is known of the things that obligations are about, to name them and to find reviewers."""


def known(rows: Rows, kind: str, id_: str) -> Mapping[str, Any]:
    return rows.get(THING, (kind, id_)) or {}


def owe(
    rows: Rows,
    person_id: str | None,
    asked: str,
    kind: str,
    id_: str,
    *,
    at: datetime,
    due_at: datetime | None,
    level: str = "owner",
    slot: Any = None,
    cycle_id: str | None = None,
) -> Put:
    key = (person_id or "", asked, kind, id_)
    thing, held = known(rows, kind, id_), rows.get(OBLIGATION, key)
    fresh = held is None or (slot is not None and held["slot"] != slot)
    return Put(
        OBLIGATION,
        key,
        {
            "title": thing.get("title"),
            "objective_id": thing.get("objective_id"),
            "cycle_id": cycle_id or thing.get("cycle_id"),
            "team_id": thing.get("team_id"),
            "slot": slot,
            "since_at": at if fresh or held is None else held["since_at"],
            "due_at": due_at if fresh or held is None else held["due_at"],
            "level": level,
        },
    )


def paid(rows: Rows, asked: Iterable[str], **named: Any) -> Iterator[End]:
    wanted = frozenset(asked)
    for row in rows.where(OBLIGATION, **named):
        if row["asked"] in wanted:
            yield End(
                OBLIGATION, (row["person_id"], row["asked"], row["about_kind"], row["about_id"])
            )


def thing(kind: str, id_: str, title: str, **known: Any) -> Put:
    columns = ("owner_id", "team_id", "objective_id", "cycle_id", "parent_id", "leads")
    values = {name: known.get(name) for name in (*columns, "timezone", "due_on")}
    return Put(THING, (kind, id_), {"title": title, **values})
