"""Whoever decides facts reads streams: no state of the views makes a clock forget anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.cycle.calendar import local_date
from domain.cycle.cycle import Cycle
from domain.due import Due
from domain.facts import Fact
from domain.lean.obstacle import ObstacleEnded, ObstacleRaised
from domain.okr import key_result as k
from domain.okr import measure as of
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.check_in import RecordCheckIn
from domain.okr.leaving import DropObjective
from domain.people.absence import PlanAbsence
from domain.people.organisation import Holiday, PublishHolidays
from domain.people.person import NamePersonCalendar
from domain.people.team import MemberAdded
from projections.engine.errors import ViewHalted
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from tests.projections import quarter
from tests.projections.stage import START, Stage, staged
from workflows.clock.patience import ViewsBehind
from workflows.clock.signing import Signer
from workflows.cycle.cycle import CLOCK
from workflows.cycle.planner import cycle_ids


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A cycle with a team that has two agreed objectives; no view has read a single fact."""
    with staged(tmp_path) as opened:
        quarter.found(opened)
        for name in ("first", "second"):
            quarter.objective(opened, name, f"The {name}")
            opened.do(
                k.AddKeyResult,
                objective_id=name,
                key_result_id=f"{name}-kr",
                title="Fewer",
                measure=of.Metric(kind="decrease", baseline=Decimal(9), target=Decimal(2)),
            )
            opened.do(ProposeObjective, objective_id=name)
            opened.do(AcceptObjective, objective_id=name)
        yield opened


def cycle_of(stage: Stage) -> Cycle:
    cycle: Cycle = stage.journal.state("cycle/q1")[0]
    return cycle


def performs(stage: Stage, milestone: str, views: ViewStore | None = None) -> None:
    cycle = cycle_of(stage)
    planned = next(one for one in cycle.milestones if one.id == milestone)
    due = Due(
        stream="cycle/q1", id=planned.id, kind=planned.kind, at=planned.at, phase=planned.phase,
        generation=cycle.generation,
    )  # fmt: skip
    at: datetime = planned.at + timedelta(seconds=5)
    CLOCK.perform(Signer(stage.journal, due, at), views or stage.views)


def status(stage: Stage, *objectives: str) -> list[str]:
    return [stage.journal.state(f"objective/{one}")[0].status for one in objectives]


def test_all_that_was_agreed_is_activated_whatever_the_views_know(stage: Stage) -> None:
    performs(stage, "run.open")
    assert status(stage, "first", "second") == ["active", "active"]
    assert "run.open" in cycle_of(stage).done


def test_everything_is_locked_and_closed_whatever_the_views_know(stage: Stage) -> None:
    performs(stage, "run.open")
    performs(stage, "grade.lock")
    assert all(stage.journal.state(f"objective/{one}")[0].locked for one in ("first", "second"))
    performs(stage, "close")
    assert status(stage, "first", "second") == ["closed", "closed"]


def test_everybody_is_asked_whatever_the_views_know(stage: Stage) -> None:
    performs(stage, "run.open")
    performs(stage, "week-01.ask")
    pages: list[Any] = [one.fact for one in stage.journal.read("asked/q1/week-01.ask")]
    asked = {thing.id for page in pages for owed in page.owed for thing in owed.about}
    assert asked == {"first-kr", "second-kr"}


def test_what_is_asked_goes_to_the_deputy_and_is_due_when_he_works(stage: Stage) -> None:
    """Bo owns both and is away; he goes by other holidays than the cycle does."""
    performs(stage, "run.open")
    asked_on = next(one.slot for one in cycle_of(stage).milestones if one.id == "week-02.ask")
    assert asked_on is not None
    free = tuple(Holiday(on=asked_on + timedelta(days=n)) for n in (1, 2, 3, 4))
    stage.do(PublishHolidays, calendar="north", days=free)
    stage.do(NamePersonCalendar, person_id="bo", calendar="north")
    stage.do(
        PlanAbsence,
        person_id="bo",
        absence_id="away",
        starts_on=asked_on,
        ends_on=asked_on,
        deputy_id="cy",
    )
    Runner(stage.journal, stage.views).catch_up()
    performs(stage, "week-02.ask")
    pages: list[Any] = [one.fact for one in stage.journal.read("asked/q1/week-02.ask")]
    (owed,) = [one for page in pages for one in page.owed if one.person_id == "bo"]
    assert owed.deputy_id == "cy"
    assert local_date(owed.due_at, "Europe/Berlin") == asked_on + timedelta(days=5)


