"""How a key result went: what each check-in read, what was aimed at when, and what changed it.

Points are judged as the numbers of the boards are: by the measure in force at their moment, as it
is known now (RULES B1).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final, cast

from domain.cycle.calendar import Frame, instant
from domain.facts import Envelope
from domain.okr import conversion, measure_correction, retarget, returning
from domain.okr import key_result as k
from domain.okr.check_in import CheckInCorrected, CheckInRecorded
from domain.okr.in_force import judged
from domain.okr.measure import Metric, target_of, unknown_start
from domain.okr.pace import expected
from domain.okr.scoring import raw_of, score_at, score_of, value_of
from domain.okr.standing import is_after_due
from domain.okr.stream import CheckIn, KeyResult
from projections.numbers import rounded

_MARKS: Final[Mapping[type[Any], str]] = {
    retarget.KeyResultRetargeted: "retarget",
    k.KeyResultReweighted: "reweight",
    k.KeyResultDropped: "drop",
    returning.KeyResultReinstated: "reinstate",
    measure_correction.MeasureCorrected: "correction",
    conversion.KeyResultConverted: "conversion",
}


def series(
    key_result: KeyResult,
    frame: Frame,
    envelopes: Sequence[Envelope],
    told: Iterable[Mapping[str, Any]],
    upto: datetime,
) -> dict[str, Any]:
    """Points, targets and marks of a key result, of what was true by ``upto``.

    Args:
        envelopes: the facts of its objective's stream, in their order.
        told: the rows of history that are about it.
    """
    own = [each for each in envelopes if getattr(each.fact, "key_result_id", "") == key_result.id]
    rows = {row["position"]: row for row in told}
    by_time = sorted(key_result.check_ins, key=lambda each: (each.effective_at, each.sequence))
    said = {
        each.fact.check_in_id: each
        for each in own
        if isinstance(each.fact, CheckInRecorded | CheckInCorrected)
    }
    return {
        "points": [
            _point(each, key_result, frame, rows[said[each.id].position])
            for each in by_time
            if each.effective_at <= upto and each.id in said and said[each.id].position in rows
        ],
        "targets": [step for step in _targets(key_result, frame) if step["from"] <= upto],
        "marks": [
            {
                "at": at,
                "kind": _MARKS[type(each.fact)],
                "event_id": each.event_id,
                "sentence": rows[each.position]["sentence"],
            }
            for each in own
            if type(each.fact) in _MARKS and each.position in rows
            for at in (since(each),)
            if at <= upto
        ],
    }


def since(envelope: Envelope) -> datetime:
    """Since when a change counts: what its fact says, else when it was recorded (RULES B1)."""
    fact: Any = envelope.fact
    for name in ("effective_at", "dropped_at", "converted_at"):
        if (said := getattr(fact, name, None)) is not None:
            return cast("datetime", said)
    return envelope.recorded_at


def _point(
    check_in: CheckIn, key_result: KeyResult, frame: Frame, row: Mapping[str, Any]
) -> dict[str, Any]:
    at, when = check_in.effective_at, judged(frame, check_in.effective_at)
    measure = key_result.measured_at(when.in_force).measure
    # What stands no more is drawn where it would have been.
    score = (
        score_at(key_result, at, frame)
        if check_in.stands or unknown_start(measure)
        else score_of(raw_of(measure, check_in.reading), when.frame.policy)
    )
    return {
        "at": at,
        "value": value_of(measure, check_in.reading),
        "progress": rounded(score),
        "expected": rounded(expected(key_result, frame, at)),
        "confidence": check_in.confidence,
        "note": check_in.note,
        "check_in_id": check_in.id,
        "actor": {name: row["actor"][name] for name in ("kind", "id", "name")},
        "corrected": check_in.corrected_by is not None,
        "withdrawn": check_in.withdrawn is not None,
        "late": check_in.late,
        "after_due": is_after_due(key_result, check_in, when.frame),
    }


def _targets(key_result: KeyResult, frame: Frame) -> Iterable[dict[str, Any]]:
    """Steps of what was aimed at, each from when it was in force; the first from the start."""
    starts = instant(key_result.starts(frame), time(), frame.timezone)
    for each in key_result.measures:
        baseline = each.measure.baseline if isinstance(each.measure, Metric) else None
        yield {
            "from": each.since or starts,
            "target": target_of(each.measure),
            "baseline": baseline,
        }
