"""The clock reaches milestones: what each leads to, and when it leads to nothing."""

from datetime import timedelta

import pytest

from domain.cycle.agenda import next_due
from domain.cycle.asked import OwedListed, pages
from domain.cycle.calendar import frame_of
from domain.cycle.cycle import INITIAL, CloseCycle, PauseCycle, ReopenCycle, ResumeCycle
from domain.cycle.milestones import (
    AdjustmentClosed,
    AdjustmentOpened,
    CycleClosed,
    GradingLocked,
    MilestoneReached,
    PeopleAsked,
    PeopleReminded,
    PhaseEntered,
)
from domain.cycle.policy import Owed
from domain.facts import Pointer
from domain.things import THINGS
from tests.domain.cycle.quarter import (
    CYCLE,
    KEY_RESULT,
    berlin,
    cycle,
    owing,
    planned,
    reach,
    run_until,
    started,
    wish,
)
from tests.domain.specification import given

STEPS = [one.id for one in cycle(started()).milestones]


def before(milestone: str):
    return run_until(started(), STEPS[STEPS.index(milestone) - 1])


def reached(milestone: str, due_at, late_by: int = 0) -> MilestoneReached:
    return MilestoneReached(
        cycle_id=CYCLE, milestone=milestone, generation=1, due_at=due_at, late_by=late_by
    )


# --- what performing leads to ------------------------------------------------------------------


def test_a_week_is_asked_for():
    history, owed = before("week-05.ask"), (owing("bob"), owing("cleo"))
    command = reach(history, "week-05.ask", owed)
    slot = cycle(history).milestones[STEPS.index("week-05.ask")].slot
    given(*history).when(command).then(
        reached("week-05.ask", berlin(29, 1)),
        PeopleAsked(
            cycle_id=CYCLE, milestone="week-05.ask", asked="check_in", slot=slot, count=2,
            people=2, asked_at=berlin(29, 1),
        ),
        OwedListed(
            cycle_id=CYCLE, milestone="week-05.ask", asked="check_in", slot=slot, owed=owed,
            listed_at=berlin(29, 1),
        ),
    )  # fmt: skip


def test_who_still_owes_is_reminded_at_the_level_of_the_step():
    history = before("week-05.lead")
    _, reminded, page = given(*history).when(reach(history, "week-05.lead", (owing(),))).facts()
    assert isinstance(reminded, PeopleReminded)
    assert (reminded.level, reminded.asked, reminded.count) == ("lead", "check_in", 1)
    assert isinstance(page, OwedListed)
    assert (page.level, page.asked, page.owed) == ("lead", "check_in", (owing(),))


@pytest.mark.parametrize("milestone", ["week-05.ask", "week-05.chase", "grade.chase"])
def test_nobody_owes_anything_so_nobody_is_bothered(milestone):
    history = before(milestone)
    (fact,) = given(*history).when(reach(history, milestone)).facts()
    assert isinstance(fact, MilestoneReached)


@pytest.mark.parametrize(
    ("milestone", "phase", "state", "asked"),
    [
        ("align.open", "align", "aligning", "agreement"),
        ("commit.open", "commit", "aligning", "commitment"),
        ("grade.open", "grade", "grading", "grades"),
        ("learn.open", "learn", "grading", "lessons"),
    ],
)
def test_a_phase_opens_by_asking(milestone, phase, state, asked):
    history = before(milestone)
    _, entered, question, _ = given(*history).when(reach(history, milestone, (owing(),))).facts()
    assert entered == PhaseEntered(cycle_id=CYCLE, phase=phase, state=state)
    assert isinstance(question, PeopleAsked)
    assert question.asked == asked


def test_drafting_is_open_since_the_start_so_its_milestone_only_asks():
    history = started()
    _, question, _ = given(*history).when(reach(history, "draft.open", (owing(),))).facts()
    assert question.asked == "objectives"


@pytest.mark.parametrize(
    ("milestone", "fact"),
    [
        ("run.open", PhaseEntered(cycle_id=CYCLE, phase="run", state="active")),
        ("window.open", AdjustmentOpened(cycle_id=CYCLE)),
        ("window.close", AdjustmentClosed(cycle_id=CYCLE)),
        ("grade.lock", GradingLocked(cycle_id=CYCLE)),
        ("close", CycleClosed(cycle_id=CYCLE, closed_at=berlin(15, 4))),
    ],
)
def test_the_other_milestones_are_facts_of_their_own(milestone, fact):
    history = before(milestone)
    outcome = given(*history).when(reach(history, milestone)).facts()
    assert outcome[1:] == (fact,)
    now = cycle((*history, *outcome))
    assert now.window_open == (milestone == "window.open")
    assert now.grading_locked == (milestone in ("grade.lock", "close"))


