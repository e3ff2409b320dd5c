"""The strict types of requests: what a field accepts is said once, here.

Bodies come from :mod:`api.core.strict_json`, so numbers are ``int`` or ``Decimal`` and nothing is
coerced: a number in quotes, a time without an offset or a date with a time are refused.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import core_schema

from domain.title import LONGEST_TITLE

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UUID_TEXT = re.compile(rf"{UUID}\Z")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_YEARS = range(1900, 3000)


class Request(BaseModel):
    """A request body; unknown fields are refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True, slots=True)
class Like:
    """Marks a text of a certain form: ``pattern`` tells it to programs, ``words`` to people."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.words)
        return text


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
        raise ValueError(f"the year lies between {_YEARS.start} and {_YEARS.stop - 1}")
    return found.astimezone(UTC)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.match(value):
        raise ValueError("a date as YYYY-MM-DD is needed")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError("a date as YYYY-MM-DD is needed") from None
    if found.year not in _YEARS:
        raise ValueError(f"the year lies between {_YEARS.start} and {_YEARS.stop - 1}")
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
Title = Annotated[str, StringConstraints(max_length=LONGEST_TITLE), BeforeValidator(_said)]
Text = Annotated[str, StringConstraints(max_length=10_000), BeforeValidator(_said)]
Word = Annotated[str, StringConstraints(max_length=80), BeforeValidator(_said)]
Email = Annotated[
    str,
    StringConstraints(max_length=320),
    Like(r"[^@\s]{1,64}@[^@\s]{1,255}", "an e-mail address looks like ann@example.org"),
]
Zone = Annotated[str, Like(r"[A-Za-z0-9_+\-/]{1,64}", "a time zone looks like Europe/Berlin")]
AsArray = BeforeValidator(_many)
"""Marks a tuple that comes as a JSON array: ``Annotated[tuple[Id, ...], AsArray]``."""
