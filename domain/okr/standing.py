"""How a key result and an objective stand at a moment: every number a board shows (RULES B1-B4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from domain.cycle.calendar import Frame
from domain.okr.measure import Metric, Threshold
from domain.okr.pace import Health, ends_of, expected, health_of, is_outdated
from domain.okr.rollup import mean, no_mean_reason, roll_up_health, voters
from domain.okr.scoring import ALL, NOTHING, counted, latest, raw_progress, score_of, value_of
from domain.okr.stream import CheckIn, KeyResult, ObjectiveState, ObjectiveStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """A key result at a moment; None where the rules say that nothing can be said.

    ``first_target_score`` is the score against the target that was activated (RULES B9).
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
    def score_if_nothing_dropped(self) -> Fraction | None:
        """A key result is dropped as a whole, so it has one score."""
        return self.score


@dataclass(frozen=True, slots=True)
class ObjectiveStanding:
    """An objective at a moment; ``reason`` says why ``score`` is None.

    ``votes`` are the weights of what the score is made of: key results and supporting objectives.
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
    policy, measure = frame.policy, key_result.measure
    check_ins = counted(key_result, min(effective_at, frame.last_instant))
    last = latest(check_ins)
    value = value_of(measure, last.reading if last else None)
    raw = raw_progress(measure, check_ins, frame)
    score = score_of(raw, policy)
    line = expected(key_result, frame, now)
    return Standing(
        value=value,
        raw=raw,
        score=score,
        first_target_score=_first_score(key_result, check_ins, frame, score),
        expected=line,
        health=health_of(
            closed=_closed(key_result, frame, effective_at, status),
            ended=status in {"active", "graded"} and now >= ends_of(key_result, frame),
            outdated=status == "active"
            and is_outdated(key_result, frame, last.effective_at if last else None, now),
            pending=last is None or status not in {"active", "graded"},
            raw=raw,
            score=score,
            line=line,
            in_band=_in_band(key_result, value),
            policy=policy.pace,
        ),
        confidence=_confidence(check_ins, last),
        last_check_in_at=last.effective_at if last else None,
        checked_in=last is not None,
        flags=_flags(key_result, last),
    )


def objective_standing(
    state: ObjectiveState,
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
    supporters: Sequence[Supporter] = (),
) -> ObjectiveStanding:
    """How an objective stood: the weighted mean of what counted then (B3).

    A key result counts from its creation (or from an earlier moment that a back-dated check-in
    vouches for) until it is dropped. Whether objectives that support it count as well is the
    cycle's policy; coverage and confidence are of its own key results alone (B1, B5).
    """
    moment = effective_at or at
    standings: dict[str, Standing] = {
        key_result.id: standing(key_result, frame, at, effective_at, status=state.status)
        for key_result in state.key_results.values()
    }
    born = [
        (each, standings[each.id])
        for each in state.key_results.values()
        if each.added_at <= moment or standings[each.id].checked_in
    ]
    live = [each for each in born if (gone := each[0].dropped_at) is None or gone > moment]
    votes = _voting(live, supporters, frame)
    ever = _voting(born, supporters, frame)
    return ObjectiveStanding(
        raw=mean((weight, stood.raw) for _, weight, stood in votes),
        score=mean((weight, stood.score) for _, weight, stood in votes),
        expected=mean((weight, stood.expected) for _, weight, stood in votes),
        health=_whole_health(state, frame, [stood.health for *_, stood in votes]),
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


def _whole_health(state: ObjectiveState, frame: Frame, parts: list[Health]) -> Health:
    if state.status in {"closed", "dropped", "merged"} or frame.state == "closed":
        return "closed"
    return roll_up_health(parts, frame.policy.status_rollup)


def _in_band(key_result: KeyResult, value: Decimal | None) -> bool | None:
    measure = key_result.measure
    if not isinstance(measure, Threshold):
        return None
    return value is not None and measure.holds(value)


def _first_score(
    key_result: KeyResult,
    check_ins: tuple[CheckIn, ...],
    frame: Frame,
    score: Fraction | None,
) -> Fraction | None:
    if key_result.first_measure == key_result.measure:
        return score
    return score_of(raw_progress(key_result.first_measure, check_ins, frame), frame.policy)


def _confidence(check_ins: tuple[CheckIn, ...], last: CheckIn | None) -> Decimal | None:
    """The latest confidence that was stated; a reading without one does not take it back."""
    if last is None or last.confidence is not None:
        return last.confidence if last else None
    stated = latest([each for each in check_ins if each.confidence is not None])
    return stated.confidence if stated else None


def _flags(key_result: KeyResult, last: CheckIn | None) -> tuple[str, ...]:
    measure = key_result.measure
    said = {
        "degenerate": isinstance(measure, Metric) and measure.baseline == measure.target,
        "backdated": last is not None and last.backdated,
        "late": last is not None and last.late,
        "retargeted": key_result.first_measure != measure,
        "converted": key_result.converted_from is not None,
    }
    return tuple(flag for flag, holds in said.items() if holds)
