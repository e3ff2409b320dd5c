"""Supporters: from other cycles, of key results, links that change, loops, warnings (RULES B3)."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.api.installation import Stack

PER_CENT = {"kind": "percentage"}
YEAR = {"name": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


@dataclass
class Company:
    """A year and a quarter in it, a team and its lead."""

    stack: Stack
    owner: str
    team: str
    year: str
    quarter: str

    def aim(self, cycle: str, *supports: dict[str, Any], reached: float | None = None) -> str:
        """An active objective with one key result; ``reached`` per cent of it."""
        stack = self.stack
        objective = stack.objective(cycle, self.team, self.owner, supports=list(supports))
        key_result = stack.key_result(objective, PER_CENT)
        stack.activate(objective)
        if reached is not None:
            path = f"/v1/objectives/{objective}/key-results/{key_result}/check-ins"
            stack.post(path, {"value": reached, "confidence": 0.5})
        return objective

    def read(self, objective: str, query: str = "") -> dict[str, Any]:
        """As the single one is answered; the list says the same."""
        shown = self.stack.get(f"/v1/objectives/{objective}{query}")
        fresh = {"TrueNorth-Min-Position": str(self.stack.journal.head()), "Prefer": "wait=20"}
        path = f"/v1/objectives?cycle_id={shown['cycle_id']}&limit=500{query.replace('?', '&')}"
        (listed,) = [
            each for each in self.stack.get(path, headers=fresh)["items"] if each["id"] == objective
        ]
        apart = {"position", "key_results", "undo"}
        for name in listed.keys() - apart:
            assert listed[name] == shown[name], name
        for here, there in zip(listed["key_results"], shown["key_results"], strict=True):
            for name in here:
                assert here[name] == there[name], name
        return dict(shown)

    def edit(self, objective: str, status: int = 200, **body: Any) -> dict[str, Any]:
        path, headers = f"/v1/objectives/{objective}", {"If-Match": "*"}
        answer = self.stack.client.patch(path, json={"reason": "asked", **body}, headers=headers)
        assert answer.status_code == status, answer.text
        return dict(answer.json())


@pytest.fixture
def company(stack: Stack) -> Company:
    owner, team = stack.person(), stack.team()
    return Company(stack, owner, team, stack.cycle(**YEAR), stack.cycle())


def to(objective: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "objective", "id": objective, **fields}


def to_key_result(objective: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "key_result", "id": objective["key_results"][0]["id"]}


def names(supporters: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["id"], each["cycle_name"]) for each in supporters]


def test_a_quarters_objective_supports_a_years(company: Company) -> None:
    big = company.aim(company.year, reached=20)
    quarter = company.stack.get(f"/v1/cycles/{company.quarter}")["name"]
    small = company.aim(company.quarter, to(big, weight=3), reached=60)
    shown = company.read(big)
    assert names(shown["supported_by"]) == [(small, quarter)]
    assert shown["progress"] == 0.5
    assert shown["supported_by"][0]["weight_share"] == 75
    assert company.read(small)["warnings"] == []


def test_the_supported_cycle_decides_whether_others_vote(company: Company) -> None:
    policy = {"supporters": "own_cycle"}
    year = company.stack.cycle(**{**YEAR, "name": "On its own", "policy": policy})
    big = company.aim(year, reached=20)
    small = company.aim(company.quarter, to(big), reached=60)
    shown = company.read(big)
    assert [each["id"] for each in shown["supported_by"]] == [small]
    assert shown["supported_by"][0]["weight_share"] is None
    assert shown["progress"] == 0.2


def test_what_supports_a_key_result_is_shown_there_and_votes_nowhere(company: Company) -> None:
    big = company.aim(company.year, reached=20)
    key_result = to_key_result(company.read(big))
    here = company.aim(company.year, key_result, reached=90)
    there = company.aim(company.quarter, key_result, reached=90)
    shown = company.read(big)
    assert shown["progress"] == 0.2
    assert shown["supported_by"] == []
    (measured,) = shown["key_results"]
    assert sorted(each["id"] for each in measured["supported_by"]) == sorted([here, there])
    assert {each["weight_share"] for each in measured["supported_by"]} == {None}
    alone = company.stack.get(f"/v1/objectives/{big}/key-results/{key_result['id']}")
    assert alone["supported_by"] == measured["supported_by"]


def test_scores_and_boards_hear_supporters_from_other_cycles(company: Company) -> None:
    big = company.aim(company.year, reached=20)
    company.aim(company.quarter, to(big), reached=60)
    fresh = {"TrueNorth-Min-Position": str(company.stack.journal.head()), "Prefer": "wait=20"}
    board = company.stack.get(f"/v1/boards/objectives?cycle_id={company.year}", headers=fresh)
    cards = [card for column in board["columns"] for card in column["cards"]]
    assert [card["progress"] for card in cards] == [0.4]
    tree = company.stack.get(f"/v1/scores?cycle_id={company.year}&team_id={company.team}")
    assert [each["progress"] for each in tree["objectives"]] == [0.4]
    assert tree["score"] == 0.4
    trend = company.stack.get(
        f"/v1/scores/trend?cycle_id={company.year}&objective_id={big}"
    )  # fmt: skip
    assert [each["score"] for each in trend["points"] if each["score"]][-1] == 0.4


def test_a_closed_cycle_hears_of_no_other_any_more(company: Company) -> None:
    big = company.aim(company.quarter, reached=20)
    small = company.aim(company.year, to(big), reached=60)
    assert company.read(big)["progress"] == 0.4
    stack = company.stack
    for move in ("start", "close"):
        path = f"/v1/cycles/{company.quarter}/{move}"
        stack.post(path, {"reason": "over"}, headers={"If-Match": "*"})
    stack.post(f"/v1/objectives/{small}/drop", {"reason": "x"}, headers={"If-Match": "*"})
    late = company.aim(company.year, to(big), reached=100)
    shown = company.read(big)
    assert shown["progress"] == 0.4
    assert [each["id"] for each in shown["supported_by"]] == [small]
    assert late not in str(shown)


# --- changing links ------------------------------------------------------------------------------


def test_links_change_and_change_back(company: Company) -> None:
    first, second = company.aim(company.year, reached=20), company.aim(company.year, reached=30)
    small = company.aim(company.quarter, to(first), reached=60)
    answer = company.edit(small, supports=[to(second)])
    assert company.read(first)["supported_by"] == []
    assert company.read(second)["progress"] == 0.45
    undo = answer["undo"]
    assert undo["body"]["supports"] == [to(first, weight=1)]
    company.edit(small, supports=undo["body"]["supports"])
    assert company.read(first)["progress"] == 0.4
    told = company.stack.get(f"/v1/history?about=objective/{small}&limit=200")["items"]
    assert [each["sentence"] for each in told if each["type"] == "okr.objective-aligned"]


def test_an_objective_that_moves_takes_its_supporters_along(company: Company) -> None:
    stack = company.stack
    big = stack.objective(company.quarter, company.team, company.owner)
    small = company.aim(company.quarter, to(big), reached=60)
    company.edit(big, cycle_id=company.year)
    assert [each["id"] for each in company.read(big)["supported_by"]] == [small]


@pytest.mark.parametrize("through_key_result", [False, True])
def test_no_way_up_leads_back(company: Company, through_key_result: bool) -> None:
    big = company.aim(company.year)
    link = to_key_result(company.read(big)) if through_key_result else to(big)
    middle = company.aim(company.quarter, link)
    small = company.aim(company.quarter, to(middle))
    problem = company.edit(big, 422, supports=[to(small)])
    assert problem["code"] == "alignment-loop"
    assert [each["pointer"] for each in problem["errors"]] == ["/supports/0/id"]
    assert company.edit(big, 422, supports=[to(big)])["code"] == "alignment-loop"


def test_what_reaches_beyond_what_it_supports_is_warned_of(company: Company) -> None:
    quarters = company.aim(company.quarter)
    answer = company.stack.post(
        "/v1/objectives",
        {
            "cycle_id": company.year,
            "team_id": company.team,
            "owner_id": company.owner,
            "title": "A long way",
            "ambition": "aspirational",
            "supports": [to(quarters)],
        },
    )
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["pointer"]) == ("outside-interval", "/supports/0")
    assert "2026" in warning["detail"]


def test_why_a_score_changed_hears_supporters_from_other_cycles(company: Company) -> None:
    """Its parts add up to the change that the objective itself shows, after the close as well."""
    stack = company.stack
    big = company.aim(company.quarter, reached=20)
    before = stack.journal.head()
    small = company.aim(company.year, to(big), reached=60)
    for move in ("start", "close"):
        path = f"/v1/cycles/{company.quarter}/{move}"
        stack.post(path, {"reason": "over"}, headers={"If-Match": "*"})
    stack.post(f"/v1/objectives/{small}/drop", {"reason": "x"}, headers={"If-Match": "*"})
    now = stack.journal.head()
    fresh = {"TrueNorth-Min-Position": str(now), "Prefer": "wait=20"}
    path = f"/v1/scores/explain?objective_id={big}&from=@{before}&to=@{now}"
    told = stack.get(path, headers=fresh)
    assert (told["from_score"], told["to_score"]) == (0.2, company.read(big)["progress"])
    assert (told["to_score"], told["change"]) == (0.4, 0.2)
    assert {part["cause"] for part in told["parts"] if part["amount"]} == {"supporter"}
