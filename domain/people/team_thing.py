"""The descriptor of a team."""

from typing import Final

from domain.people.person import Person
from domain.people.team import (
    INITIAL,
    AddMember,
    FormTeam,
    MemberAdded,
    MemberRemoved,
    RemoveMember,
    Team,
    TeamFormed,
    decide_add,
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
    ),
    commands=(
        on(FormTeam, decide_form, Team, permits="administer"),
        on(AddMember, decide_add, Person, permits="administer"),
        on(RemoveMember, decide_remove, permits="administer"),
    ),
    about=True,
)
