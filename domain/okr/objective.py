"""An objective through one cycle: drafted, agreed in catchball, active, graded, closed (RULES B9).

This module puts the chapters of the stream together and owns its turning points: an agreed
objective is activated, a graded one is closed.
"""

from dataclasses import replace
from typing import Any, ClassVar

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Fact, Refusal
from domain.ids import CycleId
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    key_result,
    leaving,
    retarget,
)
from domain.okr.carry_over import CarryOverObjective, ObjectiveCarriedOver
from domain.okr.catchball import (
    AcceptObjective,
    CounterObjective,
    ObjectiveAgreed,
    ObjectiveCountered,
    ObjectiveProposed,
    ObjectiveWithdrawn,
    ProposeObjective,
    WithdrawObjective,
)
from domain.okr.drafting import DraftObjective, ObjectiveDrafted
from domain.okr.grading import (
    GradeKeyResult,
    GradeObjective,
    GradesLocked,
    LockGrades,
    ObjectiveGraded,
    ObjectiveLeftUngraded,
)
from domain.okr.leaving import (
    DropObjective,
    MergeObjective,
    ObjectiveDropped,
    ObjectiveMerged,
)
from domain.okr.moves import done_already, illegal, moves
from domain.okr.refusals import not_found
from domain.okr.stream import (
    INITIAL,
    Ambition,
    KeyResultGrade,
    Lean,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
    ObjectiveStatus,
    Priority,
    Support,
)

__all__ = [
    "INITIAL",
    "AcceptObjective",
    "ActivateObjective",
    "Ambition",
    "CarryOverObjective",
    "CloseObjective",
    "CounterObjective",
    "DraftObjective",
    "DropObjective",
    "GradeKeyResult",
    "GradeObjective",
    "GradesLocked",
    "KeyResultGrade",
    "Lean",
    "LockGrades",
    "MergeObjective",
    "ObjectiveActivated",
    "ObjectiveAgreed",
    "ObjectiveCarriedOver",
    "ObjectiveClosed",
    "ObjectiveCommand",
    "ObjectiveCountered",
    "ObjectiveDrafted",
    "ObjectiveDropped",
    "ObjectiveFact",
    "ObjectiveGraded",
    "ObjectiveLeftUngraded",
    "ObjectiveMerged",
    "ObjectiveProposed",
    "ObjectiveState",
    "ObjectiveStatus",
    "ObjectiveWithdrawn",
    "Priority",
    "ProposeObjective",
    "Support",
    "WithdrawObjective",
    "decide",
    "evolve",
    "moves",
]

# --- facts -------------------------------------------------------------------------------------


class ObjectiveActivated(ObjectiveFact):
    """From here on check-ins are expected; facts stored long ago do not say since when."""

    TYPE: ClassVar[str] = "okr.objective-activated"
    activated_at: AwareDatetime | None = None


class ObjectiveClosed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-closed"


# --- state -------------------------------------------------------------------------------------


def evolve(state: ObjectiveState, fact: Fact) -> ObjectiveState:
    """The objective after ``fact``; facts that are not of its stream change nothing."""
    match fact:
        case ObjectiveActivated():
            return replace(state, status="active", activated_at=fact.activated_at)
        case ObjectiveClosed():
            return replace(state, status="closed")
        case ObjectiveDrafted():
            return drafting.evolve(state, fact)
        case ObjectiveDropped() | ObjectiveMerged():
            return leaving.evolve(state, fact)
        case key_result.KeyResultRetargeted():
            return retarget.evolve(state, fact)
        case key_result.KeyResultConverted():
            return conversion.evolve(state, fact)
        case ObjectiveProposed() | ObjectiveCountered() | ObjectiveWithdrawn() | ObjectiveAgreed():
            return catchball.evolve(state, fact)
        case check_in.CheckInRecorded() | check_in.CheckInCorrected():
            return check_in.evolve(state, fact)
        case ObjectiveGraded() | ObjectiveLeftUngraded() | GradesLocked():
            return grading.evolve(state, fact)
        case ObjectiveCarriedOver():
            return carry_over.evolve(state, fact)
        case _:
            return key_result.evolve(state, fact)


# --- commands ----------------------------------------------------------------------------------


class ActivateObjective(ObjectiveCommand):
    """With ``cycle_id`` (a person's wish) the cycle must not be closed."""

    cycle_id: CycleId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        own = f"objective/{self.objective_id}"
        return (own,) if self.cycle_id is None else (own, f"cycle/{self.cycle_id}")


class CloseObjective(ObjectiveCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_activate(
    command: ActivateObjective, state: ObjectiveState, cycle: Cycle | None = None
) -> Decision:
    if state.status is None:
        return not_found("objective", command.objective_id)
    if state.status == "active":
        return done_already(command, state, "activate")
    if state.status != "agreed":
        return illegal(state, "activate")
    if cycle is not None and cycle.status == "closed":
        return Refusal(code="cycle-closed", detail="The cycle is closed.")
    return (ObjectiveActivated(objective_id=command.objective_id, activated_at=command.at),)


def decide_close(command: CloseObjective, state: ObjectiveState) -> Decision:
    if state.status is None:
        return not_found("objective", command.objective_id)
    if state.status == "closed":
        return done_already(command, state, "close")
    if state.status == "graded" or (state.status == "active" and state.left_ungraded):
        return (ObjectiveClosed(objective_id=command.objective_id),)
    return illegal(state, "close")


def decide(command: ObjectiveCommand, *states: Any) -> Decision:
    """Dispatches to the one decision that ``command`` asks for; ``states`` follow its ``reads``."""
    match command:
        case DraftObjective():
            return drafting.decide_draft(command, *states)
        case DropObjective():
            return leaving.decide_drop(command, *states)
        case MergeObjective():
            return leaving.decide_merge(command, *states)
        case ProposeObjective():
            return catchball.decide_propose(command, *states)
        case CounterObjective():
            return catchball.decide_counter(command, *states)
        case WithdrawObjective():
            return catchball.decide_withdraw(command, *states)
        case AcceptObjective():
            return catchball.decide_accept(command, *states)
        case ActivateObjective():
            return decide_activate(command, *states)
        case key_result.AddKeyResult():
            return key_result.decide_add(command, *states)
        case key_result.RetargetKeyResult():
            return retarget.decide_retarget(command, *states)
        case key_result.ReweightKeyResult():
            return key_result.decide_reweight(command, *states)
        case key_result.ConvertKeyResult():
            return conversion.decide_convert(command, *states)
        case key_result.DropKeyResult():
            return key_result.decide_drop(command, *states)
        case check_in.RecordCheckIn():
            return check_in.decide_record(command, *states)
        case check_in.CorrectCheckIn():
            return check_in.decide_correct(command, *states)
        case GradeObjective():
            return grading.decide_grade(command, *states)
        case LockGrades():
            return grading.decide_lock(command, *states)
        case CarryOverObjective():
            return carry_over.decide_carry_over(command, *states)
        case CloseObjective():
            return decide_close(command, *states)
        case _:
            raise LookupError(f"no decision for the command {type(command).__name__}")
