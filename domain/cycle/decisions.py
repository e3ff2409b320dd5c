"""What a cycle answers to each command: facts, or a refusal with the moves that are open."""

from datetime import datetime, timedelta

from domain.cycle.adoption import adoption, after
from domain.cycle.asked import AskList
from domain.cycle.bounds import END_OF, bounds_of, clock_of, delayed, rescheduled
from domain.cycle.calendar import frame_of, local_date
from domain.cycle.cycle import (
    CloseCycle,
    Cycle,
    CyclePaused,
    CyclePlanned,
    CycleReopened,
    CycleResumed,
    CycleStarted,
    PauseCycle,
    PhaseRescheduled,
    PlanCycle,
    ReopenCycle,
    ReschedulePhase,
    ResumeCycle,
    StartCycle,
    moves,
)
from domain.cycle.cycle import planned as after_planning
from domain.cycle.cycle import reopened as after_reopening
from domain.cycle.escalation import still_to_nudge
from domain.cycle.milestones import (
    CycleClosed,
    CycleCommand,
    MilestoneReached,
    PhaseEntered,
    ReachMilestone,
    TimetablePublished,
    late_by,
    performed,
)
from domain.cycle.planning import fault_in_plan
from domain.cycle.policy import over
from domain.cycle.policy_adoption import OWN, planned_by, refuse_policy
from domain.cycle.timetable import replanned, timetable
from domain.facts import Decision, Facts, Refusal
from domain.people.organisation import Organisation
from domain.people.person import Person, refuse_person
from domain.policy.policy import DEFAULT, Policy
from domain.refusals import already_exists, blank, illegal_move, invalid, not_found, reason_required

LATEST_MOVE = timedelta(days=366)  # past the end of the cycle


def _forbidden(command: CycleCommand, state: Cycle, move: str) -> Refusal | None:
    if not state.exists:
        return not_found("cycle", command.cycle_id)
    allowed = moves(state)
    if move in allowed:
        return None
    status = "paused" if state.paused else state.status
    return illegal_move(move, f"the cycle is {status}", allowed)


def _adopted_today(command: CycleCommand, state: Cycle, organisation: Organisation) -> Facts:
    """What a running cycle takes over of the calendar, from tomorrow on."""
    return adoption(state, organisation, local_date(command.at, state.timezone))


def decide_plan(
    command: PlanCycle,
    state: Cycle,
    organisation: Organisation,
    policy: Policy,
    coordinator: Person | None = None,
) -> Decision:
    """The zone, working week, holidays and choices that are left out are the organisation's."""
    if state.exists:
        return already_exists("cycle", allowed=moves(state))
    timezone = command.timezone if command.timezone is not None else organisation.timezone or "UTC"
    chosen = (command.policy_id, command.policy_version, command.policy)
    fault = refuse_policy(*chosen, policy) or fault_in_plan(
        command.name,
        command.starts_on,
        command.ends_on,
        timezone,
        over(policy.newest.values, command.policy),
    )
    if fault is None and coordinator is not None:
        fault = refuse_person(coordinator, command.coordinator_id or "", "/coordinator_id")
    if fault:
        return fault
    planned = CyclePlanned(
        cycle_id=command.cycle_id,
        name=command.name,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        timezone=timezone,
        policy=policy.newest.values,
        coordinator_id=command.coordinator_id,
    )
    name, values, later = planned_by(
        after_planning(state, planned), command.policy_id or DEFAULT, command.policy_version, policy
    )
    if command.policy.model_fields_set:
        name, values, later = OWN, over(values, command.policy), ()
    planned = planned.model_copy(update={"policy": values, "policy_name": name})
    return (planned, *adoption(after_planning(state, planned), organisation), *later)


def decide_start(command: StartCycle, state: Cycle, organisation: Organisation) -> Decision:
    """Drafting is open at once; the clock asks for objectives when its milestone comes."""
    forbidden = _forbidden(command, state, "start")
    if forbidden:
        return forbidden
    adopted = adoption(state, organisation)
    state = after(state, adopted)
    return (
        *adopted,
        CycleStarted(cycle_id=state.cycle_id, started_at=command.at),
        TimetablePublished(
            cycle_id=state.cycle_id,
            generation=1,
            milestones=timetable(frame_of(state), command.at),
        ),
        PhaseEntered(cycle_id=state.cycle_id, phase="draft", state="drafting"),
    )


def decide_pause(command: PauseCycle, state: Cycle) -> Decision:
    return _forbidden(command, state, "pause") or (
        CyclePaused(cycle_id=state.cycle_id, paused_at=command.at),
    )


