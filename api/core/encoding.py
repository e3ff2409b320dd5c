"""Answers that are sent smaller: gzip for whoever takes it, whatever the answer is made of.

Whoever does not ask for it pays the look at one header. Short answers stay as they are, and so does
the event stream, which has to arrive at once. An answer that holds a secret says
``Content-Encoding: identity`` and is left alone: beside words of whoever asks, its length would
tell of it (BREACH). Files of the pages lie compressed beside themselves (``deploy/build_web.py``).
"""

import gzip
import zlib
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

LEAST: Final = 1000
"""Bytes of the shortest body that is compressed: a shorter one fits into one packet anyway."""

LEVEL: Final = 5
_LONG: Final = 100_000  # bytes that take so long that nobody else should wait for it
_TEXTS: Final = ("application/json", "application/problem+json", "application/x-ndjson", "text/")
_NEVER: Final = "text/event-stream"


@lru_cache(maxsize=128)
def accepts(header: str, coding: str) -> bool:
    """Whether an ``Accept-Encoding`` takes a coding (RFC 9110, 12.5.3)."""
    anything = False
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        taken = _weight(weight) > 0
        if name.strip() == coding:
            return taken
        if name.strip() == "*":
            anything = taken
    return anything


def wanted(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether whoever sent these headers takes gzip."""
    for name, value in headers:
        if name == b"accept-encoding":
            return b"gzip" in value and accepts(value.decode("latin-1"), "gzip")
    return False


def zipped(body: bytes) -> bytes:
    """The same bytes always: without a time in it."""
    return gzip.compress(body, LEVEL, mtime=0)


def zipping(send: Send) -> Send:
    """A ``send`` that compresses what is worth it."""
    start: Message | None = None
    stream: Any = None

    async def compressed(message: Message) -> None:
        nonlocal start, stream
        if message["type"] == "http.response.start":
            if _worth(MutableHeaders(raw=list(message["headers"]))):
                start = message  # until the first bytes tell how long it is
            else:
                await send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if start is not None:
            begun, start = start, None
            if not more and len(body) < LEAST:
                await send(begun)
            elif not more:
                small = partial(zipped, body)
                body = await run_in_threadpool(small) if len(body) > _LONG else small()
                await send(_told(begun, len(body)))
            else:
                stream = zlib.compressobj(LEVEL, wbits=31)
                await send(_told(begun, None))
        if stream is not None:
            body = stream.compress(body) + (b"" if more else stream.flush())
            if more and not body:
                return
        await send({**message, "body": body})

    return compressed


def _worth(headers: MutableHeaders) -> bool:
    kind = headers.get("content-type", "")
    return (
        kind.startswith(_TEXTS)
        and not kind.startswith(_NEVER)
        and "content-encoding" not in headers
    )


def _told(start: Message, length: int | None) -> Message:
    """The beginning of an answer that is compressed."""
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["Content-Encoding"] = "gzip"
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")
    del headers["Content-Length"]
    if length is not None:
        headers["Content-Length"] = str(length)
    return {**start, "headers": headers.raw}


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
