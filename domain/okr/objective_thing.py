"""The descriptor of an objective, with its key results and their check-ins."""

from typing import Final

from domain.cycle.cycle import Cycle
from domain.facts import Pointer
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
from domain.relation import CARRIED_FROM, SUPPORTS, Ended, Relation, ends, makes
from domain.thing import Part, Thing, each, on


def _drafted(fact: drafting.ObjectiveDrafted) -> tuple[Relation, ...]:
    """Whom it supports, with the weight of its vote, and what it goes on with."""
    own = Pointer(kind="objective", id=fact.objective_id)
    supports = tuple(
        Relation(SUPPORTS, own, Pointer(kind=each.kind, id=each.id), each.weight)
        for each in fact.supports
    )
    if fact.carried_from is None:
        return supports
    before = Pointer(kind="objective", id=fact.carried_from)
    return (*supports, Relation(CARRIED_FROM, own, before))


def _added(fact: key_result.KeyResultAdded) -> tuple[Relation, ...]:
    if fact.carried_from is None:
        return ()
    own = Pointer(kind="key_result", id=fact.key_result_id)
    return (Relation(CARRIED_FROM, own, Pointer(kind="key_result", id=fact.carried_from)),)


def _left(fact: leaving.ObjectiveDropped | leaving.ObjectiveMerged) -> tuple[Ended, ...]:
    """What left its cycle early supports nobody any more; where it came from stays true."""
    return (Ended(SUPPORTS, Pointer(kind="objective", id=fact.objective_id)),)


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
    relations=(
        makes(drafting.ObjectiveDrafted, _drafted),
        makes(key_result.KeyResultAdded, _added),
        ends(leaving.ObjectiveDropped, _left),
        ends(leaving.ObjectiveMerged, _left),
    ),
)
