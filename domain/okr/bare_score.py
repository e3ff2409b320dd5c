"""Scores alone, without health, pace or reasons: those of ``standing`` at a fraction of the cost.

Whoever walks through a quarter of facts needs one number after each (RULES B2, B3, B11).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from domain.okr.in_force import Judged
from domain.okr.rollup import Mode, mean, voters
from domain.okr.scoring import progress, read_by, score_of
from domain.okr.stream import KeyResult, ObjectiveState

Score = Fraction | None


class Vote(NamedTuple):
    """A part of a whole: its weight and its score, which is None where nothing can be said."""

    weight: Decimal
    score: Score


class OwnVote(NamedTuple):
    """The vote of a key result, and whether it counts: it had begun and was not dropped."""

    vote: Vote
    counts: bool


def own_vote(key_result: KeyResult, when: Judged) -> OwnVote:
    """How a key result votes at the instant ``when`` (RULES B1, B2)."""
    then = key_result.measured_at(when.in_force)
    check_ins = read_by(key_result, then, when.moment)
    score = score_of(progress(key_result, when, check_ins), when.frame.policy)
    counts = key_result.absence_at(when.in_force) is None and key_result.begun_at(when)
    return OwnVote(Vote(key_result.weight_at(when.in_force), score), counts)


class OwnVotes:
    """The votes of key results; one that is as it was at the same instant is not judged again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[KeyResult, Judged, OwnVote]] = {}

    def of(self, state: ObjectiveState, when: Judged) -> list[Vote]:
        """Those that count in an objective's score."""
        found = (self._of(state.objective_id, each, when) for each in state.key_results.values())
        return [each.vote for each in found if each.counts]

    def _of(self, objective_id: str, key_result: KeyResult, when: Judged) -> OwnVote:
        name = (objective_id, key_result.id)
        known = self._known.get(name)
        if known is not None and known[0] is key_result and known[1] is when:
            return known[2]
        found = own_vote(key_result, when)
        self._known[name] = (key_result, when, found)
        return found


def whole(own: Sequence[Vote], supporters: Sequence[Vote], mode: Mode) -> Score:
    """The score of an objective: the weighted mean of those that vote by the roll-up (RULES B3)."""
    if not supporters:
        return mean(own)
    voting: list[Vote] = voters(own, supporters, mode, lambda vote: vote.score)
    return mean(voting)


def together(own: Sequence[Score], children: Sequence[Score], mode: Mode) -> Score:
    """The score of a team: equal votes of its objectives and of the teams below it (RULES B3)."""
    return mean(_alike(voters(own, children, mode, lambda score: score)))


def _alike(scores: Iterable[Score]) -> Iterable[tuple[int, Score]]:
    return ((1, score) for score in scores)
