"""A cycle is called otherwise, coordinated by somebody else, described."""

from domain.cycle.cycle import PlanCycle
from domain.cycle.editing import CycleDescribed, CycleReassigned, CycleRenamed, EditCycle
from domain.people.person import PersonJoined
from domain.people.person_editing import PersonDeactivated
from domain.text import SealedText
from tests.domain.cycle.quarter import BEFORE, CYCLE, plan, planned, wish
from tests.domain.specification import given

ADA, GONE = PersonJoined(person_id="ada"), PersonDeactivated(person_id="ada")


def editing(**fields):
    return wish(EditCycle, BEFORE, **fields)


def test_only_what_is_given_changes_and_what_stays_makes_no_fact():
    given(planned(), ADA).when(editing(name="Winter", coordinator_id="ada")).then(
        CycleRenamed(cycle_id=CYCLE, name="Winter"),
        CycleReassigned(cycle_id=CYCLE, coordinator_id="ada"),
    )
    given(planned()).when(editing(name="2026 Q1", description=None, links=())).nothing()
    given(planned(coordinator_id="ada"), ADA).when(editing(coordinator_id=None)).then(
        CycleReassigned(cycle_id=CYCLE)
    )
    given(planned()).when(editing(description=SealedText("Why"))).then(
        CycleDescribed(cycle_id=CYCLE, description=SealedText("Why"))
    )


def test_a_name_says_something_and_a_coordinator_is_there():
    refused = given(planned()).when(editing(name=" ")).refused("invalid-name", pointer="/name")
    assert refused.detail == "A cycle's name has 1 to 500 characters."
    given(planned()).when(editing(coordinator_id="ada")).refused(
        "not-found", pointer="/coordinator_id"
    )
    given(planned(), ADA, GONE).when(editing(coordinator_id="ada")).refused("person-inactive")
    given().when(editing(name="x")).refused("not-found")


def test_who_has_left_plans_no_further_cycle():
    planning = wish(PlanCycle, BEFORE, **plan(coordinator_id="ada"))
    given(ADA, GONE).when(planning).refused("person-inactive", pointer="/coordinator_id")
