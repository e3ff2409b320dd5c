"""The roster of a cycle: which objectives stand in it. A guard for rules that span objectives.

Unique titles, at most so many objectives a team. It also finds who supports what stands in the
cycle: those of the cycle by their places, those of other cycles by what they claimed (RULES B3).
"""

from dataclasses import dataclass, field, replace
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


class SupportClaimed(RosterFact):
    """An objective that stands elsewhere supports these objectives or key results of the cycle.

    It never ends: whether it still does so, and counts, the objective itself says.
    """

    TYPE: ClassVar[str] = "okr.support-claimed"
    supports: tuple[str, ...]


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

    Every index holds exactly what the claims in ``places`` name. ``elsewhere`` is the same as
    ``supporters`` for those without a place here.
    """

    places: PersistentMap[Place] = field(default_factory=PersistentMap)
    of_team: Index = field(default_factory=PersistentMap)
    supporters: Index = field(default_factory=PersistentMap)
    turns: int = 0
    elsewhere: Index = field(default_factory=PersistentMap)

    def objectives_of(self, home: str, /) -> tuple[str, ...]:
        """Ids of the objectives of a team, or of a person, that hold a place."""
        return tuple(self.of_team.get(home, _NOBODY))

    def supporting(self, supported_id: str) -> set[str]:
        """Who said to support an objective or a key result of the cycle, from wherever."""
        here = self.supporters.get(supported_id, _NOBODY)
        return {*here, *self.elsewhere.get(supported_id, _NOBODY)}


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
        elsewhere=state.elsewhere,
    )


def support_claimed(state: Roster, fact: SupportClaimed) -> Roster:
    elsewhere = state.elsewhere
    for supported in fact.supports:
        elsewhere = _filed(elsewhere, supported, fact.objective_id)
    return replace(state, elsewhere=elsewhere)


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
        elsewhere=state.elsewhere,
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
    return None


def release(state: Roster, cycle_id: CycleId, objective_id: ObjectiveId) -> tuple[Fact, ...]:
    """The fact that gives an objective's place free, if it has one."""
    if objective_id not in state.places:
        return ()
    return (PlaceReleased(cycle_id=cycle_id, objective_id=objective_id),)
