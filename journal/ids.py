"""Ids: time-ordered for new things, derived for things that must come out the same again."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1

import uuid_utils

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMESPACE = uuid_utils.UUID("6f1d3c52-9f0b-5d5e-8a38-6b1f6a4a7e10")


def new_id(at: datetime | None = None) -> str:
    """A fresh UUIDv7, sortable by its millisecond.

    Args:
        at: aware instant the id shall carry; the present one by default.
    """
    if at is None:
        return str(uuid_utils.uuid7())
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return str(uuid_utils.uuid7(nanoseconds=microseconds * 1_000))


def id_for(request: str, at: datetime) -> str:
    """A UUIDv7 of ``at`` whose other bits come from ``request``: see ``is_for``."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    digest = sha1(_NAMESPACE.bytes + request.encode(), usedforsecurity=False).digest()[:10]
    sixteen = bytearray(milliseconds.to_bytes(6, "big") + digest)
    sixteen[6] = sixteen[6] & 0x0F | 0x70  # version 7
    sixteen[8] = sixteen[8] & 0x3F | 0x80  # the variant of RFC 9562
    return str(uuid_utils.UUID(bytes=bytes(sixteen)))


def is_for(id_: str, request: str) -> bool:
    """Whether ``id_for`` made this id for this request, whenever that was."""
    return id_[13:] == id_for(request, _EPOCH)[13:]


def made_at(id_: str) -> datetime:
    """The instant that a UUIDv7 carries."""
    return _EPOCH + timedelta(milliseconds=int(id_[:8] + id_[9:13], 16))


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always and everywhere (UUIDv5).

    Each part is length-prefixed, so ``("a", "bc")`` and ``("ab", "c")`` differ.
    """
    return str(uuid_utils.uuid5(_NAMESPACE, "".join([f"{len(part)}:{part}" for part in parts])))
