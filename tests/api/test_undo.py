"""Undo: a write's answer names the request that takes it back, and that request does so."""

from typing import Any

from tests.api.installation import Stack


def send(stack: Stack, undo: dict[str, Any], version: int) -> Any:
    """The undo as it stands in an answer, on the version that the answer told."""
    return stack.client.request(
        undo["method"], undo["path"], json=undo["body"], headers={"If-Match": f'"{version}"'}
    )


def test_a_proposal_is_taken_back(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    proposed = stack.post(f"/v1/objectives/{objective}/propose", status=200)
    back = {"method": "POST", "path": f"/v1/objectives/{objective}/withdraw", "body": None}
    assert proposed["undo"] == back
    undone = send(stack, proposed["undo"], proposed["version"])
    assert undone.status_code == 200, undone.text
    assert undone.json()["state"] == "draft"
    again = send(stack, undone.json()["undo"], undone.json()["version"])
    assert again.json()["state"] == "proposed", "undoing can be undone"


def test_what_has_no_way_back_says_so(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    stack.post(f"/v1/objectives/{objective}/propose", status=200)
    stack.post(f"/v1/objectives/{objective}/accept", status=200)
    withdrawn = stack.post(f"/v1/objectives/{objective}/withdraw", status=200)
    assert withdrawn["undo"] is None, "an agreement has to be found anew"


def test_a_card_goes_back_to_its_column(stack: Stack) -> None:
    opened = {
        "title": "Sort the bins",
        "kind": "kaizen",
        "team_id": stack.team(),
        "owner_id": stack.person(),
    }
    action = stack.post("/v1/actions", opened)
    moved = stack.post(f"/v1/actions/{action['id']}/move", {"column": "doing"}, 200)
    assert moved["undo"]["body"] == {"column": action["column"]}
    undone = send(stack, moved["undo"], moved["version"])
    assert undone.json()["column"] == action["column"]


def test_undo_after_somebody_else_went_on_is_refused_clearly(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    proposed = stack.post(f"/v1/objectives/{objective}/propose", status=200)
    agreed = stack.post(f"/v1/objectives/{objective}/accept", status=200)
    refused = send(stack, proposed["undo"], proposed["version"])
    assert refused.status_code == 412
    assert refused.json()["current_version"] == agreed["version"]
    assert stack.get(f"/v1/objectives/{objective}")["state"] == "agreed", "nothing was lost"


def test_a_repeated_write_names_the_same_way_back(stack: Stack) -> None:
    objective = stack.objective(stack.cycle(), stack.team(), stack.person())
    stack.post(f"/v1/objectives/{objective}/propose", status=200)
    withdraw, key = f"/v1/objectives/{objective}/withdraw", {"Idempotency-Key": objective}
    headers = {"If-Match": "*", **key}
    first = stack.client.post(withdraw, headers=headers).json()
    stack.post(f"/v1/objectives/{objective}/propose", status=200)
    again = stack.client.post(withdraw, headers=headers).json()
    assert again["undo"] == first["undo"] is not None
