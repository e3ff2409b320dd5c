"""A team: company, department, team or lean team; who leads it and who belongs to it.

What edits a team stands in ``team_editing``, what ends one in ``dissolving``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from domain.description import Links
from domain.facts import Command, Decision, Fact, Refusal
from domain.ids import PersonId, TeamId
from domain.people.organisation import STREAM as ORGANISATION
from domain.people.organisation import Organisation, unknown_calendar
from domain.people.person import Person, refuse_person
from domain.refusals import already_exists, invalid, not_found
from domain.text import SealedText
from domain.title import Title, refuse_title

TeamKind = Literal["company", "department", "team", "lean"]
TeamState = Literal["formed", "dissolved"]
Role = Literal["lead", "member"]

# --- facts -------------------------------------------------------------------------------------


class TeamFact(Fact):
    team_id: TeamId

    @property
    def stream(self) -> str:
        return f"team/{self.team_id}"


class TeamFormed(TeamFact):
    TYPE: ClassVar[str] = "people.team-formed"
    name: str
    kind: TeamKind
    parent_id: TeamId | None = None


class MemberAdded(TeamFact):
    """Also used when a member's role, department or level changes: the latest one holds."""

    TYPE: ClassVar[str] = "people.member-added"
    person_id: PersonId
    role: Role
    department: str | None = None
    level: str | None = None


class MemberRemoved(TeamFact):
    TYPE: ClassVar[str] = "people.member-removed"
    person_id: PersonId


class TeamCalendarNamed(TeamFact):
    """The holidays that this team goes by; None for the organisation's own."""

    TYPE: ClassVar[str] = "people.team-calendar-named"
    calendar: str | None = None


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    role: Role
    department: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """``members`` in the order they joined; ``calendar`` names the holidays that the team goes by,
    None for the organisation's own. ``parted`` are those who left when the team was dissolved.
    """

    team_id: TeamId | None = None
    name: str = ""
    kind: TeamKind = "team"
    parent_id: TeamId | None = None
    members: Mapping[PersonId, Member] = field(default_factory=dict)
    calendar: str | None = None
    status: TeamState = "formed"
    parted: Mapping[PersonId, Member] = field(default_factory=dict)
    description: SealedText | None = None
    links: Links = ()

    @property
    def exists(self) -> bool:
        """Whether it was ever formed."""
        return self.team_id is not None

    @property
    def lead_ids(self) -> tuple[PersonId, ...]:
        """Who leads it, in the order they joined."""
        return tuple(who for who, member in self.members.items() if member.role == "lead")


INITIAL = Team()


def formed(state: Team, fact: TeamFormed) -> Team:
    return replace(
        state, team_id=fact.team_id, name=fact.name, kind=fact.kind, parent_id=fact.parent_id
    )


def member_added(state: Team, fact: MemberAdded) -> Team:
    member = Member(fact.role, fact.department, fact.level)
    return replace(state, members={**state.members, fact.person_id: member})


def member_removed(state: Team, fact: MemberRemoved) -> Team:
    """Who leaves with the end of the team comes back with it."""
    left = {who: one for who, one in state.members.items() if who != fact.person_id}
    member = state.members.get(fact.person_id)
    if state.status == "dissolved" and member is not None:
        return replace(state, members=left, parted={**state.parted, fact.person_id: member})
    return replace(state, members=left)


def calendar_named(state: Team, fact: TeamCalendarNamed) -> Team:
    return replace(state, calendar=fact.calendar)


# --- commands ----------------------------------------------------------------------------------


class FormTeam(Command):
    team_id: TeamId
    name: Title
    kind: TeamKind
    parent_id: TeamId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        own = f"team/{self.team_id}"
        return (own, f"team/{self.parent_id}") if self.parent_id else (own,)


class AddMember(Command):
    team_id: TeamId
    person_id: PersonId
    role: Role
    department: str | None = None
    level: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"team/{self.team_id}", f"person/{self.person_id}")


class RemoveMember(Command):
    team_id: TeamId
    person_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"team/{self.team_id}",)


class NameTeamCalendar(Command):
    """``calendar`` is one that the organisation published, None for its own."""

    team_id: TeamId
    calendar: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"team/{self.team_id}", ORGANISATION)


# --- decisions ---------------------------------------------------------------------------------


def refuse_team(team: Team, team_id: str, pointer: str | None = None) -> Refusal | None:
    """Why nothing new can be done in ``team``, or None: known and not dissolved."""
    if not team.exists:
        return not_found("team", team_id, pointer)
    if team.status == "dissolved":
        detail = "This team was dissolved: choose another one, or restore it first."
        return Refusal("team-dissolved", detail, allowed=("restore",), pointer=pointer)
    return None


def refuse_name(name: str) -> Refusal | None:
    """Why a team cannot be called so, or None."""
    refusal = refuse_title(name, "/name", "A team's name")
    return refusal and replace(refusal, code="invalid-name")


def refuse_company_below(kind: TeamKind, parent_id: TeamId | None, pointer: str) -> Refusal | None:
    """A company stands at the top."""
    if kind != "company" or parent_id is None:
        return None
    detail = "A company stands under no team: leave parent_id out, or choose another kind."
    return invalid("invalid-parent-id", detail, pointer)


def decide_form(command: FormTeam, state: Team, parent: Team | None = None) -> Decision:
    """A company stands at the top; any other team may stand under a team that exists."""
    if state.exists:
        return already_exists("team")
    refusal = refuse_name(command.name) or refuse_company_below(
        command.kind, command.parent_id, "/parent_id"
    )
    if refusal is None and command.parent_id is not None:
        refusal = refuse_team(parent or INITIAL, command.parent_id, "/parent_id")
    if refusal:
        return refusal
    return (
        TeamFormed(
            team_id=command.team_id,
            name=command.name,
            kind=command.kind,
            parent_id=command.parent_id,
        ),
    )


def decide_add(command: AddMember, state: Team, person: Person) -> Decision:
    """Adding a member again with another role, department or level replaces these."""
    if refusal := refuse_team(state, command.team_id):
        return refusal
    if not person.exists:
        return not_found("person", command.person_id)
    member = Member(command.role, command.department, command.level)
    if state.members.get(command.person_id) == member:
        return ()
    # Who has left may step back from leading, and gets no new part.
    is_new = command.role == "lead" or command.person_id not in state.members
    if is_new and (refusal := refuse_person(person, command.person_id, "/person_id")):
        return refusal
    return (
        MemberAdded(
            team_id=command.team_id,
            person_id=command.person_id,
            role=command.role,
            department=command.department,
            level=command.level,
        ),
    )


def decide_remove(command: RemoveMember, state: Team) -> Decision:
    """Removing who does not belong to the team changes nothing."""
    if not state.exists:
        return not_found("team", command.team_id)
    if command.person_id not in state.members:
        return ()
    return (MemberRemoved(team_id=command.team_id, person_id=command.person_id),)


def decide_calendar(command: NameTeamCalendar, state: Team, organisation: Organisation) -> Decision:
    if refusal := refuse_team(state, command.team_id):
        return refusal
    if command.calendar == state.calendar:
        return ()
    return unknown_calendar(command.calendar, organisation) or (
        TeamCalendarNamed(team_id=command.team_id, calendar=command.calendar),
    )
