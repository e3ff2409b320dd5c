"""From here on a key result is measured another way, of any kind (RULES B1, B2).

What was read before keeps being read by the old measure, what becomes true later by the new one;
until there is such a reading, nobody knows how far it is.
"""

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import KeyResultId
from domain.okr.dating import DatedCommand, dated_since, effective
from domain.okr.in_force import measured, with_measure
from domain.okr.measure import EstablishBaseline, Measure, Metric
from domain.okr.measure_check import refuse_measure
from domain.okr.moves import editable
from domain.okr.scoring import latest
from domain.okr.stream import (
    KeyResult,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.refusals import blank, invalid, reason_required
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class KeyResultConverted(ObjectiveFact):
    """Measured another way since ``converted_at``; the lineage is this fact (RULES B1, B2).

    Facts stored long ago do not say when: they turned an established baseline into a measure that
    reads what was read before, where it fits.
    """

    TYPE: ClassVar[str] = "okr.key-result-converted"
    key_result_id: KeyResultId
    measure: Measure
    converted_at: AwareDatetime | None = None
    backdated: bool = False


# --- state -------------------------------------------------------------------------------------


def converted(state: ObjectiveState, fact: KeyResultConverted) -> ObjectiveState:
    """Before activation nothing was read: then the new measure holds from the start (RULES B1)."""

    def step(held: KeyResult) -> KeyResult:
        if fact.converted_at is None:
            measures = measured(fact.measure)
        else:
            since = dated_since(state, fact.converted_at)
            measures = with_measure(held.measures, fact.measure, since)
        return replace(
            held,
            measures=measures,
            converted_from=held.measure,
            converted_at=fact.converted_at,
        )

    return with_key_result(state, fact.key_result_id, step)


# --- commands ----------------------------------------------------------------------------------


class ConvertKeyResult(DatedCommand):
    """To any measure. A metric that comes after an established baseline starts there, unless it
    says where.
    """

    measure: Measure


# --- decisions ---------------------------------------------------------------------------------


def decide_convert(command: ConvertKeyResult, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = editable(command, state, "convert")
    if isinstance(held, Refusal):
        return held
    since = effective(command, state, held, cycle)
    if isinstance(since, Refusal):
        return since
    before = held.measured_at(since.at).measure
    measure = _starting(command.measure, before, held)
    if isinstance(measure, Refusal):
        return measure
    if measure == before:
        return ()
    if refusal := refuse_measure(measure):
        return refusal
    planned = isinstance(before, EstablishBaseline)
    if state.status == "active" and not planned and blank(command.reason):
        return reason_required("a key result that is measured another way is explained")
    fact = KeyResultConverted(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        measure=measure,
        converted_at=since.at,
        backdated=since.backdated,
    )
    return (fact,)


def _starting(measure: Measure, before: Measure, held: KeyResult) -> Measure | Refusal:
    """The new measure with the place that it starts from."""
    if not isinstance(before, EstablishBaseline):
        return measure
    if isinstance(measure, EstablishBaseline):
        return invalid(
            "invalid-measure",
            "A baseline is established already: convert to what is to be reached.",
            "/measure/kind",
        )
    baseline = established(held)
    if baseline is None:
        return Refusal(
            code="illegal-move",
            detail="No baseline is established yet. Check one in first.",
            allowed=("check-in",),
        )
    if isinstance(measure, Metric) and "baseline" not in measure.model_fields_set:
        start = Decimal(0) if measure.kind == "reach" else baseline
        return measure.model_copy(update={"baseline": start})
    return measure


def established(key_result: KeyResult) -> Decimal | None:
    """The baseline that was read, None before the first reading."""
    last = latest([each for each in key_result.check_ins if each.stands])
    return last.reading.value if last else None


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(KeyResultConverted, converted),),
    commands=(on(ConvertKeyResult, decide_convert, Cycle, permits="write"),),
)
