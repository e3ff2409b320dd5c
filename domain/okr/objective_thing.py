"""The descriptor of an objective, with its key results and their check-ins."""

from typing import Final

from domain.cycle.cycle import Cycle
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    key_result,
    leaving,
    objective,
    retarget,
)
from domain.okr.roster import Roster
from domain.okr.stream import INITIAL, ObjectiveState
from domain.people.person import Person
from domain.people.team import Team
from domain.thing import Part, Thing, each, on

THING: Final[Thing[ObjectiveState]] = Thing(
    "objective",
    INITIAL,
    facts=(
        each(
            objective.evolve,
            drafting.ObjectiveDrafted,
            catchball.ObjectiveProposed,
            catchball.ObjectiveCountered,
            catchball.ObjectiveWithdrawn,
            catchball.ObjectiveAgreed,
            objective.ObjectiveActivated,
            leaving.ObjectiveDropped,
            leaving.ObjectiveMerged,
            grading.ObjectiveGraded,
            grading.ObjectiveLeftUngraded,
            grading.GradesLocked,
            objective.ObjectiveClosed,
            carry_over.ObjectiveCarriedOver,
            key_result.KeyResultAdded,
            check_in.CheckInRecorded,
            check_in.CheckInCorrected,
            retarget.KeyResultRetargeted,
            key_result.KeyResultReweighted,
            conversion.KeyResultConverted,
            key_result.KeyResultDropped,
        ),
    ),
    commands=(
        on(
            drafting.DraftObjective,
            drafting.decide_draft,
            Cycle,
            Roster,
            Team,
            Person,
            permits="write",
        ),
        on(catchball.ProposeObjective, catchball.decide_propose, permits="write"),
        on(catchball.CounterObjective, catchball.decide_counter, permits="write"),
        on(catchball.WithdrawObjective, catchball.decide_withdraw, permits="write"),
        on(catchball.AcceptObjective, catchball.decide_accept, permits="write"),
        on(objective.ActivateObjective, objective.decide_activate, Cycle, permits="write"),
        on(leaving.DropObjective, leaving.decide_drop, Roster, permits="write"),
        on(leaving.MergeObjective, leaving.decide_merge, ObjectiveState, Roster, permits="write"),
        on(grading.GradeObjective, grading.decide_grade, Cycle, permits="write"),
        on(grading.LockGrades, grading.decide_lock, permits="clock"),
        on(objective.CloseObjective, objective.decide_close, permits="write"),
        on(
            carry_over.CarryOverObjective,
            carry_over.decide_carry_over,
            ObjectiveState,
            Cycle,
            Roster,
            permits="write",
        ),
        on(key_result.AddKeyResult, key_result.decide_add, permits="write"),
        on(check_in.RecordCheckIn, check_in.decide_record, Cycle, permits="write"),
        on(check_in.CorrectCheckIn, check_in.decide_correct, Cycle, permits="write"),
        on(retarget.RetargetKeyResult, retarget.decide_retarget, permits="write"),
        on(key_result.ReweightKeyResult, key_result.decide_reweight, permits="write"),
        on(conversion.ConvertKeyResult, conversion.decide_convert, permits="write"),
        on(key_result.DropKeyResult, key_result.decide_drop, permits="write"),
    ),
    about=True,
    parts=(Part("key_result", about=True), Part("check_in")),
)
