"""How an objective comes into a cycle: drafted, with a place on its roster (RULES B9).

It is a team's, or somebody's personal one.
"""

from typing import Any, ClassVar, Final

from domain.cycle.cycle import Cycle
from domain.description import Description, Links, refuse_description, refuse_links
from domain.facts import Decision, Refusal
from domain.ids import CycleId, ObjectiveId, PersonId, TeamId
from domain.okr.named import refuse_named, streams_named
from domain.okr.roster import PlaceClaimed, Roster, refuse_place, title_key
from domain.okr.stream import (
    INITIAL,
    Ambition,
    Contributor,
    Lean,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
    Priority,
    Support,
)
from domain.okr.supporting import link, streams_above
from domain.okr.tags import Tags, refuse_tags
from domain.people.person import Person
from domain.people.team import Team
from domain.refusals import already_exists, invalid, not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title, refuse_title

OPEN_FOR_DRAFTS = {"planned", "drafting", "aligning", "active"}

# --- facts -------------------------------------------------------------------------------------


class ObjectiveDrafted(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-drafted"
    cycle_id: CycleId
    team_id: TeamId | None
    owner_id: PersonId
    title: str
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()
    carried_from: ObjectiveId | None = None
    description: SealedText | None = None
    links: Links = ()
    tags: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    reviewer_id: PersonId | None = None
    sponsor_ids: tuple[PersonId, ...] = ()


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
        description=fact.description,
        links=fact.links,
        tags=fact.tags,
        contributors=fact.contributors,
        reviewer_id=fact.reviewer_id,
        sponsor_ids=fact.sponsor_ids,
    )


# --- commands ----------------------------------------------------------------------------------


class DraftObjective(ObjectiveCommand):
    """Reads the cycle and its roster too: cycle open? title free? room for one more?

    And its team, if it has one, all the people it names, and what it supports: are they there?
    """

    cycle_id: CycleId
    team_id: TeamId | None = None
    owner_id: PersonId
    title: Title
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()
    above: tuple[ObjectiveId, ...] = ()
    above_cycles: tuple[CycleId, ...] = ()
    description: Description = None
    links: Links = ()
    tags: Tags = ()
    contributors: tuple[Contributor, ...] = ()
    reviewer_id: PersonId | None = None
    sponsor_ids: tuple[PersonId, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        own = (
            f"objective/{self.objective_id}",
            f"cycle/{self.cycle_id}",
            f"roster/{self.cycle_id}",
        )
        named = streams_named(self, self.owner_id, self.team_id)
        return tuple(dict.fromkeys((*own, *named, *streams_above(self))))


# --- decisions ---------------------------------------------------------------------------------


def decide_draft(
    command: DraftObjective,
    state: ObjectiveState,
    cycle: Cycle,
    roster: Roster,
    *others: Any,
) -> Decision:
    fact = ObjectiveDrafted(
        objective_id=command.objective_id,
        cycle_id=command.cycle_id,
        team_id=command.team_id,
        owner_id=command.owner_id,
        title=command.title,
        ambition=command.ambition,
        lean=command.lean,
        priority=command.priority,
        supports=command.supports,
        description=command.description,
        links=command.links,
        tags=command.tags,
        contributors=command.contributors,
        reviewer_id=command.reviewer_id,
        sponsor_ids=command.sponsor_ids,
    )
    if state.status is not None:
        return refuse_second_draft(state, fact) or ()
    if refusal := refuse_cycle(cycle, command.cycle_id, "/cycle_id"):
        return refusal
    found = dict(zip(command.reads, (state, cycle, roster, *others), strict=True))
    refusal = refuse_named(command, command.owner_id, command.team_id, found)
    if refusal := refusal or refuse_wording(command):
        return refusal
    linked = link(command, command.objective_id, command.cycle_id, found)
    if isinstance(linked, Refusal):
        return linked
    fact = fact.model_copy(update={"supports": linked.supports})
    place = place_of(fact)
    if refusal := refuse_place(roster, place, cycle.policy_at(command.at).objectives_per_team):
        return refusal
    return (fact, place, *linked.claims)


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
            detail=f"A cycle that is {cycle.status} takes no new objectives. Choose one that runs.",
            pointer=pointer,
        )
    return None


def refuse_wording(command: DraftObjective) -> Refusal | None:
    """A title that says something, priorities of 1..5."""
    refusal = refuse_title(command.title) or refuse_description(command.description)
    if refusal := refusal or refuse_links(command.links) or refuse_tags(command.tags):
        return refusal
    for name, rank in (command.priority.model_dump() if command.priority else {}).items():
        if not 1 <= rank <= 5:
            detail = f"{name.capitalize()} is ranked from 1 to 5."
            return invalid("invalid-priority", detail, f"/priority/{name}")
    return None


def place_in(state: ObjectiveState, cycle_id: CycleId) -> PlaceClaimed:
    """The place on a cycle's roster that the objective claims as it now is."""
    return PlaceClaimed(
        cycle_id=cycle_id,
        objective_id=state.objective_id,
        team_id=state.team_id,
        title_key=title_key(state.title),
        supports=tuple(each.id for each in state.supports),
        owner_id=None if state.team_id else state.owner_id,
    )


def place_of(fact: ObjectiveDrafted) -> PlaceClaimed:
    """The place on its cycle's roster that a drafted objective claims."""
    return place_in(drafted(INITIAL, fact), fact.cycle_id)


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(ObjectiveDrafted, drafted),),
    commands=(on(DraftObjective, decide_draft, Cycle, Roster, Person, Team, permits="write"),),
)
