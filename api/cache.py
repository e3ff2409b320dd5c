"""Answers of views, kept as bytes: a view at one position and minute is computed once.

A live view depends on the position (what is known) and on the minute (expected progress walks with
the clock); a view of a past moment on neither, so its entry stays good for ever.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

Key = tuple[str, bytes, str, int | None, int | None]
"""Path, raw query, audience, views' position and minute; the last two None for a past moment."""

_MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer ready to send: headers as bytes and the body."""

    etag: bytes
    body: bytes
    headers: list[tuple[bytes, bytes]] = field(repr=False)


def kept(body: bytes, position: int, *, immutable: bool) -> Kept:
    etag = b'"%b"' % hashlib.blake2b(body, digest_size=12).hexdigest().encode()
    policy = b"private, max-age=3600, immutable" if immutable else b"private, no-cache"
    return Kept(
        etag,
        body,
        [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"etag", etag),
            (b"cache-control", policy),
            (b"vary", b"Authorization, TrueNorth-Person"),
            (b"truenorth-position", b"%d" % position),
        ],
    )


class AnswerCache:
    """Least recently used answers within a fixed number of bytes. Thread-safe."""

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                self.misses += 1
                return None
            self._entries.move_to_end(key)
            self.hits += 1
            return found

    def put(self, key: Key, answer: Kept) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            self._bytes += len(answer.body) - (len(old.body) if old else 0)
            self._entries[key] = answer
            while self._bytes > self._max_bytes and self._entries:
                _, dropped = self._entries.popitem(last=False)
                self._bytes -= len(dropped.body)
