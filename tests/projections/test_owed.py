"""What the rule of owing says of states that views fold, and which streams have a clock."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.cycle import owing
from domain.cycle.policy import Asked
from domain.okr import check_in, leaving
from domain.okr import key_result as k
from domain.okr import measure as of
from domain.okr import objective as obj
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.drafting import DraftObjective
from domain.people import person, team
from projections.awake import awake
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.okr.states import frames_at, objectives_at
from projections.people.lists import coverage, leads
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


def owed(
    stage: Stage, asked: Asked, slot: date | None = None, moment: Moment | None = None
) -> set[tuple[str, str]]:
    """Who owes what, by the domain's rule over what the views have folded."""
    moment = moment or stage.moment()
    with stage.views.reading() as look:
        states = [each.state for each in objectives_at(look, moment, equals={"cycle_id": "q1"})]
        frame = frames_at(look, moment, ["q1"])["q1"]
        debts = owing.who_owes(asked, slot, states, frame, leads(look, moment))
        return {(debt.person_id, debt.about.id) for debt in debts}


def missed_twice(stage: Stage, slot: date) -> list[owing.SilentKeyResult]:
    moment = stage.moment()
    with stage.views.reading() as look:
        states = [each.state for each in objectives_at(look, moment, equals={"cycle_id": "q1"})]
        return list(owing.missed_twice(states, frames_at(look, moment, ["q1"])["q1"], slot))


def test_a_check_in_is_owed_by_the_owner_of_the_key_result_else_of_the_objective(stage):
    aim(stage, "a", "cy", None)
    aim(stage, "b", "cy")
    activate(stage.on(30), "a")
    slot = SLOTS[1]
    assert owed(stage, "check_in", slot) == {("cy", "a0"), ("bo", "a1")}
    read(stage.on(DAY_OF[slot]), "a", 1)
    assert owed(stage, "check_in", slot) == {("cy", "a0")}
    assert len(owed(stage, "check_in", SLOTS[2])) == 2


def test_a_dropped_key_result_owes_nothing(stage):
    aim(stage, "a", "cy", None)
    activate(stage.on(30), "a")
    stage.do(k.DropKeyResult, objective_id="a", cycle_id="q1", key_result_id="a0")
    assert owed(stage, "check_in", SLOTS[1]) == {("bo", "a1")}


def test_two_missed_weeks_in_a_row_are_told_once(stage):
    aim(stage, "a", None, "cy")
    activate(stage.on(30), "a")
    for slot in SLOTS:
        read(stage.on(DAY_OF[slot]), "a", 1)
    missed = [missed_twice(stage, slot) for slot in SLOTS]
    assert [[each.key_result_id for each in found] for found in missed] == [[], [], ["a0"], []]
    assert missed[2] == [owing.SilentKeyResult("a0", "Key result 0", "bo")]
    assert missed_twice(stage, date(2026, 1, 9)) == []


def test_weeks_before_an_objective_was_active_are_not_missed(stage):
    aim(stage, "a", None)
    activate(stage.on(DAY_OF[SLOTS[2]]), "a")
    assert missed_twice(stage, SLOTS[3]) == []


def test_who_leads_a_team_without_an_objective_owes_one(stage):
    moment = stage.moment()
    both = {("ada", "company"), ("cy", "dock")}
    assert owed(stage, "objectives", moment=moment) == both
    aim(stage, "a")
    assert owed(stage, "objectives") == {("ada", "company")}
    stage.do(leaving.DropObjective, objective_id="a", cycle_id="q1")
    assert owed(stage, "objectives") == both
    assert owed(stage, "objectives", moment=moment) == both


def test_agreement_and_grades_are_owed_by_the_state_of_an_objective(stage):
    aim(stage, "a", None)
    aim(stage, "b", None)
    stage.do(ProposeObjective, objective_id="b")
    assert owed(stage, "agreement") == {("bo", "a"), ("bo", "b")}
    assert owed(stage, "grades") == set()
    stage.do(AcceptObjective, objective_id="b")
    stage.do(obj.ActivateObjective, objective_id="b")
    assert owed(stage, "agreement") == {("bo", "a")}
    assert owed(stage, "grades") == {("bo", "b")}


def test_clocks_run_for_what_is_under_way(tmp_path):
    with staged(tmp_path) as stage:
        quarter.play(stage)
        moment = stage.moment()
        with stage.views.reading() as look:
            streams = [
                f"{view.kind}/{id_}"
                for view in VIEWS
                if view.awake is not None
                for id_, _ in awake(view)(look, moment)
            ]
        assert streams == [
            "cycle/q1",
            "obstacle/heat",
            "obstacle/labels",
            "action/clean",
            "action/shelf",
            "action/spare",
        ]


def test_a_lean_team_covers_some_of_the_organisation(stage):
    found = coverage(stage.views, "dock", stage.moment())
    assert found is not None
    assert found["departments"] == {"represented": ["logistics"], "missing": ["sales"]}
    assert found["levels"] == {"represented": ["shift"], "missing": ["office"]}
    assert coverage(stage.views, "nobody", stage.moment()) is None
