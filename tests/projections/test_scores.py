"""The score tree and the trend: equal votes, one rounding, null where nothing can be said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from domain.okr import check_in, leaving
from domain.okr import key_result as k
from domain.okr import measure as of
from domain.okr import objective as obj
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.drafting import DraftObjective
from domain.okr.stream import Support
from domain.people import person, team
from projections.engine.moment import Moment
from projections.okr.listing import objectives
from projections.okr.lists import objective_board
from projections.okr.scores import score_trend, scores
from tests.projections import quarter
from tests.projections.stage import START, Stage, staged

D = Decimal


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        for id_ in ("ada", "bo"):
            made.do(person.AddPerson, person_id=id_)
        quarter.plan(made, "q1", "2026 Q1", START.date().replace(year=2026, month=1, day=1),
                     START.date().replace(year=2026, month=3, day=31))  # fmt: skip
        yield made


def form(stage: Stage, team_id: str, under: str | None = None) -> None:
    kind = "company" if under is None else "team"
    stage.do(team.FormTeam, team_id=team_id, name=team_id.title(), kind=kind, parent_id=under)


def aim(
    stage: Stage,
    id_: str,
    team_id: str,
    *reached: int | None,
    active: bool = True,
    supports: str | None = None,
) -> None:
    """An objective of ``team_id`` with one key result 0..100 for each of ``reached``."""
    links = () if supports is None else (Support(kind="objective", id=supports),)
    stage.do(DraftObjective, objective_id=id_, cycle_id="q1", team_id=team_id, owner_id="bo",
             title=f"Objective {id_}", ambition="aspirational", supports=links)  # fmt: skip
    for number, _ in enumerate(reached):
        stage.do(
            k.AddKeyResult,
            objective_id=id_,
            key_result_id=f"{id_}{number}",
            title=f"Key result {number}",
            measure=of.Percentage(kind="percentage"),
        )
    if not active:
        return
    for wish in (ProposeObjective, AcceptObjective, obj.ActivateObjective):
        stage.do(wish, objective_id=id_)
    for number, value in enumerate(reached):
        if value is not None:
            read(stage, id_, number, value)


def read(stage: Stage, id_: str, number: int, value: int, confidence: str | None = None) -> int:
    return stage.do(
        check_in.RecordCheckIn,
        objective_id=id_,
        cycle_id="q1",
        key_result_id=f"{id_}{number}",
        check_in_id=f"{id_}{number}-{stage.day}-{value}",
        reading=of.Reading(value=D(value)),
        confidence=None if confidence is None else D(confidence),
    )


def tree(stage: Stage, **given: Any) -> dict[str, Any]:
    return scores(stage.views, "q1", given.pop("team_id", None), stage.moment(), **given)


def test_the_company_stands_at_the_top_and_teams_under_their_parents(stage):
    form(stage, "company")
    form(stage, "ops", "company")
    form(stage, "dock", "ops")
    aim(stage.on(40), "o", "dock", 50)
    top = tree(stage)
    assert (top["id"], top["kind"], top["name"]) == ("company", "company", "Company")
    (ops,) = top["teams"]
    (dock,) = ops["teams"]
    assert [each["id"] for each in dock["objectives"]] == ["o"]
    assert top["score"] == ops["score"] == dock["score"] == D("0.5")


def test_own_objectives_and_child_teams_have_equal_votes_and_are_rounded_once(stage):
    """RULES B3, golden: (27 + 18 + 72.5) / 3 = 39.17; rounding the child first gives 39.33."""
    form(stage, "company")
    form(stage, "ops", "company")
    stage.on(40)
    aim(stage, "a", "company", 27)
    aim(stage, "b", "company", 18)
    aim(stage, "c", "ops", 85, 60)
    top = tree(stage)
    assert top["teams"][0]["score"] == D("0.725")
    assert top["score"] == D("0.3917")


def test_supporting_objectives_vote_wherever_the_supported_one_is_shown(stage):
    """RULES B3, golden: key results 27 and 18, a supporter at 72.5, over three levels of teams."""
    form(stage, "company")
    form(stage, "ops", "company")
    stage.on(40)
    aim(stage, "whole", "company", 27, 18)
    aim(stage, "child", "ops", None, supports="whole")
    for name, reached in (("left", 85), ("right", 60)):
        aim(stage, name, "ops", reached, supports="child")
    stage.do(k.DropKeyResult, objective_id="child", cycle_id="q1", key_result_id="child0")
    aim(stage, "draft", "ops", 100, active=False, supports="whole")
    moment = stage.moment()
    golden, fields = D("0.3917"), ("id", "title", "weight_share", "progress")
    (shown,) = tree(stage)["objectives"]
    assert shown["progress"] == golden
    assert [[each[name] for name in fields] for each in shown["supported_by"]] == [
        ["child", "Objective child", 33, D("0.725")]
    ]
    assert [each["weight_share"] for each in shown["key_results"]] == [34, 33]
    board = objective_board(stage.views, "q1", "company", moment)
    assert [card["progress"] for column in board["columns"] for card in column["cards"]] == [golden]
    (listed,) = objectives(stage.views, moment=moment, team_id="company")["items"]
    assert listed["progress"] == golden
    points = score_trend(stage.views, "q1", objective_id="whole", moment=moment)["points"]
    assert next(each["score"] for each in points if each["at"] == moment.at) == golden


def test_a_team_without_a_score_has_no_vote(stage):
    form(stage, "company")
    form(stage, "ops", "company")
    form(stage, "idle", "company")
    aim(stage.on(40), "o", "ops", 60)
    top = tree(stage)
    assert top["score"] == D("0.6")
    idle = next(each for each in top["teams"] if each["id"] == "idle")
    assert (idle["score"], idle["expected"], idle["coverage"]) == (None, None, None)
    assert idle["health"] == "pending"


def test_nothing_at_all_is_null_and_not_zero(stage):
    top = tree(stage)
    assert (top["score"], top["teams"], top["objectives"]) == (None, [], [])
    form(stage, "company")
    assert tree(stage)["score"] is None


def test_only_what_was_activated_votes(stage):
    form(stage, "company")
    stage.on(40)
    aim(stage, "a", "company", 80)
    aim(stage, "b", "company", 10, active=False)
    for wish in (ProposeObjective, AcceptObjective):
        stage.do(wish, objective_id="b")
    aim(stage, "c", "company", 10, active=False)
    top = tree(stage)
    assert top["score"] == D("0.8")
    assert [each["id"] for each in top["objectives"]] == ["a", "b"]


def test_what_was_dropped_shows_in_one_number_only(stage):
    form(stage, "company")
    stage.on(40)
    aim(stage, "a", "company", 80)
    aim(stage, "b", "company", 20)
    aim(stage, "c", "company", 20, active=False)
    for id_ in ("b", "c"):
        stage.do(leaving.DropObjective, objective_id=id_, cycle_id="q1")
    top = tree(stage)
    assert (top["score"], top["score_if_nothing_dropped"]) == (D("0.8"), D("0.5"))
    assert [each["id"] for each in top["objectives"]] == ["a"]


def test_coverage_tells_what_nobody_has_looked_at(stage):
    form(stage, "company")
    aim(stage.on(40), "a", "company", 80, None, None, None)
    top = tree(stage)
    assert (top["coverage"], top["score"]) == (D("0.25"), D("0.2"))


def test_a_team_alone_is_its_own_top(stage):
    form(stage, "company")
    form(stage, "ops", "company")
    aim(stage.on(40), "a", "company", 10)
    aim(stage, "b", "ops", 90)
    alone = tree(stage, team_id="ops")
    assert (alone["id"], alone["score"], alone["teams"]) == ("ops", D("0.9"), [])


def test_teams_without_a_company_stand_side_by_side(stage):
    form(stage, "company")
    stage.do(team.FormTeam, team_id="lab", name="Lab", kind="team")
    aim(stage.on(40), "a", "company", 10)
    aim(stage, "b", "lab", 90)
    top = tree(stage)
    assert top["id"] is None
    assert [each["id"] for each in top["teams"]] == ["company", "lab"]
    assert top["score"] == D("0.5")


def test_an_objective_shows_its_trend_and_its_confidences(stage):
    form(stage, "company")
    aim(stage.on(40), "a", "company", None)
    for day, value, confidence in ((41, 10, "0.5"), (48, 30, None), (49, 35, "0.7"), (62, 50, "1")):
        read(stage.on(day), "a", 0, value, confidence)
    (shown,) = tree(stage)["objectives"][0]["key_results"]
    # Day 49 stands for the slot that day 48 kept before it; a week without a check-in has no point.
    assert [(each["at"], each["score"]) for each in shown["trend"]] == [
        (START + timedelta(days=day), D(score))
        for day, score in ((41, "0.1"), (49, "0.35"), (62, "0.5"))
    ]
    assert shown["confidences"] == [D("0.5"), D("0.7"), D(1)]


def test_what_was_true_then_as_known_now(stage):
    form(stage, "company")
    aim(stage.on(40), "a", "company", 10)
    read(stage.on(60), "a", 0, 70)
    then = START + timedelta(days=50)
    past = tree(stage, effective_at=then)
    assert (past["score"], past["effective_at"]) == (D("0.1"), then)
    (shown,) = past["objectives"][0]["key_results"]
    assert len(shown["trend"]) == 1
    assert tree(stage)["score"] == D("0.7")


def test_the_trend_knows_no_score_after_its_moment(stage):
    form(stage, "company")
    form(stage, "ops", "company")
    aim(stage.on(20), "a", "company", 20)
    aim(stage, "b", "ops", 40)
    read(stage.on(60), "b", 0, 60)
    moment = stage.moment()
    points = score_trend(stage.views, "q1", moment=moment)["points"]
    assert [each["at"] for each in points] == sorted(each["at"] for each in points)
    assert all((each["score"] is None) == (each["at"] > moment.at) for each in points)
    now = next(each for each in points if each["at"] == moment.at)
    top = tree(stage)
    assert (now["score"], now["expected"]) == (top["score"], top["expected"]) == (
        D("0.4"), top["expected"],
    )  # fmt: skip
    expected = [each["expected"] for each in points]
    assert expected == sorted(expected)
    assert {each["score"] for each in points if each["at"] < START + timedelta(days=60)} == {
        D("0.3")
    }


def test_the_trend_of_one_objective_and_of_one_team(stage):
    form(stage, "company")
    form(stage, "ops", "company")
    aim(stage.on(40), "a", "company", 20)
    aim(stage, "b", "ops", 40)
    moment = stage.moment()

    def last(**of_what: Any) -> Any:
        points = score_trend(stage.views, "q1", **of_what, moment=moment)["points"]
        return next(each["score"] for each in points if each["at"] == moment.at)

    assert (last(), last(team_id="ops"), last(objective_id="a")) == (D("0.3"), D("0.4"), D("0.2"))


def test_an_unknown_cycle_has_an_empty_tree_and_no_trend(stage):
    assert scores(stage.views, "nine", None, stage.moment())["score"] is None
    assert score_trend(stage.views, "nine", moment=stage.moment())["points"] == []


def test_a_card_says_where_it_may_go_and_what_blocks_it(stage):
    form(stage, "company")
    aim(stage.on(10), "a", "company", 0, active=False)
    stage.do(ProposeObjective, objective_id="a")
    moment = replace(stage.moment(), at=START + timedelta(days=13))
    columns = {
        each["key"]: each for each in objective_board(stage.views, "q1", None, moment)["columns"]
    }
    assert list(columns) == ["draft", "proposed", "agreed", "active", "graded", "closed"]
    (card,) = columns["proposed"]["cards"]
    assert {(m["verb"], m["column"]) for m in card["moves"]} == {
        ("accept", "agreed"), ("counter", "draft"), ("withdraw", "draft"),
    }  # fmt: skip
    assert (card["age_days"], card["blocked"], columns["proposed"]["count"]) == (4, False, 1)


@pytest.mark.parametrize("live", [True, False])
def test_statements_do_not_grow_with_the_number_of_objectives(stage, live):
    form(stage, "company")
    stage.on(40)
    readers = {
        "board": lambda m: objective_board(stage.views, "q1", None, m),
        "list": lambda m: objectives(stage.views, cycle_id="q1", moment=m, limit=500),
        "scores": lambda m: scores(stage.views, "q1", None, m),
        "trend": lambda m: score_trend(stage.views, "q1", moment=m),
    }
    counts: dict[str, list[int]] = {}
    for number in range(2):
        for n in range(4 * number + 1):
            form(stage, f"t{number}{n}", "company")
            aim(stage, f"o{number}{n}", f"t{number}{n}", 10, 20)
        for name, reader in readers.items():
            counts.setdefault(name, []).append(asked(stage, reader, live=live))
    for name, (few, many) in counts.items():
        assert many <= few <= 10, name


def asked(stage: Stage, reader: Any, *, live: bool) -> int:
    moment = stage.moment()
    if not live:
        stage.do(person.AddPerson, person_id=f"p{stage.journal.head()}")
        stage.runner.catch_up()
        moment = Moment(moment.position, moment.at, live=False)
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    stage.views.states.clear()
    event.listen(stage.views.engine, "before_cursor_execute", note)
    reader(moment)
    event.remove(stage.views.engine, "before_cursor_execute", note)
    return len(said)
