"""Cycles over HTTP: renamed, described, coordinated by somebody else."""

from typing import Any

from tests.api.installation import Stack


def edited(stack: Stack, cycle: str, body: Any, status: int = 200) -> Any:
    response = stack.client.patch(f"/v1/cycles/{cycle}", json=body, headers={"If-Match": "*"})
    assert response.status_code == status, response.text
    return response.json()


def test_a_cycle_is_renamed_and_its_history_says_from_what(stack: Stack) -> None:
    cycle = stack.cycle(name="Q1 2062")
    answer = edited(stack, cycle, {"name": "Q1 2026", "reason": "a slip of the pen"})
    assert answer["name"] == "Q1 2026"
    assert answer["undo"]["body"] == {"name": "Q1 2062"}
    told = stack.get(f"/v1/history?about={cycle}")["items"][-1]
    assert told["sentence"] == "The administrator renamed the cycle “Q1 2062” to “Q1 2026”"
    assert (told["before"], told["reason"]) == ({"title": "Q1 2062"}, "a slip of the pen")


def test_a_cycle_is_coordinated_by_somebody_else_or_by_nobody(stack: Stack) -> None:
    ann, bo = stack.person("Ann"), stack.person("Bo")
    cycle = stack.cycle(coordinator_id=ann)
    assert edited(stack, cycle, {"coordinator_id": bo})["coordinator_id"] == bo
    told = stack.get(f"/v1/history?about={cycle}")["items"][-1]["sentence"]
    assert "let Bo coordinate" in told
    assert told.endswith("instead of Ann")
    assert edited(stack, cycle, {"coordinator_id": None})["coordinator_id"] is None
    unknown = edited(stack, cycle, {"coordinator_id": cycle}, 404)
    assert unknown["errors"][0]["pointer"] == "/coordinator_id"


def test_a_cycle_has_a_description_and_links(stack: Stack) -> None:
    words = {
        "description": "Why *this* quarter.",
        "links": [{"title": "Plan", "url": "mailto:a@b"}],
    }
    cycle = stack.cycle()
    assert edited(stack, cycle, words)["links"] == words["links"]
    listed = [one for one in stack.get("/v1/cycles?limit=500")["items"] if one["id"] == cycle]
    assert listed[0]["description"] == words["description"]
    edited(stack, cycle, {"name": "  "}, 422)
    edited(stack, cycle, {"starts_on": "2026-01-01"}, 422)


def test_a_pause_has_a_way_back(stack: Stack) -> None:
    cycle = stack.cycle()
    stack.post(f"/v1/cycles/{cycle}/start")
    paused = stack.post(f"/v1/cycles/{cycle}/pause")
    assert paused["undo"]["path"] == f"/v1/cycles/{cycle}/resume"
    assert stack.post(f"/v1/cycles/{cycle}/resume")["undo"]["path"].endswith("/pause")
