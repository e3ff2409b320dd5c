"""RULES B11 over HTTP: why a score changed, and what is refused."""

from fractions import Fraction
from typing import Any

import pytest

from tests.api.installation import Company, Stack

ROUTE = "/v1/scores/explain"


def told(stack: Stack, **query: Any) -> Any:
    """The explanation; ``since`` and ``until`` are ``from`` and ``to``."""
    named = {"since": "from", "until": "to"}
    given = {named.get(name, name): value for name, value in query.items()}
    wait = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}
    return stack.get(ROUTE, params=given, headers=wait)


@pytest.fixture
def quarter(stack: Stack) -> tuple[Company, dict[str, int]]:
    """A key result from 20 to 40 that was read, aimed higher by its lead, and read again."""
    company = stack.active({"kind": "increase", "baseline": 20, "target": 40, "unit": "orders"})
    lead = stack.person("Lea")
    stack.put(f"/v1/teams/{company.team}/members/{lead}", {"role": "lead"})
    places = {"begin": stack.journal.head()}
    for name, value in (("first", 30), ("second", 35)):
        stack.clock.pass_by(days=1)
        places[name] = company.check_in(value)["position"]
    stack.clock.pass_by(days=1)
    key_result = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    body = {"target": 50, "reason_code": "scope_decision", "reason": "two more shops"}
    moved = stack.post(f"{key_result}/retarget", body, headers={"TrueNorth-Person": lead})
    places["moved"] = moved["position"]
    stack.clock.pass_by(days=1)
    places["third"] = company.check_in(44)["position"]
    return company, places


def test_every_part_names_its_cause_its_facts_and_its_exact_amount(
    stack: Stack, quarter: tuple[Company, dict[str, int]]
) -> None:
    company, at = quarter
    found = told(stack, objective_id=company.objective, since=f"@{at['first']}")
    assert (found["from_score"], found["to_score"], found["change"]) == (0.5, 0.8, 0.3)
    assert found["exact"] == "3/10"
    parts = {each["cause"]: each for each in found["parts"]}
    assert {cause: each["exact"] for cause, each in parts.items()} == {
        "check_in": "11/20",
        "retarget": "-1/4",
    }
    assert sum(Fraction(each["exact"]) for each in found["parts"]) == Fraction(3, 10)
    assert parts["check_in"]["positions"] == [at["second"], at["third"]]
    assert len(parts["check_in"]["event_ids"]) == 2
    assert parts["retarget"]["key_result_id"] == company.key_result
    assert parts["retarget"]["objective_id"] == company.objective
    assert found["of"]["kind"] == "objective"


def test_one_sentence_says_it(stack: Stack, quarter: tuple[Company, dict[str, int]]) -> None:
    company, at = quarter
    title = stack.get(f"/v1/key-results/{company.key_result}")["title"]
    found = told(stack, key_result_id=company.key_result, since=f"@{at['first']}")
    assert found["sentence"] == (
        f"−25 pp: target of {title} moved 40 → 50 orders, approved by the lead; +55 pp: 2 check-ins"
    )
    assert [each["sentence"] for each in found["parts"]] == [
        f"+55 pp: 2 check-ins of {title}",
        f"−25 pp: target of {title} moved 40 → 50 orders, approved by the lead",
    ]


def test_team_and_company_are_told_by_objective(
    stack: Stack, quarter: tuple[Company, dict[str, int]]
) -> None:
    company, at = quarter
    for scope in ({"team_id": company.team}, {}):
        found = told(stack, cycle_id=company.cycle, since=f"@{at['begin']}", **scope)
        assert {each["objective_id"] for each in found["parts"]} == {company.objective}
        scores = stack.get("/v1/scores", params={"cycle_id": company.cycle, **scope})
        assert found["to_score"] == scores["score"]
        then = {"cycle_id": company.cycle, "as_of": f"@{at['begin']}", **scope}
        assert found["from_score"] == stack.get("/v1/scores", params=then)["score"]


def test_without_moments_it_tells_of_the_cycle_until_now(
    stack: Stack, quarter: tuple[Company, dict[str, int]]
) -> None:
    company, _ = quarter
    found = told(stack, objective_id=company.objective)
    assert found["from_score"] is None, "the cycle began before the objective was entered"
    assert found["change"] is None
    assert found["to_score"] == 0.8
    assert found["to"]["position"] == found["position"] == stack.journal.head()
    assert found["from"]["as_of"] == "2025-12-31T23:00:00Z"


def test_what_did_not_move_has_no_parts(
    stack: Stack, quarter: tuple[Company, dict[str, int]]
) -> None:
    company, at = quarter
    moments = {"since": f"@{at['third']}", "until": f"@{at['third']}"}
    found = told(stack, objective_id=company.objective, **moments)
    assert (found["parts"], found["change"], found["sentence"]) == ([], 0, "Nothing moved it")


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("objective_id={objective}&from=@{third}&to=@{first}", 422, "from"),
        ("objective_id={objective}&key_result_id={key_result}", 422, "objective_id"),
        ("objective_id={objective}&as_of=@{first}", 422, "as_of"),
        ("objective_id={objective}&effective_at=2026-02-10T00:00:00Z", 422, "effective_at"),
        ("objective_id={objective}&from=@99999999", 400, None),
        ("objective_id={objective}&from=yesterday", 400, None),
        ("objective_id={objective}&cycle_id={team}", 422, "cycle_id"),
        ("objective_id={team}", 404, None),
        ("key_result_id={objective}", 404, None),
        ("cycle_id={team}", 404, None),
        ("cycle_id={cycle}&team_id={cycle}", 404, None),
        ("team_id={team}", 422, "cycle_id"),
        ("", 422, "cycle_id"),
        ("objective_id={objective}&to=@{before}", 404, None),
    ],
)
def test_what_cannot_be_explained_is_refused(
    stack: Stack,
    quarter: tuple[Company, dict[str, int]],
    query: str,
    status: int,
    says: str | None,
) -> None:
    company, at = quarter
    ids = {
        "objective": company.objective,
        "key_result": company.key_result,
        "team": company.team,
        "cycle": company.cycle,
    }
    answer = stack.client.get(f"{ROUTE}?{query.format(**ids, **at, before=1)}")
    assert answer.status_code == status, answer.text
    if says is not None:
        assert says in str(answer.json()["errors"])
