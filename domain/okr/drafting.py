"""How an objective comes into a cycle: drafted by a team, with a place on the roster (RULES B9)."""

from typing import ClassVar, Final

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import CycleId, ObjectiveId, PersonId, TeamId
from domain.okr.measure_check import refuse_weight
from domain.okr.roster import PlaceClaimed, Roster, refuse_place, title_key
from domain.okr.stream import (
    Ambition,
    Lean,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
    Priority,
    Support,
)
from domain.people.person import Person
from domain.people.team import Team
from domain.refusals import already_exists, invalid, not_found
from domain.thing import Chapter, on, when
from domain.title import refuse_title

OPEN_FOR_DRAFTS = {"planned", "drafting", "aligning", "active"}

# --- facts -------------------------------------------------------------------------------------


class ObjectiveDrafted(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-drafted"
    cycle_id: CycleId
    team_id: TeamId
    owner_id: PersonId
    title: str
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()
    carried_from: ObjectiveId | None = None


# --- state -------------------------------------------------------------------------------------


def drafted(state: ObjectiveState, fact: ObjectiveDrafted) -> ObjectiveState:  # noqa: ARG001
    return ObjectiveState(
        objective_id=fact.objective_id,
        cycle_id=fact.cycle_id,
        team_id=fact.team_id,
        owner_id=fact.owner_id,
        title=fact.title,
        ambition=fact.ambition,
        lean=fact.lean,
        priority=fact.priority,
        supports=fact.supports,
        carried_from=fact.carried_from,
        status="draft",
    )


# --- commands ----------------------------------------------------------------------------------


class DraftObjective(ObjectiveCommand):
    """Reads the cycle and its roster too: cycle open? title free? room for one more? no loop?"""

    cycle_id: CycleId
    team_id: TeamId
    owner_id: PersonId
    title: str
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"cycle/{self.cycle_id}",
            f"roster/{self.cycle_id}",
            f"team/{self.team_id}",
            f"person/{self.owner_id}",
        )


# --- decisions ---------------------------------------------------------------------------------


def decide_draft(
    command: DraftObjective,
    state: ObjectiveState,
    cycle: Cycle,
    roster: Roster,
    team: Team,
    owner: Person,
) -> Decision:
    fact = ObjectiveDrafted(
        objective_id=command.objective_id,
        cycle_id=command.cycle_id,
        team_id=command.team_id,
        owner_id=command.owner_id,
        title=command.title.strip(),
        ambition=command.ambition,
        lean=command.lean,
        priority=command.priority,
        supports=command.supports,
    )
    if state.status is not None:
        return refuse_second_draft(state, fact) or ()
    if refusal := refuse_cycle(cycle, command.cycle_id, "/cycle_id"):
        return refusal
    if not team.exists:
        return not_found("team", command.team_id, "/team_id")
    if not owner.exists:
        return not_found("person", command.owner_id, "/owner_id")
    if refusal := refuse_wording(command):
        return refusal
    place = place_of(fact)
    if refusal := refuse_place(roster, place, cycle.policy.objectives_per_team):
        return refusal
    return (fact, place)


def refuse_second_draft(state: ObjectiveState, drafted: ObjectiveDrafted) -> Refusal | None:
    """Drafting the same once more changes nothing; another objective under its id is refused."""
    same = (state.cycle_id, state.team_id, state.owner_id, state.title) == (
        drafted.cycle_id,
        drafted.team_id,
        drafted.owner_id,
        drafted.title,
    )
    if same:
        return None
    return already_exists("objective")


def refuse_cycle(cycle: Cycle, cycle_id: CycleId, pointer: str) -> Refusal | None:
    """New objectives come in until grading begins (RULES B9)."""
    if not cycle.exists:
        return not_found("cycle", cycle_id, pointer)
    if cycle.status not in OPEN_FOR_DRAFTS:
        return Refusal(
            code="cycle-closed",
            detail=f"A cycle that is {cycle.status} takes no new objectives.",
            pointer=pointer,
        )
    return None


def refuse_wording(command: DraftObjective) -> Refusal | None:
    """A title that says something, priorities of 1..5, weights of 0 or more, each support once."""
    if refusal := refuse_title(command.title):
        return refusal
    for name, rank in (command.priority.model_dump() if command.priority else {}).items():
        if not 1 <= rank <= 5:
            return invalid("invalid-priority", f"'{name}' is 1 to 5.", f"/priority/{name}")
    for index, support in enumerate(command.supports):
        if refusal := refuse_weight(support.weight, f"/supports/{index}/weight"):
            return refusal
        if any(support.id == each.id for each in command.supports[:index]):
            detail = "It is named before: one link says it all, and its weight."
            return invalid("supported-twice", detail, f"/supports/{index}/id")
    return None


def place_of(drafted: ObjectiveDrafted) -> PlaceClaimed:
    """The place on its cycle's roster that a drafted objective claims."""
    return PlaceClaimed(
        cycle_id=drafted.cycle_id,
        objective_id=drafted.objective_id,
        team_id=drafted.team_id,
        title_key=title_key(drafted.title),
        supports=tuple(each.id for each in drafted.supports),
    )


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(ObjectiveDrafted, drafted),),
    commands=(on(DraftObjective, decide_draft, Cycle, Roster, Team, Person, permits="write"),),
)
