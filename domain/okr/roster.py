"""The roster of a cycle: which objectives stand in it. A guard for rules that span objectives.

Unique titles, at most so many objectives a team, no loops in the alignment (RULES B3).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Final, NamedTuple

from domain.facts import Fact, Refusal
from domain.ids import CycleId, ObjectiveId, PersonId, TeamId
from domain.persistent import PersistentMap

# --- facts -------------------------------------------------------------------------------------


class RosterFact(Fact):
    cycle_id: CycleId
    objective_id: ObjectiveId

    @property
    def stream(self) -> str:
        return f"roster/{self.cycle_id}"


class PlaceClaimed(RosterFact):
    """``owner_id`` is said for a personal objective, which has no team."""

    TYPE: ClassVar[str] = "okr.place-claimed"
    team_id: TeamId | None
    title_key: str
    supports: tuple[str, ...] = ()
    owner_id: PersonId | None = None

    @property
    def home(self) -> str:
        """Among whose objectives its title is unique: the team's, or its owner's personal ones."""
        return self.team_id or self.owner_id or ""


class PlaceReleased(RosterFact):
    TYPE: ClassVar[str] = "okr.place-released"


# --- state -------------------------------------------------------------------------------------


class Place(NamedTuple):
    """A place taken in a cycle: the fact that claimed it, and its turn among all claims."""

    turn: int
    claim: PlaceClaimed


Index = PersistentMap[PersistentMap[None]]
"""From a team (or who has personal objectives), or from what is supported, to the objectives that
name it."""

_NOBODY: Final[PersistentMap[None]] = PersistentMap()


@dataclass(frozen=True, slots=True)
class Roster:
    """The places taken in a cycle, by objective; indexes spare the rules a walk over all of them.

    Every index holds exactly what the claims in ``places`` name.
    """

    places: PersistentMap[Place] = field(default_factory=PersistentMap)
    of_team: Index = field(default_factory=PersistentMap)
    supporters: Index = field(default_factory=PersistentMap)
    turns: int = 0

    def objectives_of(self, home: str, /) -> tuple[str, ...]:
        """Ids of the objectives of a team, or of a person, that hold a place."""
        return tuple(self.of_team.get(home, _NOBODY))


INITIAL = Roster()


def claimed(state: Roster, fact: PlaceClaimed) -> Roster:
    """Who claims again keeps the turn it had."""
    held = state.places.get(fact.objective_id)
    left = state if held is None else _left(state, held.claim)
    turn = state.turns if held is None else held.turn
    supporters = left.supporters
    for supported in fact.supports:
        supporters = _filed(supporters, supported, fact.objective_id)
    return Roster(
        places=left.places.put(fact.objective_id, Place(turn, fact)),
        of_team=_filed(left.of_team, fact.home, fact.objective_id),
        supporters=supporters,
        turns=state.turns + (held is None),
    )


def released(state: Roster, fact: PlaceReleased) -> Roster:
    held = state.places.get(fact.objective_id)
    return state if held is None else _left(state, held.claim)


def _left(state: Roster, claim: PlaceClaimed) -> Roster:
    supporters = state.supporters
    for supported in claim.supports:
        supporters = _unfiled(supporters, supported, claim.objective_id)
    return Roster(
        places=state.places.without(claim.objective_id),
        of_team=_unfiled(state.of_team, claim.home, claim.objective_id),
        supporters=supporters,
        turns=state.turns,
    )


def _filed(index: Index, key: str, objective_id: str) -> Index:
    return index.put(key, index.get(key, _NOBODY).put(objective_id, None))


def _unfiled(index: Index, key: str, objective_id: str) -> Index:
    left = index.get(key, _NOBODY).without(objective_id)
    return index.put(key, left) if left else index.without(key)


# --- rules -------------------------------------------------------------------------------------


def title_key(title: str) -> str:
    """Titles that differ only in case or spacing are the same title."""
    return " ".join(title.split()).casefold()


def refuse_place(state: Roster, place: PlaceClaimed, objectives_per_team: int) -> Refusal | None:
    """Why ``place`` cannot be claimed, or None."""
    of_team = [
        state.places[each].claim
        for each in state.of_team.get(place.home, _NOBODY)
        if each != place.objective_id
    ]
    if any(taken.title_key == place.title_key for taken in of_team):
        return Refusal(
            code="title-taken",
            detail="This cycle has an objective with this title already. Choose another one.",
            pointer="/title",
        )
    if len(of_team) >= objectives_per_team:
        return Refusal(
            code="too-many-objectives",
            detail=f"A team or a person has at most {objectives_per_team} objectives in a cycle."
            " Drop or merge one first.",
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
            open_ends.extend(further.claim.supports)
    return False


def supporting(state: Roster, objective_id: str) -> list[str]:
    """Objectives that support the given one, directly or through others, as they were drafted."""
    found, open_ends = set[str](), [objective_id]
    while open_ends:
        for supporter in state.supporters.get(open_ends.pop(), _NOBODY):
            if supporter not in found:
                found.add(supporter)
                open_ends.append(supporter)
    return sorted(found - {objective_id}, key=lambda each: state.places[each].turn)


def release(state: Roster, cycle_id: CycleId, objective_id: ObjectiveId) -> tuple[Fact, ...]:
    """The fact that gives an objective's place free, if it has one."""
    if objective_id not in state.places:
        return ()
    return (PlaceReleased(cycle_id=cycle_id, objective_id=objective_id),)
