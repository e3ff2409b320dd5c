"""RULES B6: columns, limits hard, soft, zero and none, and the order of the cards."""

import pytest

from domain.lean.action import ActionMoved
from domain.lean.board import DEFAULT_COLUMNS, BoardDefined, Column, DefineBoard, LimitBreached
from tests.domain.lean.kaizen import TEAM, board, moved, moving, opened, opening, placed, wish
from tests.domain.specification import fold, given

READY, DONE = ("open", "ready", None, "hard"), ("done", "done", None, "hard")


def limited(limit: int | None, mode: str = "hard"):
    """Two cards in ``doing`` and one, ``a``, that wants to go there."""
    return (
        *TEAM,
        board(READY, ("doing", "active", limit, mode), DONE),
        *opened("x"), *moved("x", "doing", "active", "open"),
        *opened("y"), *moved("y", "doing", "active", "open"),
        *opened("a"),
    )  # fmt: skip


def order(*facts, column: str = "open"):
    return fold(facts)["board/team"].cards[column]


# --- defining ----------------------------------------------------------------------------------


def test_a_team_that_defined_no_board_has_the_default_one():
    assert [column.key for column in DEFAULT_COLUMNS] == ["open", "doing", "waiting", "done"]
    assert [column.stage for column in DEFAULT_COLUMNS] == ["ready", "active", "waiting", "done"]
    assert given(*TEAM).when(opening()).facts()[-1] == placed("a", "open")


def test_a_board_is_defined_and_the_same_again_changes_nothing():
    columns = board(READY, DONE).columns
    define = wish(DefineBoard, team_id="team", columns=columns)
    given(*TEAM).when(define).then(BoardDefined(team_id="team", columns=columns))
    given(*TEAM, BoardDefined(team_id="team", columns=columns)).when(define).nothing()
    given().when(define).refused("not-found", kind="missing")


@pytest.mark.parametrize(
    "columns",
    [
        (),
        (READY,),
        (DONE,),
        (READY, READY, DONE),
        ((" ", "ready", None, "hard"), DONE),
        (READY, ("doing", "active", -1, "hard"), DONE),
    ],
)
def test_a_board_that_no_work_could_cross_is_refused(columns):
    define = wish(DefineBoard, team_id="team", columns=board(*columns).columns)
    given(*TEAM).when(define).refused("invalid-columns", kind="invalid", pointer="/columns")


def test_a_column_with_cards_cannot_go():
    history = (*TEAM, *opened("a"))
    without = board(("todo", "ready", None, "hard"), DONE).columns
    define = wish(DefineBoard, team_id="team", columns=without)
    given(*history).when(define).refused("column-not-empty", kind="conflict")
    emptied = (*history, *moved("a", "done", "done", "open"))
    assert given(*emptied).when(define).facts()


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [3, None])
def test_a_column_with_room_takes_the_card(limit):
    given(*limited(limit)).when(moving("doing")).then(*moved("a", "doing", "active", "open"))


@pytest.mark.parametrize("limit", [2, 1])
def test_a_hard_limit_refuses_and_says_how_full_it_is(limit):
    refusal = given(*limited(limit)).when(moving("doing", reason="now!")).refused("wip-limit")
    assert refusal.kind == "conflict"
    assert refusal.detail == (
        f"The column “Doing” holds 2 of {limit}: finish something in it first."
    )
    assert refusal.allowed == ("block", "cancel"), "the move that was refused is no way out"
    assert refusal.extra == {"column": "doing", "wip_limit": limit, "count": 2}


def test_a_soft_limit_asks_for_a_reason_and_records_the_breach():
    history = limited(2, "soft")
    given(*history).when(moving("doing")).refused("reason-required", pointer="/reason")
    given(*history).when(moving("doing", reason="the customer waits")).then(
        *moved("a", "doing", "active", "open"),
        LimitBreached(team_id="team", action_id="a", column="doing", wip_limit=2, count=3),
    )


@pytest.mark.parametrize("mode", ["hard", "soft"])
def test_a_limit_of_zero_closes_the_column(mode):
    history = (*TEAM, board(READY, ("doing", "active", 0, mode), DONE), *opened("a"))
    refusal = given(*history).when(moving("doing", reason="why")).refused("wip-limit")
    assert refusal.detail == "The column “Doing” is closed: its limit is 0, so no card goes in."


def test_finished_work_that_finds_no_room_may_still_be_verified_or_reopened():
    done = (*limited(2), *moved("a", "done", "done", "open"))
    refusal = given(*done).when(moving("doing")).refused("wip-limit")
    assert refusal.allowed == ("verify", "reopen", "archive")


def test_a_full_column_may_still_be_reordered():
    given(*limited(2)).when(moving("doing", "y", before_id="x")).then(placed("y", "doing", "x"))


def test_a_full_ready_column_takes_no_new_work():
    history = (*TEAM, board(("open", "ready", 1, "hard"), DONE), *opened("x"))
    given(*history).when(opening("a")).refused("wip-limit")


# --- order -------------------------------------------------------------------------------------

THREE = (*TEAM, *opened("a"), *opened("b"), *opened("c"))


def test_cards_stand_in_the_order_they_came():
    assert order(*THREE) == ("a", "b", "c")


def test_a_card_is_put_before_another_or_at_the_end():
    assert order(*THREE, placed("c", "open", "a")) == ("c", "a", "b")
    assert order(*THREE, placed("a", "open")) == ("b", "c", "a")
    assert order(*THREE, placed("b", "doing"), placed("a", "doing", "b"), column="doing") == (
        "a",
        "b",
    )


def test_a_card_that_stands_there_already_does_not_move():
    given(*THREE).when(moving("open", "c")).nothing()
    given(*THREE).when(moving("open", "a", before_id="b")).nothing()


@pytest.mark.parametrize("before", ["a", "b", "nothing"])
def test_before_means_a_card_of_that_column(before):
    outcome = given(*THREE).when(moving("doing", "a", before_id=before))
    outcome.refused("invalid-before-id", kind="invalid", pointer="/before_id")


def test_an_unknown_column_is_refused_with_the_ones_there_are():
    refusal = given(*THREE).when(moving("dreams")).refused("column-unknown", pointer="/column")
    assert "open, doing, waiting, done" in refusal.detail


def test_new_work_stands_in_the_first_ready_column_else_in_the_first_not_done():
    history = (
        *TEAM,
        board(DONE, ("doing", "active", None, "hard"), ("open", "ready", None, "hard")),
    )
    assert given(*history).when(opening()).facts()[0].column == "open"
    no_ready = (*TEAM, board(DONE, ("doing", "active", None, "hard")))
    assert given(*no_ready).when(opening()).facts()[0].column == "doing"


def test_every_column_of_a_random_walk_holds_a_card_once():
    walk = [
        placed("a", "doing"),
        placed("b", "doing", "a"),
        placed("a", "done"),
        placed("b", "done", "a"),
    ]
    cards = fold((*THREE, *walk))["board/team"].cards
    assert cards == {"open": ("c",), "doing": (), "done": ("b", "a")}
    assert isinstance(fold((*THREE, board(READY, DONE)))["board/team"].columns[0], Column)
    assert ActionMoved.TYPE == "lean.action-moved"
