"""People and teams are edited, deactivated and dissolved: one fact for each kind of change."""

from datetime import UTC, datetime

import pytest

from domain.description import Link
from domain.facts import Actor
from domain.lean.board import CardPlaced
from domain.okr.roster import PlaceClaimed
from domain.people.dissolving import DissolveTeam, RestoreTeam, TeamDissolved, TeamRestored
from domain.people.handing_over import Handed, HandOver, ThingsHandedOver
from domain.people.leadership import HandOverLead
from domain.people.person import PersonJoined
from domain.people.person_editing import (
    EditPerson,
    PersonDeactivated,
    PersonDescribed,
    PersonLinked,
    PersonReactivated,
    PersonReaddressed,
    PersonRenamed,
)
from domain.people.team import AddMember, FormTeam, MemberAdded, MemberRemoved, TeamFormed
from domain.people.team_editing import EditTeam, TeamKindChosen, TeamMoved, TeamRenamed
from domain.text import SealedText
from tests.domain.specification import fold, given

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BY = Actor(kind="person", id="ada")
ADA, BO = PersonJoined(person_id="ada"), PersonJoined(person_id="bo")
GONE = PersonDeactivated(person_id="ada")
TOP = TeamFormed(team_id="top", name="Top", kind="department")
MID = TeamFormed(team_id="mid", name="Mid", kind="team", parent_id="top")
LOW = TeamFormed(team_id="low", name="Low", kind="team", parent_id="mid")
LEAD = MemberAdded(team_id="low", person_id="ada", role="lead", department="Ops")
LINKS = (Link(title="Page", url="https://example.org"),)


def wish(wanted, /, **fields):
    return wanted(command_id="c", at=AT, by=BY, **fields)


# --- people ---------------------------------------------------------------------------------------


def test_each_kind_of_change_is_a_fact_and_none_holds_a_name():
    words = {"description": SealedText("Presses"), "links": LINKS}
    edit = wish(EditPerson, person_id="ada", renamed=True, readdressed=True, **words)
    given(ADA).when(edit).then(
        PersonRenamed(person_id="ada"),
        PersonReaddressed(person_id="ada"),
        PersonDescribed(person_id="ada", description=SealedText("Presses")),
        PersonLinked(person_id="ada", links=LINKS),
    )


def test_who_leaves_may_come_back():
    leave, back = (wish(EditPerson, person_id="ada", active=active) for active in (False, True))
    given(ADA).when(leave).then(GONE)
    given(ADA, GONE).when(leave).nothing()
    given(ADA, GONE).when(back).then(PersonReactivated(person_id="ada"))
    given(ADA).when(back).nothing()
    given().when(leave).refused("not-found")


def test_things_are_handed_over_to_somebody_else_who_is_there():
    things = (Handed(kind="team", id="low", title="Low", role="lead"),)

    def handing(to, things=things):
        return wish(HandOver, person_id="ada", to_id=to, things=things)

    given(ADA, GONE, BO).when(handing("bo")).then(
        ThingsHandedOver(person_id="ada", to_id="bo", things=things)
    )
    given(ADA, BO).when(handing("bo", ())).nothing()
    given(ADA).when(handing("bo")).refused("not-found", pointer="/to_id")
    left = PersonDeactivated(person_id="bo")
    given(ADA, BO, left).when(handing("bo")).refused("person-inactive", pointer="/to_id")
    given(ADA).when(handing("ada")).refused("invalid-to-id", pointer="/to_id")


# --- the lead of a team ---------------------------------------------------------------------------


def test_who_hands_over_the_lead_stays_a_member():
    hand = wish(HandOverLead, team_id="low", from_id="ada", to_id="bo")
    given(LOW, ADA, BO, LEAD).when(hand).then(
        MemberAdded(team_id="low", person_id="bo", role="lead"),
        MemberAdded(team_id="low", person_id="ada", role="member", department="Ops"),
    )
    given(LOW, ADA, BO).when(hand).nothing()


def test_who_has_left_leaves_the_team_with_the_lead():
    hand = wish(HandOverLead, team_id="low", from_id="ada", to_id="bo")
    both = MemberAdded(team_id="low", person_id="bo", role="lead")
    gone = MemberRemoved(team_id="low", person_id="ada")
    given(LOW, ADA, BO, LEAD, GONE).when(hand).then(both, gone)
    given(LOW, ADA, BO, LEAD, both, GONE).when(hand).then(gone)


def test_who_has_left_may_step_back_and_gets_no_new_part():
    history = (LOW, ADA, LEAD, GONE)
    steps_back = wish(AddMember, team_id="low", person_id="ada", role="member")
    assert len(given(*history).when(steps_back).facts()) == 1
    leads = wish(AddMember, team_id="low", person_id="ada", role="lead")
    given(*history).when(leads).refused("person-inactive")
    given(LOW, ADA, GONE).when(steps_back).refused("person-inactive")


