"""Check-ins on many key results at once: each on its own, and each as if it came alone."""

from typing import Any

import pytest

from tests.api.installation import Company, Stack

UNKNOWN = "01890000-0000-7000-8000-000000000000"


def send(stack: Stack, items: list[Any], status: int = 200, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = stack.client.post("/v1/check-ins/bulk", json={"items": items}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def read_off(company: Company) -> list[Any]:
    shown = stack_of(company).get(f"/v1/objectives/{company.objective}")
    return [each["value"] for each in shown["key_results"][0]["check_ins"]]


def stack_of(company: Company) -> Stack:
    return company.stack


def test_each_row_of_the_grid_has_its_own_result(stack: Stack) -> None:
    one, other, third = stack.active(), stack.active(), stack.active()
    told = send(
        stack,
        [
            {"key_result_id": one.key_result, "value": 25, "confidence": 0.5, "note": "Sold"},
            {"key_result_id": UNKNOWN, "value": 1},
            {"key_result_id": other.key_result, "value": 25, "confidence": 5},
            {"value": 3},
            "nonsense",
            {"key_result_id": third.key_result, "value": 30, "surprise": 1},
            {"key_result_id": third.key_result, "value": 31},
        ],
    )
    assert [each["status"] for each in told["results"]] == [201, 404, 422, 422, 422, 422, 201]
    named = [each["key_result_id"] for each in told["results"]]
    assert named == [
        one.key_result, UNKNOWN, other.key_result, None, None, third.key_result, third.key_result,
    ]  # fmt: skip
    assert told["results"][0]["body"]["note"] == "Sold"
    assert told["results"][2]["body"]["errors"][0]["pointer"] == "/confidence"
    assert told["position"] == stack.journal.head()
    assert [read_off(each) for each in (one, other, third)] == [[25], [], [31]]


def test_unchanged_repeats_what_was_last_read_off(stack: Stack) -> None:
    company = stack.active()
    measure = {"kind": "milestones", "milestones": [{"title": "A"}, {"title": "B"}]}
    ticked = stack.active(measure)
    [first, _] = stack.get(f"/v1/objectives/{ticked.objective}")["key_results"][0]["measure"][
        "milestones"
    ]
    company.check_in(25)
    ticked.check_in(milestone_ids=[first["id"]])
    stack.clock.pass_by(days=7)
    told = send(
        stack,
        [
            {"key_result_id": company.key_result, "unchanged": True, "confidence": 0.4},
            {"key_result_id": ticked.key_result, "unchanged": True, "note": "Still so"},
        ],
    )
    one, other = (each["body"] for each in told["results"])
    assert (one["value"], one["confidence"]) == (25, 0.4)
    assert (other["milestone_ids"], other["note"]) == ([first["id"]], "Still so")
    assert one["key_result"]["last_check_in_at"].startswith("2026-02-17")


def test_unchanged_needs_something_to_repeat_and_nothing_beside_it(stack: Stack) -> None:
    company = stack.active()
    item = {"key_result_id": company.key_result, "unchanged": True}
    [nothing] = send(stack, [item])["results"]
    assert (nothing["status"], nothing["body"]["errors"][0]["pointer"]) == (422, "/unchanged")
    company.check_in(25)
    [both] = send(stack, [{**item, "value": 26}])["results"]
    assert (both["status"], both["body"]["errors"][0]["pointer"]) == (422, "/unchanged")
    assert read_off(company) == [25]


def test_a_repeated_request_gives_the_first_answers(stack: Stack) -> None:
    company = stack.active()
    company.check_in(25)
    items = [
        {"key_result_id": company.key_result, "unchanged": True},
        {"key_result_id": company.key_result, "value": 26},
    ]
    key = f"grid-{company.key_result}"
    first = send(stack, items, key=key)
    again = send(stack, items, key=key)
    assert again == first
    assert read_off(company) == [25, 25, 26]


def test_in_a_batch_it_sees_what_came_before(stack: Stack) -> None:
    company = stack.active()
    measure = {"kind": "increase", "baseline": 0, "target": 10}
    added = {
        "method": "POST",
        "path": f"/v1/objectives/{company.objective}/key-results",
        "body": {"title": "New", "measure": measure},
    }
    items = [{"key_result_id": "$0.id", "value": 5}]
    bulk = {"method": "POST", "path": "/v1/check-ins/bulk", "body": {"items": items}}
    told = stack.post("/v1/batch", {"commands": [added, bulk], "atomic": True}, 200)
    [result] = told["results"][1]["body"]["results"]
    assert (result["status"], result["body"]["value"]) == (201, 5)
    assert result["body"]["progress"] == 0.5
    assert told["position"] == stack.journal.head()


@pytest.mark.parametrize("items", [[], [{"key_result_id": UNKNOWN, "value": 1}] * 201, {}, None])
def test_no_items_or_too_many_are_no_request(stack: Stack, items: Any) -> None:
    send(stack, items, status=422)
