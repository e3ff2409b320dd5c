"""Everything that shapes a score has its time, over HTTP (RULES B1, B2)."""

from typing import Any

import pytest

from tests.api.installation import Company, Stack

TEN = {"kind": "increase", "baseline": 0, "target": 10}
JANUARY, FEBRUARY = "2026-01-20T12:00:00Z", "2026-02-02T12:00:00Z"


@pytest.fixture
def company(stack: Stack) -> Company:
    """Half of the way was made in January."""
    company = stack.active(TEN)
    company.check_in(5, effective_at=JANUARY)
    return company


def path(company: Company) -> str:
    return f"/v1/objectives/{company.objective}/key-results/{company.key_result}"


def move(company: Company, verb: str, status: int = 200, **body: Any) -> Any:
    answer = company.stack.client.post(
        f"{path(company)}/{verb}", json={"reason": "agreed", **body}, headers={"If-Match": "*"}
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def aim(company: Company, target: float, status: int = 200, **body: Any) -> Any:
    return move(company, "retarget", status, target=target, reason_code="scope_decision", **body)


def standing(company: Company, at: str | None = None) -> Any:
    query = "" if at is None else f"?effective_at={at}"
    return company.stack.get(f"{path(company)}{query}")


def test_a_new_target_leaves_what_was_true_before_as_it_was(company: Company):
    aim(company, 50)
    now, then = standing(company), standing(company, FEBRUARY)
    assert (now["progress"], now["measure"]["target"]) == (0.1, 50)
    assert (then["progress"], then["measure"]["target"]) == (0.5, 10)


def test_it_counts_from_a_stated_day_and_is_taken_back_from_there(company: Company):
    moved = aim(company, 50, effective_at="2026-02-01T00:00:00Z")
    assert standing(company, FEBRUARY)["progress"] == 0.1
    assert standing(company, "2026-01-31T12:00:00Z")["progress"] == 0.5
    (row,) = [
        row
        for row in company.stack.get(f"/v1/history?about={company.key_result}")["items"]
        if row["type"] == "okr.key-result-retargeted"
    ]
    assert row["effective_at"].startswith("2026-02-01T00:00:00")
    assert ", counting from " in row["sentence"]
    back = moved["undo"]
    company.stack.client.post(back["path"], json=back["body"], headers={"If-Match": "*"})
    assert standing(company, FEBRUARY)["progress"] == 0.5
    assert standing(company)["progress"] == 0.5


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("retarget", {"target": 50, "reason_code": "scope_decision"}),
        ("reweight", {"weight": 3}),
        ("drop", {}),
        ("convert", {"measure": {"kind": "percentage"}}),
    ],
)
@pytest.mark.parametrize("at", ["2025-12-31T12:00:00Z", "2026-12-31T12:00:00Z"])
def test_nothing_counts_before_the_start_nor_from_a_day_to_come(
    company: Company, verb: str, body: Any, at: str
):
    refused = move(company, verb, 422, **body, effective_at=at)
    assert refused["code"] == "invalid-effective-at"
    assert refused["errors"][0]["pointer"] == "/effective_at"


def test_a_dropped_key_result_was_there_until_then(company: Company):
    move(company, "drop", effective_at="2026-02-01T00:00:00Z")
    objective = f"/v1/objectives/{company.objective}"
    assert company.stack.get(objective)["progress"] is None
    before = company.stack.get(f"{objective}?effective_at=2026-01-31T12:00:00Z")
    assert (before["progress"], before["key_results"][0]["dropped_at"]) == (0.5, None)


def test_a_baseline_is_said_be_it_unknown(stack: Stack):
    cycle, team, owner = stack.cycle(), stack.team(), stack.person()
    objective = stack.objective(cycle, team, owner)
    add = f"/v1/objectives/{objective}/key-results"
    nowhere = {"title": "Nowhere", "measure": {"kind": "decrease", "target": 10}}
    refused = stack.post(add, nowhere, 422)
    assert refused["errors"][0]["pointer"] == "/measure/baseline"
    nowhere["measure"]["baseline"] = None
    made = stack.post(add, nowhere, 201)
    assert (made["measure"]["baseline"], made["progress"], made["health"]) == (
        None,
        None,
        "pending",
    )
    stack.activate(objective)
    company = Company(stack, owner, team, cycle, objective, made["id"])
    read = company.check_in(15)
    assert (read["progress"], read["health"], read["key_result"]["value"]) == (None, "pending", 15)
    told = move(
        company, "correct-measure", measure={"kind": "decrease", "baseline": 20, "target": 10}
    )
    assert told["progress"] == 0.5


def test_a_percentage_is_any_number(stack: Stack):
    company = stack.active({"kind": "percentage"})
    assert company.check_in(105)["raw"] == 1.05
    below = company.check_in(-17)
    assert (below["raw"], below["progress"]) == (-0.17, 0)


def test_what_is_reached_after_it_was_due_says_so(company: Company):
    due = {"due_on": "2026-02-05", "reason": "needed for the fair"}
    company.stack.client.patch(path(company), json=due, headers={"If-Match": "*"})
    late = company.check_in(10)
    assert (late["after_due"], late["health"], late["progress"]) == (True, "achieved_late", 1)
    assert "after_due" in late["key_result"]["flags"]
    points = company.stack.get(f"/v1/key-results/{company.key_result}/series")["points"]
    assert [each["after_due"] for each in points] == [False, True]


def test_a_reading_from_before_the_planned_drafting_is_refused(company: Company):
    body = {"value": 5, "confidence": 0.5, "effective_at": "2025-11-20T12:00:00Z"}
    refused = company.stack.post(company.check_ins, body, 422)
    assert refused["code"] == "invalid-effective-at"


def test_rounding_hides_no_miss(stack: Stack):
    company = stack.active({"kind": "increase", "baseline": 0, "target": 1000000})
    assert company.check_in(999999)["raw"] == 0.9999
    assert company.check_in(1)["raw"] == 0.0001


def test_a_trend_and_a_board_know_both_clocks(company: Company):
    aim(company, 50)
    query = f"cycle_id={company.cycle}"
    for effective_at, score in ((FEBRUARY, 0.5), (None, 0.1)):
        at = "" if effective_at is None else f"&effective_at={effective_at}"
        board = company.stack.get(f"/v1/boards/objectives?{query}{at}")
        (card,) = [card for column in board["columns"] for card in column["cards"]]
        trend = company.stack.get(f"/v1/scores/trend?{query}{at}")
        known = [point["score"] for point in trend["points"] if point["score"] is not None]
        scores = company.stack.get(f"/v1/scores?{query}{at}")
        (listed,) = company.stack.get(f"/v1/objectives?{query}{at}")["items"]
        assert card["progress"] == known[-1] == listed["progress"] == score
        assert scores["effective_at"] == trend["effective_at"]
        assert 0.5 in known
