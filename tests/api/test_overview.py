"""The overview: what a leader has to know, in one request, now and as it was."""

from typing import Any

import pytest

from tests.api.installation import Company, Stack


def overview(stack: Stack, **given: Any) -> Any:
    fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}
    return stack.get("/v1/overview", params=given, headers=fresh)


@pytest.fixture
def company(own: Stack) -> Company:
    return own.active()


def test_an_empty_company_has_an_overview(own: Stack):
    found = overview(own)
    assert (found["cycle_id"], found["score"], found["health"]) == (None, None, "pending")
    assert found["overdue"] == found["blocked"] == {"count": 0, "items": []}


def test_it_says_what_the_scores_say(own: Stack, company: Company):
    company.check_in(28)
    found, scores = overview(own), own.get(f"/v1/scores?cycle_id={company.cycle}")
    assert found["cycle_id"] == company.cycle
    for name in ("score", "expected", "health", "health_reason"):
        assert found[name] == scores[name]
    assert found["objectives"] == 1
    assert found["distribution"] == [{"health": scores["health"], "count": 1}]


def test_the_worst_comes_with_its_reason(own: Stack, company: Company):
    company.check_in(20)
    (worst,) = overview(own)["worst"]
    card = own.get(f"/v1/objectives/{company.objective}")
    assert worst["kind"] == "objective"
    assert worst["id"] == worst["objective_id"] == company.objective
    for name in ("title", "team_id", "owner_id", "progress", "expected", "health", "health_reason"):
        assert worst[name] == card[name]
    company.check_in(40)
    assert overview(own)["worst"] == []


def test_movers_are_told_against_a_week_before(own: Stack, company: Company):
    company.check_in(24)
    own.clock.pass_by(days=8)
    assert overview(own)["movers"] == []
    company.check_in(32)
    (mover,) = overview(own)["movers"]
    assert mover["objective_id"] == company.objective
    assert (mover["from"], mover["to"], mover["change"]) == (0.2, 0.6, 0.4)


def test_what_an_open_obstacle_is_about_is_blocked(own: Stack, company: Company):
    about = {"kind": "key_result", "id": company.key_result}
    body = {"title": "No spare part", "about": about, "severity": "high"}
    obstacle = own.post("/v1/obstacles", body)
    blocked = overview(own)["blocked"]
    (item,) = blocked["items"]
    assert blocked["count"] == 1
    assert (item["kind"], item["id"]) == ("key_result", company.key_result)
    assert (item["reason"], item["owner_id"]) == ("No spare part", company.owner)
    then = f"@{obstacle['position'] - 1}"
    assert overview(own, as_of=then)["blocked"]["count"] == 0


def test_an_action_that_is_held_up_says_why(own: Stack, company: Company):
    action = {"title": "Bend", "kind": "kaizen", "team_id": company.team, "owner_id": company.owner}
    held = own.post("/v1/actions", action)
    own.post(f"/v1/actions/{held['id']}/block", {"reason": "No sheet metal"})
    (item,) = overview(own)["blocked"]["items"]
    assert (item["kind"], item["id"], item["title"]) == ("action", held["id"], "Bend")
    assert item["reason"] == "No sheet metal"
    own.post(f"/v1/actions/{held['id']}/unblock")
    assert overview(own)["blocked"]["count"] == 0


def test_what_is_owed_too_long_is_overdue_first(own: Stack, company: Company):
    action = {"title": "Late", "kind": "kaizen", "team_id": company.team, "owner_id": company.owner}
    own.post("/v1/actions", {**action, "due_on": "2026-02-11"})
    assert overview(own)["overdue"]["count"] == 0
    own.clock.pass_by(days=3)
    late = overview(own)["overdue"]
    assert late["count"] == 1
    assert (late["items"][0]["title"], late["items"][0]["overdue"]) == ("Late", True)


def test_a_team_sees_itself_and_those_below(own: Stack):
    above = own.team("Plant")
    below, other = own.team("Press", parent_id=above), own.team("Dock")
    cycle, owner = own.cycle(), own.person()
    for team in (below, other):
        own.activate(_with_key_result(own, own.objective(cycle, team, owner)))
    assert overview(own)["objectives"] == 2
    assert overview(own, team_id=above)["objectives"] == 1
    assert overview(own, team_id=other)["objectives"] == 1


def _with_key_result(stack: Stack, objective: str) -> str:
    stack.key_result(objective)
    return objective


def test_weeks_with_every_check_in_make_a_streak(own: Stack, company: Company):
    assert overview(own)["streaks"] == []
    for _ in range(3):
        company.check_in(25)
        own.clock.pass_by(days=7)
    assert overview(own)["streaks"] == [{"team_id": company.team, "weeks": 3}]
    own.clock.pass_by(days=7)  # one was left out
    assert overview(own)["streaks"] == []


def test_it_is_kept_until_something_happens(own: Stack, company: Company):
    first = own.client.get("/v1/overview")
    etag = {"If-None-Match": first.headers["etag"]}
    assert own.client.get("/v1/overview", headers=etag).status_code == 304
    company.check_in(30)
    overview(own)
    assert own.client.get("/v1/overview", headers=etag).status_code == 200


def test_nobody_elses_cycle_or_team(own: Stack):
    nobody = "01890000-0000-7000-8000-000000000000"
    assert own.get(f"/v1/overview?cycle_id={nobody}", 404)["code"] == "not-found"
    assert own.get(f"/v1/overview?team_id={nobody}", 404)["code"] == "not-found"
