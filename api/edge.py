"""The outermost layer: what holds for every request, before any route is looked for.

In order: the neighbourhood (peer, host, origin), who asks, no writing into the past, waiting for a
position, the kept answer if there is one. On the way out every answer gets the security headers,
and one to HEAD loses its body.
It is plain ASGI and touches no store, so a kept board costs less than an empty route.
"""

import time
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.cache import AnswerCache, Kept, Key
from api.feed import Feed
from api.metrics import Metrics
from api.neighbours import SAFE, check_host, check_origin, check_peer
from api.principal import Doorkeeper, Principal
from api.problems import Problem, behind, journal_problem
from api.services import Services
from api.strict_json import MAX_BYTES
from journal.errors import JournalError

CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SECURITY = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_VIEWS = (
    "/v1/boards/objectives",
    "/v1/boards/actions",
    "/v1/scores",
    "/v1/diff",
    "/v1/timeline",
)
_UNWAITED = ("/v1/events", "/v1/me", "/v1/system")
MIN_POSITION = "min_position"  # the header of that name, for clients that cannot send headers
_MAX_WAIT = 30.0
_OWN_WRITES_WAIT = 1.0


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        services: Services,
        feed: Feed,
        cache: AnswerCache,
        metrics: Metrics,
        doorkeeper: Doorkeeper,
    ) -> None:
        self._app = app
        self._services = services
        self._feed = feed
        self._cache = cache
        self._metrics = metrics
        self._doorkeeper = doorkeeper
        self._gave_up_at: int | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, method = time.perf_counter(), scope["method"]
        if method == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        status = 500

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_SECURITY]
            await send(message)

        try:
            await self._serve(scope, receive, guarded)
        except Problem as problem:
            await problem.response()(scope, receive, guarded)
        except JournalError as fault:
            await journal_problem(fault).response()(scope, receive, guarded)
        finally:
            self._metrics.observe(method, _route(scope), status, time.perf_counter() - began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        method, path = scope["method"], scope["path"]
        check_peer(scope.get("client"), headers, self._services)
        check_host(headers.get("host"), self._services)
        check_origin(method, headers, self._services)
        if not path.startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        authorization, person = headers.get("authorization"), headers.get("truenorth-person")
        principal = self._doorkeeper.recall(authorization, person)
        if principal is None:
            peer = scope.get("client") or ("",)
            principal = await self._doorkeeper.admit(authorization, person, peer[0])
        state: dict[str, Any] = scope.setdefault("state", {})
        state["principal"] = principal
        query: bytes = scope["query_string"]
        if method not in SAFE:
            if b"as_of" in query and "as_of" in parse_qs(query.decode("latin-1"), True):
                raise Problem(
                    409,
                    "past-is-read-only",
                    "What was cannot be changed. Write without as_of.",
                    allowed=[],
                )
            if int_or_zero(headers.get("content-length")) > MAX_BYTES:
                raise too_large()
            await self._app(scope, receive, send)
            return
        if waits(path):
            await self._wait(headers, query)
        if path.startswith(_VIEWS):
            principal.must("read")
            answer = self._kept(path, query, principal, state)
            if answer is not None:
                await _send(answer, headers.get("if-none-match"), send)
                return
        await self._app(scope, receive, send)

    async def _wait(self, headers: Headers, query: bytes) -> None:
        """Wait for the position asked for; else for what this process has acknowledged itself."""
        feed = self._feed
        asked = headers.get("truenorth-min-position")
        if asked is None and MIN_POSITION.encode() in query:
            asked = parse_qs(query.decode("latin-1"), True).get(MIN_POSITION, [None])[0]
        if asked is not None:
            if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
                raise Problem(400, "unreadable-position", "A position is a whole number.")
            if not await feed.reaches(int(asked), _patience(headers.get("prefer"))):
                raise behind("that position", feed.seen)
            return
        if feed.seen >= feed.acknowledged or self._gave_up_at == feed.seen:
            return
        # Views that stand still (no projector runs) must not slow every read: give up once.
        arrived = await feed.reaches(feed.acknowledged, _OWN_WRITES_WAIT)
        self._gave_up_at = None if arrived else feed.seen

    def _kept(
        self, path: str, query: bytes, principal: Principal, state: dict[str, Any]
    ) -> Kept | None:
        now = self._services.clock.now()
        minute = int(now.timestamp() // 60)
        audience = principal.role
        past: Key = (path, query, audience, None, None)
        live: Key = (path, query, audience, self._feed.seen, minute)
        state["cache_keys"] = (past, live)
        state["now"] = now
        if b"as_of=" in query or path.startswith("/v1/diff"):
            found = self._cache.get(past)
            if found is not None:
                return found
        return self._cache.get(live)


def _without_body(send: Send) -> Send:
    """What HEAD hears of the answer to a GET: everything but the body.

    The end is told at once, so that whoever streams learns that nobody listens.
    """

    async def begin_only(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return begin_only


async def _send(answer: Kept, if_none_match: str | None, send: Send) -> None:
    if if_none_match is not None and matches(if_none_match, answer.etag.decode()):
        headers = [each for each in answer.headers if not each[0].startswith(b"content-")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


def as_response(answer: Kept, if_none_match: str | None) -> Response:
    """The kept answer as a response object, for the first time it is computed."""
    hit = if_none_match is not None and matches(if_none_match, answer.etag.decode())
    response = Response(b"" if hit else answer.body, 304 if hit else 200)
    response.raw_headers = [
        each for each in answer.headers if not (hit and each[0].startswith(b"content-"))
    ]
    return response


def matches(header: str, etag: str) -> bool:
    """Weak comparison of ``If-None-Match`` (RFC 9110)."""
    if header.strip() == "*":
        return True
    return etag in {part.strip().removeprefix("W/") for part in header.split(",")}


def waits(path: str) -> bool:
    """True when reads of that address may wait for a position."""
    return path.startswith("/v1/") and not path.startswith(_UNWAITED)


def too_large() -> Problem:
    return Problem(
        413,
        "too-large",
        f"A body may have {MAX_BYTES // 1024} KiB.",
        headers={"Connection": "close"},
    )


def int_or_zero(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


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


def _route(scope: Scope) -> str:
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    if isinstance(path, str):
        return path
    own: str = scope["path"]
    return own if own in _VIEWS else "(other)"
