"""The roster of a cycle: which objectives stand in it. A guard for rules that span objectives.

Unique titles, at most so many objectives a team, no loops in the alignment (RULES B3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from domain.facts import Fact, Refusal
from domain.ids import CycleId, ObjectiveId, TeamId

# --- facts -------------------------------------------------------------------------------------


class RosterFact(Fact):
    cycle_id: CycleId
    objective_id: ObjectiveId

    @property
    def stream(self) -> str:
        return f"roster/{self.cycle_id}"


class PlaceClaimed(RosterFact):
    TYPE: ClassVar[str] = "okr.place-claimed"
    team_id: TeamId
    title_key: str
    supports: tuple[str, ...] = ()


class PlaceReleased(RosterFact):
    TYPE: ClassVar[str] = "okr.place-released"


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Roster:
    """The places taken in a cycle, by objective; each is the fact that claimed it."""

    places: Mapping[str, PlaceClaimed] = field(default_factory=dict)


INITIAL = Roster()


def evolve(state: Roster, fact: Fact) -> Roster:
    match fact:
        case PlaceClaimed():
            return replace(state, places={**state.places, fact.objective_id: fact})
        case PlaceReleased():
            left = {key: place for key, place in state.places.items() if key != fact.objective_id}
            return replace(state, places=left)
        case _:
            return state


# --- rules -------------------------------------------------------------------------------------


def title_key(title: str) -> str:
    """Titles that differ only in case or spacing are the same title."""
    return " ".join(title.split()).casefold()


def refuse_place(state: Roster, place: PlaceClaimed, objectives_per_team: int) -> Refusal | None:
    """Why ``place`` cannot be claimed, or None."""
    of_team = [
        taken
        for taken in state.places.values()
        if taken.team_id == place.team_id and taken.objective_id != place.objective_id
    ]
    if any(taken.title_key == place.title_key for taken in of_team):
        return Refusal(
            code="title-taken",
            detail="The team has an objective with this title in this cycle.",
            pointer="/title",
        )
    if len(of_team) >= objectives_per_team:
        return Refusal(
            code="too-many-objectives",
            detail=f"A team has at most {objectives_per_team} objectives in a cycle.",
            pointer="/team_id",
            extra={"limit": objectives_per_team},
        )
    if _leads_back(state, place):
        return Refusal(
            code="alignment-loop",
            detail="The objective would support itself, directly or through others.",
            kind="invalid",
            pointer="/supports",
        )
    return None


def _leads_back(state: Roster, place: PlaceClaimed) -> bool:
    open_ends, seen = list(place.supports), set[str]()
    while open_ends:
        supported = open_ends.pop()
        if supported == place.objective_id:
            return True
        if supported in seen:
            continue
        seen.add(supported)
        if further := state.places.get(supported):
            open_ends.extend(further.supports)
    return False


def supporting(state: Roster, objective_id: str) -> list[str]:
    """Objectives that support the given one, directly or through others, as they were drafted."""
    links: dict[str, list[str]] = {}
    for place in state.places.values():
        for supported in place.supports:
            links.setdefault(supported, []).append(place.objective_id)
    found: dict[str, None] = {objective_id: None}
    open_ends = [objective_id]
    while open_ends:
        for supporter in links.get(open_ends.pop(), ()):
            if supporter not in found:
                found[supporter] = None
                open_ends.append(supporter)
    return [name for name in state.places if name in found and name != objective_id]


def release(state: Roster, cycle_id: CycleId, objective_id: ObjectiveId) -> tuple[Fact, ...]:
    """The fact that gives an objective's place free, if it has one."""
    if objective_id not in state.places:
        return ()
    return (PlaceReleased(cycle_id=cycle_id, objective_id=objective_id),)
