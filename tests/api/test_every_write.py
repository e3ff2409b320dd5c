"""Every route that writes can be a part of a batch, tried without writing anything."""

from typing import Any

import pytest

from tests.api.every_write import DESCRIBED, WRITES, Everything, Write, everything
from tests.api.installation import Stack

ALONE = [each for each in WRITES if each.operation != "batch"]


@pytest.fixture(scope="module")
def company(stack: Stack) -> Everything:
    made = everything(stack)
    assert stack.views.wait_for(stack.journal.head(), 10)
    return made


def command(company: Everything, write: Write) -> dict[str, Any]:
    body = company.example(write.operation)
    sent = {
        "method": write.method,
        "path": company.address(write.path, write.operation),
        "if_match": "*",
    }
    return sent if body is None else {**sent, "body": body}


@pytest.mark.parametrize("write", ALONE, ids=str)
def test_it_is_answered_as_a_part_of_a_batch(
    stack: Stack, company: Everything, write: Write
) -> None:
    head = stack.journal.head()
    body = {"atomic": False, "dry_run": True, "commands": [command(company, write)]}
    (result,) = stack.post("/v1/batch", body, 200, headers=company.signed)["results"]
    # Found, understood, and done unless the thing stands where it cannot be done.
    assert result["status"] in {200, 201, 409}, result
    assert stack.journal.head() == head


def test_without_a_person_one_s_own_is_empty_and_takes_nothing(
    stack: Stack, company: Everything
) -> None:
    own = [
        path
        for path, each in DESCRIBED["paths"].items()
        if path.startswith("/v1/me/") and "get" in each
    ]
    assert len(own) >= 6
    for path in own:
        answer = stack.get(path)
        assert not answer.get("items"), path
    for write in ALONE:
        if write.path.startswith("/v1/me/"):
            answer = stack.client.request(
                write.method,
                company.address(write.path, write.operation),
                json=company.example(write.operation),
                headers={"If-Match": "*"},
            )
            assert (answer.status_code, answer.json()["code"]) == (409, "person-needed"), write


def test_all_of_them_are_answered_in_one_batch(stack: Stack, company: Everything) -> None:
    commands = [command(company, each) for each in ALONE]
    body = {"atomic": False, "dry_run": True, "commands": commands}
    results = stack.post("/v1/batch", body, 200, headers=company.signed)["results"]
    assert len(results) == len(ALONE)
    faults = [
        (str(one), told) for one, told in zip(ALONE, results, strict=True) if told["status"] >= 500
    ]
    assert faults == []


@pytest.mark.parametrize("write", ALONE, ids=str)
def test_whoever_writes_may_say_why(write: Write) -> None:
    operation = DESCRIBED["paths"][write.path][write.method.lower()]
    if "requestBody" not in operation or write.operation == "check_in_many":
        return  # the items of many check-ins say it each
    shape = operation["requestBody"]["content"]["application/json"]["schema"]
    names = [each["$ref"] for each in (shape, *shape.get("anyOf", ())) if "$ref" in each]
    (body,) = (DESCRIBED["components"]["schemas"][name.rpartition("/")[2]] for name in names)
    assert "reason" in body["properties"]
