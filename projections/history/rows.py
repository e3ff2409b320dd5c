"""History: a row for every fact, with what the thing said before and after it.

The rows keep ids and values; names and sentences are made when read, so that a person who is
erased from the directory is gone from every sentence too.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Column, Index, Text

from domain.catalogue import FACTS
from domain.cycle.asked import OwedListed
from domain.cycle.milestones import CycleFact
from domain.facts import Envelope
from domain.lean.action import ActionFact
from domain.lean.board import BoardFact
from domain.lean.obstacle import ObstacleFact
from domain.okr.roster import RosterFact
from domain.okr.stream import ObjectiveFact
from domain.people.person import PersonJoined
from domain.people.team import TeamFact
from projections.engine.projection import Projection
from projections.engine.versions import Instant, Put, Rows, versioned
from projections.families import facts_of
from projections.history.change import Change, utc
from projections.history.changes import change_of

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
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    immutable=True,
)
"""``stream_id`` is the thing whose stream the fact is in: for a check-in, the objective.
``cycle_id`` is null for what belongs to no cycle. Rows are never changed, so as of P is
``position <= P``."""

for _name in ("about_id", "stream_id", "actor_id", "type", "cycle_id", "at"):
    Index(f"history_{_name}", HISTORY.c.gen, HISTORY.c[_name], HISTORY.c.position)

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


def recorded(envelope: Envelope, rows: Rows) -> Iterator[Put]:
    """The row of one fact, and what to remember of it."""
    change = change_of(envelope.fact)
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
    yield Put(
        HISTORY,
        (envelope.position,),
        {
            "type": envelope.type,
            "at": envelope.recorded_at,
            "effective_at": change.read_at,
            "actor_kind": envelope.actor.kind,
            "actor_id": envelope.actor.id,
            "on_behalf_of": envelope.actor.on_behalf_of,
            "reason": envelope.reason,
            "stream_id": envelope.stream.partition("/")[2],
            "cycle_id": _cycle_of(envelope, rows, now),
            "about_kind": change.kind,
            "about_id": change.id,
            "title": named.get("title"),
            "before": _text(_titled(before, now)),
            "after": _text(_titled(after, now)),
            "says": _text(says),
            "unit": now.get("unit"),
            "correlation_id": envelope.correlation_id,
            "causation_id": envelope.causation_id,
        },
    )
    if now != held:
        yield Put(REMEMBERED, change.part or thing, {"fields": _text(now)})


def _remembered(rows: Rows, kind: str, id_: str) -> dict[str, Any]:
    held = rows.get(REMEMBERED, (kind, id_))
    found: dict[str, Any] = orjson.loads(held["fields"]) if held else {}
    return found


def _cycle_of(envelope: Envelope, rows: Rows, now: Mapping[str, Any]) -> str | None:
    fact = envelope.fact
    if isinstance(fact, CycleFact | RosterFact | OwedListed):
        return fact.cycle_id
    if not isinstance(fact, ObjectiveFact):
        return None
    cycle_id: str | None = now.get("cycle_id")
    return cycle_id or _remembered(rows, "objective", fact.objective_id).get("cycle_id")


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
    return orjson.dumps(fields).decode()


HISTORY_VIEW = Projection(
    name="history",
    tables=(HISTORY, REMEMBERED),
    handlers=dict.fromkeys(FACTS.values(), recorded),
    kinds={
        "person": facts_of(PersonJoined),
        "team": facts_of(TeamFact),
        "cycle": facts_of(CycleFact),
        "asked": facts_of(OwedListed),
        "roster": facts_of(RosterFact),
        "objective": facts_of(ObjectiveFact),
        "obstacle": facts_of(ObstacleFact),
        "action": facts_of(ActionFact),
        "board": facts_of(BoardFact),
    },
)
