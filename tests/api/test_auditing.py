"""The auditor's questions over HTTP: who moved the target and why, through a carry-over."""

from typing import Any

import pytest

from tests.api.installation import Stack


def items(stack: Stack, query: str) -> list[dict[str, Any]]:
    return list(stack.get(f"/v1/history?{query}&limit=200")["items"])


def test_who_moved_the_target_of_the_quarter_before_is_one_question(own: Stack) -> None:
    company = own.active()
    company.check_in(34)
    path = f"/v1/objectives/{company.objective}"
    boss = own.person("Tom")
    own.post(
        f"{path}/key-results/{company.key_result}/retarget",
        {"target": 38, "reason_code": "external_change", "reason": "The press arrives next year"},
        headers={"TrueNorth-Person": boss},
    )
    carried = own.post(
        f"{path}/carry-over",
        {
            "into_cycle_id": own.cycle(starts_on="2026-04-01", ends_on="2026-06-30"),
            "key_result_ids": [company.key_result],
            "decision": "keep",
            "why": "not done yet",
        },
    )
    new = carried["carried_into"]
    assert items(own, f"about=objective/{new}&mark=target") == []
    (moved,) = items(own, f"about=objective/{new}&lineage=true&mark=target")
    assert (moved["actor"]["name"], moved["reason"]) == ("Tom", "The press arrives next year")
    assert (moved["mark"], moved["technical"], moved["untold"]) == ("target", False, [])
    assert items(own, "q=press%20arrives") == items(own, "mark=target")
    (key_result,) = own.get(f"/v1/objectives/{new}")["key_results"]
    assert items(own, f"about=key_result/{key_result['id']}&lineage=true&mark=target") == [moved]


@pytest.mark.parametrize("query", ["mark=colour", "technical=maybe", "lineage=1", "q="])
def test_a_question_that_is_none_is_refused(stack: Stack, query: str) -> None:
    assert stack.client.get(f"/v1/history?{query}").status_code == 422
