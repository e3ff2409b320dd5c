"""The examples of the documentation are true: sent in their order, each does what it shows."""

import re
import shlex
from html import unescape
from typing import Any

import orjson
from pydantic import TypeAdapter

from api.app import INTERFACE
from api.core.body import StrictRoute
from api.core.strict_json import read
from api.openapi import FILE
from api.system.examples import MADE, STORY, Step, filled, shown
from tests.api.installation import Stack

DESCRIBED = orjson.loads(FILE.read_bytes())
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
}


def address(step: Step, path: str, made: dict[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        parameter = found[1]
        name = step.on.get(parameter, parameter.removesuffix("_id"))
        return name[1:] if name.startswith("=") else made[name]

    return re.sub(r"\{([a-z_]+)\}", one, path)


def test_the_story_of_the_examples_can_be_sent(own: Stack) -> None:
    made: dict[str, str] = {}
    for step in STORY:
        method, path, _ = OPERATIONS[step.operation]
        body = {} if step.body is None else {"json": filled(step.body, made.__getitem__)}
        signed = {} if step.by is None else {"TrueNorth-Person": made[step.by]}
        answer = own.client.request(
            method, address(step, path, made), headers={"If-Match": "*", **signed}, **body
        )
        assert answer.status_code < 300, f"{step.operation}: {answer.text}"
        for result in answer.json().get("results", ()):
            assert result["status"] < 300, f"{step.operation}: {result}"
        if step.made:
            made[step.made] = answer.json()["id"]
    assert made.keys() == set(MADE)


def test_every_write_is_told_by_an_example() -> None:
    writes = {name for name, (method, _, _) in OPERATIONS.items() if method != "GET"}
    assert writes - {step.operation for step in STORY} == set()
    with_body = {name for name in writes if "requestBody" in OPERATIONS[name][2]}
    assert with_body == shown().keys()


def test_each_example_is_valid_against_its_schema() -> None:
    bodies: dict[str, Any] = {
        route.operation_id: route.body_field.field_info.annotation
        for route in INTERFACE.routes
        if isinstance(route, StrictRoute) and route.operation_id and route.body_field
    }
    for operation, body in shown().items():
        _, _, described = OPERATIONS[operation]
        assert described["requestBody"]["content"]["application/json"]["example"] == body
        TypeAdapter(bodies[operation]).validate_python(read(orjson.dumps(body)))


def test_the_page_shows_them_as_one_types_them(stack: Stack) -> None:
    page = stack.client.get("/docs").text
    typed = [unescape(each) for each in re.findall(r"<pre>(curl .*?)</pre>", page, re.DOTALL)]
    assert len(typed) == len(shown())
    for each in typed:
        words = shlex.split(each.replace("\\\n", " "))
        assert words[:2] == ["curl", "-X"]
        assert orjson.loads(words[-1]) in shown().values()
