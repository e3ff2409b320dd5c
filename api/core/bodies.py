"""Bodies that many moves share."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.core.fields import Id, Request, Text, Title
from api.core.openapi import ABOUT, DISCUSSED


class Reason(Request):
    """An optional word on why; it becomes part of the fact's envelope."""

    reason: Text | None = None


class About(Request):
    """A pointer to a thing: ``{kind: key_result, id: …}``."""

    # Which kinds it may name the things say, so that is looked at when the pointer is made.
    kind: Annotated[str, StringConstraints(max_length=80), Field(json_schema_extra=ABOUT)]
    id: Id


class Discussed(Request):
    """A pointer to a thing that people comment on: ``{kind: objective, id: …}``."""

    kind: Annotated[str, StringConstraints(max_length=80), Field(json_schema_extra=DISCUSSED)]
    id: Id


class NamedCalendar(Request):
    """One of the organisation's holiday calendars by name; null for its own one."""

    calendar: Title | None
    reason: Text | None = None
