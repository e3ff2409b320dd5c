"""The descriptor of a cycle."""

from typing import Final

from domain.cycle import cycle, decisions, milestones
from domain.cycle.agenda import next_due
from domain.cycle.asked import AskList
from domain.cycle.cycle import Cycle
from domain.thing import Thing, each, on, silent, when

THING: Final[Thing[Cycle]] = Thing(
    "cycle",
    cycle.INITIAL,
    facts=(
        each(
            cycle.evolve,
            cycle.CyclePlanned,
            cycle.CycleStarted,
            milestones.TimetablePublished,
            milestones.MilestoneReached,
            milestones.PhaseEntered,
            milestones.AdjustmentOpened,
            milestones.AdjustmentClosed,
            milestones.GradingLocked,
            cycle.CyclePaused,
            cycle.CycleResumed,
            milestones.CycleClosed,
            cycle.CycleReopened,
        ),
        silent(cycle.PhaseRescheduled),
        when(milestones.PeopleAsked, cycle.evolve, lifts={1: milestones.counted}),
        when(milestones.PeopleReminded, cycle.evolve, lifts={1: milestones.counted}),
    ),
    commands=(
        on(cycle.PlanCycle, decisions.decide_plan, permits="administer"),
        on(cycle.StartCycle, decisions.decide_start, permits="administer"),
        on(cycle.PauseCycle, decisions.decide_pause, permits="administer"),
        on(cycle.ResumeCycle, decisions.decide_resume, permits="administer"),
        on(cycle.ReschedulePhase, decisions.decide_reschedule, permits="administer"),
        on(cycle.CloseCycle, decisions.decide_close, permits="administer"),
        on(cycle.ReopenCycle, decisions.decide_reopen, permits="administer"),
        on(milestones.ReachMilestone, decisions.decide_reach, AskList, permits="clock"),
    ),
    due=next_due,
    about=True,
)
