"""One's own desk over HTTP: notifications, follows, home and saved views."""

from typing import Any

import pytest

from tests.api.installation import Stack

NOBODY = "01890000-0000-7000-8000-000000000000"


def as_(person: str) -> dict[str, str]:
    return {"TrueNorth-Person": person}


def say(stack: Stack, who: str, about: tuple[str, str], text: str) -> dict[str, Any]:
    body = {"about": {"kind": about[0], "id": about[1]}, "text": text}
    return dict(stack.post("/v1/comments", body, 201, headers=as_(who)))


def told(stack: Stack, who: str, **query: Any) -> dict[str, Any]:
    return dict(stack.get("/v1/me/notifications", headers=as_(who), params=query))


def kinds(stack: Stack, who: str) -> list[tuple[str, str]]:
    """What somebody is told, the oldest first: the kind of news and of thing."""
    items = told(stack, who, limit=500)["items"]
    return [(each["kind"], each["about"]["kind"]) for each in reversed(items)]


def read(stack: Stack, who: str, body: dict[str, Any]) -> dict[str, Any]:
    return dict(stack.post("/v1/me/notifications/read", body, headers=as_(who)))


# --- what notifies whom ---------------------------------------------------------------------------


def test_who_comes_to_own_something_hears_and_nobody_of_their_own_doing(stack: Stack) -> None:
    ann, bo, team, cycle = stack.person(), stack.person(), stack.team(), stack.cycle()
    body = {
        "cycle_id": cycle,
        "team_id": team,
        "owner_id": bo,
        "title": "T",
        "ambition": "committed",
    }
    objective = stack.post("/v1/objectives", body, 201, headers=as_(ann))["id"]
    mine = {**body, "title": "Mine", "owner_id": ann}
    stack.post("/v1/objectives", mine, 201, headers=as_(ann))
    (item,) = told(stack, bo)["items"]
    assert (item["kind"], item["about"]["id"]) == ("assigned", objective)
    assert item["text"].endswith("drafted the objective “T” (committed)")
    assert kinds(stack, ann) == []


def test_the_catchball_reaches_who_may_agree_and_who_owns(stack: Stack) -> None:
    lead, owner = stack.person("Lead"), stack.person("Owner")
    company = stack.team("Company", "company")
    team = stack.team(parent_id=company)
    stack.put(f"/v1/teams/{company}/members/{lead}", {"role": "lead"})
    objective = stack.objective(stack.cycle(), team, owner)
    stack.key_result(objective)
    path = f"/v1/objectives/{objective}"
    stack.post(f"{path}/propose", headers=as_(owner))
    (approval,) = home(stack, lead)["approvals"]
    assert (approval["id"], approval["move"], approval["kind"]) == (
        objective,
        "accept",
        "objective",
    )
    stack.post(f"{path}/counter", {"note": "Half of it"}, headers=as_(lead))
    assert [each["id"] for each in home(stack, owner)["approvals"]] == [objective]
    stack.post(f"{path}/accept", headers=as_(owner))
    stack.post(f"{path}/activate", headers=as_(lead))
    assert kinds(stack, lead) == [("proposed", "objective")]
    assert kinds(stack, owner)[1:] == [("countered", "objective")]
    assert (home(stack, lead)["approvals"], home(stack, owner)["approvals"]) == ([], [])


def test_a_moved_target_is_told_to_the_owner_and_to_who_follows(stack: Stack) -> None:
    company, ann, bo = stack.active(), stack.person(), stack.person()
    stack.client.put(f"/v1/me/follows/objective/{company.objective}", headers=as_(bo))
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    moved = {"target": 30, "reason": "Too much", "reason_code": "scope_decision"}
    stack.post(f"{path}/retarget", moved, headers=as_(ann))
    for who in (company.owner, bo):
        latest = told(stack, who)["items"][0]
        assert (latest["kind"], latest["about"]["kind"]) == ("changed", "key_result")
        assert latest["about"]["parent"] == {"kind": "objective", "id": company.objective}
        assert "40 → 30" in latest["text"]
    assert kinds(stack, ann) == []


