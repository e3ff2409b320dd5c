"""A fact seen as a change of one thing: what history tells about it, before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from domain.description import Link

Name = tuple[str, str]
"""The kind and the id of a thing."""

Mark = Literal["target", "drop", "correction", "grade", "late", "policy", "access"]
"""What auditors look for: a moved target, something dropped, a correction, a grade, what came late,
a change of the rules, a change of who may do what."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact seen as a change of one thing.

    Attributes:
        sets: fields and their new values, ready for JSON.
        says: what a sentence needs beside them.
        refers: further words of the sentence, each a field of another thing.
        part: whose fields they are when it is a part without a name of its own: a membership, an
            answer to a why.
        read_at: when the fields were true. What was read later stands, whatever is learned since.
        was: what the fact itself says that stood before.
        since: from when on the fields count; told where that was back-dated.
    """

    kind: str
    id: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)
    refers: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    part: Name | None = None
    read_at: datetime | None = None
    was: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


def shown_links(links: Iterable[Link]) -> list[dict[str, str]]:
    """Links as history keeps them."""
    return [link.model_dump() for link in links]


def utc(at: datetime) -> str:
    """An instant as text that sorts like time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
