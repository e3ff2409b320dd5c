"""The rows of what people are told, and of what each of them cares for.

They lie in the projection of obligations, for both answer what concerns a person: who owns a thing
and who leads which team is known there once.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Text

from domain.facts import Envelope
from projections.engine.versions import CURRENT, FIXED, Change, End, Instant, Put, Rows, versioned
from projections.obligations.rows import known

Kind = Literal[
    "asked",
    "reminded",
    "escalated",
    "mentioned",
    "commented",
    "assigned",
    "handed_over",
    "proposed",
    "countered",
    "accepted",
    "changed",
]
"""What a notification is of."""

Name = tuple[str, str]
"""The kind and the id of a thing."""

NOTIFICATION = versioned(
    "notification",
    Column("person_id", Text, primary_key=True, info=FIXED),
    Column("source", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about_kind", Text, nullable=False),
    Column("about_id", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("asked", Text),
    Column("count", Integer, nullable=False),
)
"""``source`` is what a person is told of once: the position of a fact, or a round of a cycle's
asks or a hand-over, which tell of ``count`` things. ``position`` is of the first fact of it, and
its id."""

INTEREST = versioned(
    "interest",
    Column("person_id", Text, primary_key=True, info=FIXED),
    Column("kind", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("owns", Boolean, nullable=False),
    Column("helps", Boolean, nullable=False),
    Column("sponsors", Boolean, nullable=False),
    Column("talks", Boolean, nullable=False),
    Column("chosen", Boolean),
    found_by=("id",),
)
"""``helps``: contributes to it; ``talks``: commented on it or was mentioned there; ``chosen``: to
follow it or not, if said."""

_NONE: Final[Mapping[str, Any]] = MappingProxyType(
    {"owns": False, "helps": False, "sponsors": False, "talks": False, "chosen": None}
)
_NEWEST: Final = NOTIFICATION.c
Index(
    f"{NOTIFICATION.name}_newest", _NEWEST.gen, _NEWEST.person_id, _NEWEST.position,
    sqlite_where=CURRENT, postgresql_where=CURRENT,
)  # fmt: skip


def follows(row: Mapping[str, Any]) -> bool:
    """Whether a person follows the thing of an interest: by choice, else by rule."""
    chosen: bool | None = row["chosen"]
    return bool(row["owns"] or row["helps"] or row["talks"]) if chosen is None else chosen


def interest(rows: Rows, person_id: str, thing: Name, **fields: bool | None) -> Iterator[Change]:
    """What a person cares for changes: ``fields`` are columns of it."""
    key = (person_id, *thing)
    held = rows.get(INTEREST, key) or _NONE
    now = {name: held[name] for name in _NONE} | fields
    if now == _NONE:
        yield End(INTEREST, key)
    else:
        yield Put(INTEREST, key, now)


def notified(
    envelope: Envelope,
    rows: Rows,
    kind: Kind,
    about: Name,
    people: Iterable[str | None],
) -> Iterator[Change]:
    """These people are told of the fact, each once and nobody of one's own doing.

    Who was told of it already, as something that comes first, is not told again.
    """
    for person_id in dict.fromkeys(people):
        if not person_id or _own_doing(envelope, person_id):
            continue
        source = str(envelope.position)
        if rows.get(NOTIFICATION, (person_id, source)) is None:
            yield _row(envelope, kind, about, person_id, source)


def handed_over(
    envelope: Envelope, rows: Rows, about: Name, people: Iterable[str | None]
) -> Iterator[Change]:
    """These people are told that a thing changed hands: of all that went at once in one row."""
    source = f"handed over/{envelope.correlation_id}"
    for person_id in dict.fromkeys(people):
        if not person_id or _own_doing(envelope, person_id):
            continue
        held = rows.get(NOTIFICATION, (person_id, source))
        if held is None:
            yield _row(envelope, "handed_over", about, person_id, source)
        else:
            yield Put(NOTIFICATION, (person_id, source), {"count": held["count"] + 1})


def told_of_round(
    envelope: Envelope,
    rows: Rows,
    kind: Kind,
    cycle_id: str,
    round_: str,
    asked: str,
    counts: Mapping[str, int],
) -> Iterator[Change]:
    """A cycle asks these people for so many things each: one notification a round and person."""
    for person_id, count in counts.items():
        source = f"{cycle_id}/{round_}"
        held = rows.get(NOTIFICATION, (person_id, source))
        if held is None:
            about = ("cycle", cycle_id)
            yield _row(envelope, kind, about, person_id, source, asked=asked, count=count)
        else:
            yield Put(NOTIFICATION, (person_id, source), {"count": held["count"] + count})


def ownership(
    envelope: Envelope, rows: Rows, thing: Name, before: str | None, now: str | None
) -> Iterator[Change]:
    """A thing got an owner, or another one: they hear of it, and the old one hears too."""
    if before == now:
        return
    if before:
        yield from interest(rows, before, thing, owns=False)
    if now:
        yield from interest(rows, now, thing, owns=True)
    kind, id_ = thing
    whole = known(rows, kind, id_).get("objective_id") if kind == "key_result" else None
    if whole is not None and known(rows, "objective", whole).get("owner_id") == now:
        return  # it goes with its objective, of which the owner hears already
    if before:
        yield from handed_over(envelope, rows, thing, (now, before))
    else:
        yield from notified(envelope, rows, "assigned", thing, (now,))


def _own_doing(envelope: Envelope, person_id: str) -> bool:
    return envelope.actor.kind == "person" and envelope.actor.id == person_id


def _row(
    envelope: Envelope,
    kind: Kind,
    about: Name,
    person_id: str,
    source: str,
    *,
    asked: str | None = None,
    count: int = 1,
) -> Put:
    about_kind, about_id = about
    return Put(
        NOTIFICATION,
        (person_id, source),
        {
            "kind": kind,
            "about_kind": about_kind,
            "about_id": about_id,
            "position": envelope.position,
            "at": envelope.recorded_at,
            "actor_kind": envelope.actor.kind,
            "actor_id": envelope.actor.id,
            "asked": asked,
            "count": count,
        },
    )