def decide_resume(command: ResumeCycle, state: Cycle, organisation: Organisation) -> Decision:
    """Policy ``shift`` moves what is left by the working days lost; ``keep`` keeps the dates."""
    forbidden = _forbidden(command, state, "resume")
    if forbidden:
        return forbidden
    adopted = _adopted_today(command, state, organisation)
    state = after(state, adopted)
    frame, lost = frame_of(state), 0
    if state.policy.resume == "shift" and state.paused_since is not None:
        first, today = (local_date(at, state.timezone) for at in (state.paused_since, command.at))
        lost = max(0, frame.days.between(first, today))
    wanted = delayed(frame, bounds_of(state.milestones), lost, state.done)
    return (
        *adopted,
        CycleResumed(cycle_id=state.cycle_id, shifted_working_days=lost),
        TimetablePublished(
            cycle_id=state.cycle_id,
            generation=state.generation + 1,
            milestones=replanned(
                frame, state.milestones, state.done, wanted, command.at, shifted_days=lost
            ),
        ),
    )


def decide_reschedule(
    command: ReschedulePhase, state: Cycle, organisation: Organisation
) -> Decision:
    forbidden = _forbidden(command, state, "reschedule")
    if forbidden:
        return forbidden
    if blank(command.reason):
        return reason_required("say why the phase moves")
    if END_OF[command.phase] in state.done:
        return illegal_move("reschedule", f"the phase {command.phase} is over", moves(state))
    adopted = _adopted_today(command, state, organisation)
    state = after(state, adopted)
    frame = frame_of(state)
    if not command.at < command.ends_at <= frame.ends_at + LATEST_MOVE:
        return invalid(
            "invalid-ends-at",
            "A phase ends in the future, within a year of the cycle's end.",
            "/ends_at",
        )
    clock, bounds = clock_of(frame), bounds_of(state.milestones)
    ends_at = clock.workable(command.ends_at)
    if clock.length(bounds.opens[command.phase], ends_at) < 1:
        return invalid("invalid-ends-at", "A phase lasts a working day at least.", "/ends_at")
    if ends_at == bounds.ends[command.phase]:
        return ()
    wanted = rescheduled(frame, bounds, command.phase, ends_at)
    milestones = replanned(frame, state.milestones, state.done, wanted, command.at)
    return (
        *adopted,
        PhaseRescheduled(
            cycle_id=state.cycle_id,
            phase=command.phase,
            ends_at=bounds_of(milestones).ends[command.phase],
        ),
        TimetablePublished(
            cycle_id=state.cycle_id, generation=state.generation + 1, milestones=milestones
        ),
    )


def decide_close(command: CloseCycle, state: Cycle) -> Decision:
    """Also before its time: the clock then closes what stands in the cycle and rests."""
    return _forbidden(command, state, "close") or (
        CycleClosed(cycle_id=state.cycle_id, closed_at=command.at),
    )


def decide_reopen(command: ReopenCycle, state: Cycle, organisation: Organisation) -> Decision:
    """Back to grading, with grading and learning planned afresh from now."""
    forbidden = _forbidden(command, state, "reopen")
    if forbidden:
        return forbidden
    adopted = _adopted_today(command, state, organisation)
    state = after(state, adopted)
    reopened = CycleReopened(cycle_id=state.cycle_id)
    done = after_reopening(state, reopened).done
    wanted = bounds_of(state.milestones)
    return (
        *adopted,
        reopened,
        TimetablePublished(
            cycle_id=state.cycle_id,
            generation=state.generation + 1,
            milestones=replanned(frame_of(state), state.milestones, done, wanted, command.at),
        ),
    )


def asks_of_day(state: Cycle, at: datetime) -> tuple[str, ...]:
    """The milestones by which people were asked on the local date of the instant ``at``."""
    today = local_date(at, state.timezone)
    return tuple(
        each for each, when in state.asks.items() if local_date(when, state.timezone) == today
    )


def decide_reach(
    command: ReachMilestone, state: Cycle, own: AskList, *earlier: AskList
) -> Decision:
    """Nothing happens when it is done, replaced by a newer generation, or the cycle is paused.

    ``own`` is what this milestone asked before (a re-opened cycle asks again), ``earlier`` what
    those named in the command did.
    """
    if not state.exists:
        return not_found("cycle", command.cycle_id)
    milestone = next((m for m in state.milestones if m.id == command.milestone), None)
    stale = command.generation != state.generation or command.milestone in state.done
    if milestone is None or stale or state.paused:
        return ()
    closed = state.status == "closed"
    if closed and milestone.kind != "close":
        return ()
    due_at = min(milestone.at, state.closed_at or milestone.at)
    owed = command.owed
    if milestone.level and owed:
        unread = {*asks_of_day(state, command.at)} - {milestone.id, *command.earlier}
        if unread:
            return Refusal(
                "asks-unread",
                f"People were asked today by {', '.join(sorted(unread))}: read those lists first.",
            )
        heard = [list_.nudges for list_ in (own, *earlier)]
        owed = still_to_nudge(owed, milestone.level, command.at, state.timezone, heard)
    reached = MilestoneReached(
        cycle_id=state.cycle_id,
        milestone=milestone.id,
        generation=state.generation,
        due_at=due_at,
        late_by=late_by(command.at, due_at),
    )
    return (reached, *(() if closed else performed(command, milestone, owed, state.phase)))
