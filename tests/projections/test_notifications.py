"""Whom facts concern: rounds of asks, escalations, contributors; and what of it was read."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cycle import cycle as c
from domain.desk import inbox
from domain.desk.inbox import MOST_BEYOND
from domain.facts import Pointer
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.okr import drafting, editing, key_result
from domain.okr import measure as of
from domain.okr.stream import Contributor
from domain.people import person, team
from domain.talk import comment
from projections.engine.moment import Moment
from projections.notifications import pages
from tests.projections import quarter
from tests.projections.stage import Stage, staged

CLOCK = "cycle/q1"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A company: ada leads it, bo leads the team under it, cy works there, coordinated by di."""
    with staged(tmp_path) as made:
        for id_ in ("ada", "bo", "cy", "di"):
            made.directory.put_person(id_, id_.capitalize())
            made.do(person.AddPerson, person_id=id_)
        made.do(team.FormTeam, team_id="company", name="Northwind", kind="company")
        made.do(team.FormTeam, team_id="ops", name="Ops", kind="team", parent_id="company")
        made.do(team.AddMember, team_id="company", person_id="ada", role="lead")
        made.do(team.AddMember, team_id="ops", person_id="bo", role="lead")
        made.do(
            c.PlanCycle,
            cycle_id="q1",
            name="2026 Q1",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 3, 31),
            timezone="Europe/Berlin",
            coordinator_id="di",
        )
        made.do(c.StartCycle, cycle_id="q1")
        yield made


def draft(stage: Stage, owner: str = "cy", **said: Any) -> None:
    stage.do(
        drafting.DraftObjective,
        by="bo",
        objective_id="o1",
        cycle_id="q1",
        team_id="ops",
        owner_id=owner,
        title="Fewer late parcels",
        ambition="aspirational",
        **said,
    )
    stage.do(
        key_result.AddKeyResult,
        by="bo",
        objective_id="o1",
        key_result_id="late",
        title="Late parcels",
        measure=of.Percentage(kind="percentage"),
    )


def told(stage: Stage, who: str) -> list[dict[str, Any]]:
    """What somebody is told, the oldest first."""
    moment, desk = stage.moment(), stage.journal.state(f"desk/{who}")[0]
    found = pages.notifications(stage.views, stage.directory, who, desk, moment=moment, limit=500)
    return list(reversed(found["items"]))


def kinds(stage: Stage, who: str) -> list[str]:
    return [each["kind"] for each in told(stage, who)]


# --- the cycle's rounds ---------------------------------------------------------------------------


def test_a_round_tells_each_person_once_however_many_things_it_is_about(stage: Stage) -> None:
    draft(stage)
    debts = [("cy", "key_result", f"k{n}") for n in range(250)] + [("bo", "team", "ops")]
    quarter.reach(stage, "draft.open", quarter.owed(*debts))
    (_, asked) = told(stage, "cy")
    assert (asked["kind"], asked["count"], asked["about"]["id"]) == ("asked", 250, "q1")
    assert asked["text"] == "2026 Q1 asks you to draft objectives (250 things)"
    assert [each["text"] for each in told(stage, "bo")] == [
        "2026 Q1 asks you to draft objectives (1 thing)"
    ]


def test_a_reminder_reaches_the_owner_and_later_whom_its_level_names(stage: Stage) -> None:
    draft(stage)
    debt = quarter.owed(("cy", "objective", "o1"))
    levels: dict[str, str] = {}
    for milestone in stage.journal.state("cycle/q1")[0].milestones:
        if milestone.phase == "align" and milestone.kind == "chase":
            levels.setdefault(milestone.level, milestone.id)
    assert {"owner", "sponsor"} <= set(levels)
    quarter.until(stage, levels["owner"], debt)
    assert kinds(stage, "cy")[-1] == "reminded"
    quarter.until(stage, levels["sponsor"], debt)
    (heard,) = [each for each in told(stage, "ada") if each["kind"] == "escalated"]
    assert heard["text"] == ("2026 Q1: 1 thing that others owe is late (Agree on the objective)")
    assert "escalated" not in kinds(stage, "cy")


