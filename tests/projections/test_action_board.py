"""A team's action board: order, limits, ages by local dates, what blocks, and the past."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.facts import Pointer
from domain.lean import action as a
from domain.lean import action_editing as e
from domain.lean import action_holding as h
from domain.lean import action_leaving as gone
from domain.lean import board as b
from domain.lean import obstacle as o
from domain.people import person, team
from domain.text import SealedText
from projections.engine.moment import Moment
from projections.screens.boards import action_board, actions_of_many_boards
from tests.projections.stage import START, Stage, staged

BERLIN = "Europe/Berlin"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        stage.do(person.AddPerson, person_id="bo")
        stage.do(team.FormTeam, team_id="ops", name="Ops", kind="team")
        yield stage


def opened(stage: Stage, *ids: str, **given: Any) -> None:
    for id_ in ids:
        stage.do(a.OpenAction, **{
            "action_id": id_, "team_id": "ops", "owner_id": "bo", "title": id_.upper(),
            "kind": "kaizen", **given,
        })  # fmt: skip


def move(stage: Stage, id_: str, column: str, **given: Any) -> None:
    stage.do(a.MoveAction, action_id=id_, team_id="ops", column=column, **given)


def board(stage: Stage, moment: Moment | None = None) -> dict[str, Any]:
    return action_board(stage.views, "ops", moment or stage.moment())


def cards(stage: Stage, moment: Moment | None = None) -> dict[str, list[str]]:
    shown = board(stage, moment)
    return {col["key"]: [card["id"] for card in col["cards"]] for col in shown["columns"]}


def card(stage: Stage, id_: str, moment: Moment | None = None) -> dict[str, Any]:
    columns = board(stage, moment)["columns"]
    return next(card for col in columns for card in col["cards"] if card["id"] == id_)


def test_a_team_without_a_board_has_the_usual_columns(stage: Stage):
    shown = board(stage)
    assert shown["version"] == 0
    assert [col["key"] for col in shown["columns"]] == ["open", "doing", "waiting", "done"]
    assert [col["wip_limit"] for col in shown["columns"]] == [None, 3, None, None]
    assert all(col["count"] == 0 and col["cards"] == [] for col in shown["columns"])


def test_cards_stand_in_the_order_of_the_board(stage: Stage):
    opened(stage, "x", "y", "z")
    assert cards(stage)["open"] == ["x", "y", "z"]
    move(stage, "z", "open", before_id="x")
    assert cards(stage)["open"] == ["z", "x", "y"]
    move(stage, "y", "doing")
    assert cards(stage) == {"open": ["z", "x"], "doing": ["y"], "waiting": [], "done": []}


def test_the_board_of_the_past_is_the_one_that_stood_then(stage: Stage):
    opened(stage.on(1), "x", "y")
    move(stage.on(2), "x", "doing")
    move(stage.on(3), "x", "done")
    stage.on(4)
    at = {day: cards(stage, stage.moment(day + 0.5)) for day in (0, 1, 2, 3)}
    assert at[0]["open"] == []
    assert at[1] == {"open": ["x", "y"], "doing": [], "waiting": [], "done": []}
    assert at[2] == {"open": ["y"], "doing": ["x"], "waiting": [], "done": []}
    assert at[3] == {"open": ["y"], "doing": [], "waiting": [], "done": ["x"]}
    assert card(stage, "x", stage.moment(2.5))["version"] == 2
    assert card(stage, "x")["version"] == 3


def test_columns_of_the_past_are_the_ones_defined_then(stage: Stage):
    opened(stage, "x")
    columns = (*b.DEFAULT_COLUMNS, b.Column(key="idea", title="Idea", stage="ready"))
    stage.on(2).do(b.DefineBoard, team_id="ops", columns=columns)
    assert len(board(stage)["columns"]) == 5
    assert len(board(stage, stage.moment(1))["columns"]) == 4


def test_age_is_counted_on_local_dates_from_when_the_work_began(stage: Stage):
    # RULES B6: 23:30 in Berlin and 00:30 the next day are two dates, so the age is 2.
    late = datetime(2025, 12, 1, 22, 30, tzinfo=UTC)
    opened(stage.on((late - START).total_seconds() / 86_400), "x", timezone=BERLIN)
    assert card(stage, "x")["age_days"] is None
    move(stage, "x", "doing")
    assert card(stage, "x")["age_days"] == 1
    stage.on(stage.day + 1 / 24)
    assert card(stage, "x")["age_days"] == 2
    stage.on(stage.day + 7)
    assert card(stage, "x")["age_days"] == 9
    assert card(stage, "x", stage.moment(stage.day - 7))["age_days"] == 2


def test_finished_work_does_not_age_and_work_that_comes_back_keeps_its_start(stage: Stage):
    opened(stage, "x")
    move(stage.on(1), "x", "doing")
    move(stage.on(3), "x", "done")
    assert card(stage, "x")["age_days"] is None
    stage.on(5).do(a.ReopenAction, action_id="x", team_id="ops")
    assert (card(stage, "x")["state"], card(stage, "x")["age_days"]) == ("reopened", 5)


def test_a_card_is_blocked_while_an_obstacle_about_it_stands(stage: Stage):
    opened(stage.on(1), "x", "y")
    about = Pointer(kind="action", id="x")
    stage.on(2).do(o.RaiseObstacle, obstacle_id="ob", title="Stuck", about=about, severity="low")
    held = card(stage, "x")["block"]
    assert card(stage, "x")["blocked"] is True
    assert (held["reason"], held["since"]) == ("Stuck", stage.now)
    assert held["waits_for"] == {"kind": "obstacle", "id": "ob", "title": "Stuck"}
    assert (card(stage, "y")["blocked"], card(stage, "y")["block"]) == (False, None)
    stage.on(3).do(o.AcknowledgeObstacle, obstacle_id="ob")
    assert card(stage, "x")["blocked"]
    stage.on(4).do(o.ResolveObstacle, obstacle_id="ob", result="free", evidence="seen")
    stage.on(5)
    blocked = [card(stage, "x", stage.moment(day + 0.5))["blocked"] for day in (1, 2, 3, 4)]
    assert blocked == [False, True, True, False]


def test_an_obstacle_about_something_else_with_the_same_id_blocks_no_card(stage: Stage):
    opened(stage, "x")
    about = Pointer(kind="objective", id="x")
    stage.do(o.RaiseObstacle, obstacle_id="ob", title="Stuck", about=about, severity="low")
    assert not card(stage, "x")["blocked"]


def test_moves_leave_out_columns_that_would_refuse_the_card(stage: Stage):
    columns = (
        b.Column(key="open", title="Open", stage="ready"),
        b.Column(key="hard", title="Hard", stage="active", wip_limit=1),
        b.Column(key="soft", title="Soft", stage="active", wip_limit=1, limit_mode="soft"),
        b.Column(key="shut", title="Shut", stage="waiting", wip_limit=0, limit_mode="soft"),
        b.Column(key="done", title="Done", stage="done"),
    )
    stage.do(b.DefineBoard, team_id="ops", columns=columns)
    opened(stage, "x", "y", "z")
    assert [m["column"] for m in card(stage, "x")["moves"]] == ["hard", "soft", "done"]
    move(stage, "y", "hard")
    move(stage, "z", "soft")
    assert [m["column"] for m in card(stage, "x")["moves"]] == ["soft", "done"]
    # Every move that is offered is accepted, and what is not offered is refused.
    assert card(stage, "y")["moves"][0] == {"column": "open", "label": "Open"}
    move(stage, "x", "soft")


def test_verified_work_can_only_be_reopened(stage: Stage):
    opened(stage, "x")
    move(stage, "x", "done")
    stage.do(
        a.VerifyAction, action_id="x", team_id="ops", result="ok", effective=True, evidence="e"
    )
    assert (card(stage, "x")["state"], card(stage, "x")["moves"]) == ("verified", [])


def test_a_due_date_is_missed_when_its_local_day_is_over(stage: Stage):
    opened(stage, "x", due_on=date(2025, 12, 1), timezone=BERLIN)
    end = datetime(2025, 12, 1, 22, 59, tzinfo=UTC)
    stage.on((end - START).total_seconds() / 86_400)
    assert not card(stage, "x")["overdue"]
    stage.on(stage.day + 2 / 24 / 60)
    assert card(stage, "x")["overdue"]


# --- what holds up, what has left ----------------------------------------------------------------


def test_a_card_says_why_it_was_blocked_since_when_and_how_far_its_checklist_is(stage: Stage):
    opened(stage, "x")
    stage.on(1).do(h.BlockAction, action_id="x", reason="no steel", waits_on="Rolf's steel")
    items = tuple(
        a.ChecklistItem(id=str(n), text=SealedText(f"Step {n}"), done=n == 0) for n in range(3)
    )
    stage.do(h.WriteChecklist, action_id="x", items=items)
    stage.on(3)
    shown = card(stage, "x")
    assert shown["block"]["reason"].text == "no steel"
    assert shown["block"]["since"] == START + timedelta(days=1)
    assert shown["block"]["waits_for"].text == "Rolf's steel"
    assert shown["checklist"] == {"done": 1, "count": 3}


def everything(stage: Stage, moment: Moment | None = None) -> dict[str, list[str]]:
    shown = action_board(stage.views, "ops", moment or stage.moment(), archived=True)
    return {col["key"]: [card["id"] for card in col["cards"]] for col in shown["columns"]}


def test_done_cards_leave_sight_after_two_weeks_and_come_back_when_asked_for(stage: Stage):
    opened(stage, "x", "y")
    move(stage.on(1), "x", "done")
    move(stage.on(10), "y", "done")
    stage.on(14.9)
    assert cards(stage)["done"] == ["x", "y"]
    stage.on(15.1)
    assert cards(stage)["done"] == ["y"]
    assert board(stage)["columns"][-1]["count"] == 1
    assert everything(stage)["done"] == ["x", "y"]
    old = action_board(stage.views, "ops", stage.moment(), archived=True)["columns"][-1]["cards"]
    assert [card["archived"] for card in old] == [True, False]
    stage.on(40)
    assert cards(stage, stage.moment(14.9))["done"] == ["x", "y"], "the past had them in sight"


def test_cancelled_and_archived_cards_are_off_the_board_at_once(stage: Stage):
    opened(stage, "x", "y", "z")
    move(stage, "x", "doing")
    stage.do(gone.CancelAction, action_id="x", team_id="ops")
    move(stage, "y", "done")
    stage.do(gone.ArchiveAction, action_id="y", team_id="ops")
    assert cards(stage) == {"open": ["z"], "doing": [], "waiting": [], "done": []}
    assert everything(stage) == {"open": ["z"], "doing": ["x"], "waiting": [], "done": ["y"]}
    stage.do(gone.UnarchiveAction, action_id="y", team_id="ops")
    stage.do(a.ReopenAction, action_id="x", team_id="ops")
    assert cards(stage) == {"open": ["z", "x"], "doing": [], "waiting": [], "done": ["y"]}


def test_a_card_of_one_owner_is_found_and_the_column_counts_all(stage: Stage):
    stage.do(person.AddPerson, person_id="cy")
    opened(stage, "x")
    opened(stage, "y", owner_id="cy")
    shown = action_board(stage.views, "ops", stage.moment(), owner_id="cy")["columns"][0]
    assert ([card["id"] for card in shown["cards"]], shown["count"]) == (["y"], 2)


# --- boards of all teams -------------------------------------------------------------------------


@pytest.fixture
def teams(stage: Stage) -> Stage:
    """Ops has the usual columns, care has one of its own, shop calls its work columns otherwise."""
    for id_ in ("care", "shop"):
        stage.do(team.FormTeam, team_id=id_, name=id_.title(), kind="team")
    own = (*b.DEFAULT_COLUMNS[:2], b.Column(key="review", title="Review", stage="active"),
           *b.DEFAULT_COLUMNS[2:])  # fmt: skip
    stage.do(b.DefineBoard, team_id="care", columns=own)
    odd = (
        b.Column(key="doing", title="To do", stage="ready"),
        b.Column(key="busy", title="Busy", stage="active"),
        b.Column(key="ready", title="Ready", stage="done"),
    )
    stage.do(b.DefineBoard, team_id="shop", columns=odd)
    opened(stage, "x")
    opened(stage, "y", team_id="care")
    stage.do(a.MoveAction, action_id="y", team_id="care", column="review")
    opened(stage, "z", team_id="shop")
    return stage


def company(stage: Stage, **given: Any) -> dict[str, Any]:
    return actions_of_many_boards(stage.views, stage.moment(), scope="company", **given)


def test_the_companys_board_has_the_columns_that_teams_share(teams: Stage):
    shown = {col["key"]: [card["id"] for card in col["cards"]] for col in company(teams)["columns"]}
    assert shown == {"open": ["x", "z"], "doing": ["y"], "waiting": [], "done": []}
    assert all(col["wip_limit"] is None for col in company(teams)["columns"])


def test_moves_on_the_companys_board_are_those_of_the_cards_team(teams: Stage):
    found = {card["id"]: card for col in company(teams)["columns"] for card in col["cards"]}
    assert found["z"]["moves"] == [
        {"column": "busy", "label": "Busy", "in": "doing"},
        {"column": "ready", "label": "Ready", "in": "done"},
    ]
    assert {"column": "doing", "label": "Doing", "in": "doing"} in found["y"]["moves"]


def test_one_key_of_two_stages_is_two_columns(teams: Stage):
    teams.do(team.FormTeam, team_id="lab", name="Lab", kind="team")
    odd = teams.journal.state("board/shop")[0].columns
    teams.do(b.DefineBoard, team_id="lab", columns=odd)
    opened(teams, "w", team_id="lab")
    shown = {col["key"]: [card["id"] for card in col["cards"]] for col in company(teams)["columns"]}
    assert shown["ready.doing"] == ["w", "z"]
    assert shown["active.doing"] == ["y"]
    assert shown["open"] == ["x"]


def test_my_board_holds_my_cards_of_every_team(teams: Stage):
    teams.do(person.AddPerson, person_id="cy")
    opened(teams, "mine", team_id="care", owner_id="cy")
    shown = actions_of_many_boards(teams.views, teams.moment(), scope="mine", owner_id="cy")
    held = {col["key"]: [card["id"] for card in col["cards"]] for col in shown["columns"]}
    assert held == {"open": ["mine"], "doing": [], "review": [], "waiting": [], "done": []}
    nobody = actions_of_many_boards(teams.views, teams.moment(), scope="mine", owner_id="")
    assert [len(col["cards"]) for col in nobody["columns"]] == [0, 0, 0, 0]


def test_an_action_that_went_to_another_team_stands_on_each_board_in_its_time(teams: Stage):
    teams.on(2).do(e.TransferAction, action_id="x", team_id="ops", to_team_id="care")
    teams.on(3)
    assert cards(teams)["open"] == []
    assert cards(teams, teams.moment(1))["open"] == ["x"]
    there = action_board(teams.views, "care", teams.moment())["columns"][0]["cards"]
    assert [card["id"] for card in there] == ["x"]
    assert action_board(teams.views, "care", teams.moment(1))["columns"][0]["cards"] == []
