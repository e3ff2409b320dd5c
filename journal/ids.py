"""Ids: time-ordered for new things, derived for things that must come out the same again."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1
from uuid import UUID

import uuid_utils

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMESPACE = UUID("6f1d3c52-9f0b-5d5e-8a38-6b1f6a4a7e10").bytes


def new_id(at: datetime | None = None) -> str:
    """A fresh UUIDv7, sortable by its millisecond.

    Args:
        at: aware instant the id shall carry; the present one by default.
    """
    if at is None:
        return str(uuid_utils.uuid7())
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return str(uuid_utils.uuid7(nanoseconds=microseconds * 1_000))


def derived_id(*parts: str) -> str:
    """The same id for the same parts, always and everywhere (UUIDv5).

    Each part is length-prefixed, so ``("a", "bc")`` and ``("ab", "c")`` differ.
    """
    name = "".join([f"{len(part)}:{part}" for part in parts]).encode()
    digest = bytearray(sha1(_NAMESPACE + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50  # version 5
    digest[8] = digest[8] & 0x3F | 0x80  # the variant of RFC 9562
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
