"""Policies over HTTP: written down, changed with a reason, taken over by the cycles that follow."""

from typing import Any

import pytest

from domain.policy.policy import DEFAULT
from tests.api.installation import Stack

PATH = "/v1/policies"
OURS = f"{PATH}/{DEFAULT}"
ANY = {"If-Match": "*"}


def changed(stack: Stack, path: str, body: Any, status: int = 200) -> Any:
    response = stack.client.patch(path, json=body, headers=ANY)
    assert response.status_code == status, response.text
    return response.json()


def revise(stack: Stack, path: str, status: int = 200, reason: str = "Why", **values: Any) -> Any:
    return changed(stack, path, {"values": values, "reason": reason}, status)


def policy_of(stack: Stack, cycle: str, as_of: str = "") -> Any:
    return stack.get(f"/v1/cycles/{cycle}{as_of}")["policy"]


def waited(stack: Stack) -> dict[str, str]:
    return {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=10"}


def told(stack: Stack, about: str) -> list[str]:
    path = f"/v1/history?about={about}&technical=false"
    return [each["sentence"] for each in stack.get(path, headers=waited(stack))["items"]]


# --- policies -------------------------------------------------------------------------------------


def test_the_organisations_is_there_before_anybody_said_a_word(own: Stack) -> None:
    listed = own.get(PATH)["items"]
    found = own.get(OURS)
    assert [each["id"] for each in listed] == [DEFAULT]
    assert listed[0]["values"] == found["values"]
    assert (found["version"], found["in_force"], found["values"]["pace"]) == (0, 0, "ratio")
    assert own.get(f"/v1/history?about=policy/{DEFAULT}")["items"] == []


def test_a_change_is_a_version_with_a_reason_and_history_says_what_moved(own: Stack) -> None:
    assert revise(own, OURS, 422, " ", pace="gap")["code"] == "invalid-request"
    no_reason = changed(own, OURS, {"values": {"pace": "gap"}}, 422)
    assert (no_reason["code"], no_reason["errors"][0]["pointer"]) == ("reason-required", "/reason")
    found = revise(own, OURS, pace="gap", outdated_after_days=5)
    assert (found["version"], found["values"]["pace"], found["in_force"]) == (2, "gap", 2)
    assert [each["version"] for each in found["versions"]] == [0, 2]
    assert own.get(f"{OURS}?version=1")["values"]["pace"] == "ratio"
    assert own.get(f"{OURS}?version=2")["values"]["pace"] == "gap"
    assert own.get(f"{OURS}?version=3", 404)["code"] == "not-found"
    _, last = told(own, f"policy/{DEFAULT}")
    assert "pace: ratio → gap; days until outdated: 3 → 5" in last


def test_policies_are_listed_with_the_organisations_first(own: Stack) -> None:
    made = own.post(PATH, {"name": "Steady", "values": {"status_rollup": "mean"}}, 201)
    assert (made["version"], made["values"]["status_rollup"]) == (1, "mean")
    listed = own.get(f"{PATH}?limit=1", headers=waited(own))
    rest = own.get(PATH, params={"limit": 1, "cursor": listed["next_cursor"]})
    assert [each["id"] for each in (*listed["items"], *rest["items"])] == [DEFAULT, made["id"]]
    revise(own, OURS, pace="gap")
    again = own.get(PATH, headers=waited(own))["items"]
    assert [each["id"] for each in again] == [DEFAULT, made["id"]]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"score_floor": 2}, "/values/score_cap"),
        ({"draft_days": 2}, "/values/draft_days"),
        ({"outdated_after_days": -1}, "/values/outdated_after_days"),
        ({"colour": "blue"}, "/values/colour"),
        ({"pace": "fast"}, "/values/pace"),
    ],
)
def test_values_that_contradict_themselves_are_refused_with_a_pointer(
    stack: Stack, values: Any, pointer: str
) -> None:
    for refused in (
        revise(stack, OURS, 422, **values),
        stack.post(PATH, {"name": "Odd", "values": values}, 422),
    ):
        assert refused["errors"][0]["pointer"] == pointer


def test_what_changed_can_be_taken_back(own: Stack) -> None:
    undo = revise(own, OURS, pace="gap")["undo"]
    own.client.request(undo["method"], undo["path"], json=undo["body"], headers=ANY)
    assert own.get(OURS)["values"]["pace"] == "ratio"


# --- cycles ---------------------------------------------------------------------------------------


