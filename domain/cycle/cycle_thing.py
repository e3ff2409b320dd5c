"""The descriptor of a cycle."""

from typing import Final

from domain.cycle import cycle, decisions, milestones
from domain.cycle.agenda import next_due
from domain.cycle.cycle import Cycle
from domain.thing import Thing, each, on

THING: Final[Thing[Cycle]] = Thing(
    "cycle",
    cycle.INITIAL,
    facts=(
        each(
            cycle.evolve,
            cycle.CyclePlanned,
            cycle.CycleStarted,
            milestones.TimetablePublished,
            cycle.PhaseRescheduled,
            milestones.MilestoneReached,
            milestones.PhaseEntered,
            milestones.PeopleAsked,
            milestones.PeopleReminded,
            milestones.AdjustmentOpened,
            milestones.AdjustmentClosed,
            milestones.GradingLocked,
            cycle.CyclePaused,
            cycle.CycleResumed,
            milestones.CycleClosed,
            cycle.CycleReopened,
        ),
    ),
    commands=(
        on(cycle.PlanCycle, decisions.decide_plan, permits="administer"),
        on(cycle.StartCycle, decisions.decide_start, permits="administer"),
        on(cycle.PauseCycle, decisions.decide_pause, permits="administer"),
        on(cycle.ResumeCycle, decisions.decide_resume, permits="administer"),
        on(cycle.ReschedulePhase, decisions.decide_reschedule, permits="administer"),
        on(cycle.CloseCycle, decisions.decide_close, permits="administer"),
        on(cycle.ReopenCycle, decisions.decide_reopen, permits="administer"),
        on(milestones.ReachMilestone, decisions.decide_reach, permits="clock"),
    ),
    due=next_due,
    about=True,
)
