"""JSON out: decimals as numbers, instants in UTC with ``Z``, facts as CloudEvents.

The one place where people's words leave: sealed texts are opened here and nowhere before, so that
nothing that holds a state or a fact holds their words. (Only sentences of history are made of them
earlier, by their reader.) Those that were erased go out as null.
"""

from decimal import Decimal
from typing import Any

import orjson
from pydantic import BaseModel

from api.core.topics import Topics
from domain.text import SealedText
from journal.append import Row
from journal.errors import JournalError, UnreadableFact
from journal.log import Journal
from projections.numbers import json_number

SOURCE = "/v1/events"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> bytes:
    """JSON bytes of plain data with numbers, instants and people's words inside.

    Raises:
        JournalError: the keys of somebody's words cannot be asked for.
    """
    return told(value)[0]


def told(value: Any) -> tuple[bytes, bool]:
    """The same, and whether anybody's own words belong in it, erased ones included."""
    words = False

    def plain(each: Any) -> Any:
        nonlocal words
        words = words or isinstance(each, SealedText)
        return _plain(each)

    try:
        return orjson.dumps(value, default=plain, option=_OPTIONS), words
    except orjson.JSONEncodeError as error:
        if isinstance(error.__cause__, JournalError):
            raise error.__cause__ from None
        raise


def canonical(value: Any) -> bytes:
    """The same bytes for the same meaning, for fingerprints."""
    return orjson.dumps(value, default=_exact, option=_OPTIONS | orjson.OPT_SORT_KEYS)


def cloud_event(row: Row, journal: Journal) -> dict[str, Any]:
    """A fact in the shape of CloudEvents 1.0; our envelope rides as extension attributes.

    Those have simple values and names of lower-case letters, as the specification wants. A fact
    that this release cannot read is told of without its data, as ``unreadable``.
    """
    try:
        envelope = journal.envelope(row)
    except UnreadableFact:
        return _unreadable_event(row, journal)
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": envelope.event_id,
        "source": SOURCE,
        "type": envelope.type,
        "subject": envelope.stream,
        "time": envelope.recorded_at,
        "datacontenttype": "application/json",
        "position": envelope.position,
        "version": envelope.version,
        "schema": envelope.schema,
        "actorkind": envelope.actor.kind,
        "actorid": envelope.actor.id,
        "correlationid": envelope.correlation_id,
        "data": envelope.fact.model_dump(),
    }
    if envelope.actor.on_behalf_of is not None:
        event["onbehalfof"] = envelope.actor.on_behalf_of
    if envelope.causation_id is not None:
        event["causationid"] = envelope.causation_id
    if envelope.reason is not None:
        event["reason"] = envelope.reason
    return event


def _unreadable_event(row: Row, journal: Journal) -> dict[str, Any]:
    """What the log knows about a fact without reading it; of a damaged one that is not much."""
    position, stream, version, fact_type, _ = row
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"position-{position}",
        "source": SOURCE,
        "type": fact_type,
        "subject": stream,
        "position": position,
        "version": version,
        "unreadable": True,
    }
    try:
        header = journal.header(row)
    except UnreadableFact:
        return event
    return {
        **event,
        "id": header.event_id,
        "time": header.recorded_at,
        "actorkind": header.actor.kind,
        "actorid": header.actor.id,
    }


def live_event(row: Row, journal: Journal, topics: Topics) -> bytes:
    """One Server-Sent Event; its id is the position, so a client can resume after it."""
    position, stream, _, fact_type, _ = row
    data: dict[str, Any] = {"position": position, "type": fact_type, "stream": stream}
    try:
        envelope = journal.envelope(row)
        data["at"] = envelope.recorded_at
        data["actorkind"] = envelope.actor.kind
        data["topics"] = topics.of(envelope, journal)
    except (UnreadableFact, LookupError):  # of it, of its stream or of one that shows it too
        data["topics"] = topics.of_stream(stream)
    return b"id: %d\ndata: %b\n\n" % (position, dumps(data))


def reset_event(head: int) -> bytes:
    """The Server-Sent Event that says: the log is another one, and ends here."""
    return b"event: reset\nid: %d\ndata: %b\n\n" % (head, dumps({"position": head}))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, SealedText):
        return value.text
    return _other(value)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return _other(value)


def _other(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, SealedText):
        return value.text
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
