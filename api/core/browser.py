"""What is not JSON: the built browser interface, its assets, and the page when it is missing."""

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

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

    Assets carry a hash in their name, so they are kept for a year; the page itself never is.
    """

    def __init__(self, directory: Path) -> None:
        self._index = directory / "index.html"
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
            try:
                found = await self._files.get_response(path.lstrip("/"), scope)
            except HTTPException:
                pass
            else:
                found.headers["Cache-Control"] = (
                    "public, max-age=31536000, immutable"
                    if path.startswith("/assets/")
                    else "no-cache"
                )
                return found
        if path.startswith("/assets/") or not _wants_html(scope):
            raise HTTPException(404)
        if not self._index.is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        return FileResponse(
            self._index, media_type="text/html", headers={"Cache-Control": "no-cache"}
        )


def _wants_html(scope: Scope) -> bool:
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    return b"text/html" in accept or (scope["path"] == "/" and accept in (b"", b"*/*"))
