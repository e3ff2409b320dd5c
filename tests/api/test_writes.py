"""Writing: versions, positions, idempotency keys, and what the state forbids."""

from itertools import pairwise

import pytest

from domain.text import SealedText
from tests.api.installation import Stack


def test_an_answer_names_version_and_position(stack: Stack) -> None:
    response = stack.client.post("/v1/teams", json={"name": "Ops", "kind": "team"})
    body = response.json()
    assert response.status_code == 201
    assert response.headers["etag"] == f'"{body["version"]}"'
    assert response.headers["truenorth-position"] == str(body["position"])
    assert response.headers["location"] == f"/v1/teams/{body['id']}"
    assert response.headers["idempotency-key"], "the server makes a key when none came"


def test_an_edit_with_the_version_seen_goes_through(stack: Stack) -> None:
    company = stack.active()
    seen = stack.client.get(f"/v1/objectives/{company.objective}").headers["etag"]
    dropped = stack.client.post(
        f"/v1/objectives/{company.objective}/drop",
        json={"reason": "The market left."},
        headers={"If-Match": seen},
    )
    assert dropped.status_code == 200
    assert dropped.json()["state"] == "dropped"
    assert dropped.json()["version"] > int(seen.strip('"'))


def test_a_stale_edit_tells_the_current_version_and_changes_nothing(stack: Stack) -> None:
    company = stack.active()
    before = stack.get(f"/v1/objectives/{company.objective}")
    refused = stack.client.post(
        f"/v1/objectives/{company.objective}/drop",
        json={"reason": "x"},
        headers={"If-Match": '"1"'},
    )
    assert refused.status_code == 412
    assert refused.json()["current_version"] == before["version"]
    assert stack.get(f"/v1/objectives/{company.objective}")["version"] == before["version"]


