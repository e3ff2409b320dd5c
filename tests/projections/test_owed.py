"""What the clocks ask of the views: who owes what, and which streams have a clock."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.okr import check_in, leaving
from domain.okr import key_result as k
from domain.okr import measure as of
from domain.okr import objective as obj
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.drafting import DraftObjective
from domain.people import person, team
from projections.cycle import owed
from projections.people.lists import coverage
from tests.projections import quarter
from tests.projections.stage import Stage, staged

SLOTS = [date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 15), date(2026, 1, 22)]  # Thursdays
DAY_OF = {slot: (slot - date(2025, 11, 28)).days for slot in SLOTS}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        for id_ in ("ada", "bo", "cy"):
            made.do(person.AddPerson, person_id=id_)
        made.do(team.FormTeam, team_id="company", name="Northwind", kind="company")
        made.do(team.FormTeam, team_id="ops", name="Ops", kind="team", parent_id="company")
        made.do(team.FormTeam, team_id="dock", name="Dock", kind="lean", parent_id="ops")
        made.do(team.AddMember, team_id="company", person_id="ada", role="lead")
        made.do(team.AddMember, team_id="dock", person_id="cy", role="lead",
                department="logistics", level="shift")  # fmt: skip
        made.do(team.AddMember, team_id="dock", person_id="bo", role="member")
        made.do(team.AddMember, team_id="company", person_id="bo", role="member",
                department="sales", level="office")  # fmt: skip
        quarter.plan(made, "q1", "2026 Q1", date(2026, 1, 1), date(2026, 3, 31))
        yield made


def aim(stage: Stage, id_: str, *owners: str | None, team_id: str = "dock") -> None:
    """An objective of bo with a key result for each owner."""
    stage.do(DraftObjective, objective_id=id_, cycle_id="q1", team_id=team_id, owner_id="bo",
             title=f"Objective {id_}", ambition="aspirational")  # fmt: skip
    for number, owner in enumerate(owners):
        stage.do(k.AddKeyResult, objective_id=id_, key_result_id=f"{id_}{number}",
                 title=f"Key result {number}", owner_id=owner,
                 measure=of.Percentage(kind="percentage"))  # fmt: skip


def activate(stage: Stage, id_: str) -> None:
    for wish in (ProposeObjective, AcceptObjective, obj.ActivateObjective):
        stage.do(wish, objective_id=id_)


def read(stage: Stage, id_: str, number: int) -> None:
    stage.do(
        check_in.RecordCheckIn,
        objective_id=id_,
        cycle_id="q1",
        key_result_id=f"{id_}{number}",
        check_in_id=f"{id_}{number}-{stage.day}",
        reading=of.Reading(value=Decimal(9)),
    )


def things(rows: list[dict[str, object]]) -> set[tuple[object, object]]:
    return {(row["person_id"], row["about"]["id"]) for row in rows}  # type: ignore[index]


def test_a_check_in_is_owed_by_the_owner_of_the_key_result_else_of_the_objective(stage):
    aim(stage, "a", "cy", None)
    aim(stage, "b", "cy")
    activate(stage.on(30), "a")
    slot = SLOTS[1]
    assert things(owed.owed_check_ins(stage.views, "q1", slot, stage.moment())) == {
        ("cy", "a0"), ("bo", "a1"),
    }  # fmt: skip
    read(stage.on(DAY_OF[slot]), "a", 1)
    assert things(owed.owed_check_ins(stage.views, "q1", slot, stage.moment())) == {("cy", "a0")}
    assert len(owed.owed_check_ins(stage.views, "q1", SLOTS[2], stage.moment())) == 2


def test_a_dropped_key_result_owes_nothing(stage):
    aim(stage, "a", "cy", None)
    activate(stage.on(30), "a")
    stage.do(k.DropKeyResult, objective_id="a", key_result_id="a0")
    owing = owed.owed_check_ins(stage.views, "q1", SLOTS[1], stage.moment())
    assert things(owing) == {("bo", "a1")}


def test_two_missed_weeks_in_a_row_are_told_once(stage):
    aim(stage, "a", None, "cy")
    activate(stage.on(30), "a")
    for slot in SLOTS:
        read(stage.on(DAY_OF[slot]), "a", 1)
    missed = [owed.missed_twice(stage.views, "q1", slot, stage.moment()) for slot in SLOTS]
    assert [[row["key_result_id"] for row in rows] for rows in missed] == [[], [], ["a0"], []]
    assert missed[2][0] == {"key_result_id": "a0", "title": "Key result 0", "owner_id": "bo"}
    assert owed.missed_twice(stage.views, "q1", date(2026, 1, 9), stage.moment()) == []


def test_weeks_before_an_objective_was_active_are_not_missed(stage):
    aim(stage, "a", None)
    activate(stage.on(DAY_OF[SLOTS[2]]), "a")
    assert owed.missed_twice(stage.views, "q1", SLOTS[3], stage.moment()) == []


def test_who_leads_a_team_without_an_objective_owes_one(stage):
    moment = stage.moment()
    assert things(owed.owed_objectives(stage.views, "q1", moment)) == {
        ("ada", "company"), ("cy", "dock"),
    }  # fmt: skip
    aim(stage, "a")
    assert things(owed.owed_objectives(stage.views, "q1", stage.moment())) == {("ada", "company")}
    stage.do(leaving.DropObjective, objective_id="a", cycle_id="q1")
    assert len(owed.owed_objectives(stage.views, "q1", stage.moment())) == 2
    assert things(owed.owed_objectives(stage.views, "q1", moment)) == {
        ("ada", "company"), ("cy", "dock"),
    }  # fmt: skip


def test_agreement_and_grades_are_owed_by_the_state_of_an_objective(stage):
    aim(stage, "a", None)
    aim(stage, "b", None)
    stage.do(ProposeObjective, objective_id="b")
    assert things(owed.owed_agreement(stage.views, "q1", stage.moment())) == {
        ("bo", "a"), ("bo", "b"),
    }  # fmt: skip
    assert owed.owed_grades(stage.views, "q1", stage.moment()) == []
    stage.do(AcceptObjective, objective_id="b")
    stage.do(obj.ActivateObjective, objective_id="b")
    assert things(owed.owed_agreement(stage.views, "q1", stage.moment())) == {("bo", "a")}
    assert things(owed.owed_grades(stage.views, "q1", stage.moment())) == {("bo", "b")}
    rows = owed.open_objectives(stage.views, "q1", stage.moment())
    assert [(row["id"], row["state"]) for row in rows] == [("a", "draft"), ("b", "active")]


def test_clocks_run_for_what_is_under_way(tmp_path):
    with staged(tmp_path) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        assert owed.open_streams(stage.views) == [
            "cycle/q1", "obstacle/labels", "action/clean", "action/spare",
        ]  # fmt: skip
        assert [row["id"] for row in owed.cycles(stage.views, stage.moment())] == ["q1", "q2"]


def test_leads_and_sponsors(stage):
    moment = stage.moment()
    assert owed.team_leads(stage.views, "dock", moment) == ["cy"]
    assert owed.sponsors(stage.views, "dock", moment) == ["ada"]  # ops has no lead
    assert owed.sponsors(stage.views, "company", moment) == []


def test_a_lean_team_covers_some_of_the_organisation(stage):
    found = coverage(stage.views, "dock", stage.moment())
    assert found is not None
    assert found["departments"] == {"represented": ["logistics"], "missing": ["sales"]}
    assert found["levels"] == {"represented": ["shift"], "missing": ["office"]}
    assert coverage(stage.views, "nobody", stage.moment()) is None
