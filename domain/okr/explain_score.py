"""A score kept up to date fact by fact: of a key result, an objective, a team, the company.

RULES B11.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import assert_never

from domain.cycle.cycle import Cycle
from domain.facts import Fact
from domain.okr.bare_score import Score
from domain.okr.explain_objectives import RunningObjectives
from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from domain.okr.explain_teams import RunningTeams
from domain.okr.stream import ObjectiveState


class RunningScore:
    """The score of ``scope``, judged at the instant ``at``, after the facts that were taken."""

    def __init__(self, scope: Scope, at: datetime) -> None:
        self.scope = scope
        self._objectives = RunningObjectives(at)
        self._teams = RunningTeams(scope) if isinstance(scope, OfTeam) else None

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
