"""A cycle goes by a policy, and by its later versions from their dates on (RULES B1)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.cycle.calendar import Era, frame_of
from domain.cycle.cycle import CloseCycle, Cycle
from domain.cycle.milestones import TimetablePublished
from domain.cycle.policy import CyclePolicy, PolicyName
from domain.cycle.policy_adoption import (
    AdoptPolicy,
    FollowPolicy,
    PolicyAdopted,
    policy_adopted,
)
from domain.facts import Fact
from domain.policy.policy import DEFAULT, PolicyDefined, PolicyRevised
from tests.domain.cycle.quarter import (
    BEFORE,
    CYCLE,
    berlin,
    cycle,
    planned,
    planning,
    started,
    wish,
)
from tests.domain.specification import given

OURS = "ours"
USUAL, GAP, SLOW = CyclePolicy(), CyclePolicy(pace="gap"), CyclePolicy(outdated_after_days=9)
DEFINED = PolicyDefined(policy_id=OURS, name="Steady work", values=GAP)
MIDDLE = berlin(16, 2)


def second(since: datetime = MIDDLE, values: CyclePolicy = SLOW, version: int = 2) -> PolicyRevised:
    return PolicyRevised(
        policy_id=OURS, version=version, before=GAP, values=values, effective_from=since
    )


def named(version: int = 1, *, pinned: bool = False) -> PolicyName:
    return PolicyName(policy_id=OURS, version=version, pinned=pinned)


def adopted(since: datetime, values: CyclePolicy, version: int, **said: Any) -> PolicyAdopted:
    fields = {"policy_id": OURS, "before": GAP, **said}
    return PolicyAdopted(
        cycle_id=CYCLE, version=version, values=values, effective_from=since, **fields
    )


def follow(at: datetime = MIDDLE) -> FollowPolicy:
    command: FollowPolicy = wish(FollowPolicy, at, policy_id=OURS)
    return command


def adopt(at: datetime = MIDDLE, **said: Any) -> AdoptPolicy:
    command: AdoptPolicy = wish(AdoptPolicy, at, reason="One rule for all", **said)
    return command


def following(**said: Any) -> tuple[Fact, ...]:
    """A cycle that was planned and started to go by the policy as it is."""
    return (DEFINED, *started(policy=GAP, policy_name=named(), **said))


def folded(*facts: Fact) -> Cycle:
    return cycle(facts)


# --- planned --------------------------------------------------------------------------------------


def test_a_cycle_goes_by_the_organisations_policy_unless_it_names_another() -> None:
    own = PolicyName(policy_id=DEFAULT, version=0)
    given().when(planning(policy=USUAL)).then(planned(policy=USUAL, policy_name=own))
    given(DEFINED).when(planning(policy=USUAL, policy_id=OURS)).then(
        planned(policy=GAP, policy_name=named())
    )


def test_it_is_planned_by_what_will_be_in_force_and_knows_what_is_to_come() -> None:
    given(DEFINED, second()).when(planning(policy=USUAL, policy_id=OURS)).then(
        planned(policy=GAP, policy_name=named()), adopted(MIDDLE, SLOW, 2)
    )
    given(DEFINED, second()).when(planning(policy=USUAL, policy_id=OURS, policy_version=1)).then(
        planned(policy=GAP, policy_name=named(pinned=True))
    )


def test_what_there_is_not_cannot_be_named() -> None:
    given().when(planning(policy=USUAL, policy_id=OURS)).refused("not-found", pointer="/policy/id")
    given(DEFINED).when(planning(policy=USUAL, policy_id=OURS, policy_version=2)).refused(
        "unknown-policy-version", pointer="/policy/version"
    )


def test_choices_of_its_own_are_laid_over_the_organisations() -> None:
    revised = PolicyRevised(
        policy_id=DEFAULT, version=2, before=USUAL, values=GAP, effective_from=BEFORE
    )
    defined = PolicyDefined(policy_id=DEFAULT, name="Ours", values=USUAL)
    both = CyclePolicy(pace="gap", outdated_after_days=9)
    command = planning(policy=SLOW.model_copy())
    own = PolicyName(policy_id=None, version=1)
    given(defined, revised).when(command).then(planned(policy=both, policy_name=own))


# --- following ------------------------------------------------------------------------------------


def test_a_new_version_counts_from_its_date_and_the_past_stays() -> None:
    history = (*following(), second())
    given(*history).when(follow()).then(adopted(MIDDLE, SLOW, 2))
    state = folded(*history, adopted(MIDDLE, SLOW, 2))
    assert state.earlier == (Era(MIDDLE, state.ends_on, GAP),)
    assert (state.policy, state.policy_name) == (SLOW, named(2))
    moment = MIDDLE - timedelta(microseconds=1)
    assert (state.policy_at(moment), state.policy_at(MIDDLE)) == (GAP, SLOW)
    frame = frame_of(state)
    assert (frame.at(moment).policy, frame.at(MIDDLE).policy) == (GAP, SLOW)


def test_it_follows_once() -> None:
    given(*following(), second(), adopted(MIDDLE, SLOW, 2)).when(follow()).nothing()


def test_before_the_start_nothing_is_measured_so_it_has_always_counted() -> None:
    state = folded(*following(), adopted(BEFORE + timedelta(days=9), SLOW, 2))
    assert (state.policy, state.earlier) == (SLOW, ())


def test_what_was_said_earlier_for_a_later_date_stands() -> None:
    third = CyclePolicy(score_cap=2)
    late, early = berlin(2, 3), berlin(2, 2)
    state = folded(*following(), adopted(late, SLOW, 2), adopted(early, third, 3))
    assert [state.policy_at(at) for at in (berlin(1, 2), early, late)] == [GAP, third, SLOW]
    assert (state.policy, state.policy_name) == (SLOW, named(2))


def test_an_end_that_moved_stays_where_it_was_moved() -> None:
    moved = Era(until=berlin(1, 3), ends_on=date(2026, 3, 31), policy=GAP)
    state = folded(*following(ends_on=date(2026, 4, 30)))
    before = replace(state, earlier=(moved,))
    after = policy_adopted(before, adopted(MIDDLE, SLOW, 2))
    assert after.earlier == (
        Era(MIDDLE, date(2026, 3, 31), GAP),
        Era(berlin(1, 3), date(2026, 3, 31), SLOW),
    )
    assert (after.ends_on, after.policy) == (date(2026, 4, 30), SLOW)


@pytest.mark.parametrize(
    "history",
    [
        (*following(), wish(CloseCycle, MIDDLE)),
        (DEFINED, *started(policy=GAP, policy_name=named(pinned=True))),
        started(),
        started(policy=GAP, policy_name=PolicyName(policy_id=DEFAULT, version=0)),
    ],
    ids=["closed", "pinned", "of its own", "of another"],
)
def test_some_follow_nothing(history: tuple[Any, ...]) -> None:
    *facts, last = history
    known = (*facts, *given(*facts).when(last).facts()) if not isinstance(last, Fact) else history
    given(DEFINED, *known[known[0] is DEFINED :], second()).when(follow()).nothing()


# --- adopting -------------------------------------------------------------------------------------


def test_a_running_cycle_takes_over_another_policy_with_a_reason() -> None:
    history = (DEFINED, *started(policy=USUAL, policy_name=None))
    given(*history).when(adopt(policy_id=OURS)).then(adopted(MIDDLE, GAP, 1, before=USUAL))
    silent = wish(AdoptPolicy, MIDDLE, policy_id=OURS)
    given(*history).when(silent).refused("reason-required")


def test_choices_of_its_own_are_a_version_of_its_own() -> None:
    choices = CyclePolicy(outdated_after_days=9)
    both = CyclePolicy(pace="gap", outdated_after_days=9)
    given(*following()).when(adopt(choices=choices)).then(adopted(MIDDLE, both, 1, policy_id=None))
    given(*following()).when(adopt(choices=GAP.model_copy())).nothing()
    given(*following()).when(adopt(choices=choices, policy_id=OURS)).refused("invalid-policy")
    wrong = CyclePolicy(score_cap=-1)
    given(*following()).when(adopt(choices=wrong)).refused(
        "invalid-score-cap", pointer="/policy/score_cap"
    )


def test_what_counts_from_long_ago_says_so() -> None:
    long_ago = MIDDLE - timedelta(days=20)
    (fact,) = (
        given(*following())
        .when(adopt(choices=CyclePolicy(outdated_after_days=9), effective_from=long_ago))
        .facts()
    )
    assert (fact.effective_from, fact.backdated) == (long_ago, True)


def test_after_the_end_and_before_the_lock_it_counts_at_the_last_instant() -> None:
    at = berlin(2, 4)
    (fact, *_) = given(*following()).when(adopt(at, choices=SLOW.model_copy())).facts()
    assert fact.effective_from == frame_of(folded(*following())).last_instant


def test_a_closed_cycle_keeps_what_it_was_measured_by() -> None:
    history = following()
    closed = given(*history).when(wish(CloseCycle, MIDDLE)).facts()
    given(*history, *closed).when(adopt(choices=SLOW.model_copy())).refused("cycle-closed")


def test_the_clock_follows_what_is_new_from_now_on() -> None:
    monday = CyclePolicy(slot_weekday=0)
    fact, published = given(*following()).when(adopt(choices=monday.model_copy())).facts()
    assert isinstance(published, TimetablePublished)
    before = folded(*following())
    after = folded(*following(), fact, published)
    assert after.generation == before.generation + 1
    asks = [each.at.weekday() for each in after.milestones if each.kind == "ask"]
    assert set(asks) == {0}
    learn = {each.id: each.at for each in after.milestones}["learn.open"]
    assert learn == {each.id: each.at for each in before.milestones}["learn.open"]
