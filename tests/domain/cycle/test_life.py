"""A cycle is planned, started, paused, moved, closed and re-opened (RULES B9)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.cycle.cycle import (
    CloseCycle,
    CyclePaused,
    CycleReopened,
    CycleResumed,
    CycleStarted,
    PauseCycle,
    PhaseRescheduled,
    PlanCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
)
from domain.cycle.milestones import CycleClosed, PhaseEntered, TimetablePublished
from domain.cycle.policy import CyclePolicy
from domain.cycle.timetable import timetable
from domain.facts import Fact
from tests.domain.cycle.quarter import (
    BEFORE,
    CYCLE,
    berlin,
    cycle,
    frame,
    plan,
    planned,
    planning,
    policy,
    run_until,
    started,
    wish,
)
from tests.domain.specification import given

NOW = berlin(20, 1, 14)
RUNNING = ("pause", "reschedule", "close")


def at_ids(history: tuple[Fact, ...]) -> dict[str, datetime]:
    return {one.id: one.at for one in cycle(history).milestones}


def moved(history: tuple[Fact, ...], command) -> tuple[Fact, ...]:
    return history + given(*history).when(command).facts()


# --- planning and starting ---------------------------------------------------------------------


def test_planning_a_cycle():
    given().when(planning()).then(planned())


def test_a_cycle_is_planned_once():
    given(planned()).when(planning()).refused("already-exists", allowed=("start",))


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"name": "  "}, "invalid-name", "/name"),
        ({"ends_on": date(2025, 12, 31)}, "invalid-ends-on", "/ends_on"),
        ({"ends_on": date(2029, 12, 31)}, "invalid-ends-on", "/ends_on"),
        ({"starts_on": date(1, 1, 1)}, "invalid-starts-on", "/starts_on"),
        ({"ends_on": date(9999, 12, 31)}, "invalid-starts-on", "/starts_on"),
        ({"timezone": "Mars/Olympus"}, "invalid-timezone", "/timezone"),
        ({"policy": policy(slot_weekday=7)}, "invalid-slot-weekday", "/policy/slot_weekday"),
        ({"policy": policy(ask_at="02:30")}, "invalid-ask-at", "/policy/ask_at"),
        ({"policy": policy(ask_at="soon")}, "invalid-ask-at", "/policy/ask_at"),
        ({"policy": policy(workdays=())}, "invalid-workdays", "/policy/workdays"),
        ({"policy": policy(workdays=(7,))}, "invalid-workdays", "/policy/workdays"),
        ({"policy": policy(score_floor=Decimal(1))}, "invalid-score-cap", "/policy/score_cap"),
        ({"policy": policy(align_days=20)}, "invalid-draft-days", "/policy/draft_days"),
        ({"policy": policy(draft_days=251)}, "invalid-draft-days", "/policy/draft_days"),
        ({"policy": policy(grading_days=0)}, "invalid-grading-days", "/policy/grading_days"),
        ({"policy": policy(learn_days=5, close_days=5)}, "invalid-close-days",
         "/policy/close_days"),
        ({"policy": policy(holidays=(date(1, 1, 1),))}, "invalid-holidays", "/policy/holidays"),
        ({"policy": policy(window_week=0)}, "invalid-window-week", "/policy/window_week"),
        ({"policy": policy(objectives_per_team=0)}, "invalid-objectives-per-team",
         "/policy/objectives_per_team"),
        ({"policy": policy(backdating_grace_days=-1)}, "invalid-backdating-grace-days",
         "/policy/backdating_grace_days"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_run_is_refused(fields, code, pointer):
    refusal = given().when(wish(PlanCycle, BEFORE, **plan(**fields))).refused(code)
    assert (refusal.kind, refusal.pointer) == ("invalid", pointer)


def test_starting_publishes_the_first_timetable_and_opens_drafting():
    given(planned()).when(wish(StartCycle, NOW)).then(
        CycleStarted(cycle_id=CYCLE, started_at=NOW),
        TimetablePublished(cycle_id=CYCLE, generation=1, milestones=timetable(frame(), NOW)),
        PhaseEntered(cycle_id=CYCLE, phase="draft", state="drafting"),
    )


MOVES = {
    "start": wish(StartCycle, NOW),
    "pause": wish(PauseCycle, NOW),
    "resume": wish(ResumeCycle, NOW),
    "reschedule": wish(ReschedulePhase, NOW, phase="learn", ends_at=berlin(30, 4), reason="why"),
    "close": wish(CloseCycle, NOW),
    "reopen": wish(ReopenCycle, NOW),
}
HISTORIES = {
    "planned": ((planned(),), ("start",)),
    "drafting": (started(), RUNNING),
    "aligning": (run_until(started(), "commit.open"), RUNNING),
    "active": (run_until(started(), "run.open"), RUNNING),
    "grading": (run_until(started(), "grade.open"), RUNNING),
    "paused": ((*started(), CyclePaused(cycle_id=CYCLE, paused_at=NOW)), ("resume", "close")),
    "closed": (run_until(started(), "close"), ("reopen",)),
}


@pytest.mark.parametrize("state", HISTORIES)
@pytest.mark.parametrize("move", MOVES)
def test_a_state_allows_its_moves_and_refuses_every_other_naming_them(state, move):
    history, allowed = HISTORIES[state]
    outcome = given(*history).when(MOVES[move])
    if move in allowed:
        assert outcome.facts()
    else:
        outcome.refused("illegal-move", kind="conflict", allowed=allowed)


@pytest.mark.parametrize("move", MOVES)
def test_a_cycle_that_is_not_there_cannot_move(move):
    given().when(MOVES[move]).refused("not-found", kind="missing")


def test_the_states_of_a_cycle_in_order():
    history, seen = started(), ["drafting"]
    for name in ("align.open", "commit.open", "run.open", "grade.open", "learn.open", "close"):
        history = run_until(history, name)
        seen.append(cycle(history).status)
    assert seen == ["drafting", "aligning", "aligning", "active", "grading", "grading", "closed"]


# --- pausing and resuming ----------------------------------------------------------------------


def test_resuming_shifts_what_is_left_by_the_working_days_lost():
    history = run_until(started(), "week-04.ask")  # Thursday 22 January
    before = at_ids(history)
    history = moved(history, wish(PauseCycle, berlin(22, 1, 15)))
    history = moved(history, wish(ResumeCycle, berlin(3, 2, 10)))
    now, after = cycle(history), at_ids(history)
    assert history[-2] == CycleResumed(cycle_id=CYCLE, shifted_working_days=8)
    assert (now.paused, now.generation) == (False, 2)
    assert after["week-04.ask"] == before["week-04.ask"], "what is done stays"
    assert after["week-04.chase"] == berlin(4, 2), "8 working days later"
    assert "week-05.ask" not in after, "it fell into the pause"
    assert after["week-06.ask"] == before["week-06.ask"], "weeks stay on their slots"
    assert after["window.open"] == berlin(19, 2)
    assert after["grade.open"] == berlin(13, 4)
    assert after["close"] == berlin(27, 4)


def test_a_pause_of_some_hours_loses_no_working_day():
    history = run_until(started(), "week-04.ask")
    before = at_ids(history)
    history = moved(history, wish(PauseCycle, berlin(22, 1, 9, minute=30)))
    history = moved(history, wish(ResumeCycle, berlin(22, 1, 17)))
    assert history[-2] == CycleResumed(cycle_id=CYCLE, shifted_working_days=0)
    assert at_ids(history) == before


def test_policy_keep_keeps_the_dates_and_drops_the_escalations_of_the_pause():
    history = run_until(started(policy=policy(resume="keep")), "week-04.ask")
    before = at_ids(history)
    history = moved(history, wish(PauseCycle, berlin(22, 1, 15)))
    history = moved(history, wish(ResumeCycle, berlin(27, 1, 10)))
    after = at_ids(history)
    assert history[-2] == CycleResumed(cycle_id=CYCLE)
    assert "week-04.chase" not in after
    assert "week-04.lead" not in after
    assert after["week-04.sponsor"] == before["week-04.sponsor"]
    assert after["grade.open"] == before["grade.open"]


def test_a_phase_that_would_have_opened_in_the_pause_opens_at_once():
    history = run_until(started(policy=policy(resume="keep")), "draft.open")
    history = moved(history, wish(PauseCycle, berlin(10, 12, year=2025)))
    history = moved(history, wish(ResumeCycle, berlin(29, 12, 10, year=2025)))
    after = at_ids(history)
    assert after["align.open"] == berlin(29, 12, 10, year=2025)
    assert after["commit.open"] == berlin(2, 1), "aligning keeps its least three days"
    assert after["run.open"] == berlin(5, 1)
    assert "draft.remind" not in after


KEEP = {"policy": policy(resume="keep")}


@pytest.mark.parametrize(
    ("until", "paused_at", "left"),
    [
        ("grade.open", berlin(2, 4), ["grade.lock", "learn.open"]),
        ("window.open", berlin(10, 2), ["window.close", "week-11.ask"]),
    ],
)
def test_what_would_have_ended_in_the_pause_ends_at_once(until, paused_at, left):
    history = moved(run_until(started(**KEEP), until), wish(PauseCycle, paused_at))
    back = paused_at + timedelta(days=28)
    now = cycle(moved(history, wish(ResumeCycle, back)))
    due = [one for one in now.milestones if one.id not in now.done]
    assert [one.id for one in due[:2]] == left
    assert due[0].at == back


def test_a_window_that_opened_closes_before_a_run_that_was_shortened():
    history = run_until(started(), "window.open")
    command = rescheduling(berlin(9, 2, 10), "run", berlin(13, 2))
    assert at_ids(moved(history, command))["window.close"] == berlin(12, 2)


def test_a_pause_over_the_change_of_the_clock_keeps_nine_o_clock():
    history = run_until(started(), "week-12.ask")
    history = moved(history, wish(PauseCycle, berlin(26, 3, 8)))
    history = moved(history, wish(ResumeCycle, berlin(30, 3, 8)))
    now = cycle(history)
    assert history[-2] == CycleResumed(cycle_id=CYCLE, shifted_working_days=2)
    left = [one.at for one in now.milestones if one.id not in now.done]
    assert all(at.hour == 7 for at in left), "09:00 in summer time"
    assert at_ids(history)["grade.open"] == datetime(2026, 4, 3, 7, tzinfo=UTC)


def test_what_was_due_this_morning_is_still_asked_after_a_move():
    history = run_until(started(), "week-03.sponsor")
    same_second = berlin(22, 1) + timedelta(seconds=1)
    command = wish(ReschedulePhase, same_second, phase="grade", ends_at=berlin(9, 4), reason="why")
    after = at_ids(moved(history, command))
    assert after["week-04.ask"] == berlin(22, 1)


# --- rescheduling ------------------------------------------------------------------------------


def rescheduling(at: datetime, phase: str, ends_at: datetime, reason: str | None = "why"):
    return wish(ReschedulePhase, at, phase=phase, ends_at=ends_at, reason=reason)


def test_a_longer_run_moves_grading_and_all_that_follows():
    history = run_until(started(), "week-02.ask")
    outcome = given(*history).when(rescheduling(berlin(9, 1), "run", berlin(8, 4)))
    moved_phase, published = outcome.facts()
    assert moved_phase == PhaseRescheduled(cycle_id=CYCLE, phase="run", ends_at=berlin(8, 4))
    after = {one.id: one.at for one in published.milestones}
    assert published.generation == 2
    assert [after[name] for name in ("grade.open", "grade.lock", "learn.open", "close")] == [
        berlin(8, 4), berlin(14, 4), berlin(15, 4), berlin(22, 4)
    ]  # fmt: skip


def test_a_shorter_run_brings_grading_forward_and_drops_the_weeks_after_it():
    history = run_until(started(), "week-02.ask")
    after = at_ids(moved(history, rescheduling(berlin(9, 1), "run", berlin(16, 3))))
    assert [after[name] for name in ("grade.open", "grade.lock", "learn.open", "close")] == [
        berlin(16, 3), berlin(20, 3), berlin(23, 3), berlin(30, 3)
    ]  # fmt: skip
    assert "week-11.ask" in after
    assert "week-12.ask" not in after


def test_longer_drafting_squeezes_aligning_before_it_pushes_the_run():
    history = run_until(started(), "draft.open")
    after = at_ids(
        moved(history, rescheduling(berlin(3, 12, year=2025), "draft", berlin(22, 12, year=2025)))
    )
    assert after["align.open"] == berlin(22, 12, year=2025)
    assert after["commit.open"] == berlin(30, 12, year=2025)
    assert after["run.open"] == berlin(2, 1)
    later = at_ids(
        moved(history, rescheduling(berlin(3, 12, year=2025), "draft", berlin(30, 12, year=2025)))
    )
    assert later["commit.open"] == berlin(5, 1), "three working days to align"
    assert later["run.open"] == berlin(6, 1)


def test_shorter_drafting_gives_its_days_to_aligning():
    history = run_until(started(), "draft.open")
    after = at_ids(
        moved(history, rescheduling(berlin(3, 12, year=2025), "draft", berlin(9, 12, year=2025)))
    )
    assert (after["align.open"], after["commit.open"]) == (
        berlin(9, 12, year=2025),
        berlin(30, 12, year=2025),
    )


def test_a_later_lock_moves_learning_and_the_close():
    history = run_until(started(), "grade.open")
    after = at_ids(moved(history, rescheduling(berlin(2, 4), "grade", berlin(10, 4, 17))))
    assert [after[name] for name in ("grade.lock", "learn.open", "close")] == [
        berlin(10, 4, 17), berlin(13, 4), berlin(20, 4)
    ]  # fmt: skip


def test_an_end_on_a_weekend_waits_for_monday():
    history = run_until(started(), "week-02.ask")
    after = at_ids(moved(history, rescheduling(berlin(9, 1), "run", berlin(4, 4))))
    assert after["grade.open"] == berlin(6, 4)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_move_of_a_phase_needs_a_reason(reason):
    outcome = given(*started()).when(rescheduling(BEFORE, "run", berlin(10, 4), reason))
    outcome.refused("reason-required", kind="invalid", pointer="/reason")


@pytest.mark.parametrize(
    "ends_at", [berlin(9, 1), berlin(8, 1), berlin(2, 1, year=2020), berlin(1, 6, year=2027)]
)
def test_a_phase_cannot_end_in_the_past_nor_in_another_year(ends_at):
    history = run_until(started(), "week-02.ask")
    outcome = given(*history).when(rescheduling(berlin(9, 1), "run", ends_at))
    outcome.refused("invalid-ends-at", kind="invalid", pointer="/ends_at")


def test_a_phase_lasts_a_working_day_at_least():
    outcome = given(*started()).when(rescheduling(BEFORE, "grade", berlin(1, 4, 18)))
    outcome.refused("invalid-ends-at", pointer="/ends_at")


def test_a_phase_that_is_over_cannot_move():
    history = run_until(started(), "run.open")
    outcome = given(*history).when(rescheduling(NOW, "draft", berlin(30, 1)))
    outcome.refused("illegal-move", allowed=RUNNING)


def test_a_move_to_where_it_is_changes_nothing():
    given(*started()).when(rescheduling(BEFORE, "run", berlin(1, 4))).nothing()


# --- closing and re-opening --------------------------------------------------------------------


def test_a_cycle_may_be_closed_before_its_time():
    given(*started()).when(wish(CloseCycle, NOW)).then(CycleClosed(cycle_id=CYCLE, closed_at=NOW))


@pytest.mark.parametrize("until", ["draft.open", "week-03.ask", "close"])
def test_a_re_opened_cycle_grades_again_with_a_fresh_closing_list(until):
    history = run_until(started(), until)
    if cycle(history).status != "closed":
        history = moved(history, wish(CloseCycle, berlin(20, 1)))
    again = moved(history, wish(ReopenCycle, berlin(4, 5)))
    now = cycle(again)
    assert again[-2] == CycleReopened(cycle_id=CYCLE)
    assert (now.status, now.phase, now.grading_locked) == ("grading", "grade", False)
    assert now.generation == 2
    left = [one for one in now.milestones if one.id not in now.done]
    assert [(one.id, one.at) for one in left] == [
        ("grade.open", berlin(4, 5)),
        ("grade.chase", berlin(5, 5)),
        ("grade.escalate", berlin(7, 5)),
        ("grade.lock", berlin(8, 5)),
        ("learn.open", berlin(11, 5)),
        ("learn.remind", berlin(13, 5)),
        ("close", berlin(18, 5)),
    ]
    assert cycle(run_until(again, "close")).status == "closed"


def test_default_policy_is_what_the_rules_say():
    given().when(planning(policy=CyclePolicy())).then(planned(policy=CyclePolicy()))
