"""Waiting for a position: the one a client names, else what this process has acknowledged itself.

The log is written first and the views follow, so a read that shall show a certain write waits for
the views to come that far.
"""

from urllib.parse import parse_qs

from starlette.datastructures import Headers

from api.core.problems import Problem, behind
from api.core.reached import Reached

MIN_POSITION = "min_position"  # the header of that name, for clients that cannot send headers
_MAX_WAIT = 30.0
_OWN_WRITES_WAIT = 1.0
_UNWAITED = ("/v1/events", "/v1/system")
"""Addresses whose answers come from the log itself or from this process."""


def waits(path: str) -> bool:
    """True when reads of that address may wait for a position."""
    return path.startswith("/v1/") and path != "/v1/me" and not path.startswith(_UNWAITED)


class Waiting:
    """How long reads wait."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self._gave_up_at: int | None = None

    async def __call__(self, headers: Headers, query: bytes) -> None:
        """Wait as long as the request says. Raises 503 when the views do not come that far."""
        reached = self._reached
        asked = headers.get("truenorth-min-position")
        if asked is None and MIN_POSITION.encode() in query:
            asked = parse_qs(query.decode("latin-1"), True).get(MIN_POSITION, [None])[0]
        if asked is not None:
            if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
                raise Problem(
                    400,
                    "unreadable-position",
                    "A position is a whole number, as TrueNorth-Position tells it.",
                )
            if not await reached.reaches(int(asked), _patience(headers.get("prefer"))):
                raise behind("that position", reached.seen)
            return
        if reached.seen >= reached.acknowledged or self._gave_up_at == reached.seen:
            return
        # Views that stand still (no projector runs) must not slow every read: give up once.
        arrived = await reached.reaches(reached.acknowledged, _OWN_WRITES_WAIT)
        self._gave_up_at = None if arrived else reached.seen


def _patience(prefer: str | None) -> float:
    """Seconds from ``Prefer: wait=<s>`` (RFC 7240), one second without it."""
    for part in (prefer or "").replace(";", ",").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "wait":
            try:
                return min(max(float(value), 0.0), _MAX_WAIT)
            except ValueError:
                break
    return 1.0
