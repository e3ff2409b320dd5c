"""The descriptor of a cycle."""

from dataclasses import replace
from typing import Final

from domain.cycle import cycle, decisions, editing, milestones, policy_adoption
from domain.cycle.agenda import next_due
from domain.cycle.asked import AskList
from domain.cycle.cycle import Cycle
from domain.people.organisation import Organisation
from domain.people.person import Person
from domain.policy.policy import Policy
from domain.thing import Thing, on, silent, when

THING: Final[Thing[Cycle]] = Thing(
    "cycle",
    cycle.INITIAL,
    facts=(
        when(cycle.CyclePlanned, cycle.planned),
        when(cycle.CalendarAdopted, cycle.calendar_adopted),
        when(cycle.CycleStarted, cycle.started),
        when(milestones.TimetablePublished, cycle.published),
        silent(cycle.PhaseRescheduled),
        when(milestones.MilestoneReached, cycle.reached),
        when(milestones.PhaseEntered, cycle.entered),
        when(milestones.PeopleAsked, cycle.asked, lifts={1: milestones.counted}),
        when(milestones.PeopleReminded, cycle.reminded, lifts={1: milestones.counted}),
        when(
            milestones.AdjustmentOpened,
            lambda state, fact: replace(state, window_open=True),  # noqa: ARG005
        ),
        when(
            milestones.AdjustmentClosed,
            lambda state, fact: replace(state, window_open=False),  # noqa: ARG005
        ),
        when(
            milestones.GradingLocked,
            lambda state, fact: replace(state, grading_locked=True),  # noqa: ARG005
        ),
        when(cycle.CyclePaused, cycle.paused),
        when(cycle.CycleResumed, cycle.resumed),
        when(milestones.CycleClosed, cycle.closed),
        when(cycle.CycleReopened, cycle.reopened),
    ),
    commands=(
        on(
            cycle.PlanCycle,
            decisions.decide_plan,
            Organisation,
            Policy,
            Person,
            permits="administer",
        ),
        on(cycle.StartCycle, decisions.decide_start, Organisation, permits="administer"),
        on(cycle.PauseCycle, decisions.decide_pause, permits="administer"),
        on(cycle.ResumeCycle, decisions.decide_resume, Organisation, permits="administer"),
        on(cycle.ReschedulePhase, decisions.decide_reschedule, Organisation, permits="administer"),
        on(cycle.CloseCycle, decisions.decide_close, permits="administer"),
        on(cycle.ReopenCycle, decisions.decide_reopen, Organisation, permits="administer"),
        on(milestones.ReachMilestone, decisions.decide_reach, AskList, permits="clock"),
    ),
    chapters=(editing.CHAPTER, policy_adoption.CHAPTER),
    due=next_due,
    about=True,
    discussed=True,
)
