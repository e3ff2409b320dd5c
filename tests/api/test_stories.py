"""Whole stories over HTTP: every move of the contract is made at least once, in its place."""

import json
from typing import Any

import pytest

from tests.api.installation import Company, Stack


def test_catchball_and_its_moves(stack: Stack) -> None:
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    objective = stack.objective(
        cycle,
        team,
        owner,
        lean={"principles": ["waste_reduction"], "wastes": ["waiting"], "metric": "days"},
        priority={"impact": 4, "value": 3, "resources": 2, "risk": 1},
    )
    path = f"/v1/objectives/{objective}"
    stack.key_result(objective)
    assert stack.post(f"{path}/propose")["state"] == "proposed"
    countered = stack.post(f"{path}/counter", {"note": "Aim higher"})
    assert (countered["countered"], "accept" in countered["moves"]) == ("Aim higher", True)
    assert stack.post(f"{path}/propose")["round"] == 2
    assert stack.post(f"{path}/withdraw")["state"] == "draft"
    stack.post(f"{path}/propose")
    assert stack.post(f"{path}/accept")["state"] == "agreed"
    assert stack.post(f"{path}/activate")["state"] == "active"


def test_who_was_countered_may_accept_the_counter_proposal(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    path = f"/v1/objectives/{objective}"
    stack.post(f"{path}/propose")
    stack.post(f"{path}/counter", {"note": "Half of it, and both sites"})
    agreed = stack.post(f"{path}/accept")
    assert (agreed["state"], agreed["countered"]) == ("agreed", None)


def test_titles_are_unique_and_a_team_has_room_for_five(stack: Stack) -> None:
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    body = {"cycle_id": cycle, "team_id": team, "owner_id": owner, "ambition": "committed"}
    for number in range(5):
        stack.post("/v1/objectives", {**body, "title": f"Title {number}"}, 201)
    taken = stack.post("/v1/objectives", {**body, "title": "title 0"}, 409)
    full = stack.post("/v1/objectives", {**body, "title": "One more"}, 409)
    assert taken["code"] in {"title-taken", "too-many-objectives"}
    assert full["code"] == "too-many-objectives"


def test_merging_gives_the_place_free(stack: Stack) -> None:
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    one, two = (stack.objective(cycle, team, owner) for _ in range(2))
    merged = stack.post(f"/v1/objectives/{one}/merge", {"into_id": two, "reason": "the same"})
    assert (merged["state"], merged["merged_into"]) == ("merged", two)


def test_a_key_result_changes_as_agreed(stack: Stack) -> None:
    company = stack.active({"kind": "establish_baseline", "unit": "min"})
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    company.check_in(42)
    measure = {"kind": "decrease", "baseline": 42, "target": 21, "unit": "min"}
    converted = stack.post(f"{path}/convert", {"measure": measure, "reason": "known now"})
    assert converted["measure"]["target"] == 21
    assert "converted" in converted["flags"]
    assert stack.post(f"{path}/reweight", {"weight": 2.5, "reason": "key"})["weight"] == 2.5
    boss = {"TrueNorth-Person": stack.person("Boss")}
    body = {"target": 30, "reason_code": "external_change", "reason": "new law"}
    moved = stack.post(f"{path}/retarget", body, headers=boss)
    assert (moved["measure"]["target"], moved["first_measure"]["target"]) == (30, 21)


def test_grading_closing_and_carrying_over(own: Stack) -> None:
    company = own.active()
    company.check_in(34)
    path = f"/v1/objectives/{company.objective}"
    following = own.cycle(starts_on="2026-04-01", ends_on="2026-06-30")
    body = {
        "key_results": [{"id": company.key_result, "owner_grade": 0.7, "agreed_grade": 0.8}],
    }
    owed = own.post(f"{path}/grade", body, 422)
    assert owed["code"] == "reason-required"
    body["key_results"][0]["reason"] = "harder than planned"
    graded = own.post(f"{path}/grade", body)
    assert (graded["state"], graded["grade"]) == ("graded", 0.8)
    assert graded["key_results"][0]["grade"]["computed"] == 0.7
    carried = own.post(
        f"{path}/carry-over",
        {
            "into_cycle_id": following,
            "key_result_ids": [company.key_result],
            "decision": "keep",
            "why": "not done yet",
        },
    )
    assert carried["state"] == "closed"
    new = own.get(f"/v1/objectives/{carried['carried_into']}")
    assert carried["into"]["id"] == new["id"]
    assert (new["cycle_id"], new["carried_from"]) == (following, company.objective)
    (key_result,) = new["key_results"]
    assert key_result["measure"]["baseline"] == 34
    assert (key_result["progress"], key_result["check_ins"]) == (0, [])


def test_the_moves_of_a_cycle(own: Stack) -> None:
    cycle = own.cycle(starts_on="2026-04-01", ends_on="2026-06-30")
    path = f"/v1/cycles/{cycle}"
    started = own.post(f"{path}/start")
    assert started["state"] == "drafting"
    assert started["phases"][0]["name"] == "draft"
    assert own.post(f"{path}/pause", {"reason": "strike"})["paused"] is True
    own.clock.pass_by(days=3)
    assert own.post(f"{path}/resume", {"reason": "over"})["paused"] is False
    moved = own.post(
        f"{path}/reschedule",
        {"phase": "draft", "ends_at": "2026-03-16T17:00:00+01:00", "reason": "fair week"},
    )
    ends = {each["name"]: each["ends_at"] for each in moved["phases"]}
    assert ends["draft"].startswith("2026-03-16")
    assert own.post(f"{path}/reschedule", {"phase": "draft"}, 422)["code"] == "invalid-request"
    assert own.post(f"{path}/close", {"reason": "cancelled"})["state"] == "closed"
    refused = own.post(f"{path}/pause", {"reason": "x"}, 409)
    assert "reopen" in refused["allowed"]
    assert own.post(f"{path}/reopen", {"reason": "mistake"})["state"] != "closed"


def test_an_obstacle_from_raised_to_resolved_and_back(stack: Stack) -> None:
    company = stack.active()
    about = {"kind": "key_result", "id": company.key_result}
    raised = stack.post(
        "/v1/obstacles",
        {"title": "Tool breaks", "about": about, "severity": "high", "owner_id": company.owner},
        201,
    )
    path = f"/v1/obstacles/{raised['id']}"
    assert stack.post(f"{path}/acknowledge")["state"] == "acknowledged"
    first = stack.post(f"{path}/whys", {"answer": "It is worn", "evidence": "photo"}, 201)
    deeper = stack.post(f"{path}/whys", {"answer": "No plan", "under": first["id"]}, 201)
    assert deeper["obstacle"]["whys"][1]["under"] == first["id"]
    lost = {"answer": "x", "under": "01890000-0000-7000-8000-000000000000"}
    assert 400 <= stack.client.post(f"{path}/whys", json=lost).status_code < 500
    stack.post(f"{path}/causes", {"category": "method", "text": "no maintenance"}, 201)
    chosen = stack.post(f"{path}/root-cause", {"why_id": deeper["id"]})
    assert chosen["root_cause_id"] == deeper["id"]
    done = stack.post(f"{path}/resolve", {"result": "Plan in place", "evidence": "calendar"})
    assert done["state"] == "resolved"
    assert stack.post(f"{path}/resolve", {"result": "x", "evidence": "y"}, 409)["allowed"]
    again = stack.post(f"{path}/reopen", {"reason": "broke again"})
    assert again["state"] != "resolved"


@pytest.fixture
def board(stack: Stack) -> Company:
    company = stack.active()
    columns = [
        {"key": "open", "title": "Open", "stage": "ready"},
        {"key": "doing", "title": "Doing", "stage": "active", "wip_limit": 1},
        {
            "key": "wait",
            "title": "Waiting",
            "stage": "waiting",
            "wip_limit": 1,
            "limit_mode": "soft",
        },
        {"key": "done", "title": "Done", "stage": "done"},
    ]
    stack.post("/v1/boards", {"team_id": company.team, "columns": columns}, 201)
    return company


def card(stack: Stack, company: Company, **given: Any) -> str:
    body = {
        "title": "Card",
        "kind": "kaizen",
        "team_id": company.team,
        "owner_id": company.owner,
        **given,
    }
    return str(stack.post("/v1/actions", body, 201)["id"])


def test_limits_of_a_board(stack: Stack, board: Company) -> None:
    one, two = card(stack, board), card(stack, board)
    assert stack.post(f"/v1/actions/{one}/move", {"column": "doing"})["column"] == "doing"
    refused = stack.post(f"/v1/actions/{two}/move", {"column": "doing"}, 409)
    assert refused["code"] == "wip-limit"
    stack.post(f"/v1/actions/{one}/move", {"column": "wait"})
    soft = stack.post(f"/v1/actions/{two}/move", {"column": "wait"}, 422)
    assert soft["code"] == "reason-required"
    stack.post(f"/v1/actions/{two}/move", {"column": "wait", "reason": "urgent"})
    unknown = stack.post(f"/v1/actions/{one}/move", {"column": "attic"}, 422)
    assert unknown["code"] == "column-unknown"
    fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=20"}
    shown = stack.get(f"/v1/boards/actions?team_id={board.team}", headers=fresh)
    assert {each["key"]: each["count"] for each in shown["columns"]} == {
        "open": 0,
        "doing": 0,
        "wait": 2,
        "done": 0,
    }


def test_cards_keep_the_order_they_are_given(stack: Stack, board: Company) -> None:
    one, two, three = (card(stack, board) for _ in range(3))
    stack.post(f"/v1/actions/{three}/move", {"column": "open", "before_id": one})
    shown = stack.get(f"/v1/boards/{board.team}")
    assert shown["columns"][0]["card_ids"] == [three, one, two]


def test_an_action_is_verified_or_begins_again(stack: Stack, board: Company) -> None:
    path = f"/v1/actions/{card(stack, board, prediction='faster', verify_after_days=14)}"
    verdict = {"result": "no change", "effective": False, "evidence": "chart"}
    early = stack.post(f"{path}/verify", verdict, 409)
    assert early["allowed"]
    for column in ("doing", "done"):
        stack.post(f"{path}/move", {"column": column})
    again = stack.post(f"{path}/verify", verdict)
    assert again["state"] == "reopened"
    stack.post(f"{path}/move", {"column": "done"})
    done = stack.post(f"{path}/verify", {**verdict, "effective": True})
    assert (done["state"], done["effective"]) == ("verified", True)
    assert stack.post(f"{path}/reopen", {"reason": "came back"})["state"] == "reopened"


def test_the_coverage_of_a_lean_team(own: Stack) -> None:
    lean, other = own.team(kind="lean"), own.team()
    ann, bo = own.person("Ann"), own.person("Bo")
    ann_is = {"role": "lead", "department": "Sales", "level": "manager"}
    own.put(f"/v1/teams/{lean}/members/{ann}", ann_is)
    own.put(f"/v1/teams/{other}/members/{bo}", {**ann_is, "department": "Plant", "level": "staff"})
    found = own.get(f"/v1/teams/{lean}/coverage")
    assert found["departments"] == {"represented": ["Sales"], "missing": ["Plant"]}
    assert found["levels"] == {"represented": ["manager"], "missing": ["staff"]}
    left = own.client.delete(f"/v1/teams/{lean}/members/{ann}")
    assert left.status_code == 200
    assert left.json()["members"] == []


def test_history_tells_who_did_what_and_why(stack: Stack) -> None:
    company = stack.active()
    ann = stack.person("Ann")
    by_ann = {"TrueNorth-Person": ann}
    body = {"value": 25, "confidence": 0.5, "note": "on it"}
    stack.client.post(company.check_ins, json=body, headers=by_ann)
    stack.post(f"/v1/objectives/{company.objective}/drop", {"reason": "sold"}, headers=by_ann)
    items = stack.get(f"/v1/history?about={company.objective}")["items"]
    positions = [each["position"] for each in items]
    assert positions == sorted(positions), "newest last"
    told = {each["type"]: each for each in items}
    checked, dropped = told["okr.check-in-recorded"], told["okr.objective-dropped"]
    assert checked["actor"]["id"] == dropped["actor"]["id"] == ann
    assert checked["after"]["value"] == 25
    assert dropped["reason"] == "sold"
    assert "Ann" in dropped["sentence"]
    mine = stack.get(f"/v1/history?actor={ann}&type=okr")["items"]
    assert {each["type"].partition(".")[0] for each in mine} == {"okr"}
    assert {each["actor"]["id"] for each in mine} == {ann}


def test_pages_of_history_follow_each_other_in_either_order(stack: Stack) -> None:
    company = stack.active()
    whole = stack.get(f"/v1/history?about={company.objective}&limit=200")["items"]
    for order, expected in (("oldest_first", whole), ("newest_first", whole[::-1])):
        query = {"about": company.objective, "limit": 2, "order": order}
        items, cursor = [], None
        while not items or cursor:
            page = stack.get(
                "/v1/history", params={**query, **({"cursor": cursor} if cursor else {})}
            )
            items, cursor = items + page["items"], page["next_cursor"]
        assert items == expected


def test_events_are_cloud_events_and_come_as_lines_too(stack: Stack) -> None:
    stack.team()
    page = stack.get("/v1/events?limit=1")
    assert page["next_after"] == page["items"][0]["position"] == 1
    lines = stack.client.get("/v1/events", headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert len(lines.text.splitlines()) == stack.journal.head()
    some = stack.client.get(
        "/v1/events?after=1&limit=2", headers={"Accept": "application/x-ndjson"}
    )
    told = [json.loads(line) for line in some.text.splitlines()]
    assert [each["position"] for each in told] == [2, 3]
    for event in told:  # CloudEvents 1.0: lower-case names, no nested values but data
        attributes = {name: value for name, value in event.items() if name != "data"}
        assert all(name.isalnum() and name == name.lower() for name in attributes)
        assert all(isinstance(value, str | int) for value in attributes.values())


def test_the_difference_of_two_moments(stack: Stack) -> None:
    company = stack.active()
    company.check_in(25)
    before = stack.journal.head()
    company.check_in(35)
    new = stack.objective(company.cycle, company.team, company.owner)
    query = f"cycle_id={company.cycle}&from=@{before}"
    board = stack.get(f"/v1/diff?view=board&{query}")
    assert [each["id"] for each in board["added"]] == [new]
    scores = stack.get(f"/v1/diff?view=scores&{query}&to=@{stack.journal.head()}")
    assert scores["score"]["from"] == 0.25
    assert scores["score"]["to"] == 0.75


def test_the_rail_of_a_cycle_and_its_neighbours(stack: Stack) -> None:
    company = stack.active()
    stack.post(f"/v1/cycles/{company.cycle}/start")
    rail = stack.get(f"/v1/timeline?cycle_id={company.cycle}")
    assert rail["phases"]
    assert sum(each["count"] for each in rail["buckets"]) > 0
    head = stack.journal.head()
    there = stack.get(f"/v1/moments/neighbours?cycle_id={company.cycle}&as_of=@{head - 1}")
    assert there["next"] == head
    assert there["previous"] < head - 1


def test_what_a_person_owes(own: Stack) -> None:
    company = own.active()
    own.post(f"/v1/cycles/{company.cycle}/start")
    mine = own.get("/v1/me/obligations", headers={"TrueNorth-Person": company.owner})
    everybodys = own.get(f"/v1/obligations?cycle_id={company.cycle}")
    assert {each["person_id"] for each in mine["items"]} <= {company.owner}
    assert len(everybodys["items"]) >= len(mine["items"])


def test_an_action_keeps_the_hours_of_the_organisation(own: Stack) -> None:
    owner, team = own.person(), own.team()
    body = {"title": "A", "kind": "kaizen", "team_id": team, "owner_id": owner}

    def zone() -> str:
        own.get("/v1/cycles", headers={"TrueNorth-Min-Position": str(own.journal.head()),
                                       "Prefer": "wait=10"})  # fmt: skip
        action = own.post("/v1/actions", body)
        return str(own.journal.state(f"action/{action['id']}")[0].timezone)

    assert zone() == "UTC"
    own.cycle(starts_on="2026-04-01", ends_on="2026-06-30", timezone="Asia/Tokyo")
    assert zone() == "Asia/Tokyo"
    own.cycle(timezone="Europe/Berlin")
    assert zone() == "Europe/Berlin"
