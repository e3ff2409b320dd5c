"""A score kept up to date fact by fact: of a key result, an objective, a team, the company (B11).

Every number is that of ``standing``. Only what a fact touched is judged anew, so that a quarter of
facts costs little more than one look at each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Final, assert_never

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import INITIAL as NO_CYCLE
from domain.cycle.cycle import Cycle
from domain.cycle.milestones import CycleClosed
from domain.facts import Fact
from domain.okr.alignment import VOTING, Family, standings, supports_of, votes
from domain.okr.in_force import Judged, judged
from domain.okr.rollup import Mode, mean, voters
from domain.okr.standing import ObjectiveStanding, Supporter, objective_standing, standing
from domain.okr.stream import INITIAL as NO_OBJECTIVE
from domain.okr.stream import ObjectiveState
from domain.people.team import INITIAL as NO_TEAM
from domain.people.team import Team
from domain.things import THINGS

Score = Fraction | None


@dataclass(frozen=True, slots=True)
class OfKeyResult:
    """The score of one key result."""

    objective_id: str
    key_result_id: str


@dataclass(frozen=True, slots=True)
class OfObjective:
    """The score of one objective, with the votes of those that support it."""

    objective_id: str


@dataclass(frozen=True, slots=True)
class OfTeam:
    """The score of a team and those below it in a cycle; of the company without a ``team_id``."""

    cycle_id: str
    team_id: str | None = None


Scope = OfKeyResult | OfObjective | OfTeam


def together(own: Sequence[Score], children: Sequence[Score], mode: Mode) -> Score:
    """The score of a team: equal votes of its objectives and of the teams below it (RULES B3)."""
    return mean((1, score) for score in voters(own, children, mode, lambda score: score))


class RunningScore:
    """The score of ``scope``, judged at the instant ``at``, after the facts that were taken."""

    def __init__(self, scope: Scope, at: datetime) -> None:
        self.scope = scope
        self._objectives = _Objectives(at)
        self._teams = _Teams(scope) if isinstance(scope, OfTeam) else None

    def take(self, facts: Iterable[Fact]) -> None:
        """Goes on by further facts of the family's streams, in their order."""
        for fact in facts:
            kind, _, id_ = fact.stream.partition("/")
            if kind == "objective":
                self._objectives.take(id_, fact)
            elif kind == "cycle":
                self._objectives.take_cycle(id_, fact)
            elif kind == "team" and self._teams is not None:
                self._teams.take(id_, fact)

    def at(self, moment: datetime) -> None:
        """From here on everything is judged at another instant."""
        self._objectives.look_from(moment)

    def score(self) -> Score:
        """The exact score; None where there is none to tell."""
        match self.scope:
            case OfKeyResult():
                return self._objectives.score_of_part(
                    self.scope.objective_id, self.scope.key_result_id
                )
            case OfObjective():
                self._objectives.judge()
                return self._objectives.score(self.scope.objective_id)
            case OfTeam():
                assert self._teams is not None
                return self._teams.score(self._objectives)
            case _:
                assert_never(self.scope)

    def counts(self, objective_id: str) -> bool:
        """Whether the objective is what is scored, or votes in it as one of the team's own."""
        if self._teams is None:
            return objective_id == self.scope.objective_id  # type: ignore[union-attr]
        return self._teams.holds(self._objectives, objective_id)

    @property
    def objectives(self) -> Mapping[str, ObjectiveState]:
        """The objectives as they are known by now."""
        return self._objectives.states

    @property
    def cycles(self) -> Mapping[str, Cycle]:
        """The cycles as they are known by now."""
        return self._objectives.cycles


