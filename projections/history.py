"""History: a row for every fact, with what the thing said before and after it.

The rows keep ids and values; names and sentences are made when read, so that a person who is
erased from the directory is gone from every sentence too.
"""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Column, Integer, String, Text

from domain.catalogue import FACTS
from domain.facts import Envelope
from projections.changes import change_of
from projections.projection import Projection
from projections.versions import Instant, Put, Rows, versioned

HISTORY = versioned(
    "history",
    Column("position", Integer, primary_key=True),
    Column("event_id", String(36), nullable=False),
    Column("type", String(64), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
    Column("effective_at", Instant),
    Column("actor_kind", String(16), nullable=False),
    Column("actor_id", Text, nullable=False, index=True),
    Column("on_behalf_of", Text),
    Column("reason", Text),
    Column("stream", Text, nullable=False, index=True),
    Column("about_kind", String(32), nullable=False),
    Column("about_id", String(36), nullable=False, index=True),
    Column("title", Text),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("says", Text, nullable=False),
    Column("unit", Text),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
)
REMEMBERED = versioned(
    "history_remembered",
    Column("kind", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("fields", Text, nullable=False),
)
"""What each thing said last, to know the *before* of its next change."""

QUIET = frozenset({"unit", "milestones"})
"""Remembered for sentences, not shown as a change of their own."""


def recorded(envelope: Envelope, rows: Rows) -> Iterator[Put]:
    """The row of one fact, and what to remember of it."""
    change = change_of(envelope.fact)
    held = rows.get(REMEMBERED, (change.kind, change.id))
    known: dict[str, Any] = orjson.loads(held["fields"]) if held else {}
    after = {name: value for name, value in change.sets.items() if name not in QUIET}
    before = {name: known[name] for name in after if name in known}
    now = {**known, **change.sets}
    effective_at = getattr(envelope.fact, "effective_at", None)
    yield Put(
        HISTORY,
        (envelope.position,),
        {
            "event_id": envelope.event_id,
            "type": envelope.type,
            "at": envelope.recorded_at,
            "effective_at": effective_at,
            "actor_kind": envelope.actor.kind,
            "actor_id": envelope.actor.id,
            "on_behalf_of": envelope.actor.on_behalf_of,
            "reason": envelope.reason,
            "stream": envelope.stream,
            "about_kind": change.kind,
            "about_id": change.id,
            "title": now.get("title"),
            "before": _text(before),
            "after": _text(after),
            "says": _text(_named(change.says, now)),
            "unit": now.get("unit"),
            "correlation_id": envelope.correlation_id,
            "causation_id": envelope.causation_id,
        },
    )
    if change.sets:
        yield Put(REMEMBERED, (change.kind, change.id), {"fields": _text(now)})


def _named(says: Any, now: dict[str, Any]) -> dict[str, Any]:
    """Milestones by their titles: the sentence should not need the key result."""
    titles = now.get("milestones")
    done = now.get("milestones_done")
    if not titles or done is None:
        return dict(says)
    return {**says, "done": [titles.get(one, one) for one in done], "of": len(titles)}


def _text(fields: Any) -> str:
    return orjson.dumps(fields).decode()


HISTORY_VIEW = Projection(
    name="history",
    tables=(HISTORY, REMEMBERED),
    handlers=dict.fromkeys(FACTS.values(), recorded),
    ignored=frozenset(),
)
