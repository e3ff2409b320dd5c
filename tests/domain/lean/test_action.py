"""RULES B9: an action is open, doing, done, verifying, verified or re-opened."""

from datetime import date, datetime, timedelta

import pytest

from domain.description import Link
from domain.facts import Pointer
from domain.lean.action import (
    ActionMoved,
    ActionOpened,
    ActionReminded,
    ActionReopened,
    ActionVerified,
    AskEffect,
    ChecklistItem,
    EffectAsked,
    RemindAction,
    ReopenAction,
    VerifyAction,
    moves,
)
from domain.lean.action_editing import (
    ActionDescribed,
    ActionLinked,
    ActionReassigned,
    ActionReclassified,
    ActionRelated,
    ActionRenamed,
    ActionRescheduled,
    ActionTransferred,
    EditAction,
    TransferAction,
)
from domain.lean.action_holding import (
    ActionBlocked,
    ActionUnblocked,
    BlockAction,
    ChecklistWritten,
    UnblockAction,
    WriteChecklist,
)
from domain.lean.action_leaving import (
    ActionArchived,
    ActionCancelled,
    ActionUnarchived,
    ArchiveAction,
    CancelAction,
    UnarchiveAction,
    leaves_sight_at,
)
from domain.lean.agenda import LEVEL_OF, action_due
from domain.lean.board import CardTakenOff, LimitBreached
from domain.people.person import PersonJoined
from domain.people.team import TeamFormed
from domain.text import SealedText
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
BLOCKED = (
    *DOING,
    ActionBlocked(action_id="a", reason=SealedText("no steel"), blocked_at=AT),
)
OFF = CardTakenOff(team_id="team", action_id="a", column="doing")
CANCELLED = (*DOING, ActionCancelled(action_id="a", cancelled_at=AT), OFF)
ARCHIVED = (
    *DONE,
    ActionArchived(action_id="a", archived_at=AT),
    CardTakenOff(team_id="team", action_id="a", column="done"),
)


def state(history):
    return fold(history)["action/a"]


def verifying(effective: bool = True, **fields):
    return wish(
        VerifyAction, action_id="a", team_id="team", effective=effective, **{**RESULT, **fields}
    )


def leaving(kind, **fields):
    return wish(kind, action_id="a", team_id="team", **{"reason": "why", **fields})


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
        (OPEN, "open", ("move", "block", "cancel")),
        (DOING, "doing", ("move", "block", "cancel")),
        (BLOCKED, "doing", ("move", "unblock", "cancel")),
        (DONE, "done", ("move", "verify", "reopen", "archive")),
        (VERIFYING, "verifying", ("move", "verify", "reopen", "archive")),
        (VERIFIED, "verified", ("reopen", "archive")),
        (REOPENED, "reopened", ("move", "block", "cancel")),
        (CANCELLED, "cancelled", ("reopen",)),
        (ARCHIVED, "done", ("reopen", "unarchive")),
    ],
)
def test_each_state_has_its_moves_and_refuses_every_other(history, status, allowed):
    assert (state(history).status, moves(state(history))) == (status, allowed)
    for move, command in {
        "move": moving("waiting"),
        "verify": verifying(),
        "reopen": REOPEN,
        "block": wish(BlockAction, action_id="a", reason="no steel"),
        "unblock": wish(UnblockAction, action_id="a"),
        "cancel": leaving(CancelAction),
        "archive": leaving(ArchiveAction),
        "unarchive": leaving(UnarchiveAction),
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


# --- what holds it up ----------------------------------------------------------------------------


def test_a_blocked_card_says_why_since_when_and_what_it_waits_for():
    waits_for = Pointer(kind="obstacle", id="o")
    later = AT + timedelta(days=1)
    block = wish(BlockAction, later, action_id="a", reason="no steel", waits_for=waits_for)
    fact = ActionBlocked(
        action_id="a", reason=SealedText("no steel"), waits_for=waits_for, blocked_at=later
    )
    given(*DOING).when(block).then(fact)
    held = state((*DOING, fact)).block
    assert (held.reason.text, held.since, held.waits_for) == ("no steel", later, waits_for)
    free = ActionUnblocked(action_id="a")
    given(*DOING, fact).when(wish(UnblockAction, action_id="a")).then(free)
    assert state((*DOING, fact, free)).block is None


@pytest.mark.parametrize("reason", [None, " "])
def test_blocking_needs_a_reason(reason):
    block = wish(BlockAction, action_id="a", reason=reason)
    given(*DOING).when(block).refused("reason-required", pointer="/reason")


def test_an_action_waits_for_something_else():
    itself = Pointer(kind="action", id="a")
    block = wish(BlockAction, action_id="a", reason="stuck", waits_for=itself)
    given(*DOING).when(block).refused("invalid-waits-for", pointer="/waits_for")


def test_what_is_done_waits_for_nothing_any_more():
    assert state((*BLOCKED, *moved("a", "done", "done", "doing"))).block is None
    assert state((*BLOCKED, *moved("a", "waiting", "waiting", "doing"))).block is not None


def item(id_: str, text: str, done: bool = False) -> ChecklistItem:
    return ChecklistItem(id=id_, text=SealedText(text), done=done)


def test_a_checklist_is_written_whole_and_the_same_again_is_nothing():
    items = (item("1", "Order steel", True), item("2", "Cut it"))
    write = wish(WriteChecklist, action_id="a", items=items)
    written = ChecklistWritten(action_id="a", items=items)
    given(*DOING).when(write).then(written)
    given(*DOING, written).when(write).nothing()
    assert state((*DOING, written)).checklist == items


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ((item("1", " "),), "/items/0/text"),
        ((item("1", "a"), item("2", "x" * 501)), "/items/1/text"),
        ((item("1", "a"), item("1", "b")), "/items"),
        (tuple(item(str(n), "a") for n in range(101)), "/items"),
    ],
)
def test_a_checklist_that_makes_no_sense_is_refused(items, pointer):
    write = wish(WriteChecklist, action_id="a", items=items)
    given(*DOING).when(write).refused("invalid-checklist", pointer=pointer)


