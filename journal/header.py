"""What the log knows about a fact without reading the fact itself.

Whoever only passes facts on needs no more than this, and gets it also for a fact that this release
cannot read: one of an unknown type, of a newer schema, or one whose body is damaged.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from domain.facts import Actor
from journal.append import Row
from journal.errors import UnreadableFact

DAMAGED: Final = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a document raises when it is not what it should be."""

_BEGIN: Final = b'{"meta":'
_END: Final = b'},"data":'


class Header(NamedTuple):
    """Where a fact stands in the log, what it is called, who recorded it and when."""

    position: int
    stream: str
    version: int
    type: str
    event_id: str
    actor: Actor
    recorded_at: datetime


def header(row: Row) -> Header:
    """Decodes the meta of a row and leaves its data alone.

    Raises:
        UnreadableFact: not even the meta can be read.
    """
    position, stream, version, fact_type, state = row
    try:
        meta = _meta(state)
        at = datetime.fromisoformat(meta["at"])
        return Header(position, stream, version, fact_type, meta["id"], actor(meta["by"]), at)
    except DAMAGED as e:
        raise unreadable(row, e) from e


def _meta(state: bytes) -> dict[str, Any]:
    """The meta of a stored document, without parsing what follows it.

    The first bare ``},"data":`` ends meta: a quote inside one of its texts is escaped.
    """
    end = state.find(_END)
    if end < 0 or not state.startswith(_BEGIN):
        found: dict[str, Any] = orjson.loads(state)["meta"]
        return found
    meta: dict[str, Any] = orjson.loads(state[len(_BEGIN) : end + 1])
    return meta


def actor(by: dict[str, Any]) -> Actor:
    """The actor that ``meta.by`` names."""
    return _actor(by["kind"], by["id"], by.get("on_behalf_of"))


@lru_cache(maxsize=4096)
def _actor(kind: Any, actor_id: str, on_behalf_of: str | None) -> Actor:
    return Actor(kind=kind, id=actor_id, on_behalf_of=on_behalf_of)


def unreadable(row: Row, error: BaseException) -> UnreadableFact:
    """The error that names the row which cannot be read."""
    detail = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
    return UnreadableFact(row[0], row[3], detail)