@pytest.mark.parametrize("weak", ['W/"{}"', '"1", W/"{}"', "w/{}"])
def test_a_weak_version_matches_nothing(stack: Stack, weak: str) -> None:
    company = stack.active()
    version = stack.get(f"/v1/objectives/{company.objective}")["version"]
    refused = stack.client.post(
        f"/v1/objectives/{company.objective}/drop",
        json={"reason": "x"},
        headers={"If-Match": weak.format(version)},
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unreadable-if-match")
    assert stack.get(f"/v1/objectives/{company.objective}")["version"] == version


def test_additive_moves_need_no_version(stack: Stack) -> None:
    company = stack.active()
    body = {"value": 25, "confidence": 0.5}
    assert stack.client.post(company.check_ins, json=body).status_code == 201
    obstacle = stack.post(
        "/v1/obstacles",
        {
            "title": "No data",
            "about": {"kind": "key_result", "id": company.key_result},
            "severity": "low",
        },
    )["id"]
    why = stack.client.post(f"/v1/obstacles/{obstacle}/whys", json={"answer": "No sensor"})
    assert why.status_code == 201


def test_an_illegal_move_lists_the_allowed_ones(stack: Stack) -> None:
    team, owner, cycle = stack.team(), stack.person(), stack.cycle()
    objective = stack.objective(cycle, team, owner)
    refused = stack.post(f"/v1/objectives/{objective}/accept", status=409)
    assert refused["code"] == "illegal-move"
    assert "propose" in refused["allowed"]
    assert "accept" not in refused["allowed"]


def test_the_same_key_gives_the_first_answer_again(stack: Stack) -> None:
    company = stack.active()
    headers = {"Idempotency-Key": f"again-{company.key_result}"}
    body = {"value": 25, "confidence": 0.5, "note": "first"}
    first = stack.client.post(company.check_ins, json=body, headers=headers)
    company.check_in(39)
    stack.clock.pass_by(hours=1)
    head = stack.journal.head()
    again = stack.client.post(company.check_ins, json=body, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert stack.journal.head() == head, "nothing was written twice"


def test_a_replayed_edit_is_not_stale(stack: Stack) -> None:
    company = stack.active()
    path = f"/v1/objectives/{company.objective}/drop"
    seen = stack.client.get(f"/v1/objectives/{company.objective}").headers["etag"]
    headers = {"If-Match": seen, "Idempotency-Key": f"drop-{company.objective}"}
    first = stack.client.post(path, json={"reason": "x"}, headers=headers)
    again = stack.client.post(path, json={"reason": "x"}, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


def test_the_same_key_with_another_body_is_refused(stack: Stack) -> None:
    company = stack.active()
    headers = {"Idempotency-Key": f"other-{company.key_result}"}
    stack.client.post(company.check_ins, json={"value": 25, "confidence": 0.5}, headers=headers)
    refused = stack.client.post(
        company.check_ins, json={"value": 26, "confidence": 0.5}, headers=headers
    )
    assert refused.status_code == 422
    assert refused.json()["code"] == "idempotency-key-reused"


def test_keys_of_two_people_do_not_meet(stack: Stack) -> None:
    ann, bo = stack.person("Ann"), stack.person("Bo")
    ids = set()
    for person in (ann, bo):
        response = stack.client.post(
            "/v1/teams",
            json={"name": f"Team of {person}", "kind": "team"},
            headers={"Idempotency-Key": "mine", "TrueNorth-Person": person},
        )
        assert response.status_code == 201
        ids.add(response.json()["id"])
    assert len(ids) == 2


def test_the_person_named_is_the_actor(stack: Stack) -> None:
    ann = stack.person("Ann")
    headers = {"TrueNorth-Person": ann}
    team = stack.client.post(
        "/v1/teams", json={"name": "Of Ann", "kind": "team"}, headers=headers
    ).json()
    event = stack.get(f"/v1/events?after={team['position'] - 1}&limit=1")["items"][0]
    assert (event["actorkind"], event["actorid"]) == ("person", ann)
    assert event["subject"] == f"team/{team['id']}"


def test_a_reason_becomes_part_of_the_envelope(stack: Stack) -> None:
    company = stack.active()
    dropped = stack.post(f"/v1/objectives/{company.objective}/drop", {"reason": "Sold the plant"})
    about = stack.get(f"/v1/events?after={dropped['position'] - 2}")["items"]
    assert "Sold the plant" in {event.get("reason") for event in about}


def test_a_move_that_needs_a_reason_says_so(stack: Stack) -> None:
    company = stack.active()
    refused = stack.post(f"/v1/objectives/{company.objective}/drop", status=422)
    assert refused["code"] == "reason-required"
    assert refused["errors"][0]["pointer"] == "/reason"


@pytest.mark.parametrize("path", ["key-results", "propose"])
def test_unknown_ids_are_404(stack: Stack, path: str) -> None:
    for thing in ("01890000-0000-7000-8000-000000000000", "nonsense", "%00", "..%2f"):
        response = stack.client.post(
            f"/v1/objectives/{thing}/{path}", json={}, headers={"If-Match": "*"}
        )
        assert response.status_code == 404


def test_positions_of_answers_rise(stack: Stack) -> None:
    positions = [
        stack.post("/v1/teams", {"name": f"Rise {n}", "kind": "team"})["position"] for n in range(5)
    ]
    assert all(later > earlier for earlier, later in pairwise(positions))


def test_a_reason_given_is_kept(stack: Stack) -> None:
    """Where none is asked for it may still be given; it becomes part of the facts' envelopes."""
    company = stack.active()
    about = {"kind": "objective", "id": company.objective}
    raised = {"title": "No data", "about": about, "severity": "low"}
    obstacle = f"/v1/obstacles/{stack.post('/v1/obstacles', raised)['id']}"
    done = {"result": "Seen", "evidence": "Chart"}
    opened = {"title": "Look", "kind": "kaizen", "team_id": company.team, "owner_id": company.owner}
    action = f"/v1/actions/{stack.post('/v1/actions', opened)['id']}"
    cycle = f"/v1/cycles/{company.cycle}"
    for path, body in (
        (f"{cycle}/start", None),
        (f"{cycle}/pause", None),
        (f"{cycle}/resume", None),
        (f"{cycle}/close", None),
        (f"{cycle}/reopen", None),
        (f"{obstacle}/resolve", done),
        (f"{obstacle}/reopen", None),
        (f"{action}/move", {"column": "done"}),
        (f"{action}/verify", {**done, "effective": True}),
        (f"{action}/reopen", None),
    ):
        before = stack.journal.head()
        stack.post(path, {**(body or {}), "reason": f"Because of {path}"}, 200)
        facts = stack.journal.tail(before, 10)
        assert facts, path
        assert {each.reason for each in facts} == {SealedText(f"Because of {path}")}


def test_a_move_needs_no_body(stack: Stack) -> None:
    cycle = f"/v1/cycles/{stack.cycle()}"
    for verb in ("start", "pause", "resume", "close"):
        stack.post(f"{cycle}/{verb}", status=200)
