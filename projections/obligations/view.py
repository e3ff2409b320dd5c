"""Who owes what: opened by the clock's asks and by what people start, closed by what people do.

The cycle's clock asks and reminds; a check-in, a proposal, an answer or a grade pays. Actions and
obstacles owe from the moment they are opened. Nothing here decides who is late: the instant of the
question does.
"""

from collections.abc import Mapping
from typing import Final

from domain.cycle import cycle
from domain.cycle import milestones as m
from domain.cycle.asked import OwedListed
from domain.facts import Fact
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    leaving,
    objective,
    retarget,
)
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from domain.people import team
from projections.engine.projection import Handler, Projection
from projections.families import facts_of
from projections.lean import obligations as lean
from projections.obligations.rows import OBLIGATION, THING
from projections.okr import obligations as okr

HANDLERS: Final[Mapping[type[Fact], Handler]] = {
    cycle.CyclePlanned: okr.planned,
    m.PeopleAsked: okr.asked,
    m.PeopleReminded: okr.asked,
    OwedListed: okr.asked,
    m.PhaseEntered: okr.entered,
    m.CycleClosed: okr.cycle_closed,
    drafting.ObjectiveDrafted: okr.drafted,
    catchball.ObjectiveProposed: okr.proposed,
    catchball.ObjectiveCountered: okr.countered,
    catchball.ObjectiveAgreed: okr.settled,
    catchball.ObjectiveWithdrawn: okr.settled,
    grading.ObjectiveGraded: okr.graded,
    grading.ObjectiveLeftUngraded: okr.graded,
    leaving.ObjectiveDropped: okr.left,
    leaving.ObjectiveMerged: okr.left,
    objective.ObjectiveClosed: okr.left,
    carry_over.ObjectiveCarriedOver: okr.left,
    k.KeyResultAdded: okr.key_result_added,
    k.KeyResultDropped: okr.key_result_dropped,
    check_in.CheckInRecorded: okr.checked_in,
    check_in.CheckInCorrected: okr.checked_in,
    team.TeamFormed: okr.formed,
    team.MemberAdded: okr.membership,
    team.MemberRemoved: okr.membership,
    a.ActionOpened: lean.action_opened,
    a.ActionMoved: lean.action_moved,
    a.ActionReminded: lean.action_reminded,
    a.EffectAsked: lean.effect_asked,
    a.ActionVerified: lean.action_verified,
    a.ActionReopened: lean.action_reopened,
    o.ObstacleRaised: lean.obstacle_raised,
    o.ObstacleEscalated: lean.obstacle_escalated,
    o.ObstacleAcknowledged: lean.obstacle_taken,
    o.ObstacleResolved: lean.obstacle_taken,
    o.ObstacleReopened: lean.obstacle_reopened,
}

OBLIGATIONS = Projection(
    name="obligations",
    tables=(OBLIGATION, THING),
    handlers=HANDLERS,
    kinds={
        "cycle": facts_of(m.CycleFact),
        "asked": facts_of(OwedListed),
        "objective": facts_of(ObjectiveFact),
        "team": facts_of(team.TeamFact),
        "action": facts_of(a.ActionFact),
        "obstacle": facts_of(o.ObstacleFact),
    },
    silent=frozenset(
        {
            cycle.CycleStarted,
            cycle.CyclePaused,
            cycle.CycleResumed,
            cycle.CycleReopened,
            cycle.PhaseRescheduled,
            m.TimetablePublished,
            m.MilestoneReached,
            m.AdjustmentOpened,
            m.AdjustmentClosed,
            m.GradingLocked,
            objective.ObjectiveActivated,
            grading.GradesLocked,
            k.KeyResultReweighted,
            conversion.KeyResultConverted,
            retarget.KeyResultRetargeted,
            o.WhyAnswered,
            o.CauseNoted,
            o.RootCauseChosen,
        }
    ),
)
