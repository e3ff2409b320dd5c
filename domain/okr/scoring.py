"""What a key result has reached: effective value, raw progress, score (RULES B1, B2).

Exact fractions inside; rounding happens once, at the edge (``rollup.display``).
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, assert_never

from domain.cycle.calendar import DAY, Frame, instant, local_date, slot_of
from domain.cycle.policy import CyclePolicy
from domain.okr.in_force import Judged, Measured, judged
from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Measure,
    Metric,
    Milestones,
    Percentage,
    Reading,
    Threshold,
    Zone,
    Zones,
    unknown_start,
)
from domain.okr.measure_check import refuse_reading
from domain.okr.stream import CheckIn, KeyResult

NOTHING, ALL = Fraction(0), Fraction(1)
_TICK: Final = timedelta(microseconds=1)
ZONE_SCORES: dict[Zone, Fraction] = {
    "fail": NOTHING,
    "commit": Fraction(3, 10),
    "target": Fraction(7, 10),
    "stretch": ALL,
}


def readings(
    key_result: KeyResult, effective_at: datetime, *, frozen: bool = False
) -> tuple[CheckIn, ...]:
    """Check-ins that stand at ``effective_at``, in log order, whichever measure they read by.

    Corrected and withdrawn ones do not (RULES B1). ``frozen`` leaves out late ones too; then a
    reading that was only replaced or withdrawn late counts again, because a grade must not move by
    what was learned after its deadline (RULES B5).
    """
    if frozen:
        known = [each for each in key_result.check_ins if not each.late]
        replaced = {each.corrects for each in known}
        standing = [
            each
            for each in known
            if each.id not in replaced and (each.withdrawn is None or each.withdrawn.late)
        ]
    else:
        standing = [each for each in key_result.check_ins if each.stands]
    return tuple(each for each in standing if each.effective_at <= effective_at)


def counted(
    key_result: KeyResult, effective_at: datetime, *, frozen: bool = False
) -> tuple[CheckIn, ...]:
    """Check-ins that count at ``effective_at``: they stand, and read the measure then in force.

    After a conversion only what became true since does (RULES B1).
    """
    then = key_result.measured_at(effective_at)
    return read_by(key_result, then, effective_at, frozen=frozen)


def read_by(
    key_result: KeyResult, then: Measured, moment: datetime, *, frozen: bool = False
) -> tuple[CheckIn, ...]:
    """The check-ins of up to ``moment`` that the measure of ``then`` reads."""
    held = readings(key_result, moment, frozen=frozen)
    if key_result.converted_from is None and not key_result.measure_corrected:
        return held
    # What was read before may not fit a measure that was corrected or converted.
    return tuple(
        each
        for each in held
        if (then.reads_since is None or each.effective_at >= then.reads_since)
        and refuse_reading(then.measure, each.reading) is None
    )


def raw_at(
    key_result: KeyResult, effective_at: datetime, frame: Frame, *, frozen: bool = False
) -> Fraction | None:
    """Raw progress at ``effective_at``, by what was in force then (RULES B1, B2)."""
    when = judged(frame, effective_at)
    then = key_result.measured_at(when.in_force)
    return progress(key_result, when, read_by(key_result, then, when.moment, frozen=frozen))


def score_at(
    key_result: KeyResult, effective_at: datetime, frame: Frame, *, frozen: bool = False
) -> Fraction | None:
    """The score at ``effective_at``, by the policy in force then."""
    raw = raw_at(key_result, effective_at, frame, frozen=frozen)
    return score_of(raw, frame.at(effective_at).policy)


def latest(check_ins: Sequence[CheckIn]) -> CheckIn | None:
    """The greatest by (effective_at, log order): never by when a note was last edited (B1)."""
    return max(check_ins, key=lambda each: (each.effective_at, each.sequence), default=None)


def value_of(measure: Measure, reading: Reading | None) -> Decimal | None:
    """The effective value; with no reading it is the baseline, None where there is none (B1).

    Milestones count those done, a zone stands for its bound, done is 1.
    """
    match measure:
        case Metric():
            return measure.baseline if reading is None else reading.value
        case Threshold() | EstablishBaseline():
            return None if reading is None else reading.value
        case Percentage():
            return Decimal(0) if reading is None else reading.value
        case Milestones():
            return Decimal(len((reading and reading.milestone_ids) or ()))
        case Binary():
            return Decimal(1 if reading and reading.done else 0)
        case Zones():
            if reading is None:
                return measure.fail
            return reading.value if reading.zone is None else _bound(measure, reading.zone)
        case _:
            assert_never(measure)


def progress(
    key_result: KeyResult, when: Judged, check_ins: Sequence[CheckIn], *, first: bool = False
) -> Fraction | None:
    """Raw progress, unclamped: 1.28 is 128 %, below 0 is worse than the baseline (RULES B2).

    None where nothing can be said: no milestones, no planned slots, milestones without weight, a
    baseline that nobody knows, or no reading yet since a conversion (RULES B1). ``first``: against
    the first target.
    """
    then = key_result.measured_at(when.in_force)
    measure = then.first_measure if first else then.measure
    if (then.reads_since is not None and not check_ins) or unknown_start(measure):
        return None
    if isinstance(measure, Milestones) and not any(each.weight for each in measure.milestones):
        return None
    if isinstance(measure, Threshold) and measure.method == "hit_rate":
        return hit_rate(key_result, when, check_ins, first=first)
    last = latest(check_ins)
    return NOTHING if last is None else raw_of(measure, last.reading)


def raw_of(measure: Measure, reading: Reading) -> Fraction:
    """Raw progress of one reading (RULES B2); a reading that does not fit counts as nothing."""
    match measure:
        case EstablishBaseline():
            return ALL
        case Binary():
            return ALL if reading.done else NOTHING
        case Milestones():
            return _milestones_done(measure, reading)
        case Zones() if reading.zone is not None:
            return ZONE_SCORES[reading.zone]
        case _ if reading.value is None:
            return NOTHING
        case Metric():
            return _along(measure, reading.value)
        case Percentage():
            return Fraction(reading.value) / 100
        case Zones():
            return ZONE_SCORES[_zone(measure, reading.value)]
        case Threshold():
            return _inside(measure, reading.value)
        case _:
            assert_never(measure)


def _along(metric: Metric, value: Decimal) -> Fraction:
    if metric.baseline is None:  # ``progress`` says that nothing can be said
        return NOTHING
    baseline, target = Fraction(metric.baseline), Fraction(metric.target)
    if baseline == target:  # imported legacy only; creation refuses it
        met = value <= metric.target if metric.kind == "decrease" else value >= metric.target
        return ALL if met else NOTHING
    return (Fraction(value) - baseline) / (target - baseline)


def _inside(band: Threshold, value: Decimal) -> Fraction:
    if band.method == "distance":
        if band.lower is not None:
            return Fraction(value) / Fraction(band.lower) if band.lower else NOTHING
        limit = Fraction(band.upper or 0)
        return (2 * limit - Fraction(value)) / limit if limit else NOTHING
    if band.holds(value):
        return ALL
    if not band.tolerance:
        return NOTHING
    below = band.lower is not None and value < band.lower
    bound = band.lower if below else band.upper
    distance = abs(Fraction(value) - Fraction(bound or 0))
    return max(NOTHING, 1 - distance / Fraction(band.tolerance))


def hit_rate(
    key_result: KeyResult, when: Judged, check_ins: Sequence[CheckIn], *, first: bool = False
) -> Fraction | None:
    """Hits over the planned slots of the cycle; a missed slot is a miss (RULES B2).

    A slot is judged by the latest check-in within 3 days of it, and by the bounds in force at the
    end of its day; ``first``: by those before any retarget. Slots before the key result begins, or
    before it was converted to this measure, are not planned.
    """
    frame = when.frame
    since = key_result.measured_at(when.in_force).reads_since
    begins = key_result.starts(frame)
    if since is not None:
        begins = max(begins, local_date(since, frame.timezone))
    slots = frame.slots[bisect_left(frame.slots, begins) :]
    if not slots:
        return None
    kept: dict[date, CheckIn] = {}
    for check_in in check_ins:
        slot = slot_of(frame, local_date(check_in.effective_at, frame.timezone))
        if slot is None or slot < begins:
            continue
        held = kept.get(slot)
        if held is None or (check_in.effective_at, check_in.sequence) > (
            held.effective_at,
            held.sequence,
        ):
            kept[slot] = check_in
    hits = sum(_hit(key_result, slot, each, when, first=first) for slot, each in kept.items())
    return Fraction(hits, len(slots))


def _hit(
    key_result: KeyResult, slot: date, check_in: CheckIn, when: Judged, *, first: bool
) -> bool:
    if len(key_result.measures) == 1:
        then = key_result.measures[0]
    else:
        over = instant(slot + DAY, time(), when.frame.timezone) - _TICK
        then = key_result.measured_at(min(over, when.in_force))
    band, value = then.first_measure if first else then.measure, check_in.reading.value
    return isinstance(band, Threshold) and value is not None and band.holds(value)


def _milestones_done(measure: Milestones, reading: Reading) -> Fraction:
    done = frozenset(reading.milestone_ids or ())
    total = sum((Fraction(each.weight) for each in measure.milestones), NOTHING)
    reached = sum((Fraction(m.weight) for m in measure.milestones if m.id in done), NOTHING)
    return reached / total if total else NOTHING


def _zone(zones: Zones, value: Decimal) -> Zone:
    rising = zones.stretch > zones.fail
    steps: tuple[Zone, ...] = ("stretch", "target", "commit")
    for zone in steps:
        bound = _bound(zones, zone)
        if value >= bound if rising else value <= bound:
            return zone
    return "fail"


def _bound(zones: Zones, zone: Zone) -> Decimal:
    match zone:
        case "fail":
            return zones.fail
        case "commit":
            return zones.commit
        case "target":
            return zones.target
        case "stretch":
            return zones.stretch
        case _:
            assert_never(zone)


def score_of(raw: Fraction | None, policy: CyclePolicy) -> Fraction | None:
    """``min(cap, max(floor, raw))``: overachievement does not pay for another key result (B2)."""
    if raw is None:
        return None
    return min(Fraction(policy.score_cap), max(Fraction(policy.score_floor), raw))