# --- editing a team -------------------------------------------------------------------------------


def editing(team="low", **fields):
    return wish(EditTeam, team_id=team, **fields)


def test_a_team_is_called_otherwise_made_another_kind_and_moved():
    edit = editing(name=" Lower ", kind="lean", parent_id="top")
    given(TOP, MID, LOW).when(edit).then(
        TeamRenamed(team_id="low", name="Lower"),
        TeamKindChosen(team_id="low", kind="lean"),
        TeamMoved(team_id="low", parent_id="top"),
    )
    given(TOP, MID, LOW).when(editing(name="Low", parent_id="mid", above=("top",))).nothing()
    given(TOP, MID, LOW).when(editing(parent_id=None)).then(TeamMoved(team_id="low"))


@pytest.mark.parametrize(("parent", "above"), [("top", ()), ("low", ("mid",)), ("mid", ())])
def test_no_team_stands_under_itself(parent, above):
    team = "top" if parent != "mid" else "mid"
    edit = editing(team, parent_id=parent, above=(*above, team))
    given(TOP, MID, LOW).when(edit).refused("team-circle", kind="invalid", pointer="/parent_id")


def test_two_moves_at_once_close_no_circle():
    """Mid was moved after the sender had looked."""
    apart = TeamFormed(team_id="apart", name="Apart", kind="team")
    edit = editing("apart", parent_id="mid", above=("top",))
    given(TOP, MID, apart).when(edit).then(TeamMoved(team_id="apart", parent_id="mid"))
    below = TeamMoved(team_id="mid", parent_id="apart")
    given(TOP, MID, apart, below).when(edit).refused("team-circle")
    other = TeamFormed(team_id="other", name="Other", kind="team")
    elsewhere = TeamMoved(team_id="mid", parent_id="other")
    given(TOP, MID, apart, other, elsewhere).when(edit).refused("contended")


def test_a_company_stands_at_the_top():
    given(TOP, MID).when(editing("mid", kind="company")).refused("invalid-parent-id")
    given(TOP, MID).when(editing("mid", kind="company", parent_id=None)).then(
        TeamKindChosen(team_id="mid", kind="company"), TeamMoved(team_id="mid")
    )


# --- the end of a team ----------------------------------------------------------------------------

DISSOLVED = TeamDissolved(team_id="low")
PARTED = MemberRemoved(team_id="low", person_id="ada")


def test_the_members_leave_with_the_team_and_come_back_with_it():
    given(LOW, ADA, LEAD).when(wish(DissolveTeam, team_id="low")).then(DISSOLVED, PARTED)
    restore = wish(RestoreTeam, team_id="low", parent_id="mid")
    given(MID, LOW, ADA, LEAD, DISSOLVED, PARTED).when(restore).then(
        TeamRestored(team_id="low"), LEAD
    )
    state = fold((LOW, LEAD, DISSOLVED, PARTED, TeamRestored(team_id="low"), LEAD))["team/low"]
    assert (state.status, state.parted, list(state.members)) == ("formed", {}, ["ada"])


def test_what_comes_in_meanwhile_keeps_the_team_alive():
    claimed = PlaceClaimed(cycle_id="q1", objective_id="o", team_id="low", title_key="x")
    placed = CardPlaced(team_id="low", action_id="a", column="open")
    dissolve = wish(DissolveTeam, team_id="low", cycles=("q1",))
    refused = given(LOW, claimed, placed).when(dissolve).refused("team-owns-things")
    assert refused.extra["owns"] == [
        {"kind": "objective", "id": "o"},
        {"kind": "action", "id": "a"},
    ]
    settled = wish(DissolveTeam, team_id="low", cycles=("q1",), settled=("o", "a"))
    given(LOW, claimed, placed).when(settled).then(DISSOLVED)


def test_a_dissolved_team_takes_nothing():
    history = (TOP, MID, LOW, ADA, DISSOLVED)
    given(*history).when(wish(AddMember, team_id="low", person_id="ada", role="lead")).refused(
        "team-dissolved", allowed=("restore",)
    )
    given(*history).when(editing(name="New")).refused("team-dissolved")
    below = wish(FormTeam, team_id="new", name="New", kind="team", parent_id="low")
    given(*history).when(below).refused("team-dissolved", pointer="/parent_id")
    given(*history).when(wish(DissolveTeam, team_id="low")).nothing()
    gone = TeamDissolved(team_id="mid")
    restore = wish(RestoreTeam, team_id="low", parent_id="mid")
    given(*history, gone).when(restore).refused("team-dissolved")
