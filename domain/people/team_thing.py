"""The descriptor of a team."""

from typing import Final

from domain.people import dissolving, leadership, team_editing
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.people.team import (
    INITIAL,
    AddMember,
    FormTeam,
    MemberAdded,
    MemberRemoved,
    NameTeamCalendar,
    RemoveMember,
    Team,
    TeamCalendarNamed,
    TeamFormed,
    calendar_named,
    decide_add,
    decide_calendar,
    decide_form,
    decide_remove,
    formed,
    member_added,
    member_removed,
)
from domain.thing import Thing, on, when

THING: Final[Thing[Team]] = Thing(
    "team",
    INITIAL,
    facts=(
        when(TeamFormed, formed),
        when(MemberAdded, member_added),
        when(MemberRemoved, member_removed),
        when(TeamCalendarNamed, calendar_named),
    ),
    commands=(
        on(FormTeam, decide_form, Team, permits="administer"),
        on(AddMember, decide_add, Person, permits="administer"),
        on(RemoveMember, decide_remove, permits="administer"),
        on(NameTeamCalendar, decide_calendar, Organisation, permits="administer"),
    ),
    chapters=(team_editing.CHAPTER, leadership.CHAPTER, dissolving.CHAPTER),
    about=True,
    discussed=True,
)
