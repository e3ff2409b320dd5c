"""What is not JSON: the built browser interface, its assets, and the page when it is missing."""

from contextlib import suppress
from mimetypes import guess_type
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api.core.encoding import accepts

SMALLER: Final = {"br": ".br", "gzip": ".gz"}
"""Codings, the best first, and what the names of files end with that are in them."""

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>True North: the interface is not built</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}
</style></head><body>
<h1>The interface is not built</h1>
<p>The API works and answers at <code>/v1</code>; see <a href="/docs">its documentation</a>.
The browser interface was left out of this installation. Build it with <code>make web</code>
and start again.</p>
</body></html>
"""


class Pages:
    """The single-page application: files by name, ``index.html`` for every page a person opens.

    Assets carry a hash in their name, so they are kept for a year; the page itself never is. A file
    that lies compressed beside itself is sent so to whoever takes it.
    """

    def __init__(self, directory: Path) -> None:
        self._files = StaticFiles(directory=directory, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or path.startswith("/v1/"):
            raise HTTPException(404)
        if path not in {"/", "/index.html"} and "\0" not in path:
            found = await self._file(path.lstrip("/"), scope)
            if found is not None:
                found.headers["Cache-Control"] = (
                    "public, max-age=31536000, immutable"
                    if path.startswith("/assets/")
                    else "no-cache"
                )
                return found
        if path.startswith("/assets/") or not _wants_html(scope):
            raise HTTPException(404)
        page = await self._file("index.html", scope)
        if page is None:
            return HTMLResponse(_NOT_BUILT, 503)
        page.headers["Cache-Control"] = "no-cache"
        return page

    async def _file(self, name: str, scope: Scope) -> Response | None:
        """The file of a name, or that it has not changed; None when there is none."""
        if name.endswith(tuple(SMALLER.values())):
            return None  # those are no files of their own
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for coding, ending in SMALLER.items():
            if not accepts(accepted, coding):
                continue
            with suppress(HTTPException):
                found = await self._files.get_response(name + ending, scope)
                found.headers["Vary"] = "Accept-Encoding"
                if found.status_code != 304:
                    kind = guess_type(name)[0] or "application/octet-stream"
                    text = "; charset=utf-8" if kind.startswith("text/") else ""
                    found.headers["Content-Type"] = kind + text
                    found.headers["Content-Encoding"] = coding
                return found
        with suppress(HTTPException):
            found = await self._files.get_response(name, scope)
            found.headers["Vary"] = "Accept-Encoding"
            return found
        return None


def _wants_html(scope: Scope) -> bool:
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accept or (scope["path"] == "/" and accept in (b"", b"*/*"))
