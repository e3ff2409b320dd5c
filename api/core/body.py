"""Routes whose bodies and queries pass a strict reader before anybody else sees them.

Routes that write run in the threads of the writers.
"""

import re
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.core.present import FIRST_PATIENCE
from api.core.problems import Problem
from api.core.query import check_query, parameters
from api.core.strict_json import MAX_BYTES, Unreadable, read
from api.core.waiting import MIN_POSITION, waits
from api.core.writing import Write
from projections.engine.errors import ViewHalted

GIVEN: Final = "truenorth.body"
"""In the scope of a request made here: its body, as the strict reader would give it."""


_THINGS: Final = re.compile(r"\{([a-z_]+)_id\}")


class StrictRequest(Request):
    """A request whose body is bounded while it arrives, and read as strict JSON only."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body") and GIVEN in self.scope:
            # A part of a batch: it was read with the whole.
            self._json, self._body = self.scope[GIVEN], b"given"
        if not hasattr(self, "_body"):
            chunks: list[bytes] = []
            size = 0
            async for chunk in self.stream():
                size += len(chunk)
                if size > MAX_BYTES:
                    raise too_large()
                chunks.append(chunk)
            self._body = b"".join(chunks)
            if self._body and not _is_json(self.headers.get("content-type", "")):
                raise Problem(415, "unsupported-media-type", "Send the body as application/json.")
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            try:
                self._json = read(await self.body())
            except Unreadable as fault:
                raise Problem(400, fault.code, fault.detail) from None
        return self._json


class StrictRoute(APIRoute):
    """FastAPI's route over a :class:`StrictRequest`; it knows its parameters below ``/v1``.

    A question is asked once more when a view that it reads was still being built for the first
    time: so a young installation answers its first visitors.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if "GET" not in (given.get("methods") or {"GET"}) and not iscoroutinefunction(endpoint):
            endpoint = _among_the_writers(endpoint)
        if given.get("operation_id") is None:
            given["operation_id"] = operation_id(endpoint.__name__, path)
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        versioned = self.path.startswith("/v1/")
        known = parameters(self.dependant)
        if "GET" in (self.methods or ()) and waits(self.path):
            known |= {MIN_POSITION}

        async def strict(request: Request) -> Response:
            if versioned:
                check_query(request.query_params, known)
            try:
                return await handle(StrictRequest(request.scope, request.receive))
            except ViewHalted as halted:
                if request.method != "GET" or not halted.coming:
                    raise
                views = request.app.state.services.views
                await run_in_threadpool(views.wait_for, 1, FIRST_PATIENCE, (halted.view,))
            return await handle(StrictRequest(request.scope, request.receive))

        return strict


def operation_id(name: str, path: str) -> str:
    """What programs call a route: its function's name, and of a bare verb also what it is done to.

    ``reopen`` of ``/v1/actions/{action_id}/reopen`` is ``reopen_action``.
    """
    things = _THINGS.findall(path)
    return f"{name}_{things[-1]}" if things and "_" not in name else name


def _among_the_writers(endpoint: Callable[..., Response]) -> Callable[..., Any]:
    """The endpoint in a thread of the writers; FastAPI's own threads are for readers."""

    @wraps(endpoint)
    async def written(**values: Any) -> Response:
        write: Write = values["write"]
        return await write.writers.run(partial(endpoint, **values), write.deadline)

    return written


def too_large() -> Problem:
    return Problem(
        413,
        "too-large",
        f"A body may have {MAX_BYTES // 1024} KiB.",
        headers={"Connection": "close"},
    )


def _is_json(content_type: str) -> bool:
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (
        media.startswith("application/") and media.endswith("+json")
    )
