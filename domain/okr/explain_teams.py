"""Scores of teams kept up to date: each has equal votes of its objectives and the teams below it.

RULES B3, B11.
"""

from domain.facts import Fact
from domain.okr.alignment import VOTING
from domain.okr.bare_score import Score, together
from domain.okr.explain_objectives import RunningObjectives
from domain.okr.explain_scope import OfTeam
from domain.okr.rollup import Mode
from domain.okr.stream import ObjectiveState
from domain.people.team import INITIAL as NO_TEAM
from domain.people.team import Team
from domain.things import THINGS


class RunningTeams:
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

    def holds(self, objectives: RunningObjectives, objective_id: str) -> bool:
        """Whether an objective votes in the score as one of these teams' own."""
        state = objectives.states.get(objective_id)
        if state is None or not self._votes(state, objectives):
            return False
        self._grow()
        return state.team_id in self._inside

    def score(self, objectives: RunningObjectives) -> Score:
        self._grow()
        for objective_id in objectives.judge():
            self._settle(objective_id, objectives)
        when = objectives.when(self._scope.cycle_id)
        mode: Mode = "both" if when is None else when.frame.policy.rollup
        tops = self._tops()
        if len(tops) == 1:
            return self._score(tops[0], objectives, mode)
        return together((), [self._score(each, objectives, mode) for each in tops], mode)

    def _votes(self, state: ObjectiveState, objectives: RunningObjectives) -> bool:
        when = objectives.when(self._scope.cycle_id)
        if when is None or state.cycle_id != self._scope.cycle_id:
            return False
        return state.status_at(when.in_force) in VOTING

    def _settle(self, objective_id: str, objectives: RunningObjectives) -> None:
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

    def _score(self, team_id: str, objectives: RunningObjectives, mode: Mode) -> Score:
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
