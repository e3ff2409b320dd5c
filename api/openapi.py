"""``openapi.json``: the app's own description, checked in beside the code.

python -m api.openapi            write openapi.json
python -m api.openapi --check    exit 1 when the file and the app differ
"""

import re
import sys
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

FILE = Path(__file__).parent.parent / "openapi.json"
_IN_PATH = re.compile(r"\{([a-z_]+)\}")
_PROBLEMS = {
    "400": "Unreadable",
    "401": "No key, or an unknown one",
    "403": "This role may not",
    "404": "Not there, or not for you to know",
    "409": "The state forbids it; `allowed` lists the next moves",
    "412": "Stale; `current_version` tells",
    "413": "Too large",
    "415": "Not JSON",
    "422": "Invalid; `errors` point at the fields",
    "428": "If-Match is missing",
    "429": "Too many unknown keys; see Retry-After",
    "503": "The store is away or a view is behind; see Retry-After",
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "allowed": {"type": "array", "items": {"type": "string"}},
        "current_version": {"type": "integer"},
    },
}


def describe(app: FastAPI) -> None:
    """Let the app describe itself completely: problems, keys, path parameters, positions."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    summary=app.summary,
                    routes=app.routes,
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["responses"] = {
        code: {
            "description": said,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for code, said in _PROBLEMS.items()
    }
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made by `truenorth token create`. Not needed on loopback.",
        }
    }
    schema["security"] = [{"bearer": []}, {}]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _parameters(path, method, operation)
            _answers(path, method, operation)
    return schema


def _parameters(path: str, method: str, operation: dict[str, Any]) -> None:
    given: list[dict[str, Any]] = operation.setdefault("parameters", [])
    named = {each["name"] for each in given}
    given[:0] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _IN_PATH.findall(path)
        if name not in named
    ]
    if method == "get" and "as_of" in named:
        given.append(
            {
                "name": "TrueNorth-Min-Position",
                "in": "header",
                "required": False,
                "schema": {"type": "integer"},
                "description": "Wait for this position, as long as `Prefer: wait=<s>` says.",
            }
        )
    if not given:
        del operation["parameters"]


def _answers(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if not path.startswith("/v1/"):
        responses.pop("422", None)
        return
    codes = ["400", "401", "403", "404", "422", "429", "503"]
    if method != "get":
        codes += ["409", "412", "413", "415", "428"]
    for code in sorted(codes):
        responses[code] = {"$ref": f"#/components/responses/{code}"}
    for code in ("200", "201"):
        if code in responses and method != "get":
            responses[code]["headers"] = {
                "ETag": {"schema": {"type": "string"}},
                "TrueNorth-Position": {"schema": {"type": "integer"}},
                "Idempotency-Key": {"schema": {"type": "string"}},
            }


def text(schema: dict[str, Any]) -> bytes:
    """The file's bytes: sorted, indented, ending with a line feed."""
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def main(arguments: list[str]) -> int:
    from api.app import create_app  # noqa: PLC0415 - the app imports this module
    from api.services import Services  # noqa: PLC0415

    # Describing touches no store, so none is opened.
    nothing: Any = None
    schema = create_app(Services(journal=nothing, views=nothing, directory=nothing)).openapi()
    written = text(schema)
    if "--check" in arguments:
        same = FILE.exists() and FILE.read_bytes() == written
        print("openapi.json equals the app" if same else "openapi.json differs from the app")
        return 0 if same else 1
    FILE.write_bytes(written)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
