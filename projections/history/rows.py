"""History: a row for every fact, with what the thing said before and after it.

Derived from what each view tells of its facts. The rows keep ids and values; names and sentences
are made when read, so that a person who is erased from the directory is gone from every sentence
too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Text

from domain.facts import Envelope
from projections.engine.projection import Handler, Projection
from projections.engine.versions import Instant, Put, Rows, versioned
from projections.history.change import Change, utc
from projections.sealed import sealed_form
from projections.view import InCycle, Telling, View

HISTORY = versioned(
    "history",
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("effective_at", Instant),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("reason", Text),
    Column("stream_id", Text, nullable=False),
    Column("cycle_id", Text),
    Column("about_kind", Text, nullable=False),
    Column("about_id", Text, nullable=False),
    Column("title", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("unit", Text),
    Column("mark", Text),
    Column("technical", Boolean, nullable=False),
    Column("round", Text),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    immutable=True,
    found_by=("about_id", "stream_id", "actor_id", "type", "cycle_id", "at", "mark"),
)
"""``stream_id`` is the thing whose stream the fact is in: for a check-in, the objective.
``cycle_id`` is null for what belongs to no cycle. ``reason`` is a sealed text as JSON. ``mark`` is
what auditors look for, ``round`` folds the check-ins of one person, day and cycle. Rows are never
changed, so as of P is ``position <= P``."""

REMEMBERED = versioned(
    "history_remembered",
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("fields", Text, nullable=False),
)
"""What each thing said last, to know the *before* of its next change."""

READ_AT: Final = "read_at"
QUIET: Final = frozenset({"unit", "milestones"})
"""Remembered for sentences, not shown as a change of their own."""


def history(views: Sequence[View[Any]]) -> Projection:
    """The projection of everything that these views tell."""
    return Projection(
        "history",
        tables=(HISTORY, REMEMBERED),
        handlers={each.fact: _telling(each, view.cycle) for view in views for each in view.telling},
        kinds={view.kind: tuple(view.thing.steps) for view in views},
    )


def _telling(telling: Telling, in_cycle: InCycle | None) -> Handler:
    def told(envelope: Envelope, rows: Rows) -> Iterator[Put]:
        return _told(envelope, rows, telling, in_cycle)

    return told


def _told(
    envelope: Envelope, rows: Rows, telling: Telling, in_cycle: InCycle | None
) -> Iterator[Put]:
    """The row of one fact, and what to remember of it."""
    change: Change = telling.change(envelope.fact)
    thing = (change.kind, change.id)
    held = _remembered(rows, *(change.part or thing))
    read_at = change.read_at and utc(change.read_at)
    # Learned late about a day before the last one that was told of: the last one still stands.
    stands = read_at is not None and held.get(READ_AT, "") > read_at
    now = held if stands else {**held, **change.sets, **({READ_AT: read_at} if read_at else {})}
    after = {name: value for name, value in change.sets.items() if name not in QUIET}
    earlier = {**({} if stands else held), **change.was}
    before = {name: earlier[name] for name in after if name in earlier}
    named = now if change.part is None else _remembered(rows, *thing)
    says = _said(change, rows)
    if stands:
        says["as_of"] = read_at
    cycle_id = _cycle_of(envelope, rows, now, in_cycle)
    yield Put(
        HISTORY,
        (envelope.position,),
        {
            "type": envelope.type,
            "at": envelope.recorded_at,
            "effective_at": change.read_at or change.since,
            "actor_kind": envelope.actor.kind,
            "actor_id": envelope.actor.id,
            "on_behalf_of": envelope.actor.on_behalf_of,
            "reason": envelope.reason and _text(envelope.reason),
            "stream_id": envelope.stream.partition("/")[2],
            "cycle_id": cycle_id,
            "about_kind": change.kind,
            "about_id": change.id,
            "title": named.get("title"),
            "before": _text(_titled(before, now)),
            "after": _text(_titled(after, now)),
            "says": _text(says),
            "unit": now.get("unit"),
            "mark": telling.mark(envelope.fact),
            "technical": telling.technical,
            "round": _round(envelope, cycle_id) if telling.folds else None,
            "correlation_id": envelope.correlation_id,
            "causation_id": envelope.causation_id,
        },
    )
    if now != held:
        yield Put(REMEMBERED, change.part or thing, {"fields": _text(now)})


def _round(envelope: Envelope, cycle_id: str | None) -> str:
    return f"{cycle_id or ''}/{envelope.actor.id}/{envelope.recorded_at.date().isoformat()}"


def _remembered(rows: Rows, kind: str, id_: str) -> dict[str, Any]:
    held = rows.get(REMEMBERED, (kind, id_))
    found: dict[str, Any] = orjson.loads(held["fields"]) if held else {}
    return found


def _cycle_of(
    envelope: Envelope, rows: Rows, now: Mapping[str, Any], in_cycle: InCycle | None
) -> str | None:
    """The cycle that a fact belongs to, as its view says where to look."""
    if in_cycle is None:
        return None
    cycle_id: str | None
    if in_cycle == "fact":
        cycle_id = envelope.fact.cycle_id  # type: ignore[attr-defined]
        return cycle_id
    cycle_id = now.get("cycle_id")
    kind, _, id_ = envelope.stream.partition("/")
    return cycle_id or _remembered(rows, kind, id_).get("cycle_id")


def _said(change: Change, rows: Rows) -> dict[str, Any]:
    """The words of the sentence, with the names of what it refers to."""
    names = {
        word: _remembered(rows, kind, id_).get(name)
        for word, (kind, id_, name) in change.refers.items()
    }
    return {**change.says, **names}


def _titled(fields: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Milestones by their titles, so that nobody has to look them up."""
    done = fields.get("milestones_done")
    if done is None:
        return dict(fields)
    titles = now.get("milestones") or {}
    return {**fields, "milestones_done": [titles.get(one, one) for one in done]}


def _text(fields: Any) -> str:
    return orjson.dumps(fields, default=sealed_form).decode()