# --- escalations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "who", "kind"),
    [
        ("owner", "cy", "reminded"),
        ("coordinator", "di", "escalated"),
        ("sponsor", "ada", "escalated"),
    ],
)
def test_an_obstacle_climbs_to_the_people_its_levels_name(
    stage: Stage, level: str, who: str, kind: str
) -> None:
    draft(stage)
    about = Pointer(kind="key_result", id="late")
    raised = {"obstacle_id": "labels", "title": "Labels", "about": about, "severity": "high"}
    stage.do(o.RaiseObstacle, by="bo", **raised, owner_id="cy")
    stage.do(
        o.EscalateObstacle, by="obstacle/labels", obstacle_id="labels", level=level, milestone=level
    )
    latest = told(stage, who)[-1]
    assert (latest["kind"], latest["about"]["id"]) == (kind, "labels")
    assert latest["about"]["parent"] == {"kind": "key_result", "id": "late"}
    for other in {"ada", "bo", "cy", "di"} - {who}:
        assert kind not in kinds(stage, other)


def test_the_sponsor_of_an_objective_hears_before_the_top_of_the_company(stage: Stage) -> None:
    draft(stage, sponsor_ids=("di",))
    about = Pointer(kind="objective", id="o1")
    raised = {"obstacle_id": "labels", "title": "Labels", "about": about, "severity": "high"}
    stage.do(o.RaiseObstacle, by="bo", **raised)
    clock = {"by": "obstacle/labels", "obstacle_id": "labels"}
    stage.do(o.EscalateObstacle, **clock, level="sponsor", milestone="sponsor")
    assert (kinds(stage, "di")[-1], "escalated" in kinds(stage, "ada")) == ("escalated", False)


def test_a_lead_who_owes_is_reported_one_level_up(stage: Stage) -> None:
    action = {"action_id": "clean", "team_id": "ops", "title": "Clean", "kind": "kaizen"}
    stage.do(a.OpenAction, by="ada", **action, owner_id="bo", due_on=date(2026, 1, 30))
    clock = {"by": "action/clean", "action_id": "clean"}
    stage.do(a.RemindAction, **clock, level="lead", milestone="overdue-lead")
    assert kinds(stage, "ada") == ["escalated"]
    assert kinds(stage, "bo") == ["assigned"]


# --- who works on it ------------------------------------------------------------------------------


def test_contributors_hear_that_they_are_and_what_changes(stage: Stage) -> None:
    draft(stage, contributors=(Contributor(person_id="ada"),))
    stage.do(
        editing.EditObjective,
        by="bo",
        objective_id="o1",
        cycle_id="q1",
        contributors=(Contributor(person_id="ada"), Contributor(person_id="di")),
    )
    assert kinds(stage, "ada") == ["assigned"]
    assert kinds(stage, "di") == ["assigned", "assigned"]  # the cycle, then the objective
    weight = {"objective_id": "o1", "cycle_id": "q1", "key_result_id": "late", "weight": 2}
    stage.do(key_result.ReweightKeyResult, by="bo", **weight)
    assert (kinds(stage, "ada")[-1], kinds(stage, "cy")[-1]) == ("changed", "changed")


# --- what was read --------------------------------------------------------------------------------


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    reads=st.lists(
        st.tuples(st.integers(0, 45), st.lists(st.integers(0, 45), max_size=5)), max_size=5
    )
)
def test_the_count_is_the_number_of_unread_rows(
    talked: tuple[Stage, Moment], reads: list[tuple[int, list[int]]]
) -> None:
    stage, moment = talked
    desk = stage.journal.state("desk/cy")[0]
    for upto, positions in reads:
        fact = inbox.NotificationsRead(person_id="cy", upto=upto, positions=tuple(positions))
        desk = inbox.read(desk, fact)
    with stage.views.reading() as look:
        count = pages.unread_count(look, "cy", desk, moment)
    rows = pages.notifications(stage.views, stage.directory, "cy", desk, moment=moment, limit=500)
    unread = pages.notifications(
        stage.views, stage.directory, "cy", desk, moment=moment, only_unread=True, limit=500
    )
    assert count == sum(not each["read"] for each in rows["items"]) == len(unread["items"])
    assert rows["unread"] == count


@pytest.fixture
def talked(stage: Stage) -> tuple[Stage, Moment]:
    """A stage on which cy was told twenty things."""
    draft(stage)
    for number in range(19):
        about = Pointer(kind="objective", id="o1")
        stage.do(
            comment.PostComment, by="bo", comment_id=f"c{number}", about=about, text=f"No. {number}"
        )
    return stage, stage.moment()


def test_what_was_read_is_kept_short() -> None:
    desk = inbox.read(
        inbox.Desk(), inbox.NotificationsRead(person_id="cy", upto=5, positions=(3, 7, 9))
    )
    assert (desk.read_upto, desk.read_beyond) == (5, {7, 9})
    assert [inbox.was_read(desk, one) for one in (5, 6, 7, 8)] == [True, False, True, False]
    assert MOST_BEYOND == 500