class _Objectives:
    """How objectives stand at one instant, with the votes of their supporters (RULES B3)."""

    def __init__(self, at: datetime) -> None:
        self.states: dict[str, ObjectiveState] = {}
        self.cycles: dict[str, Cycle] = {}
        self.stood: dict[str, ObjectiveStanding] = {}
        self._at = at
        self._frames: dict[str, Frame] = {}
        self._supporters: dict[str, dict[str, Decimal]] = {}
        self._closed: dict[str, Family] = {}
        self._reaches: bool | None = None
        self._touched: set[str] = set()

    def take(self, objective_id: str, fact: Fact) -> None:
        before = self.states.get(objective_id, NO_OBJECTIVE)
        state: ObjectiveState = THINGS.evolve(fact.stream, before, fact)
        self.states[objective_id] = state
        self._touched.add(objective_id)
        if (before.cycle_id, before.supports) != (state.cycle_id, state.supports):
            self._reaches = None
        then, now = _links(before), _links(state)
        if then == now:
            return
        for supported in then:
            self._supporters[supported].pop(objective_id, None)
        for supported, weight in now.items():
            self._supporters.setdefault(supported, {})[objective_id] = weight
        self._touched.update(then, now)

    def take_cycle(self, cycle_id: str, fact: Fact) -> None:
        before = self.cycles.get(cycle_id, NO_CYCLE)
        if isinstance(fact, CycleClosed):
            self._closed[cycle_id] = self._family()
        state: Cycle = THINGS.evolve(fact.stream, before, fact)
        self.cycles[cycle_id] = state
        if state.status != "closed":
            self._closed.pop(cycle_id, None)
        if _measured_alike(before, state):
            return
        self._frames.pop(cycle_id, None)
        self._touched.update(each for each, own in self.states.items() if own.cycle_id == cycle_id)

    def look_from(self, at: datetime) -> None:
        self._at = at
        self._touched.update(self.states)

    def frame(self, cycle_id: str) -> Frame | None:
        known = self._frames.get(cycle_id)
        if known is None and cycle_id in self.cycles:
            known = self._frames[cycle_id] = frame_of(self.cycles[cycle_id])
        return known

    def when(self, cycle_id: str) -> Judged | None:
        """The instant as a cycle's numbers are judged at it; None for an unknown cycle."""
        frame = self.frame(cycle_id)
        return None if frame is None else judged(frame, self._at)

    def score(self, objective_id: str) -> Score:
        stood = self.stood.get(objective_id)
        return stood.score if stood else None

    def score_of_part(self, objective_id: str, key_result_id: str) -> Score:
        state = self.states.get(objective_id)
        key_result = state.key_results.get(key_result_id) if state else None
        frame = self.frame(state.cycle_id) if state else None
        if state is None or key_result is None or frame is None:
            return None
        return standing(key_result, frame, self._at, status=state.status).score

    def judge(self) -> set[str]:
        """Judges anew what was touched, and whatever that votes in; their ids.

        Where votes come from another cycle, all of it: they are judged by instants of their own.
        """
        if self._reaches is None:
            self._reaches = self._crosses()
        if self._reaches:
            return self._judge_all()
        touched = self._with_supported()
        self._touched = set()
        sources = {each: self._supporters.get(each, {}).keys() & touched for each in touched}
        try:
            order = (*TopologicalSorter(sources).static_order(),)
        except CycleError:
            # Only elsewhere can a loop come from: it is judged as on every page.
            return self._judge_all()
        for objective_id in order:
            self._judge(objective_id)
        return touched

    def _with_supported(self) -> set[str]:
        found = {each for each in self._touched if each in self.states}
        waiting = list(found)
        while waiting:
            state = self.states[waiting.pop()]
            above = {each for each in _links(state) if each in self.states} - found
            found |= above
            waiting += above
        return found

    def _judge(self, objective_id: str) -> None:
        state = self.states[objective_id]
        frame = self.frame(state.cycle_id)
        if frame is None or not state.exists:
            self.stood.pop(objective_id, None)
            return
        supporters = [
            Supporter(self.states[each], weight, self.stood[each])
            for each, weight in self._supporters.get(objective_id, {}).items()
            if each in self.stood and self.states[each].cycle_id == state.cycle_id
        ]
        self.stood[objective_id] = objective_standing(state, frame, self._at, supporters=supporters)

    def _judge_all(self) -> set[str]:
        self._touched = set()
        self.stood = standings(self._family(), self._at)
        return set(self.states)

    def _family(self) -> Family:
        """What is known by now, to be kept as it is."""
        states = {each: state for each, state in self.states.items() if state.exists}
        cycles = {state.cycle_id for state in states.values()}
        frames: dict[str, Frame] = {
            each: frame for each in cycles if (frame := self.frame(each)) is not None
        }
        return Family(states, frames, dict(self._closed))

    def _crosses(self) -> bool:
        """Whether any objective votes, or did when a cycle closed, in another cycle."""
        return any(
            votes(support, same_cycle=False)
            and support.id in states
            and states[support.id].cycle_id != state.cycle_id
            for states in (self.states, *(each.states for each in self._closed.values()))
            for state in states.values()
            for support in state.supports
        )


