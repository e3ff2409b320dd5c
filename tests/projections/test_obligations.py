"""Who owes what: what opens an obligation, what raises it, and what pays it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.cycle import cycle as c
from domain.facts import Pointer
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.okr import key_result as k
from domain.okr import leaving
from domain.okr import measure as of
from domain.okr import objective as obj
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ProposeObjective,
    WithdrawObjective,
)
from projections.engine.moment import Moment
from projections.obligations.pages import obligations, waiting_for
from tests.projections import quarter
from tests.projections.quarter import owed, reach, read, until
from tests.projections.stage import START, Stage, staged


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        quarter.found(stage)
        yield stage


def owes(stage: Stage, moment: Moment | None = None, **filters: Any) -> list[dict[str, Any]]:
    found = obligations(stage.views, moment=moment or stage.moment(), limit=500, **filters)
    return list(found["items"])


def debts(stage: Stage, moment: Moment | None = None) -> set[tuple[str | None, str, str]]:
    return {(i["person_id"], i["asked"], i["about"]["id"]) for i in owes(stage, moment)}


def only(stage: Stage, asked: str) -> dict[str, Any]:
    (item,) = [item for item in owes(stage) if item["asked"] == asked]
    return item


def drafted(stage: Stage, objective_id: str = "o1") -> None:
    quarter.objective(stage.on(max(stage.day, 10)), objective_id, f"Title {objective_id}")
    stage.do(k.AddKeyResult, objective_id=objective_id, key_result_id=f"{objective_id}-kr",
             title="Late", measure=of.Percentage(kind="percentage"))  # fmt: skip


def running(stage: Stage) -> None:
    drafted(stage)
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(AcceptObjective, objective_id="o1")
    until(stage, "run.open")
    stage.do(obj.ActivateObjective, objective_id="o1", by=quarter.CLOCK)


def checked_in(stage: Stage, check_in_id: str, **given: Any) -> None:
    read(stage, "o1-kr", check_in_id, of.Reading(value=10), **given)


# --- what a cycle asks ----------------------------------------------------------------------------


def test_a_team_owes_objectives_until_it_drafts_one_in_that_cycle(stage: Stage):
    assert debts(stage) == {("bo", "objectives", "ops")}
    item = only(stage, "objectives")
    assert (item["what"], item["title"], item["level"]) == ("Draft objectives", "Ops", "owner")
    quarter.plan(stage, "q2", "2026 Q2", date(2026, 4, 1), date(2026, 6, 30))
    stage.do(c.StartCycle, cycle_id="q2")
    quarter.objective(stage, "later", "Later", "q2")
    assert debts(stage) == {("bo", "objectives", "ops")}
    drafted(stage)
    assert debts(stage) == set()


def test_a_proposal_is_owed_an_answer_by_the_lead_above_and_a_counter_gives_it_back(stage: Stage):
    drafted(stage)
    until(stage, "align.open", owed(("bo", "objective", "o1")))
    assert debts(stage) == {("bo", "agreement", "o1")}
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    assert debts(stage) == {("ada", "answer", "o1")}
    assert only(stage, "answer")["due_at"] is None
    stage.do(CounterObjective, objective_id="o1", note="Half")
    assert debts(stage) == {("bo", "agreement", "o1")}
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(AcceptObjective, objective_id="o1")
    assert debts(stage) == set()


def test_withdrawing_leaves_nobody_with_an_answer_to_give(stage: Stage):
    drafted(stage)
    stage.do(ProposeObjective, objective_id="o1", by="bo")
    stage.do(WithdrawObjective, objective_id="o1", by="bo")
    assert debts(stage) == set()


def test_a_check_in_is_owed_raised_and_paid(stage: Stage):
    running(stage)
    until(stage, "week-02.ask", owed(("bo", "key_result", "o1-kr")))
    asked_at = stage.now
    item = only(stage, "check_in")
    assert (item["level"], item["slot"], item["due_at"]) == ("owner", date(2026, 1, 8), asked_at)
    assert (item["objective_id"], item["title"], item["team_id"]) == ("o1", "Late", "ops")
    until(stage, "week-02.lead", owed(("bo", "key_result", "o1-kr")))
    item = only(stage, "check_in")
    assert (item["level"], item["due_at"], item["since_at"]) == ("lead", asked_at, asked_at)
    checked_in(stage, "c1")
    assert debts(stage) == set()
    assert debts(stage, stage.moment(position=stage.journal.head() - 1)) == {
        ("bo", "check_in", "o1-kr")
    }


def test_a_new_week_asks_anew(stage: Stage):
    running(stage)
    until(stage, "week-02.ask", owed(("bo", "key_result", "o1-kr")))
    until(stage, "week-03.ask", owed(("bo", "key_result", "o1-kr")))
    item = only(stage, "check_in")
    assert (item["level"], item["slot"], item["since_at"]) == (
        "owner",
        date(2026, 1, 15),
        stage.now,
    )


def test_a_reading_of_an_earlier_week_does_not_pay_for_this_one(stage: Stage):
    running(stage)
    until(stage, "week-03.ask", owed(("bo", "key_result", "o1-kr")))
    # The slot is Thursday the 15th; Monday the 12th is the first day that keeps it.
    sunday = datetime(2026, 1, 11, 22, 59, tzinfo=UTC)
    checked_in(stage, "c1", effective=(sunday - START).total_seconds() / 86_400)
    assert debts(stage) == {("bo", "check_in", "o1-kr")}
    monday = sunday + timedelta(minutes=2)
    checked_in(stage, "c2", effective=(monday - START).total_seconds() / 86_400)
    assert debts(stage) == set()


def test_dropping_ends_what_was_owed(stage: Stage):
    running(stage)
    until(stage, "week-02.ask", owed(("bo", "key_result", "o1-kr"), ("bo", "objective", "o1")))
    stage.do(k.DropKeyResult, objective_id="o1", cycle_id="q1", key_result_id="o1-kr")
    assert debts(stage) == {("bo", "check_in", "o1")}
    stage.do(leaving.DropObjective, objective_id="o1", cycle_id="q1")
    assert debts(stage) == set()


def test_grades_are_owed_until_graded_and_entering_a_phase_ends_what_came_before(stage: Stage):
    running(stage)
    until(stage, "week-13.ask", owed(("bo", "key_result", "o1-kr")))
    until(stage, "grade.open", owed(("bo", "objective", "o1")))
    assert debts(stage) == {("bo", "grades", "o1")}
    until(stage, "close")
    assert debts(stage) == set()


# --- what improvement asks ------------------------------------------------------------------------


def opened(stage: Stage, **given: Any) -> None:
    stage.do(a.OpenAction, action_id="x", team_id="ops", owner_id="bo", title="Fix",
             kind="kaizen", **given)  # fmt: skip


def move(stage: Stage, column: str) -> None:
    stage.do(a.MoveAction, action_id="x", team_id="ops", column=column)


def lean(stage: Stage) -> set[tuple[str | None, str]]:
    return {(i["person_id"], i["asked"]) for i in owes(stage) if i["asked"] != "objectives"}


def test_an_action_is_owed_until_done_then_its_effect_until_verified(stage: Stage):
    opened(stage, due_on=date(2026, 1, 30), timezone="Europe/Berlin")
    assert lean(stage) == {("bo", "action")}
    assert only(stage, "action")["due_at"] == datetime(2026, 1, 30, 17, tzinfo=UTC)
    stage.do(a.RemindAction, by="action/x", action_id="x", level="lead", milestone="overdue-lead")
    assert only(stage, "action")["level"] == "lead"
    move(stage, "done")
    assert lean(stage) == set()
    stage.do(a.AskEffect, by="action/x", action_id="x", milestone="effect")
    assert lean(stage) == {("bo", "effect")}
    stage.do(a.VerifyAction, action_id="x", team_id="ops", result="ok", effective=True,
             evidence="e")  # fmt: skip
    assert lean(stage) == set()


def test_work_that_comes_back_is_owed_again_and_its_effect_is_not(stage: Stage):
    opened(stage, due_on=date(2025, 12, 1))
    move(stage.on(10), "done")
    stage.do(a.AskEffect, by="action/x", action_id="x", milestone="effect")
    stage.do(a.ReopenAction, action_id="x", team_id="ops")
    assert lean(stage) == {("bo", "action")}
    # Begun after its due date it has five working days (RULES B9): Monday 8 to Monday 15.
    assert only(stage, "action")["due_at"] == datetime(2025, 12, 15, 18, tzinfo=UTC)


def test_an_action_without_a_due_date_is_owed_to_nobody(stage: Stage):
    opened(stage)
    move(stage, "doing")
    assert lean(stage) == set()


def test_an_obstacle_climbs_until_somebody_takes_it(stage: Stage):
    about = Pointer(kind="team", id="ops")
    stage.do(o.RaiseObstacle, obstacle_id="ob", title="Stuck", about=about, severity="low")
    item = only(stage, "obstacle")
    assert (item["person_id"], item["team_id"], item["level"]) == (None, "ops", "owner")
    assert item["due_at"] == stage.now + timedelta(hours=20)
    stage.do(o.EscalateObstacle, by="obstacle/ob", obstacle_id="ob", level="coordinator",
             milestone="coordinator")  # fmt: skip
    assert only(stage, "obstacle")["level"] == "coordinator"
    stage.do(o.AcknowledgeObstacle, obstacle_id="ob")
    assert lean(stage) == set()
    stage.do(o.ResolveObstacle, obstacle_id="ob", result="ok", evidence="e")
    stage.do(o.ReopenObstacle, obstacle_id="ob")
    assert lean(stage) == {("ada", "obstacle")}, "who took it is to take it again"
    stage.do(o.ResolveObstacle, obstacle_id="ob", result="ok", evidence="e")
    assert lean(stage) == set()


# --- asking ---------------------------------------------------------------------------------------


def many(stage: Stage) -> None:
    for number in range(6):
        stage.do(a.OpenAction, action_id=f"x{number}", team_id="ops", owner_id="bo", title="Fix",
                 kind="kaizen", due_on=date(2025, 12, 5 + number // 2))  # fmt: skip
    drafted(stage)
    stage.do(ProposeObjective, objective_id="o1", by="bo")


def test_what_is_overdue_comes_first_and_what_has_no_date_last(stage: Stage):
    many(stage)
    stage.on(stage.day).do(a.OpenAction, action_id="future", team_id="ops", owner_id="bo",
                           title="Fix", kind="kaizen", due_on=date(2026, 3, 1))  # fmt: skip
    items = owes(stage)
    assert [item["overdue"] for item in items] == [True] * 6 + [False, False]
    assert [item["asked"] for item in items] == ["action"] * 7 + ["answer"]
    assert [item["overdue_days"] for item in items] == [2, 2, 1, 1, 0, 0, None, None]
    due = [item["due_at"] for item in items[:7]]
    assert due == sorted(due)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_leave_nothing_out(stage: Stage, limit: int):
    many(stage)
    moment, cursor, items = stage.moment(), None, []
    while True:
        page = obligations(stage.views, moment=moment, limit=limit, cursor=cursor)
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert items == owes(stage)
    assert len(items) == 7


def test_what_is_owed_is_found_by_cycle_team_and_person(stage: Stage):
    many(stage)
    assert {i["asked"] for i in owes(stage, cycle_id="q1")} == {"answer"}
    assert len(owes(stage, team_id="ops")) == 7
    assert owes(stage, team_id="company") == []
    assert {i["asked"] for i in owes(stage, person_id="ada")} == {"answer"}


def test_a_cycle_waits_for_people_by_name_and_thing(stage: Stage):
    running(stage)
    until(stage, "week-02.ask", owed(("bo", "key_result", "o1-kr")))
    due_at = stage.now
    stage.on(stage.day + 1)
    assert waiting_for(stage.views, "q1", stage.moment()) == [
        {
            "who": "bo", "what": "Check in", "asked": "check_in",
            "about": {"kind": "key_result", "id": "o1-kr"}, "title": "Late",
            "due_at": due_at, "level": "owner", "overdue": True,
        }
    ]  # fmt: skip
    assert waiting_for(stage.views, "q2", stage.moment()) == []


def test_the_reach_of_a_reminder_alone_opens_an_obligation(stage: Stage):
    running(stage)
    reach(stage, "week-01.ask")
    until(stage, "week-01.chase", owed(("bo", "key_result", "o1-kr")))
    assert debts(stage) == {("bo", "check_in", "o1-kr")}
