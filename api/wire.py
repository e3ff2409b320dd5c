"""JSON out: decimals as numbers, instants in UTC with ``Z``, facts as CloudEvents."""

from decimal import Decimal
from typing import Any

import orjson
from pydantic import BaseModel

from domain.facts import Envelope
from projections.numbers import json_number

SOURCE = "/v1/events"
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def dumps(value: Any) -> bytes:
    """JSON bytes of plain data with ``Decimal``, ``datetime`` and ``date`` inside."""
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def canonical(value: Any) -> bytes:
    """The same bytes for the same meaning, for fingerprints."""
    return orjson.dumps(value, default=_exact, option=_OPTIONS | orjson.OPT_SORT_KEYS)


def cloud_event(envelope: Envelope) -> dict[str, Any]:
    """A fact in the shape of CloudEvents 1.0; our envelope rides as extension attributes.

    Those have simple values and names of lower-case letters, as the specification wants.
    """
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
        event["reason"] = envelope.reason.text
    return event


def live_event(envelope: Envelope, topics: tuple[str, ...]) -> bytes:
    """One Server-Sent Event; its id is the position, so a client can resume after it."""
    data = dumps(
        {
            "position": envelope.position,
            "type": envelope.type,
            "stream": envelope.stream,
            "at": envelope.recorded_at,
            "topics": topics,
        }
    )
    return b"id: %d\ndata: %b\n\n" % (envelope.position, data)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return json_number(value)
    return _other(value)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return _other(value)


def _other(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")
