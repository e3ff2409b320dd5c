"""RULES B9: an action is open, doing, done, verifying, verified or re-opened."""

from datetime import date, datetime, timedelta

import pytest

from domain.facts import Pointer
from domain.lean.action import (
    ActionMoved,
    ActionOpened,
    ActionReminded,
    ActionReopened,
    ActionVerified,
    AskEffect,
    EffectAsked,
    RemindAction,
    ReopenAction,
    VerifyAction,
    moves,
)
from domain.lean.agenda import LEVEL_OF, action_due
from domain.lean.board import LimitBreached
from tests.domain.lean.kaizen import (
    AT,
    CLOCK,
    TEAM,
    board,
    moved,
    moving,
    opened,
    opening,
    placed,
    wish,
)
from tests.domain.specification import fold, given

OPEN = (*TEAM, *opened("a", due_on=date(2026, 1, 19)))
DOING = (*OPEN, *moved("a", "doing", "active", "open"))
DONE_AT = AT + timedelta(days=7)
DONE = (*DOING, *moved("a", "done", "done", "doing", DONE_AT))
VERIFYING = (
    *DONE,
    EffectAsked(action_id="a", milestone="effect", asked_at=DONE_AT + timedelta(14)),
)
RESULT = {"result": "0.4 % late", "evidence": "shipping log"}
VERIFIED = (*VERIFYING, ActionVerified(action_id="a", effective=True, **RESULT))
BACK = (
    ActionReopened(action_id="a", reopened_at=AT),
    ActionMoved(action_id="a", column="open", stage="ready", from_column="done", moved_at=AT),
    placed("a", "open"),
)
REOPENED = (*VERIFYING, *BACK)


def state(history):
    return fold(history)["action/a"]


def verifying(effective: bool = True, **fields):
    return wish(
        VerifyAction, action_id="a", team_id="team", effective=effective, **{**RESULT, **fields}
    )


REOPEN = wish(ReopenAction, action_id="a", team_id="team")


# --- life --------------------------------------------------------------------------------------


def test_opening_an_action_puts_its_card_on_the_board():
    about = Pointer(kind="obstacle", id="o")
    given(*TEAM).when(
        opening(
            due_on=date(2026, 1, 19), about=about, prediction="fewer", verify_after_days=7,
            timezone="Asia/Kathmandu",
        )
    ).then(
        ActionOpened(
            action_id="a", title="a", kind="kaizen", team_id="team", owner_id="ada",
            due_on=date(2026, 1, 19), about=about, prediction="fewer", verify_after_days=7,
            column="open", opened_at=AT, timezone="Asia/Kathmandu",
        ),
        placed("a", "open"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"title": " "}, "invalid-title", "/title"),
        ({"team_id": "nobody"}, "not-found", "/team_id"),
        ({"owner_id": "nobody"}, "not-found", "/owner_id"),
        ({"due_on": date(1, 1, 1)}, "invalid-due-on", "/due_on"),
        ({"verify_after_days": -1}, "invalid-verify-after-days", "/verify_after_days"),
        ({"timezone": "Mars"}, "invalid-timezone", "/timezone"),
    ],
)
def test_an_action_that_makes_no_sense_is_refused(fields, code, pointer):
    given(*TEAM).when(opening(**fields)).refused(code, pointer=pointer)


def test_an_action_is_opened_once():
    given(*OPEN).when(opening()).refused("already-exists")


@pytest.mark.parametrize(
    ("history", "status", "allowed"),
    [
        (OPEN, "open", ("move",)),
        (DOING, "doing", ("move",)),
        (DONE, "done", ("move", "verify", "reopen")),
        (VERIFYING, "verifying", ("move", "verify", "reopen")),
        (VERIFIED, "verified", ("reopen",)),
        (REOPENED, "reopened", ("move",)),
    ],
)
def test_each_state_has_its_moves_and_refuses_every_other(history, status, allowed):
    assert (state(history).status, moves(state(history))) == (status, allowed)
    for move, command in {
        "move": moving("waiting"),
        "verify": verifying(),
        "reopen": REOPEN,
    }.items():
        if move in allowed:
            assert given(*history).when(command).facts()
        else:
            given(*history).when(command).refused("illegal-move", allowed=allowed)


def test_the_stage_of_the_column_says_how_far_the_work_is():
    stages = ["open", "doing", "waiting", "done", "doing"]
    history, seen = OPEN, []
    for column in stages:
        history += given(*history).when(moving(column)).facts()
        seen.append(state(history).status)
    assert seen == ["open", "doing", "doing", "done", "doing"]
    assert state(history).finished_at is None, "leaving the done column withdraws the finish"


@pytest.mark.parametrize("command", [moving("doing"), verifying(), REOPEN])
def test_an_action_that_is_not_there_cannot_move(command):
    given(*TEAM).when(command).refused("not-found", kind="missing")


@pytest.mark.parametrize("kind", ["move", "verify", "reopen"])
def test_a_card_moves_on_the_board_of_its_team(kind):
    command = {"move": moving("doing"), "verify": verifying(), "reopen": REOPEN}[kind]
    other = command.model_copy(update={"team_id": "other"})
    given(*DONE).when(other).refused("invalid-team-id", pointer="/team_id")


# --- effect ------------------------------------------------------------------------------------


def test_an_effect_closes_the_action():
    verified = ActionVerified(action_id="a", effective=True, **RESULT)
    given(*VERIFYING).when(verifying()).then(verified)
    assert state((*VERIFYING, verified)).effective is True


def test_work_without_effect_comes_back_in_the_same_append():
    given(*VERIFYING).when(verifying(effective=False)).then(
        ActionVerified(action_id="a", effective=False, **RESULT), *BACK
    )


