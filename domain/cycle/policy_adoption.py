"""How a cycle comes to go by a policy, and by its later versions (RULES B1).

What it goes by is recorded in its own stream, with the values, so that folding it needs no other
one. A version counts from its date on, until one of a later date: what was recorded earlier for a
later date stands. Before the start of the cycle nothing is measured, so what counts from there or
earlier has always counted; what comes after its end and before the lock counts at its last instant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.adoption import adoption, after
from domain.cycle.bounds import END_OF, Bounds, bounds_of, planned
from domain.cycle.calendar import Era, Frame, frame_of, local_date
from domain.cycle.cycle import CalendarCommand, Cycle, moves
from domain.cycle.milestones import CycleFact, TimetablePublished
from domain.cycle.policy import PHASES, CyclePolicy, Phase, PolicyInForce, PolicyName, over
from domain.cycle.timetable import replanned
from domain.facts import Command, Decision, Fact, Facts, Refusal
from domain.ids import PolicyId
from domain.people.organisation import Organisation
from domain.policy.check import YEARS, fault_in_values
from domain.policy.policy import DEFAULT, Policy, Version
from domain.refusals import blank, invalid, not_found, reason_required
from domain.thing import Chapter, on, when

OWN: Final = PolicyName(policy_id=None, version=1)
"""What a cycle goes by that was planned with choices of its own."""

FOLLOWING: Final = ("planned", "drafting", "aligning", "active")
"""States of a cycle that takes over what is new; where grades are given, a person says so."""

_PHASES: Final = (
    "ask_at",
    "draft_days",
    "align_days",
    "commit_days",
    "grading_days",
    "learn_days",
    "close_days",
    "window_week",
)
"""Choices that say when phases open and end."""
_TIMED: Final = (*_PHASES, "slot_weekday", "workdays", "holidays")
"""Choices that the timetable follows."""

# --- facts -------------------------------------------------------------------------------------


class PolicyAdopted(CycleFact):
    """From ``effective_from`` on the cycle goes by ``values`` in place of those ``before``: by a
    version of a policy, or by values of its own.
    """

    TYPE: ClassVar[str] = "cycle.policy-adopted"
    policy_id: PolicyId | None = None
    version: int
    pinned: bool = False
    before: CyclePolicy
    values: CyclePolicy
    effective_from: AwareDatetime
    backdated: bool = False


# --- state -------------------------------------------------------------------------------------


def policy_adopted(state: Cycle, fact: PolicyAdopted) -> Cycle:
    begins = frame_of(state).starts_at
    since = None if fact.effective_from <= begins else fact.effective_from
    name = PolicyName(policy_id=fact.policy_id, version=fact.version, pinned=fact.pinned)
    known = [each for each in _series(state) if each.since != since]
    series = sorted(
        [*known, PolicyInForce(since=since, name=name, values=fact.values)],
        key=lambda each: each.since or begins,
    )
    last = series[-1]
    state = replace(state, policies=tuple(series), earlier=_eras(state, series))
    return replace(state, policy=last.values, policy_name=last.name)


def _series(state: Cycle) -> tuple[PolicyInForce, ...]:
    """What it goes by and has gone by, each from its time on."""
    first = PolicyInForce(since=None, name=state.policy_name, values=state.policy)
    return state.policies or (first,)


def _eras(state: Cycle, series: list[PolicyInForce]) -> tuple[Era, ...]:
    """The pieces of time in which the end and the policy of the cycle stand still, but the last."""
    ends = {each.until for each in state.earlier}
    moments = sorted(ends | {each.since for each in series if each.since is not None})
    pieces = [
        Era(
            until=moment,
            ends_on=next((e.ends_on for e in state.earlier if moment <= e.until), state.ends_on),
            policy=[e.values for e in series if e.since is None or e.since < moment][-1],
        )
        for moment in moments
    ]
    after = [*((each.ends_on, each.policy) for each in pieces[1:])]
    after.append((state.ends_on, series[-1].values))
    return tuple(
        each
        for each, following in zip(pieces, after, strict=False)
        if (each.ends_on, each.policy) != following
    )


# --- commands ----------------------------------------------------------------------------------


class AdoptPolicy(CalendarCommand):
    """Either a policy by its id, ``version`` of it or whichever is the newest, or ``choices`` of
    the cycle's own, laid over what it goes by. They count from ``effective_from``, or from now.
    """

    policy_id: PolicyId | None = None
    policy_version: int | None = None
    choices: CyclePolicy = CyclePolicy()
    effective_from: AwareDatetime | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, f"policy/{self.policy_id or DEFAULT}")


class FollowPolicy(CalendarCommand):
    """The cycle takes over the versions that its policy has got since; if it goes by that one."""

    policy_id: PolicyId

    @property
    def reads(self) -> tuple[str, ...]:
        return (*super().reads, f"policy/{self.policy_id}")


# --- decisions ---------------------------------------------------------------------------------


def refuse_policy(
    policy_id: PolicyId | None, version: int | None, choices: CyclePolicy, state: Policy
) -> Refusal | None:
    """Why a cycle cannot go by what is named, or None: by a policy that is there, at a version that
    it has had, or by choices of its own.
    """
    if policy_id is None:
        if version is None:
            return None
        detail = "A version is one of a policy: say its id, too."
        return invalid("unknown-policy-version", detail, "/policy/version")
    if not state.known_as(policy_id):
        return not_found("policy", policy_id, "/policy/id")
    if version is not None and state.at_version(version) is None:
        detail = f"The policy “{state.name}” has no version {version}: its last is {state.version}."
        return invalid("unknown-policy-version", detail, "/policy/version")
    if choices.model_fields_set:
        detail = "Either a policy by its id, or choices of the cycle's own, not both."
        return invalid("invalid-policy", detail, "/policy")
    return None


def decide_adopt(
    command: AdoptPolicy, state: Cycle, organisation: Organisation, policy: Policy
) -> Decision:
    """What is measured from then on follows; the timetable follows from now on."""
    if refusal := _refuse(command, state, policy):
        return refusal
    since = _in_time(command.effective_from or command.at, command.at, state)
    grace = timedelta(days=state.policy_at(command.at).backdating_grace_days)
    backdated = since < command.at - grace
    if command.policy_id is not None:
        adopted = _named(command, state, policy, since, backdated=backdated)
    else:
        values = over(state.policy_at(since), command.choices)
        if values == state.policy_at(since):
            return ()
        own = PolicyAdopted(
            cycle_id=state.cycle_id,
            version=_own_versions(state) + 1,
            before=state.policy_at(since),
            values=values,
            effective_from=since,
            backdated=backdated,
        )
        adopted = (own,)
    return (*adopted, *_timetable(command, state, organisation, adopted))


def _refuse(command: AdoptPolicy, state: Cycle, policy: Policy) -> Refusal | None:
    if not state.exists:
        return not_found("cycle", command.cycle_id)
    if state.status == "closed":
        detail = "The cycle is closed: what it was measured by stays. Reopen it first."
        return Refusal("cycle-closed", detail, allowed=moves(state))
    chosen = (command.policy_id, command.policy_version, command.choices)
    refusal = refuse_policy(*chosen, policy) or fault_in_values(
        over(state.policy, command.choices), "/policy"
    )
    since = command.effective_from
    if refusal is None and since is not None and since.year not in YEARS:
        detail = "A policy counts from a date between 1970 and 2200."
        refusal = invalid("invalid-effective-from", detail, "/effective_from")
    if refusal is None and blank(command.reason):
        refusal = reason_required("say why the cycle goes by something else")
    return refusal


def _in_time(since: datetime, at: datetime, state: Cycle) -> datetime:
    """After the end and before the lock, everything counts at the last instant (RULES B1)."""
    frame = frame_of(state)
    over_ = at >= frame.ends_at and not state.grading_locked
    return min(since, frame.last_instant) if over_ else since


def _own_versions(state: Cycle) -> int:
    own = [each.name for each in _series(state) if each.name is None or each.name.policy_id is None]
    return max((1 if name is None else name.version for name in own), default=0)


def _named(
    command: AdoptPolicy, state: Cycle, policy: Policy, since: datetime, *, backdated: bool
) -> tuple[PolicyAdopted, ...]:
    """The version that is named; of a policy that is followed also those of later dates."""
    assert command.policy_id is not None
    number = command.policy_version
    first = policy.in_force(since) if number is None else policy.at_version(number)
    assert first is not None
    coming = () if number is not None else _dated_after(policy, since)
    known = _series(state)[-1]
    pinned = number is not None
    name = PolicyName(policy_id=command.policy_id, version=first.number, pinned=pinned)
    if not coming and known.name == name and known.values == first.values:
        return ()
    now = replace(first, backdated=backdated)
    return adopting(state, name, [(now, since), *((each, each.since or since) for each in coming)])


def _dated_after(policy: Policy, since: datetime) -> tuple[Version, ...]:
    return tuple(each for each in policy.versions if each.since is not None and each.since > since)


def adopting(
    state: Cycle, name: PolicyName, versions: Iterable[tuple[Version, datetime]]
) -> tuple[PolicyAdopted, ...]:
    """The facts by which the cycle goes by versions of a policy, each from its instant on."""
    facts: list[PolicyAdopted] = []
    for version, since in versions:
        fact = PolicyAdopted(
            cycle_id=state.cycle_id,
            policy_id=name.policy_id,
            version=version.number,
            pinned=name.pinned,
            before=state.policy_at(since),
            values=version.values,
            effective_from=since,
            backdated=version.backdated,
        )
        state = policy_adopted(state, fact)
        facts.append(fact)
    return tuple(facts)


def decide_follow(
    command: FollowPolicy, state: Cycle, organisation: Organisation, policy: Policy
) -> Decision:
    if not state.exists:
        return not_found("cycle", command.cycle_id)
    return followed(state, organisation, policy, command)


def followed(state: Cycle, organisation: Organisation, policy: Policy, command: Command) -> Facts:
    """The facts by which a cycle takes over what its policy has got since it last did.

    None where it goes by another policy, stays at one version, is being graded or closed.
    """
    name = state.policy_name
    if state.status not in FOLLOWING or name is None or name.pinned:
        return ()
    if name.policy_id is None or policy.policy_id not in (name.policy_id, None):
        return ()
    known = max(
        each.name.version
        for each in _series(state)
        if each.name is not None and each.name.policy_id == name.policy_id
    )
    new = (each for each in policy.versions if each.number > known)
    adopted = adopting(state, name, ((each, each.since or command.at) for each in new))
    return (*adopted, *_timetable(command, state, organisation, adopted))


def planned_by(
    state: Cycle, policy_id: PolicyId, version: int | None, policy: Policy
) -> tuple[PolicyName, CyclePolicy, Facts]:
    """What a cycle that is planned goes by: the version in force at its start, and those that are
    known to come later.
    """
    begins = frame_of(state).starts_at
    first = policy.in_force(begins) if version is None else policy.at_version(version)
    assert first is not None
    name = PolicyName(policy_id=policy_id, version=first.number, pinned=version is not None)
    coming = () if version is not None else _dated_after(policy, begins)
    state = replace(state, policy=first.values, policy_name=name)
    later = adopting(state, name, ((each, each.since or begins) for each in coming))
    return name, first.values, later


# --- the timetable -----------------------------------------------------------------------------


def _timetable(
    command: Command,
    state: Cycle,
    organisation: Organisation,
    adopted: tuple[PolicyAdopted, ...],
) -> Iterator[Fact]:
    """What the clock does next follows choices about time; what it has done stays done."""
    before = frame_of(state)
    for fact in adopted:
        state = policy_adopted(state, fact)
    if _same(before.policy, state.policy, _TIMED):
        return
    running = state.status != "planned"
    today = local_date(command.at, state.timezone) if running else None
    calendar = adoption(state, organisation, today)
    yield from calendar
    if not running:
        return
    frame = frame_of(after(state, calendar))
    wanted = _wanted(before, frame, state)
    milestones = replanned(frame, state.milestones, state.done, wanted, command.at)
    if milestones != state.milestones:
        yield TimetablePublished(
            cycle_id=state.cycle_id, generation=state.generation + 1, milestones=milestones
        )


def _same(before: CyclePolicy, after: CyclePolicy, choices: Iterable[str]) -> bool:
    return all(getattr(before, one) == getattr(after, one) for one in choices)


def _wanted(before: Frame, frame: Frame, state: Cycle) -> Bounds:
    """Bounds that are yet to come are planned anew where the new choices are about them; else they
    stay where people have put them.
    """
    published = bounds_of(state.milestones)
    if _same(before.policy, frame.policy, _PHASES):
        return published
    anew = planned(frame)

    def opens(phase: Phase) -> datetime:
        return (published if f"{phase}.open" in state.done else anew).opens[phase]

    def ends(phase: Phase) -> datetime:
        return (published if END_OF[phase] in state.done else anew).ends[phase]

    return Bounds(
        opens={phase: opens(phase) for phase in PHASES},
        ends={phase: ends(phase) for phase in PHASES},
        window=published.window if "window.open" in state.done else anew.window,
    )


CHAPTER: Final[Chapter[Cycle]] = Chapter(
    facts=(when(PolicyAdopted, policy_adopted),),
    commands=(
        on(AdoptPolicy, decide_adopt, Organisation, Policy, permits="administer"),
        on(FollowPolicy, decide_follow, Organisation, Policy, permits="administer"),
    ),
)
