"""A team is dissolved once nothing open is left in it, and may be restored as it was.

What its objectives and its board still hold is read from their streams, which are guarded: nothing
can come in while the team is being dissolved. A team knows them by what they tell of it alone, so
that a change of theirs is none of people's.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import ClassVar, Final, Protocol

from domain.facts import Command, Decision, Pointer, Refusal
from domain.ids import CycleId, TeamId
from domain.people.team import MemberAdded, MemberRemoved, Team, TeamFact
from domain.refusals import not_found
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class TeamDissolved(TeamFact):
    """It takes nothing new; a MemberRemoved for each member follows."""

    TYPE: ClassVar[str] = "people.team-dissolved"


class TeamRestored(TeamFact):
    """It is there again; a MemberAdded for each who left with its end follows."""

    TYPE: ClassVar[str] = "people.team-restored"


# --- state -------------------------------------------------------------------------------------


def dissolved(state: Team, fact: TeamDissolved) -> Team:  # noqa: ARG001
    return replace(state, status="dissolved")


def restored(state: Team, fact: TeamRestored) -> Team:  # noqa: ARG001
    return replace(state, status="formed", parted={})


# --- commands ----------------------------------------------------------------------------------


class DissolveTeam(Command):
    """``cycles`` are those in which the team may still have objectives; ``settled`` are the ids of
    what stands on their rosters or on the board and is over all the same, as the sender saw it.
    """

    team_id: TeamId
    cycles: tuple[CycleId, ...] = ()
    settled: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        rosters = (f"roster/{each}" for each in dict.fromkeys(self.cycles))
        return (f"team/{self.team_id}", f"board/{self.team_id}", *rosters)


class RestoreTeam(Command):
    """``parent_id`` is the team above, if there is one."""

    team_id: TeamId
    parent_id: TeamId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        own = f"team/{self.team_id}"
        return (own, f"team/{self.parent_id}") if self.parent_id else (own,)


# --- decisions ---------------------------------------------------------------------------------


class HoldsObjectives(Protocol):
    """A cycle's roster, as a team sees it."""

    def objectives_of(self, team_id: TeamId, /) -> Collection[str]: ...


class HoldsWork(Protocol):
    """A team's board, as the team sees it."""

    def undone(self) -> Collection[str]: ...


def decide_dissolve(
    command: DissolveTeam, state: Team, board: HoldsWork, *rosters: HoldsObjectives
) -> Decision:
    """The members leave. Dissolving it again changes nothing."""
    if not state.exists:
        return not_found("team", command.team_id)
    if state.status == "dissolved":
        return ()
    settled = frozenset(command.settled)
    left = [one for one in _held(command.team_id, board, rosters) if one.id not in settled]
    if left:
        return still_owns([one.model_dump() for one in left])
    return (
        TeamDissolved(team_id=command.team_id),
        *(MemberRemoved(team_id=command.team_id, person_id=who) for who in state.members),
    )


def _held(
    team_id: TeamId, board: HoldsWork, rosters: tuple[HoldsObjectives, ...]
) -> Iterator[Pointer]:
    for roster in rosters:
        for objective_id in roster.objectives_of(team_id):
            yield Pointer(kind="objective", id=objective_id)
    for action_id in board.undone():
        yield Pointer(kind="action", id=action_id)


def still_owns(things: list[dict[str, str]]) -> Refusal:
    """The refusal to dissolve a team that has open ``things``: objectives, actions, teams."""
    detail = (
        "The team still has open objectives, actions or teams: finish them, or move them to another"
        " team. The field owns lists them."
    )
    return Refusal("team-owns-things", detail, extra={"owns": things})


def decide_restore(command: RestoreTeam, state: Team, parent: Team | None = None) -> Decision:
    """Who left when it was dissolved is a member again. Restoring it twice changes nothing."""
    if not state.exists:
        return not_found("team", command.team_id)
    if state.status == "formed":
        return ()
    if parent is not None and parent.status == "dissolved":
        detail = "The team above was dissolved too: restore that one first."
        return Refusal("team-dissolved", detail)
    return (
        TeamRestored(team_id=command.team_id),
        *(
            MemberAdded(
                team_id=command.team_id,
                person_id=who,
                role=member.role,
                department=member.department,
                level=member.level,
            )
            for who, member in state.parted.items()
        ),
    )


CHAPTER: Final[Chapter[Team]] = Chapter(
    facts=(when(TeamDissolved, dissolved), when(TeamRestored, restored)),
    commands=(
        on(  # type: ignore[call-overload]  # whoever is told by what it does is no class of its own
            DissolveTeam, decide_dissolve, HoldsWork, HoldsObjectives, permits="administer"
        ),
        on(RestoreTeam, decide_restore, Team, permits="administer"),
    ),
)