def test_comments_reach_who_owns_follows_or_spoke(stack: Stack) -> None:
    company, ann, bo = stack.active(), stack.person(), stack.person()
    about = ("key_result", company.key_result)
    say(stack, ann, about, "First")
    say(stack, bo, about, "Second")
    assert kinds(stack, company.owner)[-2:] == [("commented", "key_result")] * 2
    assert (kinds(stack, ann), kinds(stack, bo)) == ([("commented", "key_result")], [])
    stack.client.delete(f"/v1/me/follows/key_result/{company.key_result}", headers=as_(ann))
    say(stack, bo, about, "Third")
    assert len(kinds(stack, ann)) == 1
    check_in = company.check_in(25)
    say(stack, bo, ("check_in", check_in["id"]), "Well read")
    latest = told(stack, company.owner)["items"][0]
    assert latest["about"]["parent"] == {"kind": "key_result", "id": company.key_result}
    assert latest["text"].startswith("Ann commented on a check-in of “Key result")


# --- what was read --------------------------------------------------------------------------------


def test_what_was_read_is_unread_no_more(stack: Stack) -> None:
    company, ann = stack.active(), stack.person()
    read(stack, company.owner, {})
    for number in range(5):
        say(stack, ann, ("objective", company.objective), f"Number {number}")
    page = told(stack, company.owner, limit=2)
    assert (len(page["items"]), page["unread"]) == (2, 5)
    newest, second = page["items"]
    assert read(stack, company.owner, {"ids": [newest["id"]]})["unread"] == 4
    assert [each["read"] for each in told(stack, company.owner)["items"][:2]] == [True, False]
    unread = told(stack, company.owner, unread="true")
    assert newest["id"] not in [each["id"] for each in unread["items"]]
    assert read(stack, company.owner, {"upto": second["id"]})["unread"] == 0
    assert told(stack, company.owner, unread="true")["items"] == []
    rest = told(stack, company.owner, limit=2, cursor=page["next_cursor"])
    assert rest["items"][0]["position"] < second["position"]
    refused = stack.client.post(
        "/v1/me/notifications/read", json={"ids": ["x"]}, headers=as_(company.owner)
    )
    assert refused.status_code == 422


def test_reading_one_by_one_leaves_no_list_behind(stack: Stack) -> None:
    company, ann = stack.active(), stack.person()
    for number in range(3):
        say(stack, ann, ("objective", company.objective), f"Number {number}")
    for each in told(stack, company.owner)["items"]:
        read(stack, company.owner, {"ids": [each["id"]]})
    desk, _ = stack.journal.state(f"desk/{company.owner}")
    assert (desk.read_beyond, told(stack, company.owner)["unread"]) == (frozenset(), 0)


def test_settings_are_kept_and_only_the_page_acts(stack: Stack) -> None:
    company, ann = stack.active(), stack.person()
    path, me = "/v1/me/notification-settings", as_(company.owner)
    default = stack.get(path, headers=me)
    assert (default["page"], default["email"], default["acts"]) == (True, False, ["page"])
    chosen = {"page": False, "digest": "daily", "quiet_hours": {"from": "22:00", "to": "07:00"}}
    answer = stack.client.put(path, json=chosen, headers=me).json()
    assert {**chosen, "email": False} == {name: answer[name] for name in (*chosen, "email")}
    assert answer["undo"]["body"] == {
        "page": True, "email": False, "digest": "never", "quiet_hours": None,
    }  # fmt: skip
    say(stack, ann, ("objective", company.objective), "Hello")
    assert told(stack, company.owner)["unread"] == 0
    wrong = {"quiet_hours": {"from": "25:00", "to": "07:00"}}
    assert stack.client.put(path, json=wrong, headers=me).status_code == 422


# --- follows --------------------------------------------------------------------------------------