def test_a_late_milestone_says_by_how_much():
    history = before("week-05.ask")
    command = reach(history, "week-05.ask", late=berlin(29, 1) + timedelta(hours=2))
    given(*history).when(command).then(reached("week-05.ask", berlin(29, 1), 7200))


# --- when it leads to nothing ------------------------------------------------------------------


def test_a_milestone_is_reached_once():
    history = run_until(started(), "week-05.ask")
    given(*history).when(reach(history, "week-05.ask")).nothing()


def test_a_milestone_that_is_not_in_the_timetable_is_nothing():
    history = started()
    command = reach(history, "draft.open").model_copy(update={"milestone": "week-99.ask"})
    given(*history).when(command).nothing()


def test_a_stale_generation_is_nothing():
    history = before("week-05.ask")
    stale = reach(history, "week-05.ask")
    for move in (wish(PauseCycle, berlin(28, 1)), wish(ResumeCycle, berlin(28, 1, 10))):
        history += given(*history).when(move).facts()
    given(*history).when(stale).nothing()
    assert given(*history).when(reach(history, "week-05.ask")).facts()


def test_nothing_is_asked_in_a_pause():
    history = before("week-05.ask")
    history += given(*history).when(wish(PauseCycle, berlin(28, 1))).facts()
    given(*history).when(reach(history, "week-05.ask", (owing(),))).nothing()


# --- at most one nudge per subject, person and day (RULES B9) ------------------------------------


def test_asks_and_chases_that_come_late_together_bother_people_once_a_day():
    history, now = before("week-05.ask"), berlin(3, 2, 8)
    for milestone in ("week-05.ask", "week-05.chase"):
        history += given(*history).when(reach(history, milestone, (owing(),), late=now)).facts()
    assert [type(fact) for fact in history[-3:]] == [PeopleAsked, OwedListed, MilestoneReached]


def test_a_higher_level_hears_on_the_same_day():
    history, now = before("week-05.ask"), berlin(3, 2, 8)
    for milestone in ("week-05.ask", "week-05.chase", "week-05.lead"):
        history += given(*history).when(reach(history, milestone, (owing(),), late=now)).facts()
    assert isinstance(history[-2], PeopleReminded)
    assert history[-2].level == "lead"


def test_another_subject_or_person_or_day_is_news():
    history, other = before("week-05.ask"), Pointer(kind="key_result", id="other")
    ask = reach(history, "week-05.ask", (owing("bob"),), late=berlin(30, 1, 7))
    history += given(*history).when(ask).facts()
    owed = (owing("bob", KEY_RESULT, other), owing("cleo"))
    chase = reach(history, "week-05.chase", owed)
    reminded = given(*history).when(chase).facts()[-1]
    assert reminded.owed == (owing("bob", other), owing("cleo"))
    tomorrow = chase.model_copy(update={"at": berlin(31, 1)})
    assert given(*history).when(tomorrow).facts()[-1].owed == owed


def test_a_clock_that_does_not_know_the_asks_of_the_day_has_to_read_them_first():
    history, now = before("week-05.ask"), berlin(3, 2, 8)
    ask = reach(history, "week-05.ask", (owing(),), late=now)
    stale = reach(history, "week-05.chase", (owing(),), late=now)
    history += given(*history).when(ask).facts()
    refusal = given(*history).when(stale).refused("asks-unread")
    assert "week-05.ask" in refusal.detail
    assert given(*history).when(reach(history, "week-05.chase", (owing(),), late=now)).facts()


def test_a_re_opened_cycle_does_not_remind_again_on_the_same_day():
    history, now = before("grade.chase"), berlin(4, 5, 7)
    history = run_until(history, "close")
    history += given(*history).when(wish(ReopenCycle, now)).facts()
    for milestone in ("grade.open", "grade.chase"):
        history += given(*history).when(reach(history, milestone, (owing(),), late=now)).facts()
    history += given(*history).when(wish(CloseCycle, now)).facts()
    history += given(*history).when(wish(ReopenCycle, now)).facts()
    again = given(*history).when(reach(history, "grade.chase", (owing(),), late=now)).facts()
    assert [type(fact) for fact in again] == [MilestoneReached]


# --- the cycle's stream stays lean --------------------------------------------------------------


def everybody(key_results: int) -> tuple[Owed, ...]:
    """What 4,000 key results owe: ten a person, ids as long as real ones."""
    things = [Pointer(kind="key_result", id=f"{n:036}") for n in range(key_results)]
    return tuple(
        owing(f"{start:036}", *things[start : start + 10]) for start in range(0, key_results, 10)
    )


