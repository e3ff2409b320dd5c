"""A key result aims elsewhere: free while it is agreed on, approved and explained after (RULES B9).

The score is reported against the first and the current target.
"""

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final, Literal

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import KeyResultId
from domain.okr.dating import DatedCommand, dated_since, effective, since_recorded
from domain.okr.in_force import with_target
from domain.okr.measure import retargeted, target_of
from domain.okr.measure_check import refuse_measure, refuse_number
from domain.okr.moves import editable
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
    """``target`` of a metric, or the bound of a threshold that has one bound.

    Schema 1 did not say since when: since it was recorded.
    """

    TYPE: ClassVar[str] = "okr.key-result-retargeted"
    SCHEMA: ClassVar[int] = 2
    key_result_id: KeyResultId
    target: Decimal
    previous_target: Decimal
    reason_code: ReasonCode
    effective_at: AwareDatetime
    backdated: bool = False


# --- state -------------------------------------------------------------------------------------


def aimed_elsewhere(state: ObjectiveState, fact: KeyResultRetargeted) -> ObjectiveState:
    """Before activation the target is still being agreed on: then it is the first one too."""
    since = dated_since(state, fact.effective_at)

    def step(held: KeyResult) -> KeyResult:
        return replace(held, measures=with_target(held.measures, fact.target, since))

    return with_key_result(state, fact.key_result_id, step)


# --- commands ----------------------------------------------------------------------------------


class RetargetKeyResult(DatedCommand):
    """After activation: needs a reason and an approver other than the owner (RULES B9)."""

    target: Decimal
    reason_code: ReasonCode


# --- decisions ---------------------------------------------------------------------------------


def decide_retarget(command: RetargetKeyResult, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = editable(command, state, "retarget")
    if isinstance(held, Refusal):
        return held
    since = effective(command, state, held, cycle)
    if isinstance(since, Refusal):
        return since
    measure = held.measured_at(since.at).measure
    previous = target_of(measure)
    if previous is None:
        return invalid(
            "invalid-target",
            f"A measure of kind '{measure.kind}' has no single target. Convert it instead.",
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
    if refusal is None and (unsound := refuse_measure(retargeted(measure, command.target))):
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
            effective_at=since.at,
            backdated=since.backdated,
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
    facts=(when(KeyResultRetargeted, aimed_elsewhere, lifts={1: since_recorded}),),
    commands=(on(RetargetKeyResult, decide_retarget, Cycle, permits="write"),),
)
