"""A key result aims elsewhere: free while it is agreed on, approved and explained after (RULES B9).

The score is reported against the first and the current target.
"""

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final, Literal

from domain.facts import Decision, Refusal
from domain.ids import KeyResultId
from domain.okr.measure import Measure, Metric, Threshold
from domain.okr.measure_check import refuse_measure, refuse_number
from domain.okr.moves import BEFORE_ACTIVATION, editable
from domain.okr.stream import (
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.refusals import blank, invalid, reason_required
from domain.thing import Chapter, on, when

ReasonCode = Literal["external_change", "measurement_error", "scope_decision"]

# --- facts -------------------------------------------------------------------------------------


class KeyResultRetargeted(ObjectiveFact):
    """``target`` of a metric, or the bound of a threshold that has one bound."""

    TYPE: ClassVar[str] = "okr.key-result-retargeted"
    key_result_id: KeyResultId
    target: Decimal
    previous_target: Decimal
    reason_code: ReasonCode


# --- state -------------------------------------------------------------------------------------


def aimed_elsewhere(state: ObjectiveState, fact: KeyResultRetargeted) -> ObjectiveState:
    first = state.status in BEFORE_ACTIVATION
    return with_key_result(
        state, fact.key_result_id, lambda held: _aimed(held, fact.target, first=first)
    )


def _aimed(key_result: KeyResult, target: Decimal, *, first: bool) -> KeyResult:
    """Before activation the target is still being agreed on: then it is the first one too."""
    measure = retargeted(key_result.measure, target)
    return replace(
        key_result, measure=measure, first_measure=measure if first else key_result.first_measure
    )


def target_of(measure: Measure) -> Decimal | None:
    """The one number a measure aims at, None when it has none or several."""
    match measure:
        case Metric():
            return measure.target
        case Threshold(kind="stay_above"):
            return measure.lower
        case Threshold(kind="stay_below"):
            return measure.upper
        case _:
            return None


def retargeted(measure: Measure, target: Decimal) -> Measure:
    """``measure`` with another target; unchanged where it has no single one."""
    match measure:
        case Metric():
            return measure.model_copy(update={"target": target})
        case Threshold(kind="stay_above"):
            return measure.model_copy(update={"lower": target})
        case Threshold(kind="stay_below"):
            return measure.model_copy(update={"upper": target})
        case _:
            return measure


# --- commands ----------------------------------------------------------------------------------


class RetargetKeyResult(KeyResultCommand):
    """After activation: needs a reason and an approver other than the owner (RULES B9)."""

    target: Decimal
    reason_code: ReasonCode


# --- decisions ---------------------------------------------------------------------------------


def decide_retarget(command: RetargetKeyResult, state: ObjectiveState) -> Decision:
    held = editable(command, state, "retarget")
    if isinstance(held, Refusal):
        return held
    previous = target_of(held.measure)
    if previous is None:
        return invalid(
            "invalid-target",
            f"A measure of kind '{held.measure.kind}' has no single target. Convert it instead.",
            "/target",
        )
    if command.target == previous:
        return ()
    if command.reason_code == "measurement_error":
        return invalid(
            "use-correct-measure",
            "A new target counts from now on. Where the measure was wrong from the beginning,"
            " correct the measure instead.",
            "/reason_code",
        )
    refusal = refuse_number(command.target, "/target")
    if refusal is None and (unsound := refuse_measure(retargeted(held.measure, command.target))):
        refusal = replace(unsound, pointer="/target")
    if refusal is None and state.status == "active":
        refusal = refuse_approval(command, state, held)
    return refusal or (
        KeyResultRetargeted(
            objective_id=command.objective_id,
            key_result_id=command.key_result_id,
            target=command.target,
            previous_target=previous,
            reason_code=command.reason_code,
        ),
    )


def refuse_approval(
    command: KeyResultCommand, state: ObjectiveState, held: KeyResult
) -> Refusal | None:
    """After activation what is aimed at changes with a reason, and not by the owner (RULES B9)."""
    if blank(command.reason):
        return reason_required("a target that changes after activation is explained")
    if command.by.id in {state.owner_id, held.owner_id}:
        return Refusal(
            code="approver-is-owner",
            detail="After activation someone other than the owner approves a new target.",
            kind="forbidden",
        )
    return None


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(KeyResultRetargeted, aimed_elsewhere),),
    commands=(on(RetargetKeyResult, decide_retarget, permits="write"),),
)
