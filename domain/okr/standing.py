"""How a key result and an objective stand at a moment: every number a board shows (RULES B1-B4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction

from domain.cycle.calendar import Frame, instant
from domain.okr.measure import Measure, Metric, Threshold
from domain.okr.pace import Health, ends_of, expected, health_of, is_outdated
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
    counted,
    latest,
    raw_progress,
    readings,
    score_of,
    value_of,
)
from domain.okr.stream import CheckIn, InForce, KeyResult, ObjectiveState, ObjectiveStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """A key result at a moment; None where the rules say that nothing can be said.

    ``first_target_score`` is the score against the target that was activated (RULES B9).
    ``last_check_in_at`` is of the last one that stands, ``checked_in`` whether one reads the
    measure in force: after a conversion it is pending until then.
    ``flags``: ``degenerate``, ``backdated``, ``late`` (of the last check-in), ``retargeted``,
    ``converted``.
    """

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

    @property
    def status(self) -> Status:
        """Its health as a part of what it supports, or of its team."""
        return Status(self.health, self.points)


@dataclass(frozen=True, slots=True)
class Supporter:
    """An objective that supports another one: how it stands, and the weight of its vote."""

    state: ObjectiveState
    weight: Decimal
    standing: ObjectiveStanding


def standing(
    key_result: KeyResult,
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
    *,
    status: ObjectiveStatus | None = "active",
) -> Standing:
    """How ``key_result`` stood at ``effective_at`` (default ``at``), as known at ``at``.

    After the end it stands as it stood at the end: what became true later moves no number of this
    cycle, as it moves no grade (RULES B4, B5).
    The caller folded the facts up to the as-of position, so recorded_at <= R holds already.
    ``status`` is its objective's: before activation health is pending, after the end closed.
    """
    effective_at = effective_at or at
    now = min(at, effective_at)
    policy, moment = frame.policy, min(effective_at, frame.last_instant)
    then = key_result.measured_at(moment)
    check_ins, seen = counted(key_result, moment), latest(readings(key_result, moment))
    last = latest(check_ins)
    awaited = last is None and then.since is not None
    value = None if awaited else value_of(then.measure, last.reading if last else None)
    raw = raw_progress(then.measure, check_ins, frame, then.since)
    score = score_of(raw, policy)
    line = expected(key_result, frame, now)
    return Standing(
        value=value,
        raw=raw,
        score=score,
        first_target_score=_first_score(then, check_ins, frame, score),
        expected=line,
        health=health_of(
            closed=_closed(key_result, frame, effective_at, status),
            ended=status in {"active", "graded"} and now >= ends_of(key_result, frame),
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
        flags=_flags(key_result, then, last),
    )


def objective_standing(
    state: ObjectiveState,
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
    supporters: Sequence[Supporter] = (),
) -> ObjectiveStanding:
    """How an objective stood: the weighted mean of what counted then (B3).

    A key result counts from the day it starts on, else from its creation (or from an earlier moment
    that a back-dated check-in vouches for), until it is dropped. Whether objectives that support it
    count as well is the cycle's policy; coverage and confidence are of its own key results alone
    (B1, B5).
    """
    moment = effective_at or at
    standings: dict[str, Standing] = {
        key_result.id: standing(key_result, frame, at, effective_at, status=state.status)
        for key_result in state.key_results.values()
    }
    born = [
        (each, standings[each.id])
        for each in state.key_results.values()
        if _begun(each, standings[each.id], frame, moment)
    ]
    live = [each for each in born if (gone := each[0].dropped_at) is None or gone > moment]
    votes = _voting(live, supporters, frame)
    ever = _voting(born, supporters, frame)
    status = _whole_status(state, frame, [stood.status for *_, stood in votes])
    return ObjectiveStanding(
        raw=mean((weight, stood.raw) for _, weight, stood in votes),
        score=mean((weight, stood.score) for _, weight, stood in votes),
        expected=mean((weight, stood.expected) for _, weight, stood in votes),
        health=status.health,
        confidence=mean(
            (of.weight, None if stood.confidence is None else Fraction(stood.confidence))
            for of, stood in live
        ),
        coverage=mean((of.weight, ALL if stood.checked_in else NOTHING) for of, stood in live),
        score_if_nothing_dropped=mean(
            (weight, stood.score_if_nothing_dropped) for _, weight, stood in ever
        ),
        key_results=standings,
        votes={name: weight for name, weight, _ in votes},
        supporters=tuple(supporters),
        reason=no_mean_reason((weight, stood.score) for _, weight, stood in votes),
        points=status.points,
        rolled_up=frame.policy.status_rollup,
    )


Vote = tuple[str, Decimal, Standing | ObjectiveStanding]
"""Whose, of which weight, and how it stood."""


def _voting(
    own: Sequence[tuple[KeyResult, Standing]], supporters: Sequence[Supporter], frame: Frame
) -> list[Vote]:
    votes: list[Vote] = [(each.id, each.weight, stood) for each, stood in own]
    if not supporters:
        return votes
    aligned: list[Vote] = [(s.state.objective_id, s.weight, s.standing) for s in supporters]
    return voters(votes, aligned, frame.policy.rollup, lambda vote: vote[2].score)


def _closed(
    key_result: KeyResult, frame: Frame, moment: datetime, status: ObjectiveStatus | None
) -> bool:
    if status in {"closed", "dropped", "merged"} or frame.state == "closed":
        return True
    return key_result.dropped_at is not None and key_result.dropped_at <= moment


def _begun(key_result: KeyResult, stood: Standing, frame: Frame, moment: datetime) -> bool:
    if key_result.starts_on is not None:
        return instant(key_result.starts_on, time(), frame.timezone) <= moment
    return key_result.added_at <= moment or stood.checked_in


def _whole_status(state: ObjectiveState, frame: Frame, parts: list[Status]) -> Status:
    if state.status in {"closed", "dropped", "merged"} or frame.state == "closed":
        return Status("closed", None)
    return roll_up_status(parts, frame.policy.status_rollup)


def _in_band(measure: Measure, value: Decimal | None) -> bool | None:
    if not isinstance(measure, Threshold):
        return None
    return value is not None and measure.holds(value)


def _first_score(
    then: InForce,
    check_ins: tuple[CheckIn, ...],
    frame: Frame,
    score: Fraction | None,
) -> Fraction | None:
    if then.first_measure == then.measure:
        return score
    raw = raw_progress(then.first_measure, check_ins, frame, then.since)
    return score_of(raw, frame.policy)


def _confidence(check_ins: tuple[CheckIn, ...], last: CheckIn | None) -> Decimal | None:
    """The latest confidence that was stated; a reading without one does not take it back."""
    if last is None or last.confidence is not None:
        return last.confidence if last else None
    stated = latest([each for each in check_ins if each.confidence is not None])
    return stated.confidence if stated else None


def _flags(key_result: KeyResult, then: InForce, last: CheckIn | None) -> tuple[str, ...]:
    measure = then.measure
    said = {
        "degenerate": isinstance(measure, Metric) and measure.baseline == measure.target,
        "backdated": last is not None and last.backdated,
        "late": last is not None and last.late,
        "retargeted": then.first_measure != measure,
        "converted": key_result.converted_from is not None,
    }
    return tuple(flag for flag, holds in said.items() if holds)