def test_one_follows_by_rule_and_chooses_otherwise(stack: Stack) -> None:
    company, ann = stack.active(), stack.person()

    def follows(who: str) -> dict[str, str]:
        items = stack.get("/v1/me/follows", headers=as_(who))["items"]
        return {each["id"]: each["because"] for each in items}

    say(stack, ann, ("objective", company.objective), "Hello")
    assert follows(ann) == {company.objective: "comments"}
    assert follows(company.owner)[company.objective] == "owner"
    path = f"/v1/me/follows/objective/{company.objective}"
    gone = stack.client.delete(path, headers=as_(ann)).json()
    assert (gone["following"], gone["undo"]["method"], follows(ann)) == (False, "PUT", {})
    again = stack.client.put(path, headers=as_(ann)).json()
    assert again["undo"] == {"method": "DELETE", "path": path, "body": None}
    assert follows(ann) == {company.objective: "chosen"}
    assert stack.client.put(f"/v1/me/follows/parable/{NOBODY}", headers=as_(ann)).status_code == 422
    assert stack.client.put(f"/v1/me/follows/team/{NOBODY}", headers=as_(ann)).status_code == 404
    hyphen = f"/v1/me/follows/key-result/{company.key_result}"
    assert stack.client.put(hyphen, headers=as_(ann)).json()["kind"] == "key_result"
    assert stack.client.put(path).status_code == 409


# --- home -----------------------------------------------------------------------------------------


def home(stack: Stack, who: str) -> dict[str, Any]:
    return dict(stack.get("/v1/me/home", headers=as_(who)))


def test_home_tells_what_concerns_one_and_what_happened_since(stack: Stack) -> None:
    company, ann = stack.active(), stack.person("Ann")
    action = {
        "title": "Clean it", "kind": "kaizen", "team_id": company.team,
        "owner_id": company.owner, "due_on": "2026-02-01",
    }  # fmt: skip
    made = stack.post("/v1/actions", action, 201, headers=as_(ann))
    about = {"kind": "objective", "id": company.objective}
    obstacle = {"title": "No time", "about": about, "severity": "low", "owner_id": company.owner}
    stack.post("/v1/obstacles", obstacle, 201, headers=as_(ann))
    say(stack, ann, ("objective", company.objective), f"@{company.owner} how is it going?")
    found = home(stack, company.owner)
    assert (found["last_visit_at"], found["owed"]["count"]) == (None, 2)
    assert {each["about"]["kind"] for each in found["owed"]["items"]} == {"action", "obstacle"}
    assert [each["kind"] for each in found["mentions"]] == ["mentioned"]
    assert [each["title"] for each in found["mine"]["actions"]] == ["Clean it"]
    assert [each["title"] for each in found["mine"]["obstacles"]] == ["No time"]
    (card,) = found["mine"]["objectives"]
    assert (card["comments"], found["mine"]["actions"][0]["comments"]) == (1, 0)
    assert (card["id"], card["state"], card["blocked"]) == (company.objective, "active", True)
    sentences = [each["sentence"] for each in found["changed_since_last_visit"]]
    assert sentences[0].startswith("Ann commented on “Objective")
    visit = stack.post("/v1/me/visits", headers=as_(company.owner))
    found = home(stack, company.owner)
    assert found["last_visit_at"] == visit["last_visit_at"]
    assert found["changed_since_last_visit"] == []
    stack.post(f"/v1/actions/{made['id']}/move", {"column": "doing"}, headers=as_(ann))
    news = home(stack, company.owner)["changed_since_last_visit"]
    assert {each["about"]["id"] for each in news} == {made["id"]}
    past = f"/v1/me/home?as_of=@{visit['position'] - 1}"
    assert stack.get(past, headers=as_(company.owner))["last_visit_at"] is None


def test_home_of_nobody_in_particular_is_empty(stack: Stack) -> None:
    found = stack.get("/v1/me/home")
    assert found["owed"] == {"count": 0, "overdue": 0, "items": []}
    assert found["mine"] == {"objectives": [], "actions": [], "obstacles": []}
    assert stack.get("/v1/me/notifications")["items"] == []
    assert stack.get("/v1/me/follows")["items"] == []
    assert stack.get("/v1/me/views")["items"] == []
    assert stack.post("/v1/me/visits", status=409)["code"] == "person-needed"


