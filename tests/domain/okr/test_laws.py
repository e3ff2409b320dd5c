"""Laws of the numbers: bounds, monotony, exact sums, and what must not depend on order."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.facts import Fact, Refusal
from domain.okr.check_in import CheckInRecorded, RecordCheckIn
from domain.okr.grading import colour, computed_grade
from domain.okr.key_result import AddKeyResult
from domain.okr.measure import (
    Binary,
    EstablishBaseline,
    Measure,
    Metric,
    Milestone,
    Milestones,
    Percentage,
    Reading,
    Threshold,
    Zones,
)
from domain.okr.measure_check import refuse_measure, refuse_reading
from domain.okr.pace import expected
from domain.okr.rollup import display, half_up, largest_remainder, mean, voters
from domain.okr.scoring import counted
from domain.okr.standing import objective_standing, standing
from domain.things import THINGS
from tests.domain.okr.quarter import (
    BEFORE,
    NOW,
    OBJECTIVE,
    active,
    added,
    asked,
    checked_in,
    corrected,
    frame,
)
from tests.domain.specification import fold

FRAME = frame()
WIDE = frame(score_floor=Decimal("-0.5"), score_cap=Decimal("1.5"))

numbers = st.decimals(min_value=-1000, max_value=1000, places=2)
wild = st.decimals(allow_nan=False, allow_infinity=False)
weights = st.decimals(min_value=0, max_value=100, places=1)
instants = st.timedeltas(min_value=timedelta(0), max_value=FRAME.ends_at - BEFORE).map(
    lambda gone: BEFORE + gone
)
zones = st.sampled_from(("fail", "commit", "target", "stretch"))


@st.composite
def measures(draw: st.DrawFn, values: st.SearchStrategy[Decimal] = numbers) -> Measure:
    kinds: tuple[st.SearchStrategy[Any], ...] = (
        st.builds(
            Metric,
            kind=st.sampled_from(("increase", "decrease", "reach")),
            baseline=values,
            target=values,
        ),
        st.builds(
            Threshold,
            kind=st.sampled_from(("stay_above", "stay_below", "stay_between")),
            lower=st.none() | values,
            upper=st.none() | values,
            method=st.sampled_from(("hit_rate", "instant", "distance")),
            tolerance=st.none() | values,
        ),
        st.lists(values, max_size=4).map(
            lambda each: Milestones(
                kind="milestones",
                milestones=tuple(
                    Milestone(id=str(n), title=f"m{n}", weight=w) for n, w in enumerate(each)
                ),
            )
        ),
        st.just(Binary(kind="binary")),
        st.just(Percentage(kind="percentage")),
        st.lists(values, min_size=4, max_size=4).map(
            lambda s: Zones(kind="zones", fail=s[0], commit=s[1], target=s[2], stretch=s[3])
        ),
        st.just(EstablishBaseline(kind="establish_baseline")),
    )
    return draw(st.one_of(kinds))


@st.composite
def readings(draw: st.DrawFn, values: st.SearchStrategy[Decimal] = numbers) -> Reading:
    return draw(
        st.one_of(
            st.builds(Reading, value=values),
            st.builds(Reading, done=st.booleans()),
            st.builds(Reading, zone=zones),
            st.sets(st.sampled_from("0123")).map(lambda m: Reading(milestone_ids=tuple(m))),
        )
    )


@st.composite
def check_ins(draw: st.DrawFn, key_result_id: str = "kr") -> list[CheckInRecorded]:
    told = draw(st.lists(st.tuples(readings(), instants), max_size=8))
    return [
        checked_in(reading, at, f"{key_result_id}-{n}", key_result_id=key_result_id)
        for n, (reading, at) in enumerate(told)
    ]


def state_of(*facts: Fact):
    return fold(active(*facts))[f"objective/{OBJECTIVE}"]


@given(measures(), check_ins(), instants, st.sampled_from((FRAME, WIDE)))
def test_a_score_lies_between_floor_and_cap_for_any_history(measure, told, at, of):
    stood = standing(state_of(added(measure), *told).key_results["kr"], of, at)
    if stood.score is not None:
        assert of.policy.score_floor <= stood.score <= of.policy.score_cap
    assert stood.expected is None or 0 <= stood.expected <= 1
    assert stood.checked_in or stood.health in {"pending", "outdated", "missed"}


@given(measures(), check_ins())
def test_a_computed_grade_lies_between_zero_and_one(measure, told):
    grade = computed_grade(state_of(added(measure), *told).key_results["kr"], WIDE)
    assert grade is None or 0 <= grade <= 1


@given(st.lists(st.tuples(measures(), weights), max_size=5), st.data(), instants)
def test_an_objective_lies_within_the_bounds_of_its_parts(parts, data, at):
    facts: list[Fact] = []
    for n, (measure, weight) in enumerate(parts):
        facts.append(added(measure, f"kr{n}", weight=weight))
        facts.extend(data.draw(check_ins(f"kr{n}")))
    whole = objective_standing(state_of(*facts), FRAME, at)
    scores = [each.score for each in whole.key_results.values() if each.score is not None]
    if whole.score is None:
        assert whole.reason
    else:
        assert min(scores) <= whole.score <= max(scores)
        assert whole.score == whole.score_if_nothing_dropped
    assert whole.coverage is None or 0 <= whole.coverage <= 1


@given(st.lists(st.tuples(weights, st.fractions(0, 1)), min_size=1, max_size=6))
def test_a_mean_is_exact_and_order_does_not_matter(pairs):
    assume(any(weight for weight, _ in pairs))
    exact = mean(pairs)
    assert exact * sum(Fraction(w) for w, _ in pairs) == sum(Fraction(w) * s for w, s in pairs)
    assert mean(reversed(pairs)) == exact


@given(st.lists(st.fractions(0, 1), max_size=4), st.lists(st.fractions(0, 1), max_size=4))
def test_a_mean_stays_within_the_bounds_of_the_votes_whoever_votes(own, children):
    for mode in ("key_results", "children", "both"):
        votes = voters(own, children, mode, lambda vote: vote)
        whole = mean((1, vote) for vote in votes)
        assert bool(votes) == bool(own or children)
        assert whole is None if not votes else min(votes) <= whole <= max(votes)


@given(st.lists(weights, max_size=12))
def test_weights_in_per_cent_add_up_and_are_within_one_of_the_truth(parts):
    shares = largest_remainder(parts)
    total = sum(Fraction(part) for part in parts)
    assert sum(shares) == (100 if total else 0)
    if total:
        assert all(
            abs(s - Fraction(p) * 100 / total) < 1 for s, p in zip(shares, parts, strict=True)
        )


@given(st.fractions(-2, 2), st.integers(1, 8))
def test_display_is_the_nearest_number_that_hides_no_miss(exact, places):
    shown = display(exact, places)
    away = abs(Fraction(shown) - exact) * 10**places
    assert away * 2 <= 1 or (away < 1 and half_up(exact, places) in {0, 1})
    assert (shown >= 1) == (exact >= 1)
    assert (shown > 0, shown < 0) == (exact > 0, exact < 0)
    assert not (shown == 0 and shown.is_signed())


@given(check_ins("a"), check_ins("b"), st.randoms(use_true_random=False), instants)
def test_the_order_of_facts_of_unrelated_key_results_does_not_matter(first, second, random, at):
    both = [added(key_result_id="a"), added(key_result_id="b")]
    queues = [list(first), list(second)]
    mixed: list[Fact] = []
    while waiting := [queue for queue in queues if queue]:
        mixed.append(random.choice(waiting).pop(0))
    straight = objective_standing(state_of(*both, *first, *second), FRAME, at)
    assert objective_standing(state_of(*both, *mixed), FRAME, at) == straight


@given(check_ins(), instants, readings())
def test_a_correction_counts_as_if_it_had_been_said_at_once(told, at, right):
    assume(told)
    wrong = told[0]
    fixed = state_of(added(), *told, corrected(wrong.check_in_id, right, wrong.effective_at, "x"))
    others = told[1:]
    assume(all(each.effective_at != wrong.effective_at for each in others))
    at_once = wrong.model_copy(update={"reading": right, "check_in_id": "x"})
    meant = state_of(added(), at_once, *others)
    assert standing(fixed.key_results["kr"], FRAME, at) == standing(
        meant.key_results["kr"], FRAME, at
    )


@given(check_ins(), instants)
def test_what_is_effective_later_does_not_change_an_earlier_moment(told, at):
    key_result = state_of(added(), *told).key_results["kr"]
    early = [each for each in told if each.effective_at <= at]
    alone = state_of(added(), *early).key_results["kr"]
    assert {each.id for each in counted(key_result, at)} == {each.id for each in alone.check_ins}
    assert standing(key_result, FRAME, at).score == standing(alone, FRAME, at).score


@given(instants, instants)
def test_the_expected_line_never_falls(one, other):
    key_result = state_of(added()).key_results["kr"]
    earlier, later = sorted((one, other))
    assert expected(key_result, FRAME, earlier) <= expected(key_result, FRAME, later)


@given(st.fractions(0, 1), st.fractions(0, 1), st.sampled_from(("committed", "aspirational")))
def test_a_higher_grade_never_has_a_worse_colour(one, other, ambition):
    low, high = sorted((one, other))
    rank = {"red": 0, "yellow": 1, "green": 2}
    assert rank[colour(low, ambition)] <= rank[colour(high, ambition)]


@given(measures(wild), readings(wild))
def test_any_numbers_are_decided_upon_without_raising(measure, reading):
    add = asked(AddKeyResult, title="t", measure=measure)
    objective = THINGS.initial("objective/x")
    for fact in active():
        objective = THINGS.evolve("objective/x", objective, fact)
    decision = THINGS.decide(add, (objective,))
    assert isinstance(decision, Refusal) == (refuse_measure(measure) is not None)
    if isinstance(decision, Refusal):
        return
    facts = active(*decision)
    states = fold(facts)
    check_in = asked(RecordCheckIn, check_in_id="c", reading=reading)
    read = THINGS.decide(check_in, tuple(states[name] for name in check_in.reads))
    assert isinstance(read, Refusal) == (refuse_reading(measure, reading) is not None)
    if not isinstance(read, Refusal):
        standing(fold((*facts, *read))[f"objective/{OBJECTIVE}"].key_results["kr"], FRAME, NOW)
