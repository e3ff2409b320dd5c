"""Teams over HTTP: renamed, moved, dissolved and restored."""

from typing import Any

from tests.api.installation import Stack


def edited(stack: Stack, team: str, body: Any, status: int = 200) -> Any:
    response = stack.client.patch(f"/v1/teams/{team}", json=body, headers={"If-Match": "*"})
    assert response.status_code == status, response.text
    return response.json()


def test_a_team_is_renamed_described_and_made_another_kind(stack: Stack) -> None:
    team = stack.team("Second Co")
    old = stack.get(f"/v1/teams/{team}")["name"]
    words = {"description": "Packs and *sends*.", "links": []}
    answer = edited(stack, team, {"name": "Second", "kind": "lean", **words})
    assert (answer["name"], answer["kind"], answer["state"]) == ("Second", "lean", "formed")
    assert answer["undo"]["body"] == {"name": old, "kind": "team", "description": None}
    assert edited(stack, team, answer["undo"]["body"])["name"] == old
    sentences = [one["sentence"] for one in stack.get(f"/v1/history?about={team}")["items"]]
    assert f"The administrator renamed the team “{old}” to “Second”" in sentences


def test_a_team_moves_and_never_under_itself(stack: Stack) -> None:
    top = stack.team(kind="department")
    middle = stack.team(parent_id=top)
    low = stack.team(parent_id=middle)
    other = stack.team(kind="department")
    assert edited(stack, middle, {"parent_id": other})["parent_id"] == other
    for below in (low, middle):
        refused = edited(stack, middle, {"parent_id": below}, 422)
        assert refused["code"] == "team-circle"
        assert refused["errors"][0]["pointer"] == "/parent_id"
    assert edited(stack, other, {"parent_id": top})["undo"]["body"] == {"parent_id": None}
    edited(stack, top, {"parent_id": low}, 422)
    assert edited(stack, middle, {"parent_id": None})["parent_id"] is None


def test_a_company_stands_under_no_team(stack: Stack) -> None:
    company = stack.team(kind="company")
    below = stack.team(parent_id=company)
    for team, body in ((below, {"kind": "company"}), (company, {"parent_id": below})):
        refused = edited(stack, team, body, 422)
        assert refused["code"] == "invalid-parent-id"
        assert refused["detail"].startswith("A company stands under no team")
    assert edited(stack, below, {"kind": "company", "parent_id": None})["kind"] == "company"


def test_a_team_with_open_things_is_not_dissolved_and_says_which(stack: Stack) -> None:
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    objective = stack.objective(cycle, team, owner)
    action = {"title": "Label the racks", "kind": "kaizen", "team_id": team, "owner_id": owner}
    opened = stack.post("/v1/actions", action)["id"]
    below = stack.team(parent_id=team)
    refused = stack.post(f"/v1/teams/{team}/dissolve", None, 409)
    assert refused["code"] == "team-owns-things"
    owned = [(one["kind"], one["id"]) for one in refused["owns"]]
    assert owned == [("objective", objective), ("action", opened), ("team", below)]
    assert all(one["title"] for one in refused["owns"])


def test_a_dissolved_team_takes_nothing_new_and_comes_back_as_it_was(stack: Stack) -> None:
    ann, bo, team, cycle = stack.person(), stack.person(), stack.team(), stack.cycle()
    stack.put(f"/v1/teams/{team}/members/{ann}", {"role": "lead", "department": "Ops"})
    before = stack.get(f"/v1/teams/{team}")["members"]
    answer = stack.post(f"/v1/teams/{team}/dissolve", {"reason": "merged"}, 200)
    assert (answer["state"], answer["members"]) == ("dissolved", [])
    assert answer["undo"]["path"] == f"/v1/teams/{team}/restore"
    listed = {one["id"]: one["state"] for one in stack.get("/v1/teams?limit=500")["items"]}
    assert listed[team] == "dissolved"
    joining = stack.client.put(f"/v1/teams/{team}/members/{bo}", json={"role": "member"})
    assert joining.json()["code"] == "team-dissolved"
    body = {"cycle_id": cycle, "team_id": team, "owner_id": bo, "title": "x"}
    refused = stack.post("/v1/objectives", {**body, "ambition": "committed"}, 409)
    assert (refused["code"], refused["allowed"]) == ("team-dissolved", ["restore"])
    below = {"name": "Below", "kind": "team", "parent_id": team}
    assert stack.post("/v1/teams", below, 409)["code"] == "team-dissolved"
    again = stack.post(f"/v1/teams/{team}/dissolve", None, 200)
    assert again["undo"] is None
    restored = stack.post(f"/v1/teams/{team}/restore", None, 200)
    assert (restored["state"], restored["members"]) == ("formed", before)


def test_a_team_is_not_restored_under_one_that_is_gone(stack: Stack) -> None:
    above = stack.team(kind="department")
    team = stack.team(parent_id=above)
    stack.post(f"/v1/teams/{team}/dissolve", None, 200)
    stack.post(f"/v1/teams/{above}/dissolve", None, 200)
    assert stack.post(f"/v1/teams/{team}/restore", None, 409)["code"] == "team-dissolved"
    stack.post(f"/v1/teams/{above}/restore", None, 200)
    stack.post(f"/v1/teams/{team}/restore", None, 200)


def test_every_change_of_members_has_a_way_back(stack: Stack) -> None:
    ann, team = stack.person(), stack.team()
    path = f"/v1/teams/{team}/members/{ann}"
    joined = stack.put(path, {"role": "member", "level": "expert"})
    assert joined["undo"] == {"method": "DELETE", "path": path, "body": None}
    led = stack.put(path, {"role": "lead"})
    was = {"role": "member", "department": None, "level": "expert"}
    assert led["undo"] == {"method": "PUT", "path": path, "body": was}
    left = stack.client.delete(path).json()
    assert left["undo"]["body"] == {"role": "lead", "department": None, "level": None}
    assert stack.put(path, left["undo"]["body"])["members"][0]["role"] == "lead"