def _links(state: ObjectiveState) -> dict[str, Decimal]:
    """The objectives that it may vote in, each with the weight of its vote."""
    return {each.id: each.weight for each in supports_of(state) if each.kind == "objective"}


_MEASURED_BY: Final = ("starts_on", "ends_on", "timezone", "policy", "adopted", "earlier")


def _measured_alike(before: Cycle, after: Cycle) -> bool:
    """Whether two states of a cycle give every score alike."""
    closed = (before.status == "closed") == (after.status == "closed")
    return closed and all(getattr(before, each) == getattr(after, each) for each in _MEASURED_BY)


class _Teams:
    """The teams of a scope with the objectives that vote in them; each score is kept until
    something below it moves.
    """

    def __init__(self, scope: OfTeam) -> None:
        self._scope = scope
        self._teams: dict[str, Team] = {}
        self._below: dict[str, list[str]] = {}
        self._inside: frozenset[str] = frozenset()
        self._homes: dict[str, dict[str, None]] = {}
        self._home_of: dict[str, str] = {}
        self._scores: dict[str, Score] = {}
        self._grown = False

    def take(self, team_id: str, fact: Fact) -> None:
        before = self._teams.get(team_id, NO_TEAM)
        state: Team = THINGS.evolve(fact.stream, before, fact)
        self._teams[team_id] = state
        if (before.exists, before.parent_id) != (state.exists, state.parent_id):
            self._grown = False

    def holds(self, objectives: _Objectives, objective_id: str) -> bool:
        """Whether an objective votes in the score as one of these teams' own."""
        state = objectives.states.get(objective_id)
        if state is None or not self._votes(state, objectives):
            return False
        self._grow()
        return state.team_id in self._inside

    def score(self, objectives: _Objectives) -> Score:
        self._grow()
        for objective_id in objectives.judge():
            self._settle(objective_id, objectives)
        when = objectives.when(self._scope.cycle_id)
        mode: Mode = "both" if when is None else when.frame.policy.rollup
        tops = self._tops()
        if len(tops) == 1:
            return self._score(tops[0], objectives, mode)
        return together((), [self._score(each, objectives, mode) for each in tops], mode)

    def _votes(self, state: ObjectiveState, objectives: _Objectives) -> bool:
        when = objectives.when(self._scope.cycle_id)
        if when is None or state.cycle_id != self._scope.cycle_id:
            return False
        return state.status_at(when.in_force) in VOTING

    def _settle(self, objective_id: str, objectives: _Objectives) -> None:
        """Where an objective votes by now; the scores above its old and its new place are over."""
        state = objectives.states[objective_id]
        old = self._home_of.pop(objective_id, None)
        if old is not None:
            self._homes[old].pop(objective_id)
            self._forget(old)
        if state.team_id is not None and self._votes(state, objectives):
            self._home_of[objective_id] = state.team_id
            self._homes.setdefault(state.team_id, {})[objective_id] = None
            self._forget(state.team_id)

    def _forget(self, team_id: str | None) -> None:
        while team_id is not None and self._scores.pop(team_id, self) is not self:
            team = self._teams.get(team_id)
            team_id = team.parent_id if team else None

    def _score(self, team_id: str, objectives: _Objectives, mode: Mode) -> Score:
        if team_id not in self._scores:
            self._scores[team_id] = together(
                [objectives.score(each) for each in self._homes.get(team_id, ())],
                [self._score(each, objectives, mode) for each in self._below.get(team_id, ())],
                mode,
            )
        return self._scores[team_id]

    def _tops(self) -> list[str]:
        if self._scope.team_id is not None:
            return [self._scope.team_id]
        return [each for each, team in self._teams.items() if self._above(each, team) is None]

    def _above(self, team_id: str, team: Team) -> str | None:
        above = team.parent_id
        return None if above is None or above == team_id or above not in self._teams else above

    def _grow(self) -> None:
        if self._grown:
            return
        self._below, self._scores, self._grown = {}, {}, True
        for team_id, team in self._teams.items():
            above = self._above(team_id, team)
            if above is not None:
                self._below.setdefault(above, []).append(team_id)
        inside, waiting = set[str](), self._tops()
        while waiting:
            each = waiting.pop()
            if each not in inside:
                inside.add(each)
                waiting += self._below.get(each, ())
        self._inside = frozenset(inside)
