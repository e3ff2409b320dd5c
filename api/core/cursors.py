"""Opaque cursors: where a list goes on, sealed to the address and filters it was given for.

A cursor also says which position its page reflected: in a log that was cut short it is of no use.

The seal is no secret (a cursor opens nothing that a filter would not); it makes sure that a
changed or foreign cursor is refused instead of read.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from api.core.problems import Problem

_KEY = b"truenorth-cursor/v2"
_SEAL = 12
_MOVING = frozenset({"cursor", "limit", "min_position"})


def place(path: str, query: Mapping[str, str]) -> bytes:
    """What a cursor belongs to: the address and every filter but the paging itself."""
    filters = sorted((name, value) for name, value in query.items() if name not in _MOVING)
    return repr((path, filters)).encode()


def seal_cursor(start: str, position: int, where: bytes) -> str:
    """A cursor to go on from ``start`` after a page that reflected ``position``."""
    payload = f"{position} {start}".encode()
    return base64.urlsafe_b64encode(_seal(payload, where) + payload).rstrip(b"=").decode()


def open_cursor(cursor: str, where: bytes) -> tuple[str, int]:
    """Start and position. Raises 400 for anything this server did not seal for this list."""
    try:
        raw = base64.b64decode(
            cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
        seal, payload = raw[:_SEAL], raw[_SEAL:]
        if not hmac.compare_digest(seal, _seal(payload, where)):
            raise _unreadable()
        position, _, start = payload.decode().partition(" ")
        return start, int(position)
    except (ValueError, binascii.Error):
        raise _unreadable() from None


def _seal(payload: bytes, where: bytes) -> bytes:
    return hashlib.blake2b(where + b"\0" + payload, key=_KEY, digest_size=_SEAL).digest()


def _unreadable() -> Problem:
    return Problem(
        400,
        "unreadable-cursor",
        "This cursor does not belong to this list. Send its own next_cursor, or begin without one.",
    )
