"""An established baseline becomes a normal measure, once a first reading is there (RULES B2)."""

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from domain.facts import Decision, Refusal
from domain.ids import KeyResultId
from domain.okr.measure import EstablishBaseline, Measure, Metric
from domain.okr.measure_check import refuse_measure
from domain.okr.moves import editable
from domain.okr.stream import (
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.refusals import invalid
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class KeyResultConverted(ObjectiveFact):
    """An established baseline becomes a normal measure; the lineage is this fact (RULES B2)."""

    TYPE: ClassVar[str] = "okr.key-result-converted"
    key_result_id: KeyResultId
    measure: Measure


# --- state -------------------------------------------------------------------------------------


def converted(state: ObjectiveState, fact: KeyResultConverted) -> ObjectiveState:
    new = fact.measure
    return with_key_result(
        state,
        fact.key_result_id,
        lambda held: replace(held, measure=new, first_measure=new, converted_from=held.measure),
    )


# --- commands ----------------------------------------------------------------------------------


class ConvertKeyResult(KeyResultCommand):
    """To a normal measure, once a baseline was read; a metric starts there unless it says where."""

    measure: Measure


# --- decisions ---------------------------------------------------------------------------------


def decide_convert(command: ConvertKeyResult, state: ObjectiveState) -> Decision:
    held = editable(command, state, "convert")
    if isinstance(held, Refusal):
        return held
    measure = command.measure
    if not isinstance(held.measure, EstablishBaseline):
        return Refusal(
            code="illegal-move", detail="Only a baseline that was to be established converts."
        )
    if isinstance(measure, EstablishBaseline):
        return invalid("invalid-measure", "Convert to a normal measure.", "/measure/kind")
    baseline = established(held)
    if baseline is None:
        return Refusal(
            code="illegal-move",
            detail="No baseline is established yet: check one in first.",
            allowed=("check-in",),
        )
    if isinstance(measure, Metric) and "baseline" not in measure.model_fields_set:
        start = Decimal(0) if measure.kind == "reach" else baseline
        measure = measure.model_copy(update={"baseline": start})
    return refuse_measure(measure) or (
        KeyResultConverted(
            objective_id=command.objective_id,
            key_result_id=command.key_result_id,
            measure=measure,
        ),
    )


def established(key_result: KeyResult) -> Decimal | None:
    """The baseline that was read, None before the first reading."""
    standing = (each for each in key_result.check_ins if each.corrected_by is None)
    last = max(standing, key=lambda each: (each.effective_at, each.sequence), default=None)
    return last.reading.value if last else None


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(KeyResultConverted, converted),),
    commands=(on(ConvertKeyResult, decide_convert, permits="write"),),
)
