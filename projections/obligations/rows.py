"""The rows of what is owed, and of the things it is about; how an obligation opens and is paid."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Date, Text

from projections.engine.versions import (
    FIXED,
    End,
    Instant,
    Put,
    Rows,
    value_columns,
    versioned,
)

OBLIGATION = versioned(
    "obligation",
    Column("person_id", Text, primary_key=True),
    Column("asked", Text, primary_key=True),
    Column("about_kind", Text, primary_key=True),
    Column("about_id", Text, primary_key=True),
    Column("cycle_id", Text, primary_key=True, info=FIXED),
    Column("title", Text),
    Column("objective_id", Text),
    Column("team_id", Text),
    Column("slot", Date),
    Column("since_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("level", Text, nullable=False),
    found_by=("about_id", "objective_id"),
)
"""``person_id`` is empty when nobody in particular owes it (an obstacle without an owner), and
``cycle_id`` when it belongs to no cycle."""

SUBJECT = versioned(
    "obligation_subject",
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("owner_id", Text),
    Column("team_id", Text),
    Column("objective_id", Text),
    Column("cycle_id", Text),
    Column("reviewer_id", Text),
    Column("parent_id", Text),
    Column("leads", Text),
    Column("timezone", Text),
    Column("due_on", Date),
    Column("within", Text),
    found_by=("objective_id", "team_id", "owner_id"),
)
"""What is known of the things that obligations are about, to name them and to find reviewers.
``within`` is what an obstacle or an action is about, as ``kind/id``."""

Key = tuple[str, str, str, str, str]
KEY: Final = ("person_id", "asked", "about_kind", "about_id", "cycle_id")


def key_of(row: Mapping[str, Any]) -> Key:
    """The key of an obligation's row."""
    person_id, asked, about_kind, about_id, cycle_id = (row[name] for name in KEY)
    return person_id, asked, about_kind, about_id, cycle_id


def known(rows: Rows, kind: str, id_: str | None) -> Mapping[str, Any]:
    """What is known of a thing; nothing when it was never told."""
    return rows.get(SUBJECT, (kind, id_)) or {}


def owe(
    rows: Rows,
    person_id: str | None,
    asked: str,
    about: tuple[str, str],
    *,
    at: datetime,
    due_at: datetime | None,
    level: str = "owner",
    slot: date | None = None,
    cycle_id: str | None = None,
) -> Put:
    """Somebody owes something. Asked again for the same, it keeps its age; a new slot is new."""
    kind, id_ = about
    whole = known(rows, kind, id_)
    key = (person_id or "", asked, kind, id_, cycle_id or whole.get("cycle_id") or "")
    before = rows.get(OBLIGATION, key)
    values = {
        "title": whole.get("title"),
        # An obstacle or an action outlives its objective, so neither is ended with it.
        "objective_id": whole.get("objective_id"),
        "team_id": whole.get("team_id"),
        "slot": slot,
        "level": level,
    }
    if before is None or (slot is not None and before["slot"] != slot):
        values |= {"since_at": at, "due_at": due_at}
    return Put(OBLIGATION, key, values)


def paid(rows: Rows, asked: Iterable[str], **named: Any) -> Iterator[End]:
    """Nobody owes any of what was asked, about the things named, any more."""
    wanted = frozenset(asked)
    for row in rows.where(OBLIGATION, **named):
        if row["asked"] in wanted:
            yield End(OBLIGATION, key_of(row))


def over(rows: Rows, **named: Any) -> Iterator[End]:
    """Nothing about the things named is owed any more, whatever was asked."""
    for row in rows.where(OBLIGATION, **named):
        yield End(OBLIGATION, key_of(row))


def retitled(rows: Rows, kind: str, id_: str, title: str) -> Iterator[Put]:
    """A thing has another title; what is owed about it says so."""
    yield Put(SUBJECT, (kind, id_), {"title": title})
    for row in rows.where(OBLIGATION, about_id=id_):
        if row["about_kind"] == kind:
            yield Put(OBLIGATION, key_of(row), {"title": title})


def handed_over(rows: Rows, old: str | None, new: str | None, **named: Any) -> Iterator[Put | End]:
    """What ``old`` owes about the things named, ``new`` owes from now on, as old as it is."""
    for row in rows.where(OBLIGATION, person_id=old or "", **named):
        key = (new or "", *key_of(row)[1:])
        if key != key_of(row):
            yield End(OBLIGATION, key_of(row))
            yield Put(OBLIGATION, key, {name: row[name] for name in value_columns(OBLIGATION)})


def taken_over(rows: Rows, thing: tuple[str, str], owner_id: str | None) -> Iterator[Put | End]:
    """The thing has another owner, who owes from now on what was asked of the one before."""
    kind, id_ = thing
    before = known(rows, kind, id_).get("owner_id")
    yield Put(SUBJECT, thing, {"owner_id": owner_id})
    yield from handed_over(rows, before, owner_id, about_kind=kind, about_id=id_)


def raised(rows: Rows, level: str, **named: Any) -> Iterator[Put]:
    """What is owed about the things named has been brought to ``level``."""
    for row in rows.where(OBLIGATION, **named):
        yield Put(OBLIGATION, key_of(row), {"level": level})


def renamed(rows: Rows, thing: tuple[str, str], title: str) -> Iterator[Put]:
    """The thing has another title, in what is owed about it too."""
    yield from _all_of(rows, thing, {"title": title})


def transferred(rows: Rows, thing: tuple[str, str], team_id: str) -> Iterator[Put]:
    """The thing is another team's, and so is what is owed about it."""
    yield from _all_of(rows, thing, {"team_id": team_id})


def _all_of(rows: Rows, thing: tuple[str, str], values: Mapping[str, Any]) -> Iterator[Put]:
    kind, id_ = thing
    yield Put(SUBJECT, thing, values)
    for row in rows.where(OBLIGATION, about_id=id_):
        if row["about_kind"] == kind:
            yield Put(OBLIGATION, key_of(row), values)


def subject(kind: str, id_: str, title: str, **known: Any) -> Put:
    """A thing that obligations may be about."""
    columns = (
        "owner_id", "team_id", "objective_id", "cycle_id", "reviewer_id", "parent_id", "leads",
        "timezone", "due_on", "within",
    )  # fmt: skip
    return Put(
        SUBJECT, (kind, id_), {"title": title, **{name: known.get(name) for name in columns}}
    )
