"""People over HTTP: renamed, re-addressed, deactivated, and what was theirs handed over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from journal.ids import id_for
from tests.api.installation import Stack


def patch(stack: Stack, path: str, body: Any, **headers: str) -> Response:
    return stack.client.patch(path, json=body, headers={"If-Match": "*", **headers})


def edited(stack: Stack, person: str, body: Any, status: int = 200, **headers: str) -> Any:
    response = patch(stack, f"/v1/people/{person}", body, **headers)
    assert response.status_code == status, response.text
    return response.json()


def types(stack: Stack, about: str) -> list[str]:
    return [one["type"] for one in stack.get(f"/v1/history?about={about}")["items"]]


def led(stack: Stack, person: str) -> str:
    team = stack.team()
    stack.put(f"/v1/teams/{team}/members/{person}", {"role": "lead"})
    return team


# --- names, addresses, words ----------------------------------------------------------------------


def test_a_person_needs_no_address(stack: Stack) -> None:
    made = stack.post("/v1/people", {"name": "Ines"}, 201)
    assert (made["name"], made["email"], made["active"]) == ("Ines", None, True)
    assert stack.get(f"/v1/people/{made['id']}")["name"] == "Ines"
    again = stack.post("/v1/people", {"name": "Ines", "email": None}, 201)
    assert again["id"] != made["id"]


def test_a_typo_is_mended_and_mended_back(stack: Stack) -> None:
    person = stack.person("Dvaid")
    answer = edited(stack, person, {"name": "David"})
    assert answer["name"] == stack.get(f"/v1/people/{person}")["name"] == "David"
    undo = answer["undo"]
    assert undo == {"method": "PATCH", "path": f"/v1/people/{person}", "body": {"name": "Dvaid"}}
    assert edited(stack, person, undo["body"])["name"] == "Dvaid"
    assert types(stack, person) == ["people.person-joined", *["people.person-renamed"] * 2]
    assert "David" not in stack.journal.read(f"person/{person}")[1].fact.model_dump_json()


def test_what_stays_the_same_makes_no_fact(stack: Stack) -> None:
    person = stack.person("Eva")
    version = stack.get(f"/v1/people/{person}")["version"]
    answer = edited(stack, person, {"name": " Eva ", "active": True, "description": " "})
    assert (answer["version"], answer["undo"]) == (version, None)


def test_description_and_links_are_kept_and_can_be_taken_away(stack: Stack) -> None:
    person = stack.person()
    words = {
        "description": "Knows the *presses*.",
        "links": [{"title": "Page", "url": "https://example.org/ann"}],
    }
    answer = edited(stack, person, words)
    assert {name: answer[name] for name in words} == words
    assert answer["undo"]["body"] == {"description": None, "links": []}
    emptied = edited(stack, person, answer["undo"]["body"])
    assert (emptied["description"], emptied["links"]) == (None, [])
    assert emptied["undo"]["body"] == words


@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"name": " "},
        {"name": "x" * 501},
        {"active": None},
        {"active": "no"},
        {"email": "nobody"},
        {"links": None},
        {"links": [{"title": "x", "url": "javascript:alert(1)"}]},
        {"nickname": "Bo"},
    ],
)
def test_an_edit_that_cannot_be_is_refused(stack: Stack, body: Any) -> None:
    person = stack.person()
    before = stack.get(f"/v1/people/{person}")
    edited(stack, person, body, 422)
    assert stack.get(f"/v1/people/{person}") == before


def test_an_edit_says_which_version_it_saw(stack: Stack) -> None:
    person = stack.person()
    path = f"/v1/people/{person}"
    assert stack.client.patch(path, json={"name": "B"}).status_code == 428
    stale = patch(stack, path, {"name": "B", "email": "late@example.org"}, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    # Whoever lost frees the address again.
    stack.post("/v1/people", {"name": "Late", "email": "late@example.org"}, 201)


# --- addresses ------------------------------------------------------------------------------------


def test_an_address_that_was_left_is_free_and_one_that_is_held_is_not(stack: Stack) -> None:
    ann, bo = stack.person("Ann"), stack.person("Bo")
    old = stack.get(f"/v1/people/{ann}")["email"]
    assert edited(stack, ann, {"email": "new@example.org"})["email"] == "new@example.org"
    refused = edited(stack, bo, {"email": "NEW@example.org"}, 409)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("already-exists", "/email")
    assert edited(stack, bo, {"email": old})["email"] == old
    assert edited(stack, ann, {"email": None})["email"] is None
    assert edited(stack, bo, {"email": "new@example.org"})["email"] == "new@example.org"
    assert edited(stack, bo, {"email": "New@Example.org"})["email"] == "New@Example.org"


def test_of_ten_who_want_one_address_at_once_one_gets_it(stack: Stack) -> None:
    people = [stack.person(f"P{n}") for n in range(10)]
    body = {"email": "wanted@example.org"}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda one: patch(stack, f"/v1/people/{one}", body), people))
    assert sorted(one.status_code for one in answers) == [200, *[409] * 9]
    holders = [one for one in people if stack.get(f"/v1/people/{one}")["email"] == body["email"]]
    assert len(holders) == 1


def test_of_ten_changes_to_one_person_none_leaves_an_address_taken(stack: Stack) -> None:
    person = stack.person("Ten")
    wanted = [f"ten{n}@example.org" for n in range(10)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda one: patch(stack, f"/v1/people/{person}", {"email": one}), wanted))
    kept = stack.get(f"/v1/people/{person}")["email"]
    assert kept in wanted
    for address in set(wanted) - {kept}:
        stack.post("/v1/people", {"name": "Free", "email": address}, 201)


def test_a_repeated_change_is_one_change_and_undoes_nothing_newer(stack: Stack) -> None:
    person, key = stack.person("Key"), {"Idempotency-Key": "rename-once"}
    body = {"name": "First", "email": "first@example.org"}
    once = edited(stack, person, body, **key)
    twice = patch(stack, f"/v1/people/{person}", body, **key)
    assert twice.headers["Idempotency-Replayed"] == "true"
    assert twice.json()["version"] == once["version"]
    edited(stack, person, {"name": "Second"})
    edited(stack, person, body, **key)
    assert stack.get(f"/v1/people/{person}")["name"] == "Second"


def test_an_answer_that_was_lost_before_the_directory_followed_is_made_up_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, key = stack.person("Lost"), {"Idempotency-Key": "lost"}
    body = {"name": "Found", "email": "found@example.org"}
    with monkeypatch.context() as broken:
        broken.setattr(stack.directory, "change_person", _fail)
        with pytest.raises(ConnectionError):
            patch(stack, f"/v1/people/{person}", body, **key)
    again = edited(stack, person, body, **key)
    assert (again["name"], again["email"]) == ("Found", "found@example.org")
    assert types(stack, person)[1:] == ["people.person-renamed", "people.person-readdressed"]


def _fail(*_: Any) -> None:
    raise ConnectionError("the process ended here")


def test_a_claim_that_was_left_behind_is_free_after_a_minute(stack: Stack) -> None:
    person, address = stack.person("Late"), "left@example.org"
    stack.directory.put_person(id_for("a lost request", stack.clock.now()), "Gone", address)
    edited(stack, person, {"email": address}, 409)
    stack.clock.at += timedelta(minutes=2)
    assert edited(stack, person, {"email": address})["email"] == address


# --- leavers --------------------------------------------------------------------------------------


def test_who_leaves_is_told_what_they_still_own(stack: Stack) -> None:
    ann, cycle = stack.person("Ann"), stack.cycle()
    team = led(stack, ann)
    objective = stack.objective(cycle, stack.team(), ann)
    helped = stack.objective(
        cycle,
        stack.team(),
        stack.person(),
        title="Z",
        contributors=[{"person_id": ann}],
        sponsor_ids=[ann],
    )
    patch(stack, f"/v1/cycles/{cycle}", {"coordinator_id": ann})
    answer = edited(stack, ann, {"active": False, "reason": "left the company"})
    assert answer["active"] is False
    owned = [(one["kind"], one["id"], one["role"]) for one in answer["owns"]]
    assert owned == [
        ("objective", objective, "owner"),
        ("objective", helped, "contributor"),
        ("objective", helped, "sponsor"),
        ("team", team, "lead"),
        ("cycle", cycle, "coordinator"),
    ]
    assert stack.get(f"/v1/people/{ann}/owns")["items"] == answer["owns"]
    back = answer["undo"]
    assert back["body"] == {"active": True}
    assert "owns" not in edited(stack, ann, back["body"])


def test_who_has_left_gets_nothing_new(stack: Stack) -> None:
    gone, there, cycle, team = stack.person("Gone"), stack.person(), stack.cycle(), stack.team()
    edited(stack, gone, {"active": False})
    objective = stack.objective(cycle, team, there)
    about = {"kind": "team", "id": team}
    action = {"title": "x", "kind": "kaizen", "team_id": team, "owner_id": gone}
    plan = {"name": "Q", "starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    measure = {"kind": "increase", "baseline": 1, "target": 2}
    attempts = [
        ("/v1/objectives", {**_objective(cycle, team, gone)}),
        (f"/v1/objectives/{objective}/key-results", _key_result(measure, gone)),
        ("/v1/actions", action),
        ("/v1/obstacles", {"title": "x", "severity": "low", "about": about, "owner_id": gone}),
        ("/v1/cycles", {**plan, "coordinator_id": gone}),
        (f"/v1/people/{there}/absences", _absence(gone)),
        (f"/v1/people/{there}/hand-over", {"to_id": gone}),
    ]
    for path, body in attempts:
        assert stack.post(path, body, 409)["code"] == "person-inactive", path
    joining = stack.client.put(f"/v1/teams/{team}/members/{gone}", json={"role": "member"})
    assert joining.json()["code"] == "person-inactive"
    leading = patch(stack, f"/v1/cycles/{cycle}", {"coordinator_id": gone})
    assert leading.json()["code"] == "person-inactive"


def _objective(cycle: str, team: str, owner: str) -> dict[str, Any]:
    ids = {"cycle_id": cycle, "team_id": team, "owner_id": owner}
    return {**ids, "title": "Never", "ambition": "committed"}


def _key_result(measure: Any, owner: str) -> dict[str, Any]:
    return {"title": "Never", "measure": measure, "owner_id": owner}


def _absence(deputy: str) -> dict[str, Any]:
    return {"from": "2026-03-01", "to": "2026-03-02", "deputy_id": deputy}


# --- hand-over ------------------------------------------------------------------------------------


def test_everything_changes_hands_in_one_step(stack: Stack) -> None:
    ann, bo, cycle = stack.person("Ann"), stack.person("Bo"), stack.cycle()
    teams = sorted([led(stack, ann), led(stack, ann)])
    patch(stack, f"/v1/cycles/{cycle}", {"coordinator_id": ann})
    edited(stack, ann, {"active": False})
    head = stack.journal.head()
    answer = stack.post(f"/v1/people/{ann}/hand-over", {"to_id": bo, "reason": "Ann left"}, 200)
    assert sorted(one["id"] for one in answer["handed_over"]) == sorted([*teams, cycle])
    assert answer["position"] == stack.journal.head()
    facts = stack.journal.tail(head)
    assert len({one.correlation_id for one in facts}) == 1
    assert [one.type for one in facts][-1] == "people.things-handed-over"
    assert {str(one.reason.text) for one in facts if one.reason} == {"Ann left"}
    assert stack.get(f"/v1/people/{ann}/owns")["items"] == []
    assert len(stack.get(f"/v1/people/{bo}/owns")["items"]) == 3
    for team in teams:
        members = stack.get(f"/v1/teams/{team}")["members"]
        assert [(one["person_id"], one["role"]) for one in members] == [(bo, "lead")]
    last = stack.get(f"/v1/history?about={ann}")["items"][-1]
    assert last["sentence"].endswith("handed over 3 things of Ann to Bo")


def test_objectives_and_key_results_go_with_the_rest_and_those_of_others_stay(
    stack: Stack,
) -> None:
    ann, bo, cy = stack.person("Ann"), stack.person("Bo"), stack.person("Cy")
    cycle, team = stack.cycle(), stack.team()
    hers, his = stack.objective(cycle, team, ann), stack.objective(cycle, team, cy)
    reviewed = stack.objective(cycle, stack.team(), cy, reviewer_id=ann)
    follows, own = stack.key_result(hers), stack.key_result(his, owner_id=ann)
    stays = stack.key_result(hers, owner_id=cy)
    stack.activate(hers)
    about = {"kind": "objective", "id": hers}
    action = {"title": "Mend", "kind": "kaizen", "team_id": team, "owner_id": ann}
    mend = stack.post("/v1/actions", {**action, "about": about}, 201)["id"]
    given_up = stack.post("/v1/actions", {**action, "title": "Forget"}, 201)["id"]
    stack.post(f"/v1/actions/{given_up}/cancel", {"reason": "not worth it"})
    obstacle = {"title": "Noise", "severity": "low", "owner_id": ann, "about": about}
    noise = stack.post("/v1/obstacles", obstacle, 201)["id"]
    answer = stack.post(f"/v1/people/{ann}/hand-over", {"to_id": bo}, 200)
    handed = {(one["kind"], one["id"], one["role"]) for one in answer["handed_over"]}
    assert handed == {
        ("objective", hers, "owner"),
        ("objective", reviewed, "reviewer"),
        ("key_result", own, "owner"),
        ("action", mend, "owner"),
        ("obstacle", noise, "owner"),
    }
    owners = {
        one["id"]: one["owner_id"]
        for objective in (hers, his)
        for one in stack.get(f"/v1/objectives/{objective}")["key_results"]
    }
    assert (owners[follows], owners[own], owners[stays]) == (None, bo, cy)
    assert stack.get(f"/v1/objectives/{hers}")["owner_id"] == bo
    assert stack.get(f"/v1/objectives/{reviewed}")["reviewer_id"] == bo
    assert stack.get(f"/v1/actions/{mend}")["owner_id"] == bo
    assert stack.get(f"/v1/actions/{given_up}")["owner_id"] == ann
    assert stack.get(f"/v1/obstacles/{noise}")["owner_id"] == bo
    assert stack.get(f"/v1/people/{ann}/owns")["items"] == []


def test_what_was_asked_goes_with_the_things(stack: Stack) -> None:
    ann, bo, owner, cycle = stack.person(), stack.person(), stack.person(), stack.cycle()
    below = stack.team(parent_id=led(stack, ann))
    objective = stack.objective(cycle, below, owner)
    stack.key_result(objective)
    stack.post(f"/v1/objectives/{objective}/propose")
    assert _owed(stack, ann) == [objective]
    stack.post(f"/v1/people/{ann}/hand-over", {"to_id": bo}, 200)
    assert (_owed(stack, ann), _owed(stack, bo)) == ([], [objective])


def _owed(stack: Stack, person: str) -> list[str]:
    items = stack.get(f"/v1/obligations?person_id={person}")["items"]
    return [one["about"]["id"] for one in items]


def test_who_stays_steps_back_and_only_what_was_named_goes(stack: Stack) -> None:
    ann, bo, cycle = stack.person("Ann"), stack.person("Bo"), stack.cycle()
    team = led(stack, ann)
    patch(stack, f"/v1/cycles/{cycle}", {"coordinator_id": ann})
    stack.post(f"/v1/people/{ann}/hand-over", {"to_id": bo, "kinds": ["team"]}, 200)
    members = stack.get(f"/v1/teams/{team}")["members"]
    assert {one["person_id"]: one["role"] for one in members} == {ann: "member", bo: "lead"}
    assert [one["kind"] for one in stack.get(f"/v1/people/{ann}/owns")["items"]] == ["cycle"]


def test_a_repeated_hand_over_gives_the_first_answer(stack: Stack) -> None:
    ann, bo = stack.person("Ann"), stack.person("Bo")
    led(stack, ann)
    path, key = f"/v1/people/{ann}/hand-over", {"Idempotency-Key": "hand-over-once"}
    first = stack.post(path, {"to_id": bo}, 200, headers=key)
    led(stack, ann)
    assert stack.post(path, {"to_id": bo}, 200, headers=key) == first
    assert len(stack.get(f"/v1/people/{ann}/owns")["items"]) == 1
    other = stack.post(path, {"to_id": stack.person()}, 422, headers=key)
    assert other["code"] == "idempotency-key-reused"


def test_nothing_is_handed_over_to_oneself_or_to_nobody(stack: Stack) -> None:
    ann = stack.person("Ann")
    path = f"/v1/people/{ann}/hand-over"
    assert stack.post(path, {"to_id": ann}, 422)["code"] == "invalid-to-id"
    unknown = stack.post(path, {"to_id": id_for("nobody", stack.clock.now())}, 404)
    assert unknown["errors"][0]["pointer"] == "/to_id"
    stack.post(path, {"to_id": stack.person(), "kinds": []}, 422)
    stack.post(path, {"to_id": stack.person(), "kinds": ["secrets"]}, 422)
    assert stack.post(path, {"to_id": stack.person()}, 200)["handed_over"] == []


def test_who_contributes_and_sponsors_is_replaced(stack: Stack) -> None:
    ann, bo, cy, owner = (stack.person(name) for name in ("Ann", "Bo", "Cy", "Di"))
    shares = [(ann, 0.3), (cy, 0.2), (bo, 0.1)]
    helped = stack.objective(
        stack.cycle(),
        stack.team(),
        owner,
        contributors=[{"person_id": each, "share": share} for each, share in shares],
        sponsor_ids=[cy, ann],
    )
    for left in (ann, cy):  # the one who has left as well is in nobody's way
        edited(stack, left, {"active": False})
    stack.post(f"/v1/people/{ann}/hand-over", {"to_id": bo}, 200)
    shown = stack.get(f"/v1/objectives/{helped}")
    assert shown["contributors"] == [
        {"person_id": bo, "share": 0.4},
        {"person_id": cy, "share": 0.2},
    ]
    assert shown["sponsor_ids"] == [cy, bo]
    assert stack.get(f"/v1/people/{ann}/owns")["items"] == []


def test_a_hand_over_is_a_part_of_a_batch(stack: Stack) -> None:
    ann, bo, cycle = stack.person("Ann"), stack.person("Bo"), stack.cycle()
    patch(stack, f"/v1/cycles/{cycle}", {"coordinator_id": ann})
    commands = [
        {"method": "POST", "path": "/v1/people", "body": {"name": "Cy"}},
        {"method": "POST", "path": f"/v1/people/{ann}/hand-over", "body": {"to_id": "$0.id"}},
        {"method": "PATCH", "path": f"/v1/people/{ann}", "body": {"active": False}, "if_match": 1},
    ]
    refused = stack.post("/v1/batch", {"atomic": True, "commands": commands}, 412)
    assert refused["failed_index"] == 2
    assert stack.get(f"/v1/cycles/{cycle}")["coordinator_id"] == ann
    commands[2]["if_match"] = "*"
    done = stack.post("/v1/batch", {"atomic": True, "commands": commands}, 200)["results"]
    cy = done[0]["body"]["id"]
    assert [one["id"] for one in done[1]["body"]["handed_over"]] == [cycle]
    assert stack.get(f"/v1/cycles/{cycle}")["coordinator_id"] == cy
    assert stack.get(f"/v1/people/{ann}")["active"] is False
    assert bo not in {cy, ann}
