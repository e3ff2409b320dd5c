"""What a request names by an id must exist, as what it says it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api.installation import Company, Stack

NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def company(stack: Stack) -> Company:
    return stack.active()


@contextmanager
def nothing_written(stack: Stack) -> Iterator[None]:
    before = stack.journal.head()
    yield
    assert stack.journal.head() == before


def obstacle(about: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/obstacles", {"title": "No data", "about": about, "severity": "low"}


def action(company: Company, about: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/actions", {
        "title": "Get data",
        "kind": "kaizen",
        "team_id": company.team,
        "owner_id": company.owner,
        "about": about,
    }


def objective(company: Company, *supports: Any) -> tuple[str, dict[str, Any]]:
    return "/v1/objectives", {
        "cycle_id": company.cycle,
        "team_id": company.team,
        "owner_id": company.owner,
        "title": f"Objective {next(company.stack.numbers)}",
        "ambition": "aspirational",
        "supports": list(supports),
    }


def things(company: Company) -> list[dict[str, str]]:
    """One thing of every kind that others may be about."""
    stack = company.stack
    key_result = {"kind": "key_result", "id": company.key_result}
    return [
        {"kind": "objective", "id": company.objective},
        key_result,
        {"kind": "team", "id": company.team},
        {"kind": "cycle", "id": company.cycle},
        {"kind": "obstacle", "id": stack.post(*obstacle(key_result))["id"]},
        {"kind": "action", "id": stack.post(*action(company, None))["id"]},
    ]


def test_obstacles_and_actions_are_about_what_there_is(company: Company) -> None:
    for thing in things(company):
        for made in (obstacle(thing), action(company, thing)):
            assert company.stack.post(*made, 201)["about"] == thing


def test_they_are_not_about_what_there_is_not(company: Company) -> None:
    stack, known = company.stack, things(company)
    with nothing_written(stack):
        for about in [{**each, "id": NOBODY} for each in known] + [
            {"kind": "objective", "id": company.key_result},
            {"kind": "key_result", "id": company.objective},
        ]:
            for made in (obstacle(about), action(company, about)):
                problem = stack.post(*made, 404)
                assert problem["code"] == "not-found"
                assert [each["pointer"] for each in problem["errors"]] == ["/about"]


def test_they_are_not_about_a_deleted_draft(company: Company) -> None:
    stack = company.stack
    draft = stack.objective(company.cycle, company.team, company.owner)
    about = [
        {"kind": "objective", "id": draft},
        {"kind": "key_result", "id": stack.key_result(draft)},
    ]
    deleted = stack.client.delete(f"/v1/objectives/{draft}", headers={"If-Match": "*"})
    assert deleted.status_code == 200
    signed = {"TrueNorth-Person": company.owner}
    with nothing_written(stack):
        for thing in about:
            for made in (obstacle(thing), action(company, thing)):
                assert stack.post(*made, 404)["errors"][0]["pointer"] == "/about"
            comment = {"about": thing, "text": "Who remembers?"}
            assert stack.post("/v1/comments", comment, 404, headers=signed)["code"] == "not-found"
        stack.post(*objective(company, about[0]), 404)
    stack.post(f"/v1/objectives/{draft}/reinstate")
    for thing in about:
        stack.post(*obstacle(thing), 201)


def test_a_kind_that_is_none_is_refused(company: Company) -> None:
    about = {"kind": "zebra", "id": company.objective}
    for made in (obstacle(about), action(company, about)):
        problem = company.stack.post(*made, 422)
        assert [each["pointer"] for each in problem["errors"]] == ["/about/kind"]


def test_an_objective_supports_what_there_is(company: Company) -> None:
    objective_above = {"kind": "objective", "id": company.objective}
    key_result_above = {"kind": "key_result", "id": company.key_result}
    made = company.stack.post(*objective(company, objective_above, key_result_above), 201)
    assert [each["id"] for each in made["supports"]] == [company.objective, company.key_result]


def test_it_does_not_support_what_there_is_not(company: Company) -> None:
    above = {"kind": "objective", "id": company.objective}
    with nothing_written(company.stack):
        for wrong in (
            {"kind": "objective", "id": NOBODY},
            {"kind": "key_result", "id": NOBODY},
            {"kind": "objective", "id": company.key_result},
            {"kind": "key_result", "id": company.objective},
        ):
            problem = company.stack.post(*objective(company, above, wrong), 404)
            assert problem["code"] == "not-found"
            assert [each["pointer"] for each in problem["errors"]] == ["/supports/1"]


def test_somebody_unknown_owns_nothing(company: Company) -> None:
    stack = company.stack
    path, body = obstacle({"kind": "objective", "id": company.objective})
    key_result = {"title": "Late", "measure": {"kind": "binary"}}
    cycle = {
        "name": "Q9",
        "starts_on": "2026-01-01",
        "ends_on": "2026-03-31",
        "timezone": "Europe/Berlin",
    }
    with nothing_written(stack):
        for address, given, whose in (
            (path, body, "owner_id"),
            (f"/v1/objectives/{company.objective}/key-results", key_result, "owner_id"),
            ("/v1/cycles", cycle, "coordinator_id"),
        ):
            problem = stack.post(address, {**given, whose: NOBODY}, 404)
            assert [each["pointer"] for each in problem["errors"]] == [f"/{whose}"]


def test_a_key_result_may_be_named_as_soon_as_it_is_there(company: Company) -> None:
    for _ in range(10):
        about = {"kind": "key_result", "id": company.stack.key_result(company.objective)}
        company.stack.post(*obstacle(about), 201)
