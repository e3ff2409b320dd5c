"""The outermost layer: what holds for every request, before any route is looked for.

In order: the neighbourhood (peer, host, origin), who asks, no writing into the past, waiting for a
position, the kept answer if there is one. On the way out every answer gets the security headers, is
compressed for whoever takes that, and one to HEAD loses its body.
It is plain ASGI and touches no store, so a kept board costs less than an empty route.
"""

import time
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.core.access import SAFE, check_host, check_origin, check_peer, refuse_past
from api.core.body import too_large
from api.core.encoding import wanted, zipping
from api.core.kept import Kept
from api.core.live import Live
from api.core.metrics import Metrics
from api.core.principal import Doorkeeper, Principal
from api.core.problems import Outages, Problem
from api.core.reached import Reached
from api.core.strict_json import MAX_BYTES
from api.core.waiting import Waiting, waits
from api.services import Services
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


class Edge:
    """ASGI middleware around the whole application; ``kept`` are the addresses of kept views."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        services: Services,
        live: Live,
        reached: Reached,
        answers: Kept,
        kept: tuple[str, ...],
        metrics: Metrics,
        outages: Outages,
    ) -> None:
        self._app = app
        self._services = services
        self._live = live
        self._reached = reached
        self._answers = answers
        self._kept = kept
        self._metrics = metrics
        self._outages = outages
        self._doorkeeper = Doorkeeper(services)
        self._wait = Waiting(reached)

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
        status, small = 500, wanted(scope["headers"])

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_SECURITY]
            await send(message)

        answer = zipping(guarded) if small else guarded
        try:
            await self._serve(scope, receive, answer)
        except Problem as problem:
            await problem.response()(scope, receive, answer)
        except JournalError as fault:
            await self._outages.of_log(fault).response()(scope, receive, answer)
        finally:
            self._metrics.observe(method, self._route(scope), status, time.perf_counter() - began)

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
            refuse_past(query)
            if _int_or_zero(headers.get("content-length")) > MAX_BYTES:
                raise too_large()
            await self._app(scope, receive, send)
            return
        if waits(path):
            await self._wait(headers, query)
        if path.startswith(self._kept):
            principal.must("read")
            await self._view(scope, receive, send, headers.get("if-none-match"), principal)
            return
        await self._app(scope, receive, send)

    async def _view(
        self, scope: Scope, receive: Receive, send: Send, if_none_match: str | None, who: Principal
    ) -> None:
        """The kept answer; the one that somebody is computing now; else one computed here."""
        now = self._services.clock.now()
        minute = int(now.timestamp() // 60)
        path, query, log = scope["path"], scope["query_string"], self._live.era
        # What is somebody's own is kept for that one alone, however the query spells it.
        whose = who.person_id if b"mine" in unquote_to_bytes(query) else None
        past = (log, path, query, who.role, whose)
        present = (*past, self._reached.seen, minute)
        scope["state"]["cache_keys"] = (past, present)
        may_be_past = b"as_of=" in query or path.startswith("/v1/diff")
        keys = (past, present) if may_be_past else (present,)
        answers = self._answers
        found = answers.first(keys)
        if found is not None:
            await found.send(if_none_match, send, small=wanted(scope["headers"]))
            return
        if not answers.begin(present):
            await answers.landing(present)
            found = answers.first(keys)
            if found is not None:
                await found.send(if_none_match, send, small=wanted(scope["headers"]))
                return
            # It failed there, so everybody tries for himself: nobody waits in line for failures.
            await self._app(scope, receive, send)
            return

        async def landed(message: Message) -> None:
            answers.end(present)  # before it is sent: nobody waits for the network of another
            await send(message)

        try:
            await self._app(scope, receive, landed)
        finally:
            answers.end(present)

    def _route(self, scope: Scope) -> str:
        route = scope.get("route")
        path = getattr(route, "path_format", None) or getattr(route, "path", None)
        if isinstance(path, str):
            return path
        own: str = scope["path"]
        return own if own in self._kept else "(other)"


def _without_body(send: Send) -> Send:
    """What HEAD hears of the answer to a GET: everything but the body.

    The end is told at once, so that whoever streams learns that nobody listens.
    """

    async def begin_only(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return begin_only


def _int_or_zero(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0
