"""How a key result and an objective stand at a moment: every number a board shows (RULES B1-B4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.cycle.calendar import Frame
from domain.okr.in_force import Judged, Measured, judged
from domain.okr.measure import Measure, Metric, Threshold, unknown_start
from domain.okr.pace import Health, ends_of, expected_of, health_of, is_outdated
from domain.okr.rollup import (
    Status,
    StatusRollup,
    mean,
    no_mean_reason,
    roll_up_status,
    status_of,
    voters,
)
from domain.okr.scoring import (
    ALL,
    NOTHING,
    latest,
    progress,
    raw_at,
    read_by,
    readings,
    score_of,
    value_of,
)
from domain.okr.stream import CheckIn, KeyResult, ObjectiveState, ObjectiveStatus

_OVER: Final = frozenset({"closed", "dropped", "merged"})
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """A key result at a moment; None where the rules say that nothing can be said.

    ``measure``, ``first_measure`` and ``weight`` are those in force then; ``exists``: it had begun
    and had not been dropped, or not since ``dropped_at`` (RULES B1).
    ``first_target_score`` is the score against the target that was activated (RULES B9).
    ``last_check_in_at`` is of the last one that stands, ``checked_in`` whether one reads the
    measure in force: after a conversion it is pending until then.
    ``flags``: ``degenerate``, ``backdated``, ``late``, ``after_due`` (of the last check-in),
    ``retargeted``, ``converted``.
    """

    measure: Measure
    first_measure: Measure
    weight: Decimal
    exists: bool
    dropped_at: datetime | None
    value: Decimal | None
    raw: Fraction | None
    score: Fraction | None
    first_target_score: Fraction | None
    expected: Fraction | None
    health: Health
    confidence: Decimal | None
    last_check_in_at: datetime | None
    checked_in: bool
    flags: tuple[str, ...]

    @property
    def status(self) -> Status:
        """Its health as a part of the whole."""
        return status_of(self.health)

    @property
    def score_if_nothing_dropped(self) -> Fraction | None:
        """A key result is dropped as a whole, so it has one score."""
        return self.score


@dataclass(frozen=True, slots=True)
class ObjectiveStanding:
    """An objective at a moment; ``reason`` says why ``score`` is None.

    ``votes`` are the weights of what the score is made of: key results and supporting objectives.
    ``points`` are the status points behind ``health``, which ``rolled_up`` by the cycle's policy.
    ``supporters_of`` are those of its key results, by id: shown, and without a vote.
    """

    raw: Fraction | None
    score: Fraction | None
    expected: Fraction | None
    health: Health
    confidence: Fraction | None
    coverage: Fraction | None
    score_if_nothing_dropped: Fraction | None
    key_results: Mapping[str, Standing]
    votes: Mapping[str, Decimal]
    supporters: tuple["Supporter", ...] = ()
    reason: str | None = None
    points: Fraction | None = None
    rolled_up: StatusRollup = "worst"
    supporters_of: Mapping[str, tuple["Supporter", ...]] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """Its health as a part of what it supports, or of its team."""
        return Status(self.health, self.points)


@dataclass(frozen=True, slots=True)
class Supporter:
    """An objective that supports another one: how it stands, the weight of its vote, its cycle."""

    state: ObjectiveState
    weight: Decimal
    standing: ObjectiveStanding
    cycle_name: str = ""


def standing(
    key_result: KeyResult,
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
    *,
    status: ObjectiveStatus | None = "active",
) -> Standing:
    """How ``key_result`` stood at ``effective_at`` (default ``at``), as known at ``at``.

    It is judged by what was in force then, at most at the end of the cycle: what became true later
    moves no number of this cycle, as it moves no grade (RULES B1, B4, B5).
    The caller folded the facts up to the as-of position, so recorded_at <= R holds already.
    ``status`` is its objective's: before activation health is pending, after the end closed.
    """
    effective_at = effective_at or at
    return _standing(key_result, judged(frame, effective_at), min(at, effective_at), status)


def _standing(
    key_result: KeyResult, when: Judged, now: datetime, status: ObjectiveStatus | None
) -> Standing:
    frame, policy = when.frame, when.frame.policy
    then = key_result.measured_at(when.in_force)
    seen = latest(readings(key_result, when.moment))
    check_ins = read_by(key_result, then, when.moment)
    last = latest(check_ins)
    awaited = last is None and then.reads_since is not None
    value = None if awaited else value_of(then.measure, last.reading if last else None)
    raw = progress(key_result, when, check_ins)
    score = score_of(raw, policy)
    line = expected_of(key_result, then.measure, frame, now)
    away = key_result.absence_at(when.in_force)
    after_due = last is not None and is_after_due(key_result, last, frame)
    ended = status in {"active", "graded"} and now >= ends_of(key_result, frame)
    return Standing(
        measure=then.measure,
        first_measure=then.first_measure,
        weight=key_result.weight_at(when.in_force),
        exists=away is None and key_result.begun_at(when),
        dropped_at=None if away is None else away.dropped_at,
        value=value,
        raw=raw,
        score=score,
        first_target_score=_first_score(key_result, when, then, check_ins, score),
        expected=line,
        health=health_of(
            closed=status in _OVER or frame.state == "closed" or away is not None,
            ended=ended,
            unknown=unknown_start(then.measure),
            late=ended and after_due and not _reached_in_time(key_result, when),
            outdated=status == "active"
            and is_outdated(key_result, frame, seen.effective_at if seen else None, now),
            pending=last is None or status not in {"active", "graded"},
            raw=raw,
            score=score,
            line=line,
            in_band=_in_band(then.measure, value),
            policy=policy.pace,
        ),
        confidence=_confidence(check_ins, last),
        last_check_in_at=seen.effective_at if seen else None,
        checked_in=last is not None,
        flags=_flags(key_result, then, last, after_due=after_due),
    )


def is_after_due(key_result: KeyResult, check_in: CheckIn, frame: Frame) -> bool:
    """Whether what was read became true only after the key result was due (RULES B1)."""
    if key_result.due_on is None or key_result.due_on >= frame.ends_on:
        return False
    return check_in.effective_at >= ends_of(key_result, frame)


def objective_standing(
    state: ObjectiveState,
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
    supporters: Sequence[Supporter] = (),
) -> ObjectiveStanding:
    """How an objective stood: the weighted mean of what counted then (B3).

    A key result counts from its start, with the weight that was in force, until it is dropped (B1).
    Whether objectives that support it count as well is the cycle's policy; coverage and confidence
    are of its own key results alone (B1, B5).
    """
    effective_at = effective_at or at
    when, now = judged(frame, effective_at), min(at, effective_at)
    status, policy = state.status_at(when.in_force), when.frame.policy
    standings: dict[str, Standing] = {
        key_result.id: _standing(key_result, when, now, status)
        for key_result in state.key_results.values()
    }
    born = [
        (each.id, standings[each.id]) for each in state.key_results.values() if each.begun_at(when)
    ]
    live = [(name, stood) for name, stood in born if stood.exists]
    votes = _voting(live, supporters, when.frame)
    ever = _voting(born, supporters, when.frame)
    whole = _whole_status(status, when.frame, [stood.status for *_, stood in votes])
    return ObjectiveStanding(
        raw=mean((weight, stood.raw) for _, weight, stood in votes),
        score=mean((weight, stood.score) for _, weight, stood in votes),
        expected=mean((weight, stood.expected) for _, weight, stood in votes),
        health=whole.health,
        confidence=mean(
            (stood.weight, None if stood.confidence is None else Fraction(stood.confidence))
            for _, stood in live
        ),
        coverage=mean((stood.weight, ALL if stood.checked_in else NOTHING) for _, stood in live),
        score_if_nothing_dropped=mean(
            (weight, stood.score_if_nothing_dropped) for _, weight, stood in ever
        ),
        key_results=standings,
        votes={name: weight for name, weight, _ in votes},
        supporters=tuple(supporters),
        reason=no_mean_reason((weight, stood.score) for _, weight, stood in votes),
        points=whole.points,
        rolled_up=policy.status_rollup,
    )


Vote = tuple[str, Decimal, Standing | ObjectiveStanding]
"""Whose, of which weight, and how it stood."""


def _voting(
    own: Sequence[tuple[str, Standing]], supporters: Sequence[Supporter], frame: Frame
) -> list[Vote]:
    votes: list[Vote] = [(name, stood.weight, stood) for name, stood in own]
    if not supporters:
        return votes
    aligned: list[Vote] = [(s.state.objective_id, s.weight, s.standing) for s in supporters]
    return voters(votes, aligned, frame.policy.rollup, lambda vote: vote[2].score)


def _reached_in_time(key_result: KeyResult, when: Judged) -> bool:
    due = ends_of(key_result, when.frame) - _TICK
    raw = raw_at(key_result, due, when.frame)
    return raw is not None and raw >= 1


def _whole_status(status: ObjectiveStatus | None, frame: Frame, parts: list[Status]) -> Status:
    if status in _OVER or frame.state == "closed":
        return Status("closed", None)
    return roll_up_status(parts, frame.policy.status_rollup)


def _in_band(measure: Measure, value: Decimal | None) -> bool | None:
    if not isinstance(measure, Threshold):
        return None
    return value is not None and measure.holds(value)


def _first_score(
    key_result: KeyResult,
    when: Judged,
    then: Measured,
    check_ins: tuple[CheckIn, ...],
    score: Fraction | None,
) -> Fraction | None:
    if then.first_measure == then.measure and len(key_result.measures) == 1:
        return score
    return score_of(progress(key_result, when, check_ins, first=True), when.frame.policy)


def _confidence(check_ins: tuple[CheckIn, ...], last: CheckIn | None) -> Decimal | None:
    """The latest confidence that was stated; a reading without one does not take it back."""
    if last is None or last.confidence is not None:
        return last.confidence if last else None
    stated = latest([each for each in check_ins if each.confidence is not None])
    return stated.confidence if stated else None


def _flags(
    key_result: KeyResult, then: Measured, last: CheckIn | None, *, after_due: bool
) -> tuple[str, ...]:
    measure = then.measure
    said = {
        "degenerate": isinstance(measure, Metric) and measure.baseline == measure.target,
        "backdated": last is not None and last.backdated,
        "late": last is not None and last.late,
        "after_due": after_due,
        "retargeted": then.first_measure != measure,
        "converted": key_result.converted_from is not None,
    }
    return tuple(flag for flag, holds in said.items() if holds)
