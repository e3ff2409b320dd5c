"""How a key result went: what each check-in read, what was aimed at when, and what changed it.

Points are judged as the numbers of the boards are: by the measure in force at their moment, as it
is known now (RULES B1).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from domain.cycle.calendar import Frame
from domain.facts import Envelope
from domain.okr import conversion, measure_correction, retarget, returning
from domain.okr import key_result as k
from domain.okr.check_in import CheckInCorrected, CheckInRecorded
from domain.okr.measure import Measure, Metric
from domain.okr.pace import expected
from domain.okr.retarget import retargeted, target_of
from domain.okr.scoring import raw_at, raw_of, score_of, value_of
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
) -> dict[str, Any]:
    """Points, targets and marks of a key result.

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
            if each.id in said and said[each.id].position in rows
        ],
        "targets": list(_targets(own)),
        "marks": [
            {
                "at": each.recorded_at,
                "kind": _MARKS[type(each.fact)],
                "event_id": each.event_id,
                "sentence": rows[each.position]["sentence"],
            }
            for each in own
            if type(each.fact) in _MARKS and each.position in rows
        ],
    }


def _point(
    check_in: CheckIn, key_result: KeyResult, frame: Frame, row: Mapping[str, Any]
) -> dict[str, Any]:
    at = check_in.effective_at
    measure = key_result.measured_at(at).measure
    # What stands no more is drawn where it would have been.
    raw = raw_at(key_result, at, frame) if check_in.stands else raw_of(measure, check_in.reading)
    return {
        "at": at,
        "value": value_of(measure, check_in.reading),
        "progress": rounded(score_of(raw, frame.policy)),
        "expected": rounded(expected(key_result, frame, at)),
        "confidence": check_in.confidence,
        "note": check_in.note,
        "check_in_id": check_in.id,
        "actor": {name: row["actor"][name] for name in ("kind", "id", "name")},
        "corrected": check_in.corrected_by is not None,
        "withdrawn": check_in.withdrawn is not None,
        "late": check_in.late,
    }


def _targets(own: Iterable[Envelope]) -> Iterable[dict[str, Any]]:
    """Steps of what was aimed at; a correction of the measure holds from its start."""
    steps: list[tuple[Any, Measure]] = []
    for each in own:
        match each.fact:
            case k.KeyResultAdded():
                steps.append((each.fact.added_at, each.fact.measure))
            case retarget.KeyResultRetargeted():
                steps.append((each.recorded_at, retargeted(steps[-1][1], each.fact.target)))
            case conversion.KeyResultConverted():
                at = each.fact.converted_at or each.recorded_at
                steps.append((at, each.fact.measure))
            case measure_correction.MeasureCorrected():
                steps = [(steps[0][0], each.fact.measure)]
            case _:
                continue
    for at, measure in steps:
        baseline = measure.baseline if isinstance(measure, Metric) else None
        yield {"from": at, "target": target_of(measure), "baseline": baseline}
