"""Objectives and key results are edited, and every move that has a way back names it."""

from typing import Any

import pytest

from tests.api.installation import Company, Stack


@pytest.fixture
def company(stack: Stack) -> Company:
    """A company of the test's own, with one active objective."""
    return stack.active()


LINK = {"title": "The plan", "url": "https://example.org/plan"}


def patch(stack: Stack, path: str, body: Any, status: int = 200, match: str = "*") -> Any:
    answer = stack.client.patch(path, json=body, headers={"If-Match": match})
    assert answer.status_code == status, answer.text
    return answer.json()


def undo(stack: Stack, answer: dict[str, Any], status: int | None = None) -> Any:
    """The way back that an answer names, on the version that it told."""
    back = answer["undo"]
    assert back is not None, answer
    headers = {"If-Match": f'"{answer["version"]}"'}
    if back["path"].endswith(("/withdraw", "/correct")) and "check-ins" in back["path"]:
        headers = {}
    body = {} if back["body"] is None else {"json": back["body"]}
    done = stack.client.request(back["method"], back["path"], headers=headers, **body)
    assert done.status_code == status if status else done.status_code < 300, done.text
    return done.json()


def draft(stack: Stack, **given: Any) -> str:
    return stack.objective(stack.cycle(), stack.team(), stack.person(), **given)


# --- objectives -------------------------------------------------------------------------------


def test_every_field_of_a_draft_can_be_edited_and_edited_back(stack: Stack):
    objective = draft(stack)
    path = f"/v1/objectives/{objective}"
    before = stack.get(path)
    ann, bob, other = stack.person(), stack.person("Bob"), stack.team()
    wish = {
        "title": "Never have to chase",
        "description": "**Why** it matters\n\n- one\n- two",
        "links": [LINK],
        "tags": ["north star"],
        "owner_id": ann,
        "team_id": other,
        "cycle_id": stack.cycle(),
        "ambition": "committed",
        "contributors": [{"person_id": bob, "share": 0.25}],
        "reviewer_id": bob,
        "sponsor_ids": [ann, bob],
    }
    edited = patch(stack, path, wish)
    assert {name: edited[name] for name in wish} == wish
    back = undo(stack, edited)
    assert {name: back[name] for name in wish} == {name: before[name] for name in wish}


def test_what_is_the_same_makes_no_fact(stack: Stack):
    objective = draft(stack, title="Ship on time")
    path = f"/v1/objectives/{objective}"
    before = stack.get(path)
    same = patch(stack, path, {"title": " Ship on time ", "description": None, "tags": []})
    assert (same["version"], same["undo"]) == (before["version"], None)


def test_each_kind_of_change_is_a_fact_of_its_own_and_told_before_and_after(stack: Stack):
    objective = draft(stack, title="Ship on tiem")
    patch(stack, f"/v1/objectives/{objective}", {"title": "Ship on time", "links": [LINK]})
    stack.views.wait_for(stack.journal.head(), 5)
    told = stack.get("/v1/history", params={"about": objective})["items"]
    renamed = next(each for each in told if each["type"] == "okr.objective-renamed")
    assert "renamed “Ship on tiem” to “Ship on time”" in renamed["sentence"]
    assert (renamed["before"], renamed["after"]) == (
        {"title": "Ship on tiem"},
        {"title": "Ship on time"},
    )
    types = [each["type"] for each in told]
    assert {"okr.objective-renamed", "okr.objective-linked"} <= set(types)


