"""Requests made here, in the name of whoever has sent many of them in one: same routes, same rules.

An inner request passes the routes as one from outside does, with its own idempotency key and the
version it saw; what the edge looks at was looked at once, for the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final
from urllib.parse import unquote

import orjson
from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Scope

from api.core.access import SAFE, refuse_past
from api.core.body import GIVEN
from api.core.problems import Problem
from api.core.wire import dumps
from api.core.writing import Write
from api.services import Services

_HANDED_ON: Final = (
    "app",
    "asgi",
    "client",
    "http_version",
    "root_path",
    "scheme",
    "server",
    "type",
)


@dataclass(frozen=True, slots=True)
class Inner:
    """A request within another one; ``path`` as it stands in a request line."""

    method: str
    path: str
    body: Any = None
    key: str | None = None
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered to it."""

    status: int
    headers: Headers
    body: bytes

    @property
    def fine(self) -> bool:
        return self.status < 400

    def json(self) -> Any:
        return orjson.loads(self.body) if self.body else None

    def response(self) -> Response:
        """The same as the answer to the whole."""
        return Response(self.body, self.status, dict(self.headers))


def told(problem: Problem) -> Told:
    """A problem as the answer to an inner request."""
    answer = problem.response()
    return Told(problem.status_code, answer.headers, bytes(answer.body))


async def ask(outer: Request, inner: Inner, draft: Services | None = None) -> Told:
    """The answer to an inner request, on a draft of the stores if one is given."""
    path, _, query = inner.path.partition("?")
    try:
        if inner.method not in SAFE:
            refuse_past(query.encode())
    except Problem as problem:
        return told(problem)
    headers = [(b"host", outer.headers.get("host", "").encode("latin-1"))]
    if inner.body is not None:
        headers.append((b"content-type", b"application/json"))
    if inner.key is not None:
        headers.append((b"idempotency-key", inner.key.encode()))
    if inner.if_match is not None:
        headers.append((b"if-match", inner.if_match.encode()))
    scope: Scope = {
        **{name: outer.scope[name] for name in _HANDED_ON if name in outer.scope},
        "method": inner.method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "state": {"principal": outer.state.principal, "draft": draft},
    }
    if inner.body is not None:
        scope[GIVEN] = inner.body
    status, told_headers, chunks = 500, Headers(), list[bytes]()

    async def send(message: Message) -> None:
        nonlocal status, told_headers
        if message["type"] == "http.response.start":
            status, told_headers = message["status"], Headers(raw=list(message["headers"]))
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    within: ASGIApp = outer.app.state.within
    await within(scope, _nothing_more, send)
    return Told(status, told_headers, b"".join(chunks))


def answered(
    write: Write, answers: Sequence[Told], position: int, named: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """The answer to many in one: of each its status and body, and what ``named`` adds to it."""
    results = [
        {
            **more,
            "status": each.status,
            "facts": int(each.headers.get("truenorth-facts", "0")) if each.fine else 0,
            "body": orjson.Fragment(each.body or b"null"),
        }
        for each, more in zip(answers, named or repeat({}), strict=False)
    ]
    return Response(
        dumps({"results": results, "position": position}),
        headers={
            "TrueNorth-Position": str(position),
            "Idempotency-Key": write.key,
            "Cache-Control": "no-store",
        },
        media_type="application/json",
    )


def last_position(answers: Sequence[Told]) -> int | None:
    """The last position at which any of them was written."""
    positions = [each.headers.get("truenorth-position") for each in answers if each.fine]
    return max((int(each) for each in positions if each is not None), default=None)


async def _nothing_more() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
