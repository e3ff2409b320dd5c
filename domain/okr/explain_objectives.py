"""Scores of objectives kept up to date fact by fact, with the votes of supporters (RULES B3, B11).

Every number is that of ``alignment.standings``. Only what a fact touched is judged anew, so that a
quarter of facts costs little more than one look at each.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Final, NamedTuple

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import INITIAL as NO_CYCLE
from domain.cycle.cycle import Cycle
from domain.cycle.milestones import CycleClosed
from domain.facts import Fact
from domain.okr.alignment import Family, standings, supports_of, votes
from domain.okr.bare_score import OwnVotes, Score, Vote, own_vote, whole
from domain.okr.in_force import Judged, judged
from domain.okr.stream import INITIAL as NO_OBJECTIVE
from domain.okr.stream import ObjectiveState, Support
from domain.things import THINGS


class _Asked(NamedTuple):
    """An objective as a world knows it, judged at a moment."""

    world: "_World"
    objective_id: str
    moment: datetime

    @property
    def known(self) -> bool:
        return self.moment in self.world.scores.get(self.objective_id, ())


class _World:
    """Objectives as they were known together, and what was judged of them (``alignment.Family``).

    ``closed`` are the worlds of closed cycles, as they were when each closed.
    """

    def __init__(self) -> None:
        self.states: dict[str, ObjectiveState] = {}
        self.frames: dict[str, Frame] = {}
        self.closed: dict[str, _World] = {}
        self.scores: dict[str, dict[datetime, Score]] = {}
        self._links: dict[str, dict[str, tuple[Support, ...]]] = {}
        self._own = OwnVotes()
        self._instants: dict[tuple[str, datetime], Judged] = {}
        self._looped: bool | None = None

    def kept(self) -> "_World":
        """As it is now, whatever comes."""
        found = _World()
        found.states = {each: state for each, state in self.states.items() if state.exists}
        found.frames, found.closed = dict(self.frames), dict(self.closed)
        found._links = {each: dict(links) for each, links in self._links.items()}
        return found

    def family(self) -> Family:
        """The same, for whoever judges all of it."""
        states = {each: state for each, state in self.states.items() if state.exists}
        closed = {each: world.family() for each, world in self.closed.items()}
        return Family(states, dict(self.frames), closed)

    def put(self, objective_id: str, state: ObjectiveState) -> set[str]:
        """The objective is known otherwise from here on; the objectives that it voted in or does.

        None of them where its votes are as they were.
        """
        before = self.states.get(objective_id, NO_OBJECTIVE)
        self.states[objective_id] = state
        then, now = _links(before), _links(state)
        if then == now:
            return set()
        self._looped = None
        for supported in then:
            self._links[supported].pop(objective_id, None)
        for supported, support in now.items():
            self._links.setdefault(supported, {})[objective_id] = support
        return {*then, *now}

    def frame(self, cycle_id: str, frame: Frame) -> None:
        self.frames[cycle_id] = frame
        self._instants = {}

    def forget(self, objective_ids: Iterable[str] | None = None) -> None:
        """What was judged of these objectives is over; of all of them without a name."""
        for each in list(self.scores) if objective_ids is None else objective_ids:
            self.scores.pop(each, None)

    def above(self, objective_id: str) -> Iterator[str]:
        """What an objective votes in."""
        return (each for each in _links(self.states[objective_id]) if each in self.states)

    @property
    def looped(self) -> bool:
        """Whether votes lead back to where they came from: only elsewhere can that come from."""
        if self._looped is None:
            self._looped = self._leads_back()
        return self._looped or any(each.looped for each in self.closed.values())

    def _leads_back(self) -> bool:
        try:
            TopologicalSorter(self._links).prepare()
        except CycleError:
            return True
        return False

    def instant(self, cycle_id: str, moment: datetime) -> Judged:
        """The instant as a cycle's numbers are judged at it; the same object for the same one."""
        name = (cycle_id, moment)
        if name not in self._instants:
            self._instants[name] = judged(self.frames[cycle_id], moment)
        return self._instants[name]

    def score(self, objective_id: str, moment: datetime) -> Score:
        """The score of an objective; supporters before whom they support, however many."""
        first = _Asked(self, objective_id, moment)
        waiting = [first]
        while waiting:
            one = waiting[-1]
            if one.known:
                waiting.pop()
                continue
            votes_of = dict(one.world._votes(one))
            missing = [each for each in votes_of if not each.known]
            if missing:
                waiting += missing
            else:
                one.world._judge(one, votes_of)
        return self.scores[objective_id][moment]

    def _judge(self, one: _Asked, supporters: Mapping[_Asked, Decimal]) -> None:
        state = self.states.get(one.objective_id, NO_OBJECTIVE)
        scores = self.scores.setdefault(one.objective_id, {})
        if not state.exists or state.cycle_id not in self.frames:
            scores[one.moment] = None
            return
        when = self.instant(state.cycle_id, one.moment)
        aligned = [
            Vote(weight, each.world.scores[each.objective_id][each.moment])
            for each, weight in supporters.items()
        ]
        own = self._own.of(state, when)
        scores[one.moment] = whole(own, aligned, when.frame.policy.rollup)

    def _votes(self, one: _Asked) -> Iterator[tuple[_Asked, Decimal]]:
        """Who votes in an objective, and with which weight.

        Those of its own cycle as they stand, those of others as they were when it closed, and at
        its end at the latest (RULES B1, B3).
        """
        state = self.states.get(one.objective_id, NO_OBJECTIVE)
        if state.cycle_id not in self.frames:
            return
        beyond = self.closed.get(state.cycle_id, self)
        for world in {self: None, beyond: None}:
            for objective_id, supports in world._links.get(one.objective_id, {}).items():
                supporter = world.states[objective_id]
                same = supporter.cycle_id == state.cycle_id
                weights = [each.weight for each in supports if votes(each, same_cycle=same)]
                if (
                    weights
                    and supporter.cycle_id in world.frames
                    and world is (self if same else beyond)
                ):
                    end = self.instant(state.cycle_id, one.moment).frame.last_instant
                    moment = one.moment if same else min(one.moment, end)
                    yield _Asked(world, objective_id, moment), sum(weights, Decimal(0))