# --- saved views ----------------------------------------------------------------------------------


def test_a_view_is_saved_edited_and_discarded_by_whose_it_is(stack: Stack) -> None:
    ann, bo = stack.person(), stack.person()
    body = {"name": " Mine ", "address": "/objectives?owner=me&state=active", "starred": False}
    made = stack.post("/v1/me/views", body, 201, headers=as_(ann))
    assert (made["name"], made["address"], made["starred"]) == ("Mine", body["address"], False)
    path = f"/v1/me/views/{made['id']}"
    assert made["undo"] == {"method": "DELETE", "path": path, "body": None}
    stack.post("/v1/me/views", {**body, "name": "A"}, 201, headers=as_(ann))
    edited = stack.client.patch(path, json={"starred": True}, headers=as_(ann)).json()
    assert (edited["starred"], edited["undo"]["body"]) == (True, {"starred": False})
    listed = stack.get("/v1/me/views", headers=as_(ann))["items"]
    assert [each["name"] for each in listed] == ["Mine", "A"]
    assert stack.get("/v1/me/views", headers=as_(bo))["items"] == []
    assert stack.client.patch(path, json={"starred": True}, headers=as_(bo)).status_code == 404
    gone = stack.client.delete(path, headers=as_(ann)).json()
    assert (gone["discarded"], gone["undo"]["method"]) == (True, "POST")
    assert stack.client.delete(path, headers=as_(ann)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)",
        "objectives", "", "/a b", "/a\n", "/" + "x" * 2_000, "/a#b", "/a//b",
    ],
)  # fmt: skip
def test_an_address_never_leads_away(stack: Stack, address: str) -> None:
    body = {"name": "Bad", "address": address}
    answer = stack.client.post("/v1/me/views", json=body, headers=as_(stack.person()))
    assert answer.status_code == 422, answer.text


def test_roles_that_only_read_keep_nothing(keyed: Stack, bearer: Any) -> None:
    for role, status in (("viewer", 403), ("member", 409)):
        answer = keyed.client.post("/v1/me/visits", headers=bearer(role))
        assert answer.status_code == status
    person = keyed.client.post(
        "/v1/people", json={"name": "Ann", "email": "ann@example.org"}, headers=bearer("admin")
    ).json()["id"]
    key = keyed.directory.create_key("member", person, "hers")
    hers = {"Authorization": f"Bearer {key}"}
    assert keyed.client.post("/v1/me/visits", headers=hers).status_code == 200
    assert keyed.client.get("/v1/me/home", headers=hers).json()["last_visit_at"] is not None


# --- changing hands -------------------------------------------------------------------------------


def test_who_takes_over_hears_once_of_everything_that_went(stack: Stack) -> None:
    company, ann = stack.active(), stack.person("Ann")
    action = {
        "title": "Clean it", "kind": "kaizen", "team_id": company.team, "owner_id": company.owner,
    }  # fmt: skip
    stack.post("/v1/actions", action, 201)
    read(stack, company.owner, {})
    path = f"/v1/people/{company.owner}/hand-over"
    given = stack.post(path, {"to_id": ann, "kinds": ["objective", "key_result"]})
    assert given["handed_over"]
    for who in (ann, company.owner):
        (item,) = told(stack, who, unread="true")["items"]
        assert (item["kind"], item["about"]["id"]) == ("handed_over", company.objective)
    mine = home(stack, ann)["mine"]
    assert [each["id"] for each in mine["objectives"]] == [company.objective]
    assert home(stack, company.owner)["mine"]["objectives"] == []


def test_who_has_left_is_mentioned_no_more(stack: Stack) -> None:
    company, ann, gone = stack.active(), stack.person(), stack.person()
    stack.client.patch(f"/v1/people/{gone}", json={"active": False}, headers={"If-Match": "*"})
    about = {"kind": "objective", "id": company.objective}
    body = {"about": about, "text": f"@{gone} look"}
    answer = stack.post("/v1/comments", body, 422, headers=as_(ann))
    assert (answer["code"], "not active" in answer["detail"]) == ("unknown-mention", True)
