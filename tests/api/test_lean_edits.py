"""Repairing obstacles and actions over HTTP: edits, blocks, checklists, and the way back."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.installation import Stack, installation, projecting_soon


def send(stack: Stack, undo: dict[str, Any], version: int) -> dict[str, Any]:
    """The undo as it stands in an answer."""
    answer = stack.client.request(
        undo["method"], undo["path"], json=undo["body"], headers={"If-Match": f'"{version}"'}
    )
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def patch(stack: Stack, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = stack.client.patch(path, json=body, headers={"If-Match": "*"})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


@pytest.fixture
def action(stack: Stack) -> dict[str, Any]:
    body = {"kind": "kaizen", "team_id": stack.team(), "owner_id": stack.person()}
    return stack.post("/v1/actions", {"title": "Shadwo board", **body})


def history(stack: Stack, about: str) -> list[dict[str, Any]]:
    return list(stack.get(f"/v1/history?about={about}&limit=200")["items"])


# --- actions --------------------------------------------------------------------------------------


def test_a_typo_is_repaired_and_the_repair_is_taken_back(
    stack: Stack, action: dict[str, Any]
) -> None:
    path = f"/v1/actions/{action['id']}"
    renamed = patch(stack, path, {"title": "Shadow board", "description": "Two *sizes*"})
    assert (renamed["title"], renamed["description"]) == ("Shadow board", "Two *sizes*")
    assert renamed["undo"]["body"] == {"title": "Shadwo board", "description": None}
    undone = send(stack, renamed["undo"], renamed["version"])
    assert (undone["title"], undone["description"]) == ("Shadwo board", None)
    assert undone["undo"]["body"]["title"] == "Shadow board", "undoing can be undone"
    (told,) = (
        item for item in history(stack, action["id"]) if "to “Shadow board”" in item["sentence"]
    )
    assert (told["before"], told["after"]) == ({"title": "Shadwo board"}, {"title": "Shadow board"})


def test_what_says_the_same_changes_nothing(stack: Stack, action: dict[str, Any]) -> None:
    same = patch(stack, f"/v1/actions/{action['id']}", {"title": action["title"]})
    assert (same["version"], same["undo"]) == (action["version"], None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": " "}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"colour": "red"}, "/colour"),
        ({"owner_id": None}, "/owner_id"),
        ({"links": [{"title": "x", "url": "javascript:alert(1)"}]}, "/links/0/url"),
        ({"description": "x" * 20_001}, "/description"),
        ({"due_on": "tomorrow"}, "/due_on"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_at_its_field(
    stack: Stack, action: dict[str, Any], body: dict[str, Any], pointer: str
) -> None:
    refused = patch(stack, f"/v1/actions/{action['id']}", body, 422)
    assert [each["pointer"] for each in refused["errors"]] == [pointer]


def test_an_edit_says_which_version_it_saw(stack: Stack, action: dict[str, Any]) -> None:
    path = f"/v1/actions/{action['id']}"
    assert stack.client.patch(path, json={"title": "x"}).status_code == 428
    stale = stack.client.patch(path, json={"title": "x"}, headers={"If-Match": '"77"'})
    assert stale.status_code == 412


def test_an_action_goes_to_another_team_and_back(stack: Stack, action: dict[str, Any]) -> None:
    other = stack.team("Care")
    moved = patch(stack, f"/v1/actions/{action['id']}", {"team_id": other, "title": "Theirs"})
    assert (moved["team_id"], moved["title"]) == (other, "Theirs")
    board = stack.get(f"/v1/boards/actions?team_id={other}")
    assert [card["id"] for card in board["columns"][0]["cards"]] == [action["id"]]
    back = send(stack, moved["undo"], moved["version"])
    assert (back["team_id"], back["title"]) == (action["team_id"], action["title"])


def test_a_block_says_why_and_what_it_waits_for(stack: Stack, action: dict[str, Any]) -> None:
    path = f"/v1/actions/{action['id']}"
    about = {"kind": "action", "id": action["id"]}
    obstacle = stack.post("/v1/obstacles", {"title": "No steel", "about": about, "severity": "low"})
    waits_for = {"kind": "obstacle", "id": obstacle["id"]}
    held = stack.post(f"{path}/block", {"reason": "No steel", "waits_for": waits_for}, 200)
    assert (held["blocked"]["reason"], held["blocked"]["waits_for"]) == ("No steel", waits_for)
    assert "unblock" in held["moves"]
    free = send(stack, held["undo"], held["version"])
    assert free["blocked"] is None
    again = send(stack, free["undo"], free["version"])
    assert again["blocked"]["waits_for"] == waits_for
    stack.post(f"{path}/block", {"reason": "twice"}, 409)
    stack.post(f"{path}/unblock", status=200)
    in_words = stack.post(f"{path}/block", {"reason": "x", "waits_for": "Rolf"}, 200)
    assert in_words["blocked"]["waits_for"] == "Rolf"
    nothing = {"kind": "obstacle", "id": action["id"]}
    stack.post(f"{path}/unblock", status=200)
    missing = stack.post(f"{path}/block", {"reason": "x", "waits_for": nothing}, 404)
    assert missing["errors"][0]["pointer"] == "/waits_for"


def test_a_checklist_is_written_whole_and_keeps_its_ids(
    stack: Stack, action: dict[str, Any]
) -> None:
    path = f"/v1/actions/{action['id']}/checklist"

    def put(items: list[dict[str, Any]]) -> dict[str, Any]:
        answer = stack.client.put(path, json={"items": items}, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    first = put([{"text": "Measure"}, {"text": "Cut", "done": True}])["checklist"]
    assert [(item["text"], item["done"]) for item in first] == [("Measure", False), ("Cut", True)]
    first[0]["done"] = True
    second = put(first)
    assert second["checklist"] == first
    back = send(stack, second["undo"], second["version"])
    assert [item["done"] for item in back["checklist"]] == [False, True]
    assert [item["id"] for item in back["checklist"]] == [item["id"] for item in first]


def test_work_leaves_the_board_and_comes_back(stack: Stack, action: dict[str, Any]) -> None:
    path = f"/v1/actions/{action['id']}"
    stack.post(f"{path}/cancel", {}, 422)
    gone = stack.post(f"{path}/cancel", {"reason": "Nobody needs it"}, 200)
    assert (gone["state"], gone["moves"]) == ("cancelled", ["reopen"])
    back = send(stack, gone["undo"], gone["version"])
    assert back["state"] == "reopened"
    done = stack.post(f"{path}/move", {"column": "done"}, 200)
    archived = stack.post(f"{path}/archive", status=200)
    assert archived["archived"]
    team = f"/v1/boards/actions?team_id={action['team_id']}"
    assert not any(column["cards"] for column in stack.get(team)["columns"])
    old = stack.get(f"{team}&archived=true")["columns"][-1]["cards"]
    assert [(card["id"], card["archived"]) for card in old] == [(action["id"], True)]
    again = send(stack, archived["undo"], archived["version"])
    assert (again["archived"], again["column"]) == (False, done["column"])


def test_the_refusal_of_a_move_is_a_sentence(stack: Stack, action: dict[str, Any]) -> None:
    refused = stack.post(f"/v1/actions/{action['id']}/unarchive", status=409)
    assert refused["detail"] == (
        "The action is open, so it cannot be unarchived. It may be moved, blocked or cancelled."
    )
    assert refused["allowed"] == ["move", "block", "cancel"]


def test_boards_of_everybody_and_of_oneself(stack: Stack, action: dict[str, Any]) -> None:
    me = stack.person("Mira")
    body = {"title": "Mine", "kind": "kaizen", "team_id": stack.team("Care"), "owner_id": me}
    mine = stack.post("/v1/actions", body)

    def cards(query: str, **headers: str) -> set[str]:
        found = stack.client.get(f"/v1/boards/actions?{query}", headers=headers)
        assert found.status_code == 200, found.text
        columns = found.json()["columns"]
        return {card["id"] for column in columns for card in column["cards"]}

    assert {action["id"], mine["id"]} <= cards("scope=company")
    assert cards(f"scope=company&owner_id={me}") == {mine["id"]}
    as_me = {"TrueNorth-Person": me}
    assert cards("scope=mine", **as_me) == {mine["id"]}
    # Kept answers are told apart by who asks, however the query spells it.
    assert cards("scope=mine") == set()
    assert cards("scope=%6Dine", **as_me) == {mine["id"]}
    assert cards("scope=%6Dine") == set()
    assert stack.client.get("/v1/boards/actions").status_code == 422
    both = stack.client.get(f"/v1/boards/actions?scope=mine&team_id={action['team_id']}")
    assert both.status_code == 422


# --- obstacles ------------------------------------------------------------------------------------


@pytest.fixture
def obstacle(stack: Stack, action: dict[str, Any]) -> dict[str, Any]:
    about = {"kind": "action", "id": action["id"]}
    return stack.post("/v1/obstacles", {"title": "Haet", "about": about, "severity": "low"})


def test_an_obstacle_is_edited_and_the_edit_is_taken_back(
    stack: Stack, obstacle: dict[str, Any]
) -> None:
    edit = {
        "title": "Heat", "severity": "high", "type": "resource", "next_action": "Call Rolf",
        "links": [{"title": "Log", "url": "https://example.org"}], "owner_id": stack.person(),
    }  # fmt: skip
    edited = patch(stack, f"/v1/obstacles/{obstacle['id']}", edit)
    assert {name: edited[name] for name in edit} == edit
    assert edited["about_title"] == "Shadwo board"
    back = send(stack, edited["undo"], edited["version"])
    assert {name: back[name] for name in edit} == {
        "title": "Haet", "severity": "low", "type": None, "next_action": None, "links": [],
        "owner_id": None,
    }  # fmt: skip


def test_who_takes_an_obstacle_owns_it(stack: Stack, obstacle: dict[str, Any]) -> None:
    me = stack.person("Ana")
    taken = stack.post(
        f"/v1/obstacles/{obstacle['id']}/take", headers={"TrueNorth-Person": me}, status=200
    )
    assert (taken["state"], taken["owner_id"]) == ("acknowledged", me)
    released = send(stack, taken["undo"], taken["version"])
    assert (released["state"], released["owner_id"]) == ("raised", None)


def test_whys_are_reworded_taken_back_and_marked(stack: Stack, obstacle: dict[str, Any]) -> None:
    path = f"/v1/obstacles/{obstacle['id']}"
    roof = stack.post(f"{path}/whys", {"answer": "The roof is black"})
    fan = stack.post(f"{path}/whys", {"answer": "No fan"})
    reworded = patch(stack, f"{path}/whys/{roof['id']}", {"answer": "Black roof"})
    assert reworded["whys"][0]["answer"] == "Black roof"
    assert send(stack, reworded["undo"], reworded["version"])["whys"][0]["answer"] == (
        "The roof is black"
    )
    for why in (roof, fan):
        marked = stack.post(f"{path}/root-causes", {"why_id": why["id"]}, 200)
    assert marked["root_cause_ids"] == [roof["id"], fan["id"]]
    assert send(stack, marked["undo"], marked["version"])["root_cause_ids"] == [roof["id"]]
    alias = stack.post(f"{path}/root-cause", {"why_id": fan["id"]}, 200)
    assert (alias["root_cause_id"], len(alias["root_cause_ids"])) == (fan["id"], 2)
    answer = stack.client.delete(f"{path}/whys/{fan['id']}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "why-is-root-cause")
    gone = stack.client.delete(f"{path}/root-causes/{fan['id']}", headers={"If-Match": "*"})
    assert gone.json()["root_cause_ids"] == [roof["id"]]
    left = stack.client.delete(f"{path}/whys/{fan['id']}", headers={"If-Match": "*"})
    assert [why["id"] for why in left.json()["whys"]] == [roof["id"]]
    again = send(stack, left.json()["undo"], left.json()["version"])
    assert again["answer"] == "No fan"
    cause = stack.post(f"{path}/causes", {"category": "machine", "text": "Fan"})
    moved = patch(stack, f"{path}/causes/{cause['id']}", {"category": "method"})
    assert moved["causes"][0]["category"] == "method"
    none = send(stack, cause["undo"], moved["version"])
    assert none["causes"] == []
    assert patch(stack, f"{path}/whys/nothing", {"answer": "x"}, 404)["code"] == "not-found"


def test_lists_tell_obstacles_of_people_and_of_the_clock_apart(
    stack: Stack, obstacle: dict[str, Any]
) -> None:
    team = stack.get(f"/v1/actions/{obstacle['about']['id']}")["team_id"]
    found = stack.get(f"/v1/obstacles?source=person&sort=severity&team_id={team}")["items"]
    assert [(each["id"], each["source"], each["team_id"]) for each in found] == [
        (obstacle["id"], "person", team)
    ]
    assert stack.get(f"/v1/obstacles?source=clock&team_id={team}")["items"] == []


# --- before there is any view -------------------------------------------------------------------


def test_an_action_opens_without_any_view_where_the_organisation_chose_its_zone(tmp_path: Path):
    with installation(tmp_path, projector=False) as stack:
        chosen = {"timezone": "Pacific/Kiritimati", "reason": "We moved."}
        stack.client.patch("/v1/organisation", json=chosen, headers={"If-Match": "*"})
        action = {"title": "Late", "kind": "kaizen", "team_id": stack.team()}
        action = stack.post("/v1/actions", {**action, "owner_id": stack.person()}, 201)
        state, _ = stack.journal.state(f"action/{action['id']}")
        assert state.timezone == "Pacific/Kiritimati"


def test_an_action_waits_for_the_views_of_a_young_installation(tmp_path: Path):
    with installation(tmp_path, projector=False) as stack:
        action = {"title": "Late", "kind": "kaizen", "team_id": stack.team()}
        stack.cycle(timezone="Pacific/Kiritimati")
        body = {**action, "owner_id": stack.person()}
        with projecting_soon(tmp_path):
            opened = stack.post("/v1/actions", body, 201)
        state, _ = stack.journal.state(f"action/{opened['id']}")
        assert state.timezone == "Pacific/Kiritimati"
