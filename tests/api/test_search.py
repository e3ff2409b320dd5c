"""Search over HTTP: people, things and boards by name, whatever is typed."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.installation import Company, Stack


@pytest.fixture(scope="module")
def company(stack: Stack) -> Company:
    made = stack.active()
    stack.key_result(made.objective, title="Changeover of press 4")
    action = {"title": "Put up the shadow board", "kind": "kaizen"}
    stack.post("/v1/actions", {**action, "team_id": made.team, "owner_id": made.owner})
    return made


def search(stack: Stack, q: str, status: int = 200, **given: Any) -> Any:
    fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}
    return stack.get("/v1/search", status, params={"q": q, **given}, headers=fresh)


def first(stack: Stack, q: str, **given: Any) -> tuple[str, str]:
    item = search(stack, q, **given)["items"][0]
    return item["kind"], item["title"]


def test_a_slip_is_forgiven_and_what_is_found_says_where_it_is(stack: Stack, company: Company):
    (item,) = search(stack, "chagneover")["items"]
    assert (item["kind"], item["title"]) == ("key_result", "Changeover of press 4")
    assert item["parent"] == {"kind": "objective", "id": company.objective}
    assert (item["team_id"], item["owner_id"]) == (company.team, company.owner)
    assert item["cycle_id"] == company.cycle
    assert item["where"].startswith("Objective ")
    assert first(stack, "shadw") == ("action", "Put up the shadow board")


def test_a_new_name_is_found_at_once_and_the_old_one_in_its_past(stack: Stack, company: Company):
    path = f"/v1/objectives/{company.objective}"
    before = stack.get(path)
    body = {"title": "Grind finer", "reason": "Said better"}
    answer = stack.client.patch(path, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    assert first(stack, "grind finer") == ("objective", "Grind finer")
    then = f"@{before['position']}"
    assert search(stack, "grind", as_of=then)["items"] == []
    assert first(stack, before["title"], as_of=then) == ("objective", before["title"])
    assert search(stack, before["title"], kinds="objective", limit=1)["items"] == []


def test_people_are_found_by_the_names_they_have_today(stack: Stack):
    person = stack.person("Zdenka")
    assert first(stack, "zdenk") == ("person", "Zdenka")
    answer = stack.client.patch(
        f"/v1/people/{person}", json={"name": "Zdeňka Nováková"}, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200, answer.text
    assert first(stack, "novakova") == ("person", "Zdeňka Nováková")
    stack.directory.remove_person(person)
    assert search(stack, "novakova")["items"] == []


def test_a_team_its_board_and_a_cycle_are_found(stack: Stack):
    team = stack.team("Quench line")
    found = search(stack, "quench line")["items"]
    assert [(each["kind"], each["id"]) for each in found] == [("team", team), ("board", team)]
    cycle = stack.cycle(name="Winter sprint")
    assert search(stack, "winter", kinds="cycle,team")["items"][0]["id"] == cycle


def test_a_draft_that_was_deleted_is_found_no_more(stack: Stack):
    objective = stack.objective(stack.cycle(), stack.team(), stack.person(), title="Vanishing act")
    assert first(stack, "vanishing") == ("objective", "Vanishing act")
    answer = stack.client.delete(f"/v1/objectives/{objective}", headers={"If-Match": "*"})
    assert answer.status_code < 300, answer.text
    assert search(stack, "vanishing")["items"] == []


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"q": "a" * 501}, "q"),
        ({"q": "a", "kinds": "comment"}, "kinds"),
        ({"q": "a", "limit": 0}, "limit"),
        ({"q": "a", "limit": 101}, "limit"),
        ({}, "q"),
    ],
)
def test_what_cannot_be_asked_is_refused(stack: Stack, given: dict[str, Any], parameter: str):
    answer = stack.get("/v1/search", 422, params=given)
    assert answer["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    "q", ["", "%", "'", '"', "a\x00b", "NEAR(a, b)", "a* OR b", "\\", "ﷺ", "((", "*"]
)
def test_hostile_words_are_only_words(stack: Stack, q: str):
    assert isinstance(search(stack, q)["items"], list)


def test_whoever_may_read_may_search(keyed: Stack, bearer: Any):
    client = TestClient(keyed.client.app, base_url="http://north.example")
    assert client.get("/v1/search?q=a").status_code == 401
    assert client.get("/v1/search?q=a", headers=bearer("viewer")).status_code == 200
