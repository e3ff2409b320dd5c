"""Why a score changed between two moments, exactly: nothing is left over (RULES B11).

S(p, t) is the score as the log knew it at position p, judged for the instant t. From (p0, t0) to
(p1, t1) one path is told: first time alone, S(p0, t1) - S(p0, t0); then command by command in the
log's order, at t1. So the parts add up to the change, whatever happened.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from domain.cycle.cycle import INITIAL, Cycle
from domain.facts import Envelope
from domain.okr.bare_score import Score
from domain.okr.editing import ObjectiveMoved
from domain.okr.explain_cause import Cause, cycle_cause, dated, is_told, own_cause
from domain.okr.explain_scope import OfKeyResult, OfTeam, Scope
from domain.okr.explain_score import RunningScore
from domain.okr.stream import ObjectiveState

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Point:
    """A moment: what the log knew at ``position``, judged for the instant ``at``."""

    position: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one cause did to the score through one key result; ``facts`` in the log's order.

    ``objective_id`` and ``key_result_id`` are None for what is about no single one.
    ``amount`` is exact, in parts of 1.
    """

    cause: Cause
    objective_id: str | None
    key_result_id: str | None
    amount: Fraction
    facts: tuple[Envelope, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The change of a score and its parts, which add up to it; a score of None counts as 0 there.

    Parts stand by objective, then by key result, each in the order in which it first came.
    ``objectives`` and ``cycles`` are those of the family as they are known in the end, by id.
    """

    from_score: Score
    to_score: Score
    parts: tuple[ScorePart, ...]
    objectives: Mapping[str, ObjectiveState] = field(default_factory=dict, compare=False)
    cycles: Mapping[str, Cycle] = field(default_factory=dict, compare=False)

    @property
    def change(self) -> Score:
        """None when one of the two scores is."""
        if self.from_score is None or self.to_score is None:
            return None
        return self.to_score - self.from_score


def explain(family: Iterable[Envelope], scope: Scope, since: Point, until: Point) -> Explained:
    """Why the score of ``scope`` went from what it was ``since`` to what it is ``until``.

    Args:
        family: the facts of every stream that the score is made of, from the first one on, in the
            log's order: its objectives and those that support them, their cycles, and for a team
            all teams. Further streams change nothing. What is not read of them are facts that move
            no score (``explain_cause.IDLE``).

    Raises:
        ValueError: ``since`` comes after ``until``.
    """
    if since.position > until.position or since.at > until.at:
        raise ValueError("a change goes forward in time")
    told = [each for each in family if each.position <= until.position and _touches(each, scope)]
    before = [each for each in told if each.position <= since.position]
    running = RunningScore(scope, since.at)
    running.take(each.fact for each in before)
    from_score = running.score()
    running.at(until.at)
    score = running.score()
    parts = [*_time(running, before, since.at, until.at, _step(from_score, score))]
    for _, command in groupby(told[len(before) :], key=lambda each: each.command_id):
        facts = tuple(command)
        part = _Walked(running, facts)
        after = running.score()
        parts += part.told(_step(score, after))
        score = after
    return Explained(from_score, score, _added_up(parts), running.objectives, running.cycles)


def _touches(told: Envelope, scope: Scope) -> bool:
    """A key result is measured by its own facts, not by those of the others beside it."""
    if not isinstance(scope, OfKeyResult):
        return True
    return getattr(told.fact, "key_result_id", scope.key_result_id) == scope.key_result_id


def _step(before: Score, after: Score) -> Fraction:
    return (after or NOTHING) - (before or NOTHING)


def _time(
    running: RunningScore,
    known: Sequence[Envelope],
    since: datetime,
    until: datetime,
    amount: Fraction,
) -> Iterator[ScorePart]:
    """What dated things bring by coming into force between the two instants."""
    if not amount:
        return
    objective_id, key_result_id = _named(running.scope)
    facts = tuple(each for each in known if _comes_into_force(each, running, since, until))
    yield ScorePart("time", objective_id, key_result_id, amount, facts)


def _comes_into_force(
    told: Envelope, running: RunningScore, since: datetime, until: datetime
) -> bool:
    objective = running.objectives.get(getattr(told.fact, "objective_id", ""))
    cycle = running.cycles.get(objective.cycle_id) if objective else None
    at = dated(told.fact, cycle.timezone if cycle else "UTC")
    return at is not None and since < at <= until


def _named(scope: Scope) -> tuple[str | None, str | None]:
    if isinstance(scope, OfTeam):
        return None, None
    return scope.objective_id, getattr(scope, "key_result_id", None)


class _Walked:
    """The facts of one command as one step of the walk."""

    def __init__(self, running: RunningScore, facts: tuple[Envelope, ...]) -> None:
        self._running = running
        self._facts = facts
        self._objectives = _ids(facts, "objective_id", "objective")
        self._cycles = [each.stream.partition("/")[2] for each in facts if _is_of(each, "cycle")]
        counted = {each for each in self._objectives if running.counts(each)}
        cycles = [running.cycles.get(each, INITIAL) for each in self._cycles]
        running.take(each.fact for each in facts)
        self._before, self._cycles_before = counted, cycles
        self._after = {each for each in self._objectives if running.counts(each)}

    def told(self, amount: Fraction) -> Iterator[ScorePart]:
        """The step as a part; none where it is nobody's business."""
        own = self._before | self._after
        if amount or (own and is_told([each.fact for each in self._facts])):
            objective_id, key_result_id = self._about()
            yield ScorePart(self._cause(), objective_id, key_result_id, amount, self._facts)

    def _cause(self) -> Cause:
        if not self._objectives:
            return self._cause_around()
        if not self._before | self._after:
            return "supporter"
        about = own_cause([each.fact for each in self._facts])
        if about is not None:
            return about
        if self._before != self._after:
            return "added" if self._after - self._before else "dropped"
        if isinstance(self._running.scope, OfTeam):
            return "reweight"  # it weighs otherwise in the whole, such as in another team
        moved = any(isinstance(each.fact, ObjectiveMoved) for each in self._facts)
        return "cycle" if moved else "added"

    def _cause_around(self) -> Cause:
        if not self._cycles:
            return "reweight"  # teams were grouped otherwise
        return cycle_cause(self._cycles_before[0], self._running.cycles[self._cycles[-1]])

    def _about(self) -> tuple[str | None, str | None]:
        """The objective and the key result that all facts of the step are about, if it is one."""
        scope = self._running.scope
        if not self._objectives:
            return _named(scope)
        if len(self._objectives) > 1:
            return (None if isinstance(scope, OfTeam) else scope.objective_id), None
        key_results = _ids(self._facts, "key_result_id", "objective")
        alone = len(key_results) == 1
        return self._objectives[0], key_results[0] if alone else _named(scope)[1]


def _is_of(told: Envelope, kind: str) -> bool:
    return told.stream.startswith(f"{kind}/")


def _ids(facts: Iterable[Envelope], name: str, kind: str) -> list[str]:
    found = (getattr(each.fact, name, None) for each in facts if _is_of(each, kind))
    return list(dict.fromkeys(each for each in found if each is not None))


def _added_up(parts: Iterable[ScorePart]) -> tuple[ScorePart, ...]:
    """Parts of one cause and key result are one."""
    found: dict[str | None, dict[str | None, dict[Cause, ScorePart]]] = {}
    for each in parts:
        causes = found.setdefault(each.objective_id, {}).setdefault(each.key_result_id, {})
        held = causes.get(each.cause)
        causes[each.cause] = each if held is None else _joined(held, each)
    return tuple(
        part
        for objectives in found.values()
        for key_results in objectives.values()
        for part in key_results.values()
    )


def _joined(one: ScorePart, other: ScorePart) -> ScorePart:
    return ScorePart(
        one.cause,
        one.objective_id,
        one.key_result_id,
        one.amount + other.amount,
        one.facts + other.facts,
    )
