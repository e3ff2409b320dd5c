"""The strict types of requests: what a field accepts is said once, here (API, conventions).

Bodies come from :mod:`api.strict_json`, so numbers are ``int`` or ``Decimal`` and nothing is
coerced: a number in quotes, a time without an offset or a date with a time are refused.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_YEARS = range(1900, 3000)


class Request(BaseModel):
    """A request body; unknown fields are refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a JSON number is needed")
    return Decimal(value)


def instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.match(value):
        raise ValueError("an RFC 3339 time with an offset is needed")
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError("an RFC 3339 time with an offset is needed") from None
    if found.year not in _YEARS:
        raise ValueError("the year is out of range")
    return found.astimezone(UTC)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError("a date as YYYY-MM-DD is needed")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date as YYYY-MM-DD is needed") from None
    if found.year not in _YEARS:
        raise ValueError("the year is out of range")
    return found


def _id(value: Any) -> str:
    if not isinstance(value, str) or not UUID_TEXT.match(value):
        raise ValueError("an id (UUID in lower case) is needed")
    return value


def _said(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("the text is empty")
    return value


def _many(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[str, BeforeValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]
Title = Annotated[str, BeforeValidator(_said), StringConstraints(max_length=300)]
Text = Annotated[str, BeforeValidator(_said), StringConstraints(max_length=10_000)]
Word = Annotated[str, BeforeValidator(_said), StringConstraints(max_length=80)]
AsArray = BeforeValidator(_many)
"""Marks a tuple that comes as a JSON array: ``Annotated[tuple[Id, ...], AsArray]``."""
