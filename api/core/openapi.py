"""The application's description of itself, completed: problems, keys, positions, kinds of things.

Which kinds a request may name is known to the things only, so the schemas of fields and parameters
carry a mark, and what it stands for is written here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.core.fields import UUID
from domain.thing import Things

_MARK: Final = "x-of-things"
ABOUT: Final[dict[str, Any]] = {_MARK: "about"}
"""In a schema: the kinds that obstacles and actions may be about."""
DISCUSSED: Final[dict[str, Any]] = {_MARK: "discussed"}
"""In a schema: the kinds that people comment on and follow."""
NAMED: Final[dict[str, Any]] = {_MARK: "named"}
"""In a schema: the id of a thing, perhaps with its kind before it."""

_SHAPES: Final = "#/components/schemas/"
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


def named(things: Things) -> str:
    """A pattern: the id of a thing, also as ``<kind>/<id>``, or the name of one that is alone."""
    alone = "".join(f"|{one.kind}/{one.only}" for one in things if one.only)
    return rf"^((({'|'.join(things.names)})/)?{UUID}{alone})$"


_STANDS_FOR: Final[Mapping[str, Callable[[Things], dict[str, Any]]]] = {
    "about": lambda things: {"enum": list(things.about)},
    "discussed": lambda things: {"enum": list(things.discussed)},
    "named": lambda things: {"pattern": named(things)},
}


def describe(app: FastAPI, things: Things, examples: Mapping[str, Any]) -> None:
    """Let the app describe itself completely, with an example of a body by operation."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                servers=app.servers,
                license_info=app.license_info,
                routes=app.routes,
            )
            _fill(schema, things)
            app.openapi_schema = _named_once(_complete(schema, examples))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _fill(schema: Any, things: Things) -> None:
    """Write what the marks stand for, wherever they are."""
    if isinstance(schema, dict):
        mark = schema.pop(_MARK, None)
        if mark is not None:
            schema.pop("maxLength", None)
            schema.update(_STANDS_FOR[mark](things))
        for each in schema.values():
            _fill(each, things)
    elif isinstance(schema, list):
        for each in schema:
            _fill(each, things)


def _complete(schema: dict[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
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
            _body(operation, examples.get(operation["operationId"]))
            _answers(path, method, operation)
            if method == "patch":
                _left_out(operation, schemas)
    return schema


def _named_once(schema: dict[str, Any]) -> dict[str, Any]:
    """Each shape under one plain name, which is its title, too: programs make classes of them.

    Where a request and an answer have one name, the answer keeps it.
    """
    names = {name: plain_name(name) for name in schema["components"]["schemas"]}
    _once("shapes", names.values())
    _once(
        "operations",
        (each["operationId"] for path in schema["paths"].values() for each in path.values()),
    )

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: f"{_SHAPES}{names[each.removeprefix(_SHAPES)]}"
                if key == "$ref" and each.startswith(_SHAPES)
                else renamed(each)
                for key, each in value.items()
            }
        return [renamed(each) for each in value] if isinstance(value, list) else value

    whole: dict[str, Any] = renamed(schema)
    whole["components"]["schemas"] = {
        names[name]: {**shape, "title": names[name]}
        for name, shape in whole["components"]["schemas"].items()
    }
    return whole


def plain_name(name: str) -> str:
    """The name of a shape: ``Page_Person_`` is a PersonPage, ``Cause-Input`` a CauseRequest."""
    if name.startswith("Page_"):
        name = f"{name.removeprefix('Page_').removesuffix('_')}Page"
    return name.removesuffix("-Output").replace("-Input", "Request")


def _once(what: str, names: Iterable[str]) -> None:
    """Raises ValueError for names that are not unique."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"two {what} have one name, call one of them otherwise: {twice}")


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


def _body(operation: dict[str, Any], example: Any) -> None:
    """A body that may be left out is left out: nobody needs to send ``null`` for it."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        choices = content["schema"].get("anyOf", ())
        some = [each for each in choices if each.get("type") != "null"]
        if len(some) == 1 and len(choices) == 2:
            content["schema"] = some[0]
        if example is not None:
            content["example"] = example


def _left_out(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Fields of an edit have no default: what is left out stays, so no program may fill it in."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        edit = schemas.get(content["schema"].get("$ref", "").removeprefix(_SHAPES), {})
        for field in edit.get("properties", {}).values():
            field.pop("default", None)


def _answers(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if not path.startswith("/v1/"):
        responses.pop("422", None)
        for code in ("400", "403", "503"):
            responses[code] = {"$ref": f"#/components/responses/{code}"}
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
                "TrueNorth-Facts": {"schema": {"type": "integer"}},
                "Idempotency-Key": {"schema": {"type": "string"}},
            }
