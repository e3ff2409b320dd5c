"""Answers of views, kept as bytes: a view at one position and minute is computed once.

A live view depends on the position (what is known) and on the minute (expected progress walks with
the clock); a view of a past moment on neither, so its entry stays good for as long as the log is
the same one. One with people's words is kept for seconds only. Whoever asks while an answer is
being computed waits for that one.
"""

import asyncio
import hashlib
import math
import threading
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final

from cachetools import LRUCache
from starlette.responses import Response
from starlette.types import Send

from api.core.encoding import LEAST, zipped
from journal.keys import KEPT_SECONDS

MAX_BYTES: Final = 32 * 1024 * 1024

WORDS_SECONDS: Final = 60.0 - KEPT_SECONDS
"""How long answers with people's words are kept: together with what the key ring keeps, a minute
after a key was destroyed nobody is given its words any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to send: headers as bytes and the body."""

    etag: bytes
    body: bytes
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    _small: list[bytes] = field(default_factory=list, repr=False)

    def unchanged_for(self, if_none_match: str | None) -> bool:
        """True when whoever asks has this very answer (weak comparison, RFC 9110)."""
        if if_none_match is None:
            return False
        if if_none_match.strip() == "*":
            return True
        etag = self.etag.decode().removeprefix("W/")
        return etag in {part.strip().removeprefix("W/") for part in if_none_match.split(",")}

    def without_body(self) -> list[tuple[bytes, bytes]]:
        """The headers of the 304 that stands for it."""
        return [each for each in self.headers if not each[0].startswith(b"content-")]

    def response(self, if_none_match: str | None) -> Response:
        """The answer as a response object, for the first time it is computed."""
        unchanged = self.unchanged_for(if_none_match)
        response = Response(b"" if unchanged else self.body, 304 if unchanged else 200)
        response.raw_headers = self.without_body() if unchanged else list(self.headers)
        return response

    async def send(self, if_none_match: str | None, send: Send, *, small: bool) -> None:
        """The same, past all layers: what a kept answer costs is this.

        ``small`` sends it compressed, which is done once for everybody.
        """
        if self.unchanged_for(if_none_match):
            await send(
                {"type": "http.response.start", "status": 304, "headers": self.without_body()}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        body, headers = self.body, self.headers
        if small and len(body) >= LEAST:
            if not self._small:
                self._small.append(zipped(body))
            body = self._small[0]
            length = (b"content-length", b"%d" % len(body))
            headers = [length if each[0] == length[0] else each for each in headers]
            headers.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def answer(
    body: bytes, position: int, *, immutable: bool = False, same: bytes | None = None
) -> Answer:
    """``immutable`` lets a browser keep it for an hour without asking again.

    ``same`` is what the answer is judged by if not by every byte of it: its ETag is weak then.
    """
    digest = hashlib.blake2b(body if same is None else same, digest_size=12).hexdigest().encode()
    etag = b'%b"%b"' % (b"" if same is None else b"W/", digest)
    policy = b"private, max-age=3600, immutable" if immutable else b"private, no-cache"
    return Answer(
        etag,
        body,
        [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"etag", etag),
            (b"cache-control", policy),
            (b"vary", b"Authorization, TrueNorth-Person, Accept-Encoding"),
            (b"truenorth-position", b"%d" % position),
        ],
    )


_NONE: Final[tuple[None, float]] = (None, 0.0)


class Kept:
    """Least recently used answers within a fixed number of bytes. Safe for any thread.

    A flight is an answer under way. Flights belong to the event loop that serves, and to nobody
    else: ``begin``, ``landing`` and ``end`` are called there.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._answers: LRUCache[Hashable, tuple[Answer, float]] = LRUCache(
            max_bytes, getsizeof=lambda kept: len(kept[0].body)
        )
        self._lock = threading.Lock()
        self._flights: dict[Hashable, asyncio.Event] = {}
        self.hits = 0
        self.misses = 0

    def first(self, keys: Iterable[Hashable]) -> Answer | None:
        """The answer under the first key that has one."""
        now = time.monotonic()
        with self._lock:
            for key in keys:
                found, good_until = self._answers.get(key, _NONE)
                if found is not None and now < good_until:
                    self.hits += 1
                    return found
            self.misses += 1
            return None

    def put(self, key: Hashable, kept: Answer, seconds: float | None = None) -> None:
        """Keep it for so many seconds, unless it is larger than all there is room for."""
        good_until = math.inf if seconds is None else time.monotonic() + seconds
        with self._lock:
            if len(kept.body) <= self._answers.maxsize:
                self._answers[key] = (kept, good_until)

    def begin(self, key: Hashable) -> bool:
        """True for the one that is to compute this answer; it must say ``end`` in any case."""
        if key in self._flights:
            return False
        self._flights[key] = asyncio.Event()
        return True

    async def landing(self, key: Hashable) -> None:
        """Wait until the answer under way has come, or has failed."""
        flight = self._flights.get(key)
        if flight is not None:
            await flight.wait()

    def end(self, key: Hashable) -> None:
        """The answer has come or has failed; said again, it changes nothing."""
        flight = self._flights.pop(key, None)
        if flight is not None:
            flight.set()
