"""A moment: the place in the log, and the instant, that a question is about."""

from dataclasses import dataclass
from datetime import UTC, datetime


class UnreadableMoment(ValueError):
    """``as_of`` is neither an RFC 3339 time with an offset nor ``@<position>``."""


class MomentAhead(ValueError):
    """The moment asked for has not come yet."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the log and the instant it stands for; ``live`` when it is the present."""

    position: int
    at: datetime
    live: bool


def position_in(text: str) -> int:
    """The position that digits name. Raises UnreadableMoment, MomentAhead."""
    if not (text.isascii() and text.isdigit()):
        raise UnreadableMoment(text)
    number = int(text[:25])
    if number >= 2**63:
        raise MomentAhead(text)
    return number


def time_in(text: str) -> datetime:
    """The instant that an RFC 3339 time names. Raises UnreadableMoment."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableMoment(text) from None
    if at.tzinfo is None or "T" not in text.upper():
        raise UnreadableMoment(text)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise UnreadableMoment(text) from None