def test_a_cycle_of_4000_key_results_has_a_small_stream_and_pages_of_200():
    history, owed = started(), everybody(4_000)
    while (due := next_due(cycle(history), berlin(1, 6))) is not None:
        debts = owed if next(m for m in cycle(history).milestones if m.id == due.id).asked else ()
        told = given(*history).when(reach(history, due.id, debts)).facts()
        pages = [fact for fact in told if isinstance(fact, OwedListed)]
        assert all(sum(len(one.about) for one in page.owed) == 200 for page in pages)
        assert all(len(page.model_dump_json()) < 32_000 for page in pages)
        assert [one for page in pages for one in page.owed] == list(owed if pages else ())
        # The pages are told elsewhere: what is measured here is the cycle's own stream.
        history += tuple(fact for fact in told if fact not in pages)
    asks = [fact for fact in history if isinstance(fact, PeopleAsked | PeopleReminded)]
    assert len(asks) > 40
    assert {(fact.count, fact.people) for fact in asks} == {(4_000, 400)}
    assert sum(len(fact.model_dump_json()) for fact in history) < 64_000
    assert len(repr(cycle(history))) < 32_000


def test_one_person_may_owe_more_than_a_page_holds():
    (one,) = everybody(10)
    things = tuple(Pointer(kind="key_result", id=str(n)) for n in range(450))
    listed = list(pages((one, owing("bob", *things), owing("cleo"))))
    assert [sum(len(each.about) for each in page) for page in listed] == [200, 200, 61]
    assert [[each.person_id for each in page] for page in listed] == [
        [one.person_id, "bob"],
        ["bob"],
        ["bob", "cleo"],
    ]
    assert tuple(thing for page in listed for each in page for thing in each.about) == (
        *one.about,
        *things,
        KEY_RESULT,
    )


def test_an_ask_of_schema_1_tells_whom_it_asked_and_is_counted():
    owed = (owing("bob", KEY_RESULT, Pointer(kind="key_result", id="b")), owing("cleo"))
    stored = {
        "cycle_id": CYCLE,
        "milestone": "week-05.ask",
        "asked": "check_in",
        "owed": [one.model_dump(mode="json") for one in owed],
    }
    lifted = THINGS.upcasters["cycle.people-asked", 1](stored, "2026-01-05T12:00:00+00:00")
    fact = PeopleAsked.model_validate(lifted)
    assert (fact.count, fact.people, fact.owed) == (3, 2, owed)


# --- what is due next --------------------------------------------------------------------------


def test_the_next_due_is_the_first_milestone_not_done():
    history = before("week-05.ask")
    due = next_due(cycle(history), berlin(28, 1))
    assert (due.stream, due.id, due.kind, due.at, due.phase, due.generation) == (
        "cycle/q1", "week-05.ask", "ask", berlin(29, 1), "run", 1
    )  # fmt: skip
    assert len(due.model_dump_json()) < 300


def test_what_is_overdue_comes_first_and_in_order():
    assert next_due(cycle(started()), berlin(1, 8)).id == "draft.open"


def test_a_paused_cycle_holds_and_is_asked_again_in_a_week():
    history = started()
    history += given(*history).when(wish(PauseCycle, berlin(1, 1))).facts()
    due = next_due(cycle(history), berlin(2, 1))
    assert (due.kind, due.at) == ("hold", berlin(9, 1))


def test_a_cycle_at_rest_waits_for_nothing():
    assert next_due(INITIAL, berlin(1, 1)) is None
    assert next_due(cycle((planned(),)), berlin(1, 1)) is None
    assert next_due(cycle(run_until(started(), "close")), berlin(1, 1)) is None


def test_a_cycle_closed_before_its_time_still_has_its_close_to_perform():
    history, now = before("week-05.ask"), berlin(28, 1, 12)
    history += given(*history).when(wish(CloseCycle, now)).facts()
    due = next_due(cycle(history), now)
    assert (due.id, due.kind, due.at) == ("close", "close", now)
    given(*history).when(reach(history, "week-05.ask")).nothing()
    history += given(*history).when(reach(history, "close", late=now)).facts()
    assert history[-1] == reached("close", now)
    assert next_due(cycle(history), now) is None


def test_a_re_opened_cycle_has_something_due_again():
    history = run_until(started(), "close")
    history += given(*history).when(wish(ReopenCycle, berlin(4, 5))).facts()
    assert next_due(cycle(history), berlin(4, 5)).id == "grade.open"


# --- the frame ----------------------------------------------------------------------------------


def test_the_frame_knows_the_state_and_when_grading_locks():
    assert frame_of(cycle((planned(),))).grading_deadline is None
    frame = frame_of(cycle(before("week-05.ask")))
    assert (frame.state, frame.grading_deadline) == ("active", berlin(7, 4))