def _links(state: ObjectiveState) -> dict[str, tuple[Support, ...]]:
    """The objectives that it may vote in, each with what its links say."""
    found: dict[str, tuple[Support, ...]] = {}
    if state.exists:
        for each in supports_of(state):
            if each.kind == "objective":
                found[each.id] = (*found.get(each.id, ()), each)
    return found


_MEASURED_BY: Final = ("starts_on", "ends_on", "timezone", "policy", "adopted", "earlier")


def _measured_alike(before: Cycle, after: Cycle) -> bool:
    """Whether two states of a cycle give every score alike."""
    closed = (before.status == "closed") == (after.status == "closed")
    return closed and all(getattr(before, each) == getattr(after, each) for each in _MEASURED_BY)


class RunningObjectives:
    """How objectives score at one instant, after the facts that were taken."""

    def __init__(self, at: datetime) -> None:
        self.cycles: dict[str, Cycle] = {}
        self._at = at
        self._world = _World()
        self._touched: set[str] = set()
        self._looped: dict[str, Score] | None = None

    @property
    def states(self) -> Mapping[str, ObjectiveState]:
        """The objectives as they are known by now."""
        return self._world.states

    def take(self, objective_id: str, fact: Fact) -> None:
        before = self.states.get(objective_id, NO_OBJECTIVE)
        state: ObjectiveState = THINGS.evolve(fact.stream, before, fact)
        self._touched |= {objective_id, *self._world.put(objective_id, state)}

    def take_cycle(self, cycle_id: str, fact: Fact) -> None:
        before = self.cycles.get(cycle_id, NO_CYCLE)
        closes = isinstance(fact, CycleClosed)
        if closes:
            self._world.closed[cycle_id] = self._world.kept()
        state: Cycle = THINGS.evolve(fact.stream, before, fact)
        self.cycles[cycle_id] = state
        if state.status != "closed":
            self._world.closed.pop(cycle_id, None)
        if closes or cycle_id not in self._world.frames or not _measured_alike(before, state):
            self._world.frame(cycle_id, frame_of(state))
            own = (each for each, held in self.states.items() if held.cycle_id == cycle_id)
            self._touched.update(own)

    def look_from(self, at: datetime) -> None:
        """From here on everything is judged at another instant."""
        self._at = at
        self._world.forget()
        self._touched.update(self.states)

    def when(self, cycle_id: str) -> Judged | None:
        """The instant as a cycle's numbers are judged at it; None for an unknown cycle."""
        known = cycle_id in self._world.frames
        return self._world.instant(cycle_id, self._at) if known else None

    def score(self, objective_id: str) -> Score:
        """The score of an objective, once what was touched was judged."""
        if self._looped is not None:
            return self._looped.get(objective_id)
        return self._world.score(objective_id, self._at)

    def score_of_part(self, objective_id: str, key_result_id: str) -> Score:
        """The score of a key result, whether or not it counts."""
        state = self.states.get(objective_id)
        key_result = state.key_results.get(key_result_id) if state else None
        when = self.when(state.cycle_id) if state else None
        return own_vote(key_result, when).vote.score if key_result and when else None

    def judge(self) -> set[str]:
        """Judges anew what was touched, and whatever that votes in; their ids."""
        if self._world.looped:
            self._touched = set()
            self._world.forget()
            stood = standings(self._world.family(), self._at)
            self._looped = {each: one.score for each, one in stood.items()}
            return set(self.states)
        touched = self._with_supported()
        if self._looped is not None:
            self._looped, touched = None, set(self.states)
        self._touched = set()
        self._world.forget(touched)
        return touched

    def _with_supported(self) -> set[str]:
        found = {each for each in self._touched if each in self.states}
        waiting = list(found)
        while waiting:
            above = set(self._world.above(waiting.pop())) - found
            found |= above
            waiting += above
        return found
