"""People join, teams form under teams, members come, change and go."""

from datetime import UTC, datetime

import pytest

from domain.facts import Actor
from domain.people.coverage import Cover, coverage
from domain.people.person import AddPerson, PersonJoined
from domain.people.team import (
    AddMember,
    FormTeam,
    MemberAdded,
    MemberRemoved,
    RemoveMember,
    TeamFormed,
)
from tests.domain.specification import fold, given

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BY = Actor(kind="person", id="ada")
JOINED = PersonJoined(person_id="ada")
COMPANY = TeamFormed(team_id="top", name="Northwind", kind="company")
TEAM = TeamFormed(team_id="team", name="Fulfilment", kind="team", parent_id="top")
MEMBER = MemberAdded(team_id="team", person_id="ada", role="member")


def wish(wanted, /, **fields):
    return wanted(command_id="c", at=AT, by=BY, **fields)


def adding(**fields):
    return wish(AddMember, **{"team_id": "team", "person_id": "ada", "role": "member", **fields})


def forming(**fields):
    team = {"team_id": "team", "name": "Fulfilment", "kind": "team", "parent_id": "top"}
    return wish(FormTeam, **{**team, **fields})


def test_a_person_joins_once():
    given().when(wish(AddPerson, person_id="ada")).then(JOINED)
    given(JOINED).when(wish(AddPerson, person_id="ada")).nothing()


def test_a_team_forms_under_another():
    given().when(forming(team_id="top", name="Northwind", kind="company", parent_id=None)).then(
        COMPANY
    )
    given(COMPANY).when(forming()).then(TEAM)


@pytest.mark.parametrize("kind", ["department", "team", "lean"])
def test_every_kind_but_the_company_may_stand_under_a_team(kind):
    (fact,) = given(COMPANY).when(forming(kind=kind)).facts()
    assert (fact.kind, fact.parent_id) == (kind, "top")


def test_a_team_cannot_stand_under_nothing_nor_a_company_under_a_team():
    given().when(forming()).refused("not-found", kind="missing", pointer="/parent_id")
    given(COMPANY).when(forming(kind="company")).refused("invalid-parent-id", pointer="/parent_id")
    given().when(forming(parent_id="team")).refused("not-found")  # itself


def test_a_team_is_formed_once_and_has_a_name():
    given(COMPANY, TEAM).when(forming()).refused("already-exists")
    given(COMPANY).when(forming(name=" ")).refused("invalid-name", pointer="/name")


def test_a_person_becomes_a_member():
    given(COMPANY, TEAM, JOINED).when(adding()).then(MEMBER)


def test_the_same_membership_again_changes_nothing_another_role_replaces_it():
    history = (COMPANY, TEAM, JOINED, MEMBER)
    given(*history).when(adding()).nothing()
    given(*history).when(adding(role="lead", department="Ops", level="manager")).then(
        MemberAdded(team_id="team", person_id="ada", role="lead", department="Ops", level="manager")
    )


def test_members_are_people_of_teams_that_exist():
    given(COMPANY, TEAM).when(adding()).refused("not-found", kind="missing")
    given(JOINED).when(adding()).refused("not-found", kind="missing")


def test_a_member_goes_once():
    going = wish(RemoveMember, team_id="team", person_id="ada")
    removed = MemberRemoved(team_id="team", person_id="ada")
    given(COMPANY, TEAM, JOINED, MEMBER).when(going).then(removed)
    given(COMPANY, TEAM, JOINED, MEMBER, removed).when(going).nothing()
    given().when(going).refused("not-found", kind="missing")


def test_a_team_knows_its_leads_in_the_order_they_came():
    added = [
        MemberAdded(team_id="team", person_id=who, role=role)
        for who, role in (("ada", "member"), ("bob", "lead"), ("cleo", "lead"), ("ada", "lead"))
    ]
    assert fold((TEAM, *added))["team/team"].lead_ids == ("ada", "bob", "cleo")


def test_a_lean_team_covers_departments_and_levels_or_misses_them():
    added = (
        MemberAdded(
            team_id="team", person_id="ada", role="lead", department="Ops", level="manager"
        ),
        MemberAdded(team_id="team", person_id="bob", role="member", department="Sales"),
        MemberAdded(
            team_id="team", person_id="bob", role="member", department="Sales", level="worker"
        ),
        MemberAdded(team_id="team", person_id="cleo", role="member"),
    )
    team = fold((TEAM, *added))["team/team"]
    found = coverage(team, ["Ops", "IT", "Sales", "HR"], ["worker", "manager", "director"])
    assert found.departments == Cover(("Ops", "Sales"), ("HR", "IT"))
    assert found.levels == Cover(("manager", "worker"), ("director",))
