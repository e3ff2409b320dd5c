"""``/openapi.json`` and ``/docs``: the contract for machines and for people, without a script.

The page is drawn here from the app's own description, so it needs no outside asset and cannot
differ from what is served.
"""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.core.codes import DOMAIN, EDGE
from api.core.interface import Part
from api.core.wire import dumps

router = APIRouter(include_in_schema=False)

PART: Final = Part(router)

_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:32px;letter-spacing:-.02em} h2{margin-top:2.5rem}
details{border-top:1px solid light-dark(#d9dee5,#2b323c);padding:.4rem 0}
summary{cursor:pointer} code,pre{font:13px/1.45 ui-monospace,monospace}
pre{overflow:auto;background:light-dark(#eceff3,#0b0e12);padding:.6rem;border-radius:6px}
.m{display:inline-block;min-width:4.2rem;font-weight:640}
table{border-collapse:collapse} td,th{text-align:left;padding:.15rem .8rem .15rem 0}
td{vertical-align:top}
"""
_METHODS = ("get", "post", "put", "patch", "delete")


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    schema = await run_in_threadpool(request.app.openapi)
    return Response(dumps(schema), media_type="application/json")


@router.get("/docs")
def docs(request: Request) -> Response:
    app: FastAPI = request.app
    if not hasattr(app.state, "docs_page"):
        app.state.docs_page = "".join(_page(app.openapi()))
    return HTMLResponse(app.state.docs_page)


def _page(schema: Mapping[str, Any]) -> Iterator[str]:
    info = schema["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<title>{escape(info['title'])}: API</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{escape(info['title'])} API</h1><p>{escape(info.get('summary', ''))} Version "
    yield f'{escape(info["version"])}. For machines: <a href="/openapi.json">openapi.json</a>.</p>'
    yield (
        "<p>Writes take <code>Idempotency-Key</code>; edits need <code>If-Match</code>; every "
        "answer names the position of the log it reflects in <code>TrueNorth-Position</code>. "
        "Reads take <code>as_of</code>: an RFC 3339 time or <code>@position</code>.</p>"
    )
    operations = [
        (operation.get("tags", ["other"])[0], path, method, operation)
        for path, methods in schema["paths"].items()
        for method in _METHODS
        if (operation := methods.get(method)) is not None
    ]
    order = list(dict.fromkeys(each[0] for each in operations))
    operations.sort(key=lambda each: order.index(each[0]))
    for tag, members in groupby(operations, key=lambda each: each[0]):
        yield f"<h2>{escape(tag.capitalize())}</h2>"
        for _, path, method, operation in members:
            yield from _operation(path, method, operation)
    yield "<h2>Shapes</h2>"
    for name, shape in sorted(schema["components"]["schemas"].items()):
        yield f'<details id="shape-{escape(name)}"><summary>{escape(name)}</summary>'
        yield f"<pre>{escape(_json(shape))}</pre></details>"
    yield "<h2>Problems</h2><p>Every error is <code>application/problem+json</code>.</p><table>"
    yield "<tr><th>Code</th><th>Status</th><th>Meaning</th></tr>"
    for code, (status, meaning) in {**EDGE, **DOMAIN}.items():
        yield f'<tr id="problem-{code}"><td><code>{code}</code></td><td>{status}</td>'
        yield f"<td>{escape(meaning)}</td></tr>"
    yield "</table></body></html>"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    said = operation.get("description", operation.get("summary", ""))
    yield f'<details><summary><span class="m">{method.upper()}</span> <code>{escape(path)}</code>'
    yield f"</summary><p>{escape(said)}</p>"
    parameters = operation.get("parameters", ())
    if parameters:
        yield "<table><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr>"
        for each in parameters:
            needed = " (needed)" if each.get("required") else ""
            meaning = each.get("description") or each["schema"].get("description", "")
            yield f"<tr><td><code>{escape(each['name'])}</code>{needed}</td>"
            yield f"<td>{escape(each['in'])}</td><td>{escape(meaning)}</td></tr>"
        yield "</table>"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        yield f"<p>Body: {_shape(body['schema'])}</p>"
        if "example" in body:
            yield f"<pre>{escape(_sent(path, method, operation, body['example']))}</pre>"
    codes = ", ".join(escape(code) for code in sorted(operation["responses"]))
    yield f"<p>Answers: {codes}.</p></details>"


def _sent(path: str, method: str, operation: Mapping[str, Any], body: Any) -> str:
    """A request as one types it; the ids are yours to fill in."""
    edit = any(each["name"] == "If-Match" for each in operation.get("parameters", ()))
    version = " -H 'If-Match: *'" if edit else ""
    quoted = _json(body).replace("'", "'\\''")
    return (
        f"curl -X {method.upper()} http://127.0.0.1:8700{path} \\\n"
        f"  -H 'Content-Type: application/json'{version} \\\n  -d '{quoted}'"
    )


def _shape(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    parts = [_shape(each) for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return " or ".join(parts) or f"<code>{escape(_json(schema))}</code>"


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