# --- how it leaves the board ---------------------------------------------------------------------


def test_cancelled_work_gives_its_room_free_and_may_come_back():
    given(*BLOCKED).when(leaving(CancelAction)).then(
        ActionCancelled(action_id="a", cancelled_at=AT), OFF
    )
    given(*DOING).when(leaving(CancelAction, reason=None)).refused("reason-required")
    assert fold(CANCELLED)["board/team"].cards["doing"] == ()
    assert action_due(state(CANCELLED), AT) is None, "nobody is reminded of what nobody does"
    back = given(*CANCELLED).when(REOPEN).facts()
    assert state((*CANCELLED, *back)).status == "reopened"
    assert fold((*CANCELLED, *back))["board/team"].cards["open"] == ("a",)


def test_archived_work_is_put_back_where_it_was_done():
    given(*DONE).when(leaving(ArchiveAction)).then(*ARCHIVED[-2:])
    given(*ARCHIVED).when(leaving(UnarchiveAction)).then(
        ActionUnarchived(action_id="a"), placed("a", "done")
    )
    assert action_due(state(ARCHIVED), AT) is None


def test_done_work_leaves_sight_two_weeks_after_it_was_done_or_its_effect_was_asked_for():
    leaves = {
        DONE: DONE_AT + timedelta(days=14),
        VERIFYING: DONE_AT + timedelta(days=28),
        VERIFIED: DONE_AT + timedelta(days=28),
        DOING: None,
        BLOCKED: None,
        CANCELLED: AT,
        ARCHIVED: AT,
    }
    for history, at in leaves.items():
        assert leaves_sight_at(state(history)) == at


def test_unarchived_work_is_asked_for_its_effect_again():
    archived = (*VERIFYING, ActionArchived(action_id="a", archived_at=AT))
    back = state((*archived, ActionUnarchived(action_id="a")))
    assert (back.status, action_due(back, AT).id) == ("done", "effect")


# --- editing -------------------------------------------------------------------------------------


def edit(wanted=EditAction, **fields):
    return wish(wanted, action_id="a", **fields)


BO = PersonJoined(person_id="bo")