def test_what_was_raised_for_silence_ends_whatever_the_views_know(stage: Stage) -> None:
    """One objective is dropped, the other one's owner checks in: neither waits for a view."""
    performs(stage, "run.open")
    for week in ("week-01", "week-02", "week-03", "week-04"):
        performs(stage, f"{week}.ask")
    raised = {one.fact.about.id: one.fact for one in told(stage, ObstacleRaised)}
    assert raised.keys() == {"first-kr", "second-kr"}
    assert told(stage, ObstacleEnded) == []

    chased = next(one for one in cycle_of(stage).milestones if one.id == "week-04.chase")
    stage.on((chased.at - START).days)
    stage.do(DropObjective, objective_id="first", cycle_id="q1")
    stage.do(
        RecordCheckIn, objective_id="second", cycle_id="q1", key_result_id="second-kr",
        check_in_id="heard", reading=of.Reading(value=Decimal(8)),
    )  # fmt: skip
    performs(stage, "week-04.chase")
    because = {one.fact.obstacle_id: one.fact.because for one in told(stage, ObstacleEnded)}
    assert because == {
        raised["first-kr"].obstacle_id: "dropped",
        raised["second-kr"].obstacle_id: "checked_in",
    }


def told(stage: Stage, fact: type[Fact]) -> list[Any]:
    return [one for one in stage.journal.tail(0) if isinstance(one.fact, fact)]


@contextmanager
def halted(stage: Stage, folder: Path, name: str, fact: Any) -> Iterator[ViewStore]:
    """Views of which one halts at a fact that its handler fails on."""

    def fails(envelope: Any, rows: Any) -> Any:
        raise ValueError("a bug in a handler")

    projection = next(one for one in stage.views.projections if one.name == name)
    broken = replace(projection, handlers={**projection.handlers, fact: fails})
    others = [one for one in stage.views.projections if one.name != name]
    with ViewStore(f"sqlite:///{folder / 'halted.db'}", [*others, broken]) as views:
        views.migrate()
        Runner(stage.journal, views).catch_up()
        yield views


def test_a_milestone_that_needs_a_halted_view_is_not_written_off(
    stage: Stage, tmp_path: Path
) -> None:
    """Only who leads which team comes from a view: teams have no stream that lists them all."""
    with halted(stage, tmp_path, "people", MemberAdded) as views:
        asking = next(
            one.id
            for one in cycle_of(stage).milestones
            if one.asked == "objectives" and one.id not in cycle_of(stage).done
        )
        with pytest.raises(ViewHalted, match="people"):
            performs(stage, asking, views)
        assert asking not in cycle_of(stage).done
        # Whoever needs nothing of it is not held up.
        performs(stage, "run.open", views)
        assert status(stage, "first", "second") == ["active", "active"]
    stage.runner.catch_up()
    performs(stage, asking)
    assert asking in cycle_of(stage).done


def test_the_planner_does_not_plan_from_a_view_that_is_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.clock.at_head.PATIENCE", 0.05)
    stage.runner.catch_up()
    quarter.plan(stage, "q2", "2026 Q2", date(2026, 4, 1), date(2026, 6, 30))
    with pytest.raises(ViewsBehind, match="cycle"):
        cycle_ids(stage.journal, stage.views, stage.now)
    stage.runner.catch_up()
    assert cycle_ids(stage.journal, stage.views, stage.now) == ["q1", "q2"]
