"""Stories of cycles, obstacles and actions, each told on a cycle of two weeks."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.cycle.cycle import (
    CloseCycle,
    Cycle,
    PauseCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
)
from domain.facts import Pointer
from domain.lean.action import MoveAction, OpenAction, VerifyAction
from domain.lean.obstacle import AcknowledgeObstacle, RaiseObstacle, ReopenObstacle, ResolveObstacle
from domain.okr.check_in import RecordCheckIn
from domain.okr.key_result import DropKeyResult
from domain.people.absence import PlanAbsence
from domain.text import SealedText
from projections.history.rows import HISTORY
from tests.workflows import named
from tests.workflows.histories import chain_of
from tests.workflows.organisation import DAY, HOUR, Organisation, fortnight
from tests.workflows.replay import strict_replay
from tests.workflows.stage import Store, act, everything, of_type, play, reminders
from workflows.clock.contracts import NUDGE, SETTLED, Answer
from workflows.rehearsal.rehearsal import Rehearsal, rehearse

Story = Callable[[Rehearsal], Awaitable[None]]


def tell(store: Store, organisation: Organisation, story: Story, limit: float = 120) -> None:
    """Run a story on a stage that begins with the organisation."""

    async def run() -> None:
        async with rehearse(store.journal, store.views, organisation.founded_at) as stage:
            await story(stage)

    asyncio.run(asyncio.wait_for(run(), limit))


def whole(store: Store, organisation: Organisation) -> Story:
    """The script, and then on to the close."""

    async def story(stage: Rehearsal) -> None:
        organisation.script.sort()
        await play(stage, store, organisation.script, organisation.closes_by())

    return story


def milestones(store: Store) -> list[str]:
    facts: list[Any] = [e.fact for e in of_type(store.journal, "cycle.milestone-reached")]
    return [fact.milestone for fact in facts]


def cycle_of(store: Store, organisation: Organisation) -> Cycle:
    cycle: Cycle = store.journal.state(f"cycle/{organisation.cycle_id}")[0]
    return cycle


# --- who answers ----------------------------------------------------------------------------------


def test_nobody_answers_and_every_level_hears_once_in_order(store: Store) -> None:
    organisation = fortnight(1, answers=False)
    tell(store, organisation, whole(store, organisation))
    facts: list[Any] = [
        e.fact for e in of_type(store.journal, "cycle.people-asked", "cycle.people-reminded")
    ]
    heard = [fact.milestone for fact in facts]
    for week in ("week-01", "week-02"):
        said = [milestone for milestone in heard if milestone.startswith(week)]
        assert said == [f"{week}.{step}" for step in ("ask", "chase", "lead", "sponsor")]
    assert [m for m in heard if m.startswith("grade")] == [
        "grade.open",
        "grade.chase",
        "grade.escalate",
    ]
    assert set(reminders(store.journal).values()) == {1}
    raised = of_type(store.journal, "lean.obstacle-raised")
    assert {e.reason for e in raised} == {SealedText("No check-in two weeks in a row")}
    assert len(raised) == organisation.teams * organisation.key_results
    assert {e.actor.id for e in raised} == {f"cycle/{organisation.cycle_id}"}
    climbed: list[Any] = [e.fact for e in of_type(store.journal, "lean.obstacle-escalated")]
    for fact in of_type(store.journal, "lean.obstacle-raised"):
        levels = [c.level for c in climbed if c.stream == fact.stream]
        assert levels == ["owner", "coordinator", "sponsor"]
    ended: list[Any] = [e.fact for e in of_type(store.journal, "lean.obstacle-ended")]
    assert {fact.because for fact in ended} == {"cycle_closed"}
    assert {fact.obstacle_id for fact in ended} == {e.fact.obstacle_id for e in raised}


def test_who_answers_at_once_is_never_reminded(store: Store) -> None:
    organisation = fortnight(2, answers=False)
    for slot in cycle_slots(organisation):
        for team in range(organisation.teams):
            objective = organisation.id("objective", team, 0)
            for number in range(organisation.key_results):
                key_result = organisation.id("key-result", objective, number)
                for event in list(organisation.script):
                    made: Any = event.command
                    if getattr(made, "key_result_id", None) != key_result:
                        continue
                    organisation.does(
                        organisation.local(slot, 9, 1), organisation.id("member", team),
                        RecordCheckIn, objective_id=objective, key_result_id=key_result,
                        cycle_id=organisation.cycle_id,
                        check_in_id=organisation.id("kept", key_result, slot),
                        reading=organisation._reading(made.measure, 0.5),
                    )  # fmt: skip
                    break
    tell(store, organisation, whole(store, organisation))
    facts: list[Any] = [e.fact for e in of_type(store.journal, "cycle.people-reminded")]
    assert [fact.milestone for fact in facts if fact.milestone.startswith("week")] == []
    assert of_type(store.journal, "lean.obstacle-raised") == []


def test_who_is_away_is_stood_in_for_until_she_is_back(store: Store) -> None:
    """The first week's check-ins are asked of the deputy, the second week's of the owner again."""
    organisation = fortnight(3, answers=False, teams=1)
    owner, deputy = organisation.id("member", 0), organisation.id("lead", 0)
    first, *others = cycle_slots(organisation)
    organisation.does(
        organisation.local(organisation.starts_on, 7), owner, PlanAbsence,
        person_id=owner, absence_id=organisation.id("absence"), starts_on=first - DAY,
        ends_on=first + DAY, deputy_id=deputy,
    )  # fmt: skip
    tell(store, organisation, whole(store, organisation))
    asks: list[Any] = [e.fact for e in of_type(store.journal, "cycle.owed-listed")]
    stood_in = {
        (page.slot, owed.deputy_id)
        for page in asks
        for owed in page.owed
        if owed.person_id == owner and page.level is None and page.asked == "check_in"
    }
    assert stood_in == {(first, deputy), *((each, None) for each in others)}
    with store.views.reading() as look:
        moment = store.views.moment(None, organisation.closes_by())
        sentences = [row["says"] for row in look.rows(HISTORY, moment, type="cycle.owed-listed")]
    assert any(deputy in said and owner in said for said in sentences)


def cycle_slots(organisation: Organisation) -> list[date]:
    days = (organisation.ends_on - organisation.starts_on).days + 1
    every = [organisation.starts_on + n * DAY for n in range(days)]
    return [day for day in every if day.weekday() == organisation.policy.slot_weekday]


@pytest.mark.parametrize(
    ("timezone", "starts_on", "ends_on"),
    [
        ("Asia/Kathmandu", date(2026, 6, 1), date(2026, 6, 19)),
        ("Europe/Berlin", date(2026, 3, 23), date(2026, 4, 10)),  # over the change to summer time
    ],
)
def test_asks_come_at_nine_of_local_time_on_working_days(
    store: Store, timezone: str, starts_on: date, ends_on: date
) -> None:
    holidays = (starts_on, starts_on + 3 * DAY)
    organisation = fortnight(
        3, answers=False, timezone=timezone, starts_on=starts_on, ends_on=ends_on,
        policy={"holidays": holidays},
    )  # fmt: skip
    tell(store, organisation, whole(store, organisation))
    asked = of_type(store.journal, "cycle.milestone-reached")
    assert cycle_of(store, organisation).status == "closed"
    for envelope in asked:
        local = envelope.recorded_at.astimezone(ZoneInfo(timezone))
        assert (local.hour, local.minute) == (9, 0)
        assert local.weekday() < 5
        assert local.date() not in holidays


# --- the plan changes -----------------------------------------------------------------------------


def test_nobody_hears_anything_during_a_pause_and_nothing_is_lost_by_it(store: Store) -> None:
    organisation = fortnight(
        4, answers=False, starts_on=date(2026, 3, 23), ends_on=date(2026, 4, 10)
    )
    boss, cycle_id = organisation.id("boss"), organisation.cycle_id
    paused = organisation.local(date(2026, 3, 26), 8)  # an hour before the first ask
    resumed = organisation.local(date(2026, 4, 6), 8)  # after the change to summer time
    organisation.does(paused, boss, PauseCycle, cycle_id=cycle_id)
    organisation.does(resumed, boss, ResumeCycle, cycle_id=cycle_id)
    tell(store, organisation, whole(store, organisation))
    during = [
        e for e in everything(store.journal)
        if e.actor.kind == "workflow" and paused < e.recorded_at < resumed
    ]  # fmt: skip
    assert during == []
    assert cycle_of(store, organisation).status == "closed"
    assert len(set(milestones(store))) == len(milestones(store))
    assert set(reminders(store.journal).values()) == {1}


def test_a_moved_deadline_moves_the_clock_and_a_past_one_is_refused(store: Store) -> None:
    organisation = fortnight(5, answers=False)
    boss = organisation.id("boss")

    async def story(stage: Rehearsal) -> None:
        begun = organisation.local(organisation.starts_on, 12)
        await play(stage, store, organisation.script, begun)

        def move(number: int, day: date, hour: int = 9) -> ReschedulePhase:
            return ReschedulePhase(
                command_id=f"move/{number}", at=stage.now(), by={"kind": "person", "id": boss},
                reason="the fair moved", cycle_id=organisation.cycle_id,
                phase="run", ends_at=organisation.local(day, hour),
            )  # fmt: skip

        refused = await act(store, [move(1, organisation.starts_on - DAY)])
        assert [refusal.code for refusal in refused] == ["invalid-ends-at"]
        later, sooner = organisation.ends_on + 7 * DAY, organisation.starts_on + 9 * DAY
        assert await act(store, [move(2, later)]) == []
        await stage.settle()
        assert await act(store, [move(3, sooner)]) == []
        await stage.until(organisation.local(sooner, 9) + timedelta(minutes=1))
        assert "grade.open" in milestones(store)
        await stage.until(organisation.closes_by())

    tell(store, organisation, story)
    assert cycle_of(store, organisation).status == "closed"
    assert milestones(store).count("grade.open") == 1


def test_a_cycle_closed_early_closes_what_stands_in_it_and_its_clock_ends(store: Store) -> None:
    organisation = fortnight(6, answers=False)
    boss, cycle_id = organisation.id("boss"), organisation.cycle_id
    closed = organisation.local(organisation.starts_on + 8 * DAY, 15)
    organisation.does(closed, boss, CloseCycle, cycle_id=cycle_id, reason="the unit was sold")

    async def story(stage: Rehearsal) -> None:
        await play(stage, store, sorted(organisation.script), closed + 2 * DAY)
        runs = await chain_of(stage.client, f"cycle/{cycle_id}")
        assert await strict_replay(runs, named.ALL) == []
        assert runs[-1].events[-1].HasField("workflow_execution_completed_event_attributes")
        # Reopened, it has a clock again, and closes a second time.
        by = {"kind": "person", "id": boss}
        again = ReopenCycle(
            command_id="again", at=stage.now(), by=by, reason="not sold", cycle_id=cycle_id
        )
        assert await act(store, [again]) == []
        await stage.settle()
        await stage.until(organisation.closes_by())

    tell(store, organisation, story)
    assert len(of_type(store.journal, "okr.objective-closed")) == organisation.teams
    assert milestones(store).count("close") == 2
    assert cycle_of(store, organisation).status == "closed"


# --- the planner ----------------------------------------------------------------------------------


def test_the_planner_opens_the_next_cycle_on_its_day_and_only_once(store: Store) -> None:
    organisation = fortnight(8, answers=False)

    async def story(stage: Rehearsal) -> None:
        await play(stage, store, organisation.script, organisation.local(organisation.starts_on, 9))
        await stage.plan_until(organisation.local(organisation.ends_on, 12))
        for _ in range(3):
            await stage.run_planner()
        await stage.until(organisation.closes_by())

    tell(store, organisation, story)
    planned: list[Any] = [e.fact for e in of_type(store.journal, "cycle.cycle-planned")]
    started = of_type(store.journal, "cycle.cycle-started")
    assert [(p.starts_on, p.ends_on) for p in planned[1:]] == [
        (date(2026, 6, 20), date(2026, 7, 8))
    ]
    assert len(started) == 2
    assert started[1].recorded_at.date() == date(2026, 6, 10)  # eight working days before
    assert cycle_of(store, organisation).status == "closed"
    second = f"cycle/{planned[1].cycle_id}"
    assert store.journal.state(second)[0].phase == "grade"


# --- obstacles ------------------------------------------------------------------------------------


def test_an_obstacle_climbs_until_it_is_taken_and_again_when_reopened(store: Store) -> None:
    organisation = fortnight(9, answers=False)
    lead, obstacle = organisation.id("lead", 0), organisation.id("hard")
    at = organisation.local(organisation.starts_on, 10)
    about = Pointer(kind="objective", id=organisation.id("objective", 0, 0))
    organisation.does(at, lead, RaiseObstacle, obstacle_id=obstacle, title="No carrier",
                      about=about, severity="medium", owner_id=lead)  # fmt: skip
    organisation.does(at + 30 * HOUR, lead, AcknowledgeObstacle, obstacle_id=obstacle)
    organisation.does(at + 60 * HOUR, lead, ResolveObstacle, obstacle_id=obstacle,
                      result="A carrier", evidence="its contract")  # fmt: skip
    organisation.does(at + 90 * HOUR, lead, ReopenObstacle, obstacle_id=obstacle, reason="gone")

    async def story(stage: Rehearsal) -> None:
        await play(stage, store, sorted(organisation.script), at + 8 * DAY)
        runs = await chain_of(stage.client, f"obstacle/{obstacle}")
        assert await strict_replay(runs, named.ALL) == []

    tell(store, organisation, story)
    climbed = [
        (e.fact.level, round((e.recorded_at - at) / HOUR))
        for e in store.journal.read(f"obstacle/{obstacle}")
        if e.type == "lean.obstacle-escalated"
    ]
    assert climbed == [("owner", 20), ("coordinator", 24),
                       ("owner", 110), ("coordinator", 114), ("sponsor", 138)]  # fmt: skip


# --- improvements ---------------------------------------------------------------------------------


def test_an_action_is_pursued_until_its_effect_is_seen_and_comes_back_without_one(
    store: Store,
) -> None:
    organisation = fortnight(12, answers=False)
    lead, member = organisation.id("lead", 0), organisation.id("member", 0)
    team_id, action = organisation.id("team", 0), organisation.id("kaizen")
    opened = organisation.local(date(2026, 6, 1), 10)
    organisation.does(opened, lead, OpenAction, action_id=action, title="Label the bins",
                      kind="kaizen", team_id=team_id, owner_id=member,
                      due_on=date(2026, 6, 11), prediction="No wrong part",
                      verify_after_days=7, timezone=organisation.timezone)  # fmt: skip
    done = organisation.local(date(2026, 6, 16), 10)
    organisation.does(done, member, MoveAction, action_id=action, team_id=team_id, column="done")
    judged = organisation.local(date(2026, 6, 29), 10)
    organisation.does(judged, lead, VerifyAction, action_id=action, team_id=team_id,
                      result="Wrong parts still", effective=False, evidence="Tally")  # fmt: skip
    again = organisation.local(date(2026, 7, 2), 10)
    organisation.does(again, member, MoveAction, action_id=action, team_id=team_id, column="done")
    seen = organisation.local(date(2026, 7, 9), 12)
    organisation.does(seen, lead, VerifyAction, action_id=action, team_id=team_id,
                      result="None since", effective=True, evidence="Tally")  # fmt: skip

    async def story(stage: Rehearsal) -> None:
        await play(stage, store, sorted(organisation.script), organisation.closes_by() + 10 * DAY)
        runs = await chain_of(stage.client, f"action/{action}")
        assert await strict_replay(runs, named.ALL) == []
        assert runs[-1].events[-1].HasField("workflow_execution_completed_event_attributes")

    tell(store, organisation, story)
    zone = ZoneInfo(organisation.timezone)
    by_clock = [
        (f"{e.recorded_at.astimezone(zone):%d %b %H:%M}", e.fact.milestone)
        for e in store.journal.read(f"action/{action}")
        if e.actor.kind == "workflow"
    ]  # fmt: skip
    assert by_clock == [
        ("05 Jun 09:00", "half-time"),
        ("11 Jun 09:00", "due"),
        ("15 Jun 09:00", "overdue-lead"),
        ("23 Jun 09:00", "effect"),
        ("26 Jun 09:00", "effect-reminder"),
        ("01 Jul 09:00", "half-time"),
        ("09 Jul 09:00", "effect"),
    ]


# --- the clock itself -----------------------------------------------------------------------------


def test_a_storm_of_nudges_costs_a_few_questions_and_settled_answers_what_is_next(
    store: Store,
) -> None:
    organisation = fortnight(10, answers=False)
    stream = f"cycle/{organisation.cycle_id}"

    async def story(stage: Rehearsal) -> None:
        at = organisation.local(organisation.starts_on, 12)
        await play(stage, store, organisation.script, at)
        before = len((await chain_of(stage.client, stream))[-1].events)
        handle = stage.client.get_workflow_handle(stream)
        await asyncio.gather(*(handle.signal(NUDGE, 10_000 + n) for n in range(300)))
        answer: Answer = await handle.execute_update(SETTLED, 10_300, result_type=Answer)
        assert answer.due is not None
        assert answer.due.id == "window.remind"
        runs = await chain_of(stage.client, stream)
        asked = [
            e for e in runs[-1].events[before:]
            if e.HasField("activity_task_scheduled_event_attributes")
        ]  # fmt: skip
        assert 1 <= len(asked) <= 60
        with pytest.raises(Exception, match="Workflow update failed"):
            await handle.execute_update(SETTLED, -1)

    tell(store, organisation, story)


def test_milestones_that_came_while_temporal_was_away_follow_in_order_marked_late(
    store: Store,
) -> None:
    organisation = fortnight(11, answers=False)
    away_from = organisation.local(organisation.starts_on, 12)

    async def story(stage: Rehearsal) -> None:
        await play(stage, store, organisation.script, away_from)

    tell(store, organisation, story)
    reached = len(milestones(store))
    objective = organisation.id("objective", 0, 0)
    key_result = organisation.id("key-result", objective, 0)
    back_at = away_from + 9 * DAY
    dropped = DropKeyResult(
        command_id="meanwhile", at=away_from + 8 * DAY, objective_id=objective,
        cycle_id=organisation.cycle_id, key_result_id=key_result,
        by={"kind": "person", "id": organisation.id("lead", 0)},
        reason="the log takes it while Temporal is away",
    )  # fmt: skip
    assert asyncio.run(act(store, [dropped])) == []

    async def later() -> None:
        async with rehearse(store.journal, store.views, back_at) as stage:
            await stage.until(back_at + HOUR)

    asyncio.run(asyncio.wait_for(later(), 120))
    facts: list[Any] = [e.fact for e in of_type(store.journal, "cycle.milestone-reached")]
    missed = [(fact.milestone, fact.late_by) for fact in facts[reached:]]
    assert [name for name, _ in missed] == [
        "window.remind", "week-01.ask", "week-01.chase", "window.close", "week-01.lead",
    ]  # fmt: skip
    # In hours: the last two were due at one instant, and one is performed after the other.
    assert [by // 3600 for _, by in missed] == [171, 147, 123, 51, 51]
    nudged: list[Any] = [e.fact for e in of_type(store.journal, "cycle.owed-listed")]
    told = {thing.id for fact in nudged[-1:] for owed in fact.owed for thing in owed.about}
    assert key_result not in told
