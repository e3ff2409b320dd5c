"""Policies are data: versions with a reason and a date, none against itself."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.cycle.policy import CyclePolicy
from domain.facts import Actor, Command, Fact
from domain.policy.policy import (
    DEFAULT,
    DefinePolicy,
    EditPolicy,
    Policy,
    PolicyDefined,
    PolicyRenamed,
    PolicyRevised,
)
from tests.domain.specification import fold, given

NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
OURS = "ours"
USUAL = CyclePolicy()
DEFINED = PolicyDefined(policy_id=OURS, name="Steady work", values=USUAL)


def wish(kind: type[Command], *, reason: str | None = "The rules have changed", **said: Any) -> Any:
    fields = {"policy_id": OURS, "at": NOW, "by": Actor(kind="person", id="ada"), **said}
    return kind(command_id="1", reason=reason, **fields)


def edit(values: dict[str, Any] | None = None, **said: Any) -> EditPolicy:
    choices = {} if values is None else {"values": CyclePolicy(**values)}
    return wish(EditPolicy, **choices, **said)


def revised(version: int, since: datetime = NOW, **values: Any) -> PolicyRevised:
    late = since < NOW - timedelta(days=3)
    return PolicyRevised(
        policy_id=OURS,
        version=version,
        before=USUAL,
        values=CyclePolicy(**values),
        effective_from=since,
        backdated=late,
    )


def policy(*facts: Fact) -> Policy:
    state: Policy = fold(facts)[facts[0].stream]
    return state


def test_a_policy_is_written_down_with_the_choices_that_are_made() -> None:
    values = CyclePolicy(pace="gap")
    given().when(wish(DefinePolicy, name="Steady work", values=values)).then(
        PolicyDefined(policy_id=OURS, name="Steady work", values=CyclePolicy(pace="gap"))
    )


def test_new_values_are_a_version_and_what_is_not_said_stays() -> None:
    given(DEFINED, revised(2, pace="gap")).when(edit({"outdated_after_days": 5})).then(
        PolicyRevised(
            policy_id=OURS,
            version=3,
            before=CyclePolicy(pace="gap"),
            values=CyclePolicy(pace="gap", outdated_after_days=5),
            effective_from=NOW,
        )
    )


def test_new_values_need_a_reason_and_the_same_values_are_none() -> None:
    given(DEFINED).when(edit({"pace": "gap"}, reason=" ")).refused(
        "reason-required", pointer="/reason"
    )
    given(DEFINED).when(edit({"pace": "ratio"}, reason=None)).nothing()


def test_a_name_alone_needs_no_reason() -> None:
    given(DEFINED).when(edit(name="Calm work", reason=None)).then(
        PolicyRenamed(policy_id=OURS, name="Calm work")
    )


def test_a_version_that_counts_from_long_ago_says_so() -> None:
    since = NOW - timedelta(days=30)
    (fact,) = given(DEFINED).when(edit({"pace": "gap"}, effective_from=since)).facts()
    assert fact == revised(2, since, pace="gap")
    assert fact.backdated


def test_a_date_is_of_new_values_only_and_within_reason() -> None:
    for command in (
        edit(name="Calm work", effective_from=NOW),
        edit({"pace": "gap"}, effective_from=datetime(1066, 10, 14, tzinfo=UTC)),
    ):
        given(DEFINED).when(command).refused("invalid-effective-from", pointer="/effective_from")


def test_at_each_moment_the_version_of_the_latest_date_counts() -> None:
    soon, later = NOW + timedelta(days=1), NOW + timedelta(days=9)
    state = policy(DEFINED, revised(2, later, pace="gap"), revised(3, soon, score_cap=Decimal(2)))
    assert [state.in_force(at).number for at in (NOW, soon, later)] == [1, 3, 2]


def test_a_version_names_the_values_of_its_time() -> None:
    renamed = PolicyRenamed(policy_id=OURS, name="Calm work")
    state = policy(DEFINED, renamed, revised(3, pace="gap"))
    found = [state.at_version(number) for number in range(5)]
    assert [each and each.number for each in found] == [None, 1, 1, 3, None]


def test_the_organisations_is_there_before_its_first_fact() -> None:
    untouched = policy_of_the_organisation()
    assert untouched.known_as(DEFAULT)
    assert untouched.newest.values == USUAL
    assert not untouched.known_as(OURS)
    given().when(edit({"pace": "gap"})).refused("not-found", kind="missing")


def test_the_organisations_enters_the_log_with_what_it_was() -> None:
    facts = given().when(edit({"pace": "gap"}, policy_id=DEFAULT)).facts()
    assert [type(each) for each in facts] == [PolicyDefined, PolicyRevised]
    state = policy(*facts)
    assert [each.number for each in state.versions] == [0, 2]
    assert state.version == 2
    before, after = state.at_version(1), state.at_version(2)
    assert before is not None
    assert after is not None
    assert (before.values.pace, after.values.pace) == ("ratio", "gap")


def policy_of_the_organisation() -> Policy:
    return Policy()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"score_floor": Decimal(2)}, "score_cap"),
        ({"outdated_after_days": -1}, "outdated_after_days"),
        ({"draft_days": 3, "align_days": 9}, "draft_days"),
        ({"grading_days": 9, "learn_days": 4}, "grading_days"),
        ({"slot_weekday": 7}, "slot_weekday"),
        ({"ask_at": "25:00"}, "ask_at"),
    ],
)
def test_values_that_contradict_themselves_are_refused_where_they_do(
    values: dict[str, Any], pointer: str
) -> None:
    given(DEFINED).when(edit(values)).refused(
        f"invalid-{pointer.replace('_', '-')}", pointer=f"/values/{pointer}", kind="invalid"
    )
    given().when(wish(DefinePolicy, name="Odd", values=CyclePolicy(**values))).refused(
        f"invalid-{pointer.replace('_', '-')}", pointer=f"/values/{pointer}"
    )
