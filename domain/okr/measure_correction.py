"""A measure that was wrong from the beginning is corrected: baseline, unit, kind (RULES B1).

It holds from the key result's start and is its first target too. So the past as we now know it
changes; the past as we knew it (``as_of``) does not.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.facts import Decision, Refusal
from domain.ids import KeyResultId
from domain.okr.in_force import measured
from domain.okr.measure import Measure
from domain.okr.measure_check import refuse_measure
from domain.okr.moves import BEFORE_ACTIVATION, editable
from domain.okr.retarget import refuse_approval
from domain.okr.stream import (
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class MeasureCorrected(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.measure-corrected"
    key_result_id: KeyResultId
    measure: Measure


# --- state -------------------------------------------------------------------------------------


def measure_corrected(state: ObjectiveState, fact: MeasureCorrected) -> ObjectiveState:
    """Before activation nothing was measured yet, so nothing has to be marked as corrected."""
    running = state.status not in BEFORE_ACTIVATION

    def step(held: KeyResult) -> KeyResult:
        return replace(
            held,
            measures=measured(fact.measure),
            measure_corrected=held.measure_corrected or running,
        )

    return with_key_result(state, fact.key_result_id, step)


# --- commands ----------------------------------------------------------------------------------


class CorrectMeasure(KeyResultCommand):
    """Any measure. After activation: needs a reason and an approver other than the owner."""

    measure: Measure


# --- decisions ---------------------------------------------------------------------------------


def decide_correct_measure(command: CorrectMeasure, state: ObjectiveState) -> Decision:
    held = editable(command, state, "correct-measure")
    if isinstance(held, Refusal):
        return held
    if held.measures == measured(command.measure):
        return ()
    if refusal := refuse_measure(command.measure):
        return refusal
    if state.status == "active" and (refusal := refuse_approval(command, state, held)):
        return refusal
    fact = MeasureCorrected(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        measure=command.measure,
    )
    return (fact,)


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(MeasureCorrected, measure_corrected),),
    commands=(on(CorrectMeasure, decide_correct_measure, permits="write"),),
)
