"""The lead of a team passes from one person to another."""

from typing import Final

from domain.facts import Command, Decision, Fact
from domain.ids import PersonId, TeamId
from domain.people.person import Person, refuse_person
from domain.people.team import Member, MemberAdded, MemberRemoved, Team, refuse_team
from domain.thing import Chapter, on


class HandOverLead(Command):
    """``to_id`` leads the team from here on instead of ``from_id``, who stays as a member unless
    they have left the organisation.
    """

    team_id: TeamId
    from_id: PersonId
    to_id: PersonId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"team/{self.team_id}", f"person/{self.from_id}", f"person/{self.to_id}")


def decide_hand_over_lead(
    command: HandOverLead, state: Team, giver: Person, successor: Person
) -> Decision:
    """Department and level of a member stay as they are. Who leads no more hands nothing over."""
    refusal = refuse_team(state, command.team_id) or refuse_person(
        successor, command.to_id, "/to_id"
    )
    if refusal:
        return refusal
    held = state.members.get(command.from_id)
    if held is None or held.role != "lead" or command.from_id == command.to_id:
        return ()
    was = state.members.get(command.to_id, Member("member"))
    leads = MemberAdded(
        team_id=command.team_id,
        person_id=command.to_id,
        role="lead",
        department=was.department,
        level=was.level,
    )
    stays: Fact = MemberAdded(
        team_id=command.team_id,
        person_id=command.from_id,
        role="member",
        department=held.department,
        level=held.level,
    )
    if not giver.active:
        stays = MemberRemoved(team_id=command.team_id, person_id=command.from_id)
    return (stays,) if was.role == "lead" else (leads, stays)


CHAPTER: Final[Chapter[Team]] = Chapter(
    commands=(on(HandOverLead, decide_hand_over_lead, Person, Person, permits="administer"),),
)