def test_an_edit_needs_the_version_that_was_seen(stack: Stack):
    path = f"/v1/objectives/{draft(stack)}"
    assert stack.client.patch(path, json={"title": "New"}).status_code == 428
    patch(stack, path, {"title": "New"}, 412, match='"77"')


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"title": " "}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"owner_id": None}, "/owner_id"),
        ({"cycle_id": None}, "/cycle_id"),
        ({"description": "x" * 20_001}, "/description"),
        ({"links": [{"title": "Bad", "url": "javascript:alert(1)"}]}, "/links/0/url"),
        ({"tags": ["x" * 81]}, "/tags/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(stack: Stack, wish: Any, pointer: str):
    refused = patch(stack, f"/v1/objectives/{draft(stack)}", wish, 422)
    assert refused["errors"][0]["pointer"] == pointer


def test_nobody_is_named_who_is_not_there(stack: Stack):
    nobody = stack.services.new_id()
    path = f"/v1/objectives/{draft(stack)}"
    for wish in (
        {"owner_id": nobody},
        {"team_id": nobody},
        {"reviewer_id": nobody},
        {"contributors": [{"person_id": nobody}]},
        {"sponsor_ids": [nobody]},
    ):
        assert patch(stack, path, wish, 404)["code"] == "not-found"


def test_once_it_is_active_an_edit_is_explained_and_its_cycle_stays(company: Company):
    stack, path = company.stack, f"/v1/objectives/{company.objective}"
    assert patch(stack, path, {"title": "New"}, 422)["code"] == "reason-required"
    edited = patch(stack, path, {"title": "New", "reason": "a typo"})
    assert edited["title"] == "New"
    assert undo(stack, edited)["title"] != "New"
    moved = patch(stack, path, {"cycle_id": stack.cycle(), "reason": "later"}, 409)
    assert moved["code"] == "illegal-move"


def test_words_are_put_right_in_the_end_and_nothing_else(company: Company):
    stack, path = company.stack, f"/v1/objectives/{company.objective}"
    stack.post(f"{path}/drop", {"reason": "strategy"})
    assert patch(stack, path, {"title": "Right", "reason": "a typo"})["title"] == "Right"
    wish = {"owner_id": stack.person(), "reason": "she left"}
    assert patch(stack, path, wish, 409)["code"] == "illegal-move"


def test_a_personal_objective_has_no_team(stack: Stack):
    owner, cycle = stack.person(), stack.cycle()
    body = {"cycle_id": cycle, "owner_id": owner, "title": "Learn Dutch", "ambition": "committed"}
    made = stack.post("/v1/objectives", body, 201)
    assert made["team_id"] is None
    stack.views.wait_for(stack.journal.head(), 5)
    board = stack.get("/v1/boards/objectives", params={"cycle_id": cycle})
    cards = {each["id"]: each for column in board["columns"] for each in column["cards"]}
    assert cards[made["id"]]["team_id"] is None
    assert stack.post("/v1/objectives", body, 409)["code"] == "title-taken"
    team = stack.team()
    moved = patch(stack, f"/v1/objectives/{made['id']}", {"team_id": team})
    assert moved["team_id"] == team
    assert undo(stack, moved)["team_id"] is None


def test_the_board_of_a_cycle_follows_a_move_and_its_past_does_not(stack: Stack):
    first, second = stack.cycle(), stack.cycle()
    objective = stack.objective(first, stack.team(), stack.person())
    then = stack.journal.head()
    patch(stack, f"/v1/objectives/{objective}", {"cycle_id": second})
    stack.objective(second, stack.team(), stack.person())
    stack.views.wait_for(stack.journal.head(), 5)

    def on_board(cycle: str, **moment: Any) -> bool:
        board = stack.get("/v1/boards/objectives", params={"cycle_id": cycle, **moment})
        return any(card["id"] == objective for each in board["columns"] for card in each["cards"])

    assert (on_board(first), on_board(second)) == (False, True)
    past = {"as_of": f"@{then}"}
    assert (on_board(first, **past), on_board(second, **past)) == (True, False)
    later = {"as_of": f"@{stack.journal.head() - 1}"}
    assert (on_board(first, **later), on_board(second, **later)) == (False, True)


def test_a_deleted_draft_is_nowhere_but_in_the_past_and_comes_back(stack: Stack):
    cycle = stack.cycle()
    objective = stack.objective(cycle, stack.team(), stack.person())
    path, then = f"/v1/objectives/{objective}", stack.journal.head()
    deleted = stack.client.delete(path, headers={"If-Match": "*"}).json()
    assert deleted["state"] == "deleted"
    stack.get(path, 404)
    stack.views.wait_for(stack.journal.head(), 5)
    assert stack.get("/v1/objectives", params={"cycle_id": cycle})["items"] == []
    assert stack.get(path, params={"as_of": f"@{then}"})["state"] == "draft"
    told = stack.get("/v1/history", params={"about": objective})["items"]
    assert any("deleted the draft" in each["sentence"] for each in told)
    assert undo(stack, deleted)["state"] == "draft"
    assert stack.get(path)["state"] == "draft"


def test_only_a_draft_is_deleted(company: Company):
    path = f"/v1/objectives/{company.objective}"
    refused = company.stack.client.delete(path, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-move")


def test_drafting_is_undone_by_deleting(stack: Stack):
    body = {
        "cycle_id": stack.cycle(),
        "owner_id": stack.person(),
        "title": "A",
        "ambition": "committed",
    }
    made = stack.post("/v1/objectives", body, 201)
    assert undo(stack, made)["state"] == "deleted"


def test_activation_is_taken_back_until_somebody_checks_in(company: Company):
    stack, path = company.stack, f"/v1/objectives/{company.objective}"
    agreed = stack.post(f"{path}/deactivate", status=200)
    assert agreed["state"] == "agreed"
    active = stack.post(f"{path}/activate", status=200)
    read = stack.post(f"{path}/key-results/{company.key_result}/check-ins", {"value": 25})
    undo(stack, active, 412)
    refused = stack.post(f"{path}/deactivate", status=409)
    assert "checked in since" in refused["detail"]
    stack.post(f"/v1/check-ins/{read['id']}/withdraw", {"reason": "too soon"}, 200)
    assert stack.post(f"{path}/deactivate", status=200)["state"] == "agreed"


def test_what_was_dropped_comes_back_as_it_was(company: Company):
    stack, path = company.stack, f"/v1/objectives/{company.objective}"
    dropped = stack.post(f"{path}/drop", {"reason": "strategy"}, 200)
    assert undo(stack, dropped)["state"] == "active"


# --- key results ------------------------------------------------------------------------------


def test_every_word_and_date_of_a_key_result_can_be_edited_and_edited_back(stack: Stack):
    objective = draft(stack)
    key_result = stack.key_result(objective)
    path = f"/v1/objectives/{objective}/key-results/{key_result}"
    before = stack.get(path)
    wish = {
        "title": "Lead time",
        "description": "From order to door",
        "links": [LINK],
        "owner_id": stack.person(),
        "starts_on": "2026-01-15",
        "due_on": "2026-03-01",
        "indicator": "leading",
        "capacity": "tight",
    }
    edited = patch(stack, path, wish)
    assert {name: edited[name] for name in wish} == wish
    back = undo(stack, edited)
    assert {name: back[name] for name in wish} == {name: before[name] for name in wish}


def test_milestones_are_renamed_and_keep_what_is_done(stack: Stack):
    milestones = [{"title": "Planed"}, {"title": "Built"}]
    company = stack.active({"kind": "milestones", "milestones": milestones})
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    first = stack.get(path)["measure"]["milestones"][0]["id"]
    stack.post(f"{path}/check-ins", {"milestone_ids": [first]})
    wish = {"milestones": [{"id": first, "title": "Planned"}], "reason": "a typo"}
    edited = patch(stack, path, wish)
    assert [each["title"] for each in edited["measure"]["milestones"]] == ["Planned", "Built"]
    assert edited["progress"] == 0.5
    assert undo(stack, edited)["measure"]["milestones"][0]["title"] == "Planed"


def test_a_key_result_is_created_with_all_it_may_say(stack: Stack):
    wish = {
        "description": "From order to door",
        "links": [LINK],
        "starts_on": "2026-01-15",
        "indicator": "lagging",
        "capacity": "exceeds",
    }
    objective = draft(stack)
    key_result = stack.key_result(objective, **wish)
    shown = stack.get(f"/v1/key-results/{key_result}")
    assert {name: shown[name] for name in wish} == wish
    assert (shown["objective_id"], shown["team_id"]) == (
        objective,
        stack.get(f"/v1/objectives/{objective}")["team_id"],
    )


def test_moves_on_a_key_result_are_taken_back(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    moved = stack.post(
        f"{path}/retarget", {"target": 50, "reason_code": "external_change", "reason": "market"}
    )
    assert undo(stack, moved)["measure"]["target"] == 40
    weighed = stack.post(f"{path}/reweight", {"weight": 3})
    assert undo(stack, weighed)["weight"] == 1
    dropped = stack.post(f"{path}/drop", {"reason": "sold"})
    back = undo(stack, dropped)
    assert back["dropped_at"] is None
    assert undo(stack, back)["dropped_at"] is not None


def test_a_wrong_measure_is_corrected_and_not_retargeted(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    stack.post(f"{path}/check-ins", {"value": 30})
    then = stack.journal.head()
    wish = {"target": 60, "reason_code": "measurement_error", "reason": "misread"}
    assert stack.post(f"{path}/retarget", wish, 422)["code"] == "use-correct-measure"
    measure = {"kind": "increase", "baseline": 0, "target": 60}
    assert stack.post(f"{path}/correct-measure", {"measure": measure}, 422)["code"] == (
        "reason-required"
    )
    corrected = stack.post(f"{path}/correct-measure", {"measure": measure, "reason": "misread"})
    assert corrected["corrected"]
    assert (corrected["progress"], corrected["first_target_score"]) == (0.5, 0.5)
    assert corrected["first_measure"] == corrected["measure"]
    assert stack.get(path, params={"as_of": f"@{then}"})["progress"] == 0.5
    assert undo(stack, corrected)["measure"]["baseline"] == 20


def test_a_converted_key_result_waits_for_its_first_reading(stack: Stack):
    company = stack.active({"kind": "percentage"})
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    stack.post(f"{path}/check-ins", {"value": 30})
    stack.clock.pass_by(minutes=1)
    counted = {"measure": {"kind": "increase", "baseline": 0, "target": 500}, "reason": "counted"}
    converted = stack.post(f"{path}/convert", counted, 200)
    assert (converted["progress"], converted["health"]) == (None, "pending")
    assert converted["converted_from"]["kind"] == "percentage"
    assert "measured another way" in converted["health_reason"]
    stack.clock.pass_by(minutes=1)
    read = stack.post(f"{path}/check-ins", {"value": 250})
    assert read["progress"] == 0.5


# --- check-ins --------------------------------------------------------------------------------


def test_a_withdrawn_check_in_counts_nowhere_and_stays_readable(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    stack.post(f"{path}/check-ins", {"value": 25})
    stack.clock.pass_by(minutes=1)
    wrong = stack.post(f"{path}/check-ins", {"value": 39, "note": "not mine"})
    assert wrong["progress"] == 0.95
    then = stack.journal.head()
    withdrawn = undo(stack, wrong)
    assert (withdrawn["withdrawn"], withdrawn["withdrawn_reason"]) == (True, "Taken back.")
    assert (withdrawn["progress"], withdrawn["note"]) == (0.25, "not mine")
    assert stack.get(path, params={"as_of": f"@{then}"})["progress"] == 0.95
    stack.views.wait_for(stack.journal.head(), 5)
    listed = stack.get("/v1/objectives", params={"cycle_id": company.cycle})["items"][0]
    assert listed["progress"] == 0.25
    scores = stack.get("/v1/scores", params={"cycle_id": company.cycle})
    assert scores["score"] == 0.25
    again = undo(stack, withdrawn)
    assert (again["progress"], again["note"]) == (0.95, "not mine")


def test_withdrawing_the_only_check_in_leaves_it_pending(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    read = stack.post(f"{path}/check-ins", {"value": 39})
    stack.post(f"/v1/check-ins/{read['id']}/withdraw", {"reason": "wrong key result"}, 200)
    shown = stack.get(f"/v1/objectives/{company.objective}")["key_results"][0]
    assert (shown["last_check_in_at"], shown["progress"]) == (None, 0)
    refused = stack.post(f"/v1/check-ins/{read['id']}/correct", {"value": 1, "reason": "x"}, 409)
    assert refused["code"] == "already-withdrawn"
    refused = stack.post(f"/v1/check-ins/{read['id']}/withdraw", {"reason": "x"}, 409)
    assert refused["code"] == "already-withdrawn"


def test_a_withdrawal_says_why(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    read = stack.post(f"{path}/check-ins", {"value": 39})
    for body in ({}, {"reason": None}):
        refused = stack.post(f"/v1/check-ins/{read['id']}/withdraw", body, 422)
        assert refused["code"] == "reason-required"


def test_a_correction_is_corrected_back(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    read = stack.post(f"{path}/check-ins", {"value": 25, "confidence": 0.5})
    corrected = stack.post(f"/v1/check-ins/{read['id']}/correct", {"value": 30, "reason": "typo"})
    back = undo(stack, corrected)
    assert (back["value"], back["confidence"], back["progress"]) == (25, 0.5, 0.25)


# --- the page of a key result ------------------------------------------------------------------


def test_a_key_result_tells_how_it_went(company: Company):
    stack = company.stack
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}"
    first = stack.post(f"{path}/check-ins", {"value": 25, "note": "slow"})
    stack.clock.pass_by(hours=1)
    wrong = stack.post(f"{path}/check-ins", {"value": 39})
    stack.clock.pass_by(hours=1)
    stack.post(f"/v1/check-ins/{wrong['id']}/withdraw", {"reason": "not mine"})
    stack.post(f"{path}/retarget", {"target": 60, "reason_code": "external_change", "reason": "m"})
    stack.post(f"{path}/reweight", {"weight": 2})
    stack.views.wait_for(stack.journal.head(), 5)
    told = stack.get(f"/v1/key-results/{company.key_result}/series")
    assert [(each["check_in_id"], each["value"], each["withdrawn"]) for each in told["points"]] == [
        (first["id"], 25, False),
        (wrong["id"], 39, True),
    ]
    assert told["points"][0]["note"] == "slow"
    assert told["points"][0]["actor"]["id"] == "local"
    assert [each["target"] for each in told["targets"]] == [40, 60]
    assert [each["kind"] for each in told["marks"]] == ["retarget", "reweight"]
    assert "moved the target" in told["marks"][0]["sentence"]


def test_a_key_result_that_nobody_knows_is_not_found(stack: Stack):
    stack.get(f"/v1/key-results/{stack.services.new_id()}", 404)
    stack.get("/v1/key-results/nonsense/series", 404)


# --- why it stands so --------------------------------------------------------------------------


def test_a_status_says_why_and_by_which_policy(company: Company):
    stack = company.stack
    second = stack.key_result(company.objective, title="Handovers per case")
    of = f"/v1/objectives/{company.objective}/key-results"
    stack.post(f"{of}/{company.key_result}/check-ins", {"value": 40})
    stack.post(f"{of}/{second}/check-ins", {"value": 21})
    whole = stack.get(f"/v1/objectives/{company.objective}")
    reason = "1 of 2 key results not on track: Handovers per case (the worst counts)"
    assert whole["health_reason"] == reason
    stack.views.wait_for(stack.journal.head(), 5)
    board = stack.get("/v1/boards/objectives", params={"cycle_id": company.cycle})
    cards = [card for column in board["columns"] for card in column["cards"]]
    assert cards[0]["health_reason"] == reason
    asked = {"cycle_id": company.cycle, "team_id": company.team}
    scores = stack.get("/v1/scores", params=asked)
    assert scores["health_reason"].startswith("1 of 1 objective not on track")


def test_grades_that_rest_on_nothing_are_warned_of(company: Company):
    path = f"/v1/objectives/{company.objective}/grade"
    grade = {"id": company.key_result, "agreed_grade": 0}
    graded = company.stack.post(path, {"key_results": [grade]}, 200)
    assert [each["key_result_id"] for each in graded["warnings"]] == [company.key_result]


def test_a_person_grades_while_the_cycle_does_and_an_administrator_with_a_reason(company: Company):
    stack, path = company.stack, f"/v1/objectives/{company.objective}/grade"
    body = {"key_results": [{"id": company.key_result, "agreed_grade": 0}]}
    named = {"headers": {"TrueNorth-Person": company.owner}}
    refused = stack.post(path, body, 409, **named)
    assert refused["code"] == "outside-window"
    stack.post(path, {**body, "reason": "the team is dissolved"}, 200, **named)
