"""A team: company, department, team or lean team; who leads it and who belongs to it."""

from typing import ClassVar, Literal

from domain.facts import Command, Fact
from domain.ids import PersonId, TeamId

TeamKind = Literal["company", "department", "team", "lean"]
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


# --- commands ----------------------------------------------------------------------------------


class FormTeam(Command):
    team_id: TeamId
    name: str
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
