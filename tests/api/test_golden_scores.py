"""The golden values of RULES B2 and B3, asked over HTTP as a client sees them."""

from typing import Any

import pytest

from tests.api.installation import Stack


def metric(kind: str, baseline: float | None, target: float) -> dict[str, Any]:
    given = {"kind": kind, "target": target}
    return given if baseline is None else {**given, "baseline": baseline}


BAND = {"kind": "stay_below", "upper": 1, "method": "distance"}

GOLDEN = [
    (metric("increase", 20, 40), 25, 0.25, 0.25),
    (metric("decrease", 50, 10), 20, 0.75, 0.75),
    (metric("decrease", 50, 10), 60, -0.25, 0),
    (metric("decrease", 50, 10), 5, 1.125, 1),
    (metric("increase", -10, 10), 0, 0.5, 0.5),
    (metric("decrease", 0, -100), -25, 0.25, 0.25),
    (metric("decrease", 10, 0), 7, 0.3, 0.3),
    (metric("decrease", 10, 0), -10, 2, 1),
    (metric("reach", None, 8), 2, 0.25, 0.25),
    ({"kind": "percentage"}, 46, 0.46, 0.46),
    (BAND, 0.8, 1.2, 1),
    (BAND, 1.5, 0.5, 0.5),
    (BAND, 1.75, 0.25, 0.25),
    (BAND, 0.25, 1.75, 1),
    ({"kind": "stay_between", "lower": 4, "upper": 5, "method": "instant"}, 4.5, 1, 1),
    ({"kind": "stay_between", "lower": 4, "upper": 5, "method": "instant"}, 5.1, 0, 0),
]


@pytest.mark.parametrize(("measure", "value", "raw", "progress"), GOLDEN)
def test_value_to_score(
    stack: Stack, measure: dict[str, Any], value: float, raw: float, progress: float
) -> None:
    company = stack.active(measure)
    company.check_in(value)
    shown = stack.get(f"/v1/objectives/{company.objective}")
    (key_result,) = shown["key_results"]
    assert key_result["value"] == value
    assert key_result["raw"] == pytest.approx(raw, abs=1e-12)
    assert key_result["progress"] == progress
    assert shown["progress"] == progress


@pytest.mark.parametrize(
    ("zone", "progress"), [("fail", 0), ("commit", 0.3), ("target", 0.7), ("stretch", 1)]
)
def test_zones(stack: Stack, zone: str, progress: float) -> None:
    measure = {"kind": "zones", "fail": 0, "commit": 30, "target": 70, "stretch": 100}
    company = stack.active(measure)
    company.check_in(zone=zone)
    assert stack.get(f"/v1/objectives/{company.objective}")["progress"] == progress


def test_milestones_by_weight_and_binary(stack: Stack) -> None:
    milestones = [{"title": "a"}, {"title": "b", "weight": 2}, {"title": "c"}]
    company = stack.active({"kind": "milestones", "milestones": milestones})
    shown = stack.get(f"/v1/objectives/{company.objective}")["key_results"][0]
    ids = [each["id"] for each in shown["measure"]["milestones"]]
    company.check_in(milestone_ids=[ids[1]])
    assert stack.get(f"/v1/objectives/{company.objective}")["progress"] == 0.5

    done = stack.active({"kind": "binary"})
    done.check_in(done=True)
    assert stack.get(f"/v1/objectives/{done.objective}")["progress"] == 1


def test_pending_is_said_and_is_not_green(stack: Stack) -> None:
    company = stack.active()
    shown = stack.get(f"/v1/objectives/{company.objective}")
    assert shown["coverage"] == 0
    assert shown["progress"] == 0
    assert shown["health"] in {"pending", "outdated"}


def test_weights_and_the_drop_gain(stack: Stack) -> None:
    """S = sum(w s) / sum(w); a dropped key result leaves, and both numbers are shown."""
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    objective = stack.objective(cycle, team, owner)
    percentage = {"kind": "percentage"}
    first, second = (stack.key_result(objective, percentage, weight=w) for w in (1, 3))
    stack.activate(objective)
    for key_result, value in ((first, 80), (second, 20)):
        path = f"/v1/objectives/{objective}/key-results/{key_result}/check-ins"
        stack.post(path, {"value": value, "confidence": 0.5})
    assert stack.get(f"/v1/objectives/{objective}")["progress"] == 0.35
    stack.post(f"/v1/objectives/{objective}/key-results/{second}/drop", {"reason": "sold"})
    stack.clock.pass_by(minutes=1)
    position = stack.journal.head()
    assert stack.get(f"/v1/objectives/{objective}")["progress"] == 0.8
    scores = stack.get(
        f"/v1/scores?cycle_id={cycle}", headers={"TrueNorth-Min-Position": str(position)}
    )
    assert scores["score"] == 0.8
    assert scores["score_if_nothing_dropped"] == 0.35