def test_cycles_that_follow_take_a_new_version_over_and_the_past_stays(own: Stack) -> None:
    follows, pinned = own.cycle(), own.cycle(policy={"id": DEFAULT, "version": 0})
    alone = own.cycle(policy={"status_rollup": "mean"})
    head = own.journal.head()
    revise(own, OURS, pace="gap")
    paces = [policy_of(own, each)["pace"] for each in (follows, pinned, alone)]
    assert paces == ["gap", "ratio", "ratio"]
    assert policy_of(own, follows)["version"] == 2
    assert policy_of(own, follows, f"?as_of=@{head}")["pace"] == "ratio"
    assert (policy_of(own, alone)["id"], policy_of(own, alone)["version"]) == (None, 1)
    assert "pace: ratio → gap" in told(own, f"cycle/{follows}")[-1]
    later = own.cycle()
    assert (policy_of(own, later)["pace"], policy_of(own, later)["version"]) == ("gap", 2)


def test_a_closed_cycle_keeps_what_it_had(own: Stack) -> None:
    cycle = own.cycle()
    own.post(f"/v1/cycles/{cycle}/start")
    own.post(f"/v1/cycles/{cycle}/close")
    revise(own, OURS, pace="gap")
    assert policy_of(own, cycle)["pace"] == "ratio"
    body = {"policy": {"id": DEFAULT}, "reason": "All alike"}
    assert changed(own, f"/v1/cycles/{cycle}", body, 409)["code"] == "cycle-closed"


def test_a_cycle_takes_over_another_policy_or_choices_of_its_own(own: Stack) -> None:
    steady = own.post(PATH, {"name": "Steady", "values": {"pace": "gap"}}, 201)["id"]
    cycle = own.cycle()
    path = f"/v1/cycles/{cycle}"
    body = {"policy": {"id": steady}, "name": "Winter", "reason": "All alike"}
    done = changed(own, path, body)
    assert (done["policy"]["id"], done["policy"]["pace"], done["name"]) == (steady, "gap", "Winter")
    assert done["undo"]["body"]["policy"] == {"id": DEFAULT}
    own_choices = {"policy": {"outdated_after_days": 9}, "reason": "Holidays"}
    done = changed(own, path, own_choices)["policy"]
    assert (done["id"], done["pace"], done["outdated_after_days"]) == (None, "gap", 9)
    undo = changed(own, path, {"policy": {"id": steady, "version": 1}, "reason": "Back"})["undo"]
    own.client.request(undo["method"], undo["path"], json=undo["body"], headers=ANY)
    assert policy_of(own, cycle)["outdated_after_days"] == 9


def test_a_cycle_names_only_what_there_is(own: Stack) -> None:
    cycle = {"name": "Q", "starts_on": "2026-01-01", "ends_on": "2026-03-31", "timezone": "UTC"}
    nobody = "01890000-0000-7000-8000-000000000000"
    for policy, status, pointer in (
        ({"id": nobody}, 404, "/policy/id"),
        ({"id": DEFAULT, "version": 7}, 422, "/policy/version"),
        ({"version": 7}, 422, "/policy/version"),
        ({"id": DEFAULT, "pace": "gap"}, 422, "/policy"),
        ({"score_cap": -1}, 422, "/policy/score_cap"),
    ):
        refused = own.post("/v1/cycles", {**cycle, "policy": policy}, status)
        assert refused["errors"][0]["pointer"] == pointer, policy
    edit = {"effective_from": "2026-01-01T00:00:00Z"}
    known = own.cycle()
    assert changed(own, f"/v1/cycles/{known}", edit, 422)["code"] == "invalid-request"


def test_a_repeated_change_is_answered_as_the_first(own: Stack) -> None:
    cycle, headers = own.cycle(), {**ANY, "Idempotency-Key": "once"}
    body = {"values": {"pace": "gap"}, "reason": "Why"}
    first, again = [own.client.patch(OURS, json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert policy_of(own, cycle)["version"] == 2


def test_in_a_batch_the_cycles_of_the_batch_follow_too(own: Stack) -> None:
    cycle = {"name": "Q", "starts_on": "2026-01-01", "ends_on": "2026-03-31", "timezone": "UTC"}
    commands = [
        {"method": "POST", "path": "/v1/cycles", "body": cycle},
        {
            "method": "PATCH",
            "path": OURS,
            "body": {"values": {"pace": "gap"}, "reason": "Why"},
            "if_match": "*",
        },
    ]
    results = own.post("/v1/batch", {"commands": commands, "atomic": True})["results"]
    assert policy_of(own, results[0]["body"]["id"])["pace"] == "gap"