@pytest.mark.parametrize("way_back", [REOPEN, verifying(effective=False)])
def test_work_that_comes_back_keeps_its_start_and_loses_its_finish(way_back):
    later = way_back.model_copy(update={"at": DONE_AT + timedelta(20)})
    back = state((*VERIFYING, *given(*VERIFYING).when(later).facts()))
    assert (back.opened_at, back.finished_at) == (AT, None)
    assert back.begun_at == later.at, "the clock of the new turn begins there"


def test_work_that_comes_back_is_taken_even_into_a_full_column():
    full = board(
        ("open", "ready", 1, "hard"),
        ("doing", "active", None, "hard"),
        ("done", "done", None, "hard"),
    )
    history = (*VERIFYING[:2], full, *VERIFYING[2:], *opened("x"))
    given(*history).when(REOPEN).then(
        *BACK, LimitBreached(team_id="team", action_id="a", column="open", wip_limit=1, count=2)
    )


@pytest.mark.parametrize("field", ["result", "evidence"])
def test_verifying_says_what_was_measured_and_where(field):
    outcome = given(*VERIFYING).when(verifying(**{field: " "}))
    outcome.refused(f"invalid-{field}", kind="invalid", pointer=f"/{field}")


# --- the clock ---------------------------------------------------------------------------------


def nine(day: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=AT.tzinfo)


def performed(history, now=AT):
    """What the clock does from here until it rests: (milestone, when)."""
    seen = []
    while due := action_due(state(history), now):
        now = max(now, due.at)
        seen.append((due.id, due.at))
        command = (
            wish(AskEffect, now, CLOCK, action_id="a", milestone=due.id)
            if due.kind == "effect"
            else wish(
                RemindAction, now, CLOCK, action_id="a", milestone=due.id, level=LEVEL_OF[due.id]
            )
        )
        history += given(*history).when(command).facts()
    return seen


def test_open_work_is_reminded_at_half_time_when_due_and_when_overdue():
    assert performed(OPEN) == [
        ("half-time", nine(12)), ("due", nine(19)), ("overdue-lead", nine(21)),
        ("overdue-sponsor", nine(26)),
    ]  # fmt: skip
    assert [LEVEL_OF[name] for name, _ in performed(OPEN)] == ["owner", "owner", "lead", "sponsor"]


def test_work_without_a_due_date_is_left_in_peace():
    assert performed((*TEAM, *opened("a"))) == []


def test_a_due_date_on_a_weekend_waits_for_monday():
    assert ("due", nine(26)) in performed((*TEAM, *opened("a", due_on=date(2026, 1, 24))))


def test_after_an_outage_half_time_tells_nothing_new():
    assert [name for name, _ in performed(OPEN, nine(20))] == [
        "due",
        "overdue-lead",
        "overdue-sponsor",
    ]


def test_the_effect_is_asked_for_two_weeks_after_and_once_more():
    assert performed(DONE) == [("effect", nine(26)), ("effect-reminder", nine(29))]


def test_the_days_until_the_effect_are_the_actions_own():
    history = (*TEAM, *opened("a", verify_after_days=0), *moved("a", "done", "done", "open", AT))
    assert performed(history)[0] == ("effect", AT)


def test_an_action_in_kathmandu_is_reminded_at_nine_there():
    history = (*TEAM, *opened("a", due_on=date(2026, 1, 19), timezone="Asia/Kathmandu"))
    assert ("due", datetime(2026, 1, 19, 3, 15, tzinfo=AT.tzinfo)) in performed(history)


def test_work_that_came_back_after_its_due_date_gets_a_working_week():
    back = ActionReopened(action_id="a", reopened_at=nine(28))
    history = (*VERIFYING, back, *moved("a", "open", "ready", "done", nine(28)))
    assert performed(history, nine(28)) == [
        ("half-time", nine(30)), ("due", nine(4, 2)), ("overdue-lead", nine(6, 2)),
        ("overdue-sponsor", nine(11, 2)),
    ]  # fmt: skip
    assert state(history).generation == 2, "so the clock may do again what it did before"


def test_work_that_is_done_a_second_time_is_another_turn_and_asked_for_again():
    again = (*VERIFYING, *moved("a", "doing", "active", "done", nine(27)))
    again += moved("a", "done", "done", "doing", nine(28))
    turns = [state(history).generation for history in (DOING, DONE, VERIFYING, again)]
    assert turns == [0, 1, 1, 3]
    assert performed(again)[0] == ("effect", nine(11, 2))


@pytest.mark.parametrize("history", [VERIFIED, TEAM])
def test_what_is_verified_or_not_there_waits_for_nothing(history):
    known = fold(history)
    if "action/a" in known:
        assert action_due(known["action/a"], AT) is None
    else:
        remind = wish(RemindAction, AT, CLOCK, action_id="a", milestone="due", level="owner")
        given(*history).when(remind).refused("not-found")


@pytest.mark.parametrize(
    ("history", "milestone"),
    [
        ((*OPEN, ActionReminded(action_id="a", level="owner", milestone="due")), "due"),
        (DONE, "due"),
        (VERIFYING, "due"),
        (VERIFIED, "effect-reminder"),
        (OPEN, "effect-reminder"),
    ],
)
def test_a_reminder_that_is_done_or_too_late_is_nothing(history, milestone):
    remind = wish(RemindAction, AT, CLOCK, action_id="a", milestone=milestone, level="owner")
    given(*history).when(remind).nothing()


@pytest.mark.parametrize("history", [OPEN, DOING, VERIFYING, VERIFIED, REOPENED])
def test_the_effect_is_asked_only_for_work_that_is_done(history):
    given(*history).when(wish(AskEffect, AT, CLOCK, action_id="a", milestone="effect")).nothing()