def test_a_supporting_objective_votes_in_the_score_of_the_one_it_supports(stack: Stack) -> None:
    """Key results 27 and 18, a supporter at (85 + 60) / 2: 39.17 per cent, rounded once."""
    owner, team, cycle = stack.person(), stack.team(), stack.cycle()
    percentage = {"kind": "percentage"}

    def aim(values: list[float], **given: Any) -> tuple[str, list[str]]:
        objective = stack.objective(cycle, team, owner, **given)
        paths = [
            f"/v1/objectives/{objective}/key-results/{stack.key_result(objective, percentage)}"
            for _ in values
        ]
        stack.activate(objective)
        for path, value in zip(paths, values, strict=True):
            stack.post(f"{path}/check-ins", {"value": value, "confidence": 0.5})
        return objective, paths

    whole, paths = aim([27, 18])
    alone = stack.journal.head()
    child, child_paths = aim([85, 60], supports=[{"kind": "objective", "id": whole}])
    shown = stack.get(f"/v1/objectives/{whole}")
    assert shown["progress"] == 0.3917
    assert [(each["id"], each["progress"]) for each in shown["supported_by"]] == [(child, 0.725)]
    assert stack.get(f"/v1/objectives/{whole}?as_of=@{alone}")["progress"] == 0.225
    fresh = {"TrueNorth-Min-Position": str(stack.journal.head()), "Prefer": "wait=20"}
    listed = stack.get(f"/v1/objectives?cycle_id={cycle}", headers=fresh)["items"]
    assert {each["id"]: each["progress"] for each in listed} == {whole: 0.3917, child: 0.725}

    reading = {"value": 27.5, "confidence": 0.5}
    preview = stack.post(f"{paths[0]}/preview", reading)
    answer = stack.post(f"{paths[0]}/check-ins", reading)
    assert preview["objective_progress"] == answer["objective_progress"] == 0.3933
    stack.post(f"{child_paths[0]}/check-ins", {"value": 100, "confidence": 0.5})
    assert stack.get(f"/v1/objectives/{whole}")["progress"] == 0.4183


def test_the_policy_may_leave_an_objective_to_its_key_results(stack: Stack) -> None:
    owner, team = stack.person(), stack.team()
    cycle = stack.cycle(policy={"rollup": "key_results"})
    whole = stack.objective(cycle, team, owner)
    stack.key_result(whole)
    stack.activate(whole)
    supports = [{"kind": "objective", "id": whole}]
    child = stack.objective(cycle, team, owner, supports=supports)
    path = f"/v1/objectives/{child}/key-results/{stack.key_result(child)}/check-ins"
    stack.activate(child)
    stack.post(path, {"value": 40, "confidence": 0.5})
    shown = stack.get(f"/v1/objectives/{whole}")
    assert shown["progress"] == 0
    assert [each["weight_share"] for each in shown["supported_by"]] == [None]


def test_decimal_text_survives(stack: Stack) -> None:
    company = stack.active(metric("increase", 0, 0.3))
    answer = company.check_in(0.1)
    assert '"value":0.1' in stack.client.get(f"/v1/objectives/{company.objective}").text
    assert answer["progress"] == 0.3333


def test_a_preview_gives_the_number_the_check_in_then_gives(stack: Stack) -> None:
    company = stack.active()
    head = stack.journal.head()
    path = company.check_ins.replace("check-ins", "preview")
    preview = stack.post(path, {"value": 33, "confidence": 0.4})
    assert stack.journal.head() == head, "a preview writes nothing"
    answer = company.check_in(33, confidence=0.4)
    for name in ("value", "raw", "progress", "expected", "health"):
        assert preview[name] == answer["key_result"][name]
    assert preview["objective_progress"] == answer["objective_progress"] == 0.65


def test_a_correction_replaces_the_reading_and_keeps_the_old_one(stack: Stack) -> None:
    company = stack.active()
    wrong = company.check_in(39)
    right = stack.post(
        f"/v1/check-ins/{wrong['id']}/correct",
        {"value": 29, "confidence": 0.5, "reason": "typed 3 for 2"},
        201,
    )
    assert right["corrects"] == wrong["id"]
    shown = stack.get(f"/v1/objectives/{company.objective}/key-results/{company.key_result}")
    assert shown["value"] == 29
    old, new = shown["check_ins"]
    assert (old["value"], old["corrected_by"]) == (39, new["id"])


def test_the_owner_may_not_approve_a_new_target(stack: Stack) -> None:
    company = stack.active()
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}/retarget"
    body = {"target": 30, "reason_code": "scope_decision", "reason": "half the plant is sold"}
    by_owner = {"TrueNorth-Person": company.owner}
    refused = stack.post(path, body, headers=by_owner, status=403)
    assert refused["code"] == "approver-is-owner"
    boss = {"TrueNorth-Person": stack.person("Boss")}
    assert stack.post(path, body, headers=boss)["measure"]["target"] == 30