def test_each_kind_of_change_is_a_fact_of_its_own():
    about = Pointer(kind="obstacle", id="o")
    links = (Link(title="Drawing", url="https://example.org/d"),)
    words = SealedText("Two *sizes*")
    given(*DOING, BO).when(
        edit(
            title=" Shadow board ", description=words, links=links, owner_id="bo",
            due_on=date(2026, 2, 2), about=about, kind="countermeasure",
        )
    ).then(
        ActionRenamed(action_id="a", title="Shadow board"),
        ActionDescribed(action_id="a", description=words),
        ActionLinked(action_id="a", links=links),
        ActionReassigned(action_id="a", owner_id="bo"),
        ActionRescheduled(action_id="a", due_on=date(2026, 2, 2), rescheduled_at=AT, reminds=True),
        ActionRelated(action_id="a", about=about),
        ActionReclassified(action_id="a", kind="countermeasure"),
    )  # fmt: skip


def test_what_is_not_given_stays_and_the_same_again_is_nothing():
    given(*DOING).when(edit(title="a", owner_id="ada", kind="kaizen")).nothing()
    given(*DOING).when(edit()).nothing()
    given(*DOING).when(edit(due_on=None)).then(
        ActionRescheduled(action_id="a", due_on=None, rescheduled_at=AT, reminds=True)
    )


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"title": " "}, "invalid-title", "/title"),
        ({"title": "x" * 501}, "invalid-title", "/title"),
        ({"owner_id": "nobody"}, "not-found", "/owner_id"),
        ({"owner_id": None}, "invalid-owner-id", "/owner_id"),
        ({"due_on": date(1, 1, 1)}, "invalid-due-on", "/due_on"),
        ({"about": Pointer(kind="action", id="a")}, "invalid-about", "/about"),
        ({"links": (Link(title="x", url="javascript:alert(1)"),)}, "invalid-link", "/links/0/url"),
        ({"description": SealedText("x" * 20_001)}, "invalid-description", "/description"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(fields, code, pointer):
    given(*DOING).when(edit(**fields)).refused(code, pointer=pointer)


def test_a_new_due_date_begins_the_reminders_anew():
    heard = ActionReminded(action_id="a", level="owner", milestone="due")
    history = (*DOING, heard)
    moved_to = wish(EditAction, nine(20), action_id="a", due_on=date(2026, 2, 2))
    later = (*history, *given(*history).when(moved_to).facts())
    assert [name for name, _ in performed(later, nine(20))] == [
        "half-time", "due", "overdue-lead", "overdue-sponsor"
    ]  # fmt: skip
    assert state(later).generation == state(history).generation + 1


OTHER = TeamFormed(team_id="other", name="Care", kind="team")


def transfer(**fields):
    return edit(TransferAction, team_id="team", to_team_id="other", **fields)


def test_an_action_goes_from_one_board_to_the_other():
    facts = given(*BLOCKED, OTHER).when(transfer(title="Theirs now")).facts()
    assert facts == (
        ActionRenamed(action_id="a", title="Theirs now"),
        ActionTransferred(
            action_id="a", team_id="other", from_team_id="team", column="open", stage="ready"
        ),
        OFF,
        placed("a", "open").model_copy(update={"team_id": "other"}),
    )
    there = state((*BLOCKED, OTHER, *facts))
    assert (there.team_id, there.status, there.column) == ("other", "open", "open")


def test_finished_work_stays_finished_on_the_other_board():
    facts = given(*DONE, OTHER).when(transfer()).facts()
    assert facts[-1].column == "done"
    there = state((*DONE, OTHER, *facts))
    assert (there.status, there.finished_at) == ("done", DONE_AT)
    hidden = given(*ARCHIVED, OTHER).when(transfer()).facts()
    assert [type(fact) for fact in hidden] == [ActionTransferred], (
        "what left no board stands on none"
    )


def test_an_action_goes_to_a_team_that_is_there():
    given(*DOING).when(transfer()).refused("not-found", pointer="/team_id")
    given(*DOING, OTHER).when(edit(TransferAction, team_id="other", to_team_id="other")).refused(
        "invalid-team-id"
    )
    given(*DOING).when(edit(TransferAction, team_id="team", to_team_id="team")).nothing()


def test_another_due_date_of_done_work_reminds_nobody():
    (fact,) = given(*DONE).when(edit(due_on=date(2026, 2, 2))).facts()
    assert not fact.reminds
    assert state((*DONE, fact)).generation == state(DONE).generation
