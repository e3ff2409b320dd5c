"""Queries are read strictly: a slip in a parameter is refused, not answered with something else."""

import pytest

from tests.api.installation import Stack

NOWHERE = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("path", "parameter", "takes"),
    [
        ("/v1/scores?cycle_id={cycle}&asof=@3", "asof", "as_of, cycle_id, effective_at"),
        ("/v1/objectives/{objective}?as-of=@3", None, "as_of"),
        ("/v1/boards/objectives?cycle_id={cycle}&team={team}", "team", "team_id"),
        ("/v1/teams?effective=2026-01-01", "effective", "as_of, cursor, effective_at, limit"),
        ("/v1/events?position=3", "position", "after"),
        ("/v1/me?as_of=@3", "as_of", "none"),
        (f"/v1/objectives/{NOWHERE}?Limit=", "Limit", "as_of"),
    ],
)
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named(
    stack: Stack, path: str, parameter: str | None, takes: str
) -> None:
    company = stack.active()
    asked = path.format(cycle=company.cycle, objective=company.objective, team=company.team)
    problem = stack.get(asked, 422)
    assert problem["code"] == "invalid-request"
    (error,) = problem["errors"]
    assert error.get("parameter") == parameter
    assert takes in error["detail"]


def test_a_repeated_parameter_is_refused(stack: Stack) -> None:
    problem = stack.get("/v1/teams?as_of=@1&limit=3&as_of=@2", 422)
    assert [each["parameter"] for each in problem["errors"]] == ["as_of"]


@pytest.mark.parametrize("given", ["effective_at=2026-01-01T00:00:00Z", "dry_run=1", "limit=1"])
def test_a_write_takes_no_parameters(stack: Stack, given: str) -> None:
    head = stack.journal.head()
    problem = stack.post(f"/v1/teams?{given}", {"name": "Ops", "kind": "team"}, 422)
    assert problem["code"] == "invalid-request"
    assert stack.journal.head() == head


def test_a_hostile_parameter_is_not_repeated(stack: Stack) -> None:
    response = stack.client.get("/v1/teams", params={"<script>steal()</script>": "1"})
    assert response.status_code == 422
    assert "steal" not in response.text


def test_history_takes_the_names_of_streams(stack: Stack) -> None:
    company = stack.active()
    stack.get("/v1/teams", headers={"TrueNorth-Min-Position": str(stack.journal.head())})
    for kind, thing in (
        ("objective", company.objective),
        ("key_result", company.key_result),
        ("team", company.team),
        ("cycle", company.cycle),
        ("person", company.owner),
    ):
        named = stack.get(f"/v1/history?about={kind}/{thing}")
        assert named["items"]
        assert named["items"] == stack.get(f"/v1/history?about={thing}")["items"]
    streams = {each["subject"] for each in stack.get("/v1/events?limit=500")["items"]}
    for stream in streams:
        assert stack.get(f"/v1/history?about={stream}")["items"], stream


def test_history_of_what_there_is_not(stack: Stack) -> None:
    company = stack.active()
    for kind in ("objective", "key_result", "team"):
        assert stack.get(f"/v1/history?about={kind}/{NOWHERE}", 404)["code"] == "not-found"
    stack.get(f"/v1/history?about=team/{company.objective}", 404)
    stack.get(f"/v1/history?about=zebra/{company.objective}", 422)
    stack.get(f"/v1/history?about={company.objective}/objective", 422)


def test_a_position_may_be_awaited_by_parameter(stack: Stack) -> None:
    stack.team()
    assert stack.get(f"/v1/teams?min_position={stack.journal.head()}")["items"]
    assert stack.get("/v1/teams?min_position=", 400)["code"] == "unreadable-position"


def test_outside_v1_a_parameter_is_nobodys_business(stack: Stack) -> None:
    for path in ("/healthz/live?probe=1", "/openapi.json?now=1", "/metrics?x=1"):
        assert stack.client.get(path).status_code == 200
