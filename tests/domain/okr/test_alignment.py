"""RULES B3: objectives that support another one vote in its score."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest

from domain.cycle.calendar import frame_of
from domain.cycle.cycle import INITIAL as NO_CYCLE
from domain.cycle.cycle import CyclePlanned
from domain.cycle.cycle_thing import THING
from domain.cycle.policy import CyclePolicy
from domain.okr.alignment import Family, family_of, standings
from domain.okr.check_in import CheckInRecorded
from domain.okr.key_result import KeyResultAdded, KeyResultDropped
from domain.okr.leaving import ObjectiveDropped
from domain.okr.measure import Percentage
from domain.okr.objective import ObjectiveActivated
from domain.okr.rollup import display
from domain.okr.stream import ObjectiveState, Support
from tests.domain.okr.quarter import AFTER, BEFORE, NOW, drafted, fraction, frame, number, value
from tests.domain.specification import fold

PER_CENT = Percentage(kind="percentage")


def objective(id_: str, *reached: int, supports: dict[str, int] | None = None, active: bool = True,
              more=()) -> ObjectiveState:  # fmt: skip
    """An objective with a key result in per cent for each of ``reached``."""
    links = {name: number(weight) for name, weight in (supports or {}).items()}
    facts = [
        drafted(
            id_,
            supports=tuple(Support(kind="objective", id=k, weight=w) for k, w in links.items()),
        )
    ]
    for place, per_cent in enumerate(reached):
        name = f"{id_}-{place}"
        facts.append(
            KeyResultAdded(objective_id=id_, key_result_id=name, title=name, measure=PER_CENT,
                           added_at=BEFORE)
        )  # fmt: skip
        facts.append(
            CheckInRecorded(objective_id=id_, key_result_id=name, check_in_id=f"{name}-1",
                            reading=value(per_cent), effective_at=NOW)
        )  # fmt: skip
    if active:
        facts.insert(1, ObjectiveActivated(objective_id=id_))
    return fold((*facts, *more))[f"objective/{id_}"]


def score(whole: ObjectiveState, *others: ObjectiveState, **policy):
    return standings(family_of([whole, *others], frame(**policy)), NOW)[whole.objective_id].score


WHOLE = objective("whole", 27, 18)
CHILD = objective("child", 85, 60, supports={"whole": 1})


def test_golden_key_results_and_a_supporter_are_rounded_once():
    """(27 + 18 + 72.5) / 3 is 39.17; rounding the child first gives 39.33."""
    assert display(score(WHOLE, CHILD)) == Decimal("0.3917")


def test_the_policy_chooses_who_votes():
    assert score(WHOLE, CHILD, rollup="key_results") == fraction("0.225")
    assert score(WHOLE, CHILD, rollup="children") == fraction("0.725")
    assert score(WHOLE, rollup="children") == fraction("0.225"), "a leaf speaks for itself"


def test_the_weight_of_the_link_is_the_weight_of_the_vote():
    half = objective("half", 100, supports={"whole": 2})
    assert score(WHOLE, half) == fraction("0.6125")
    none = objective("none", 100, supports={"whole": 0})
    assert score(WHOLE, none) == score(WHOLE)


def test_votes_go_up_through_every_level():
    top, middle = objective("top"), objective("middle", supports={"top": 1})
    low = objective("low", 40, supports={"middle": 1})
    assert score(top, middle, low) == score(middle, low) == fraction("0.4")


def test_the_order_in_which_objectives_are_told_changes_nothing():
    low = objective("low", 10, supports={"child": 1, "whole": 3})
    told = [score(*order) for order in permutations([WHOLE, CHILD, low]) if order[0] is WHOLE]
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    "absent",
    [
        objective("draft", 100, supports={"whole": 1}, active=False),
        objective(
            "gone",
            100,
            supports={"whole": 1},
            more=[ObjectiveDropped(objective_id="gone", effective_at=NOW)],
        ),
        objective("other", 100, supports={"elsewhere": 1}),
        objective("silent", supports={"whole": 1}),
    ],
    ids=lambda state: state.objective_id,
)
def test_who_was_not_activated_was_dropped_or_has_no_score_has_no_vote(absent):
    assert score(WHOLE, absent) == score(WHOLE)


def test_who_supports_a_key_result_has_no_vote_for_it_is_measured():
    links = (Support(kind="key_result", id="whole-0"),)
    facts = (drafted("child", supports=links), ObjectiveActivated(objective_id="child"))
    assert score(WHOLE, fold(facts)["objective/child"]) == score(WHOLE)


def test_a_loop_from_elsewhere_still_has_an_answer():
    one = objective("one", 20, supports={"two": 1})
    two = objective("two", 60, supports={"one": 1})
    stood = standings(family_of([one, two], frame()), NOW)
    assert stood["one"].score == fraction("0.2")
    assert stood["two"].score == fraction("0.4")


def test_a_long_chain_of_support_is_no_deep_recursion():
    links = [objective(f"o{n}", supports={f"o{n + 1}": 1}) for n in range(1, 3000)]
    first = objective("o0", 50, supports={"o1": 1})
    last = objective("o3000")
    assert score(last, first, *links) == fraction("0.5")


def test_health_and_the_line_hear_the_supporters_and_coverage_does_not():
    late = objective("late", 0, supports={"whole": 1})
    done = objective("whole", 100)
    stood = standings(family_of([done, late], frame()), NOW)["whole"]
    assert stood.health == "at_risk"
    assert stood.coverage == 1
    assert stood.expected == standings(family_of([late], frame()), NOW)["late"].expected


def test_what_a_supporter_dropped_shows_in_the_whole():
    dropped = KeyResultDropped(
        objective_id="child", key_result_id="child-1", dropped_at=NOW - timedelta(hours=1)
    )
    child = objective("child", 85, 60, supports={"whole": 1}, more=[dropped])
    stood = standings(family_of([WHOLE, child], frame()), NOW)["whole"]
    assert display(stood.score) == Decimal("0.4333")
    assert display(stood.score_if_nothing_dropped) == Decimal("0.3917")


def test_the_votes_are_told_with_their_weights():
    stood = standings(family_of([WHOLE, CHILD], frame()), NOW)["whole"]
    assert stood.votes == {"whole-0": 1, "whole-1": 1, "child": 1}
    assert [each.state.objective_id for each in stood.supporters] == ["child"]


# --- other cycles, and key results ---------------------------------------------------------------

YEAR = frame_of(
    THING.evolve(
        NO_CYCLE,
        CyclePlanned(
            cycle_id="year",
            name="2026",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            timezone="Europe/Berlin",
            policy=CyclePolicy(),
        ),
    )
)


def standing(*states: ObjectiveState, closed: dict[str, Family] | None = None, **policy):
    known = family_of(states, frame(**policy), YEAR)
    return standings(replace(known, closed=closed or {}), NOW)


def in_year(*supports: Support, reached: int = 80) -> ObjectiveState:
    return replace(objective("low", reached), cycle_id="year", supports=supports)


def to_whole(**fields) -> Support:
    return Support(kind="objective", id="whole", **fields)


def test_a_supporter_in_another_cycle_votes_if_its_link_says_so():
    stood = standing(WHOLE, in_year(to_whole(votes_in="any_cycle")))
    assert display(stood["whole"].score) == Decimal("0.4167")
    assert [each.cycle_name for each in stood["whole"].supporters] == ["2026"]


def test_it_is_shown_without_a_vote_where_the_policy_said_own_cycle():
    stood = standing(WHOLE, in_year(to_whole(votes_in="own_cycle")))["whole"]
    assert stood.score == fraction("0.225")
    assert [each.state.objective_id for each in stood.supporters] == ["low"]
    assert "low" not in stood.votes


def test_links_that_are_older_than_the_question_keep_their_meaning():
    assert standing(WHOLE, in_year(to_whole()))["whole"].supporters == ()


def test_a_supporter_is_judged_by_its_own_cycle():
    stood = standing(WHOLE, in_year(to_whole(votes_in="any_cycle"), reached=15))
    (low,) = stood["whole"].supporters
    assert low.standing.expected == expected_of_a_year(NOW)
    assert low.standing.health == "on_track", "15 per cent in February are enough for a year"


def expected_of_a_year(at):
    return Fraction((at - YEAR.starts_at) / (YEAR.ends_at - YEAR.starts_at)).limit_denominator(
        10**9
    )


def test_what_a_supporter_reaches_after_the_end_of_the_supported_cycle_moves_nothing_there():
    later = CheckInRecorded(objective_id="low", key_result_id="low-0", check_in_id="later",
                            reading=value(100), effective_at=AFTER)  # fmt: skip
    low = replace(
        objective("low", 80, more=[later]),
        cycle_id="year",
        supports=(to_whole(votes_in="any_cycle"),),
    )
    stood = standings(family_of([WHOLE, low], frame(), YEAR), AFTER)
    assert stood["low"].score == 1
    assert display(stood["whole"].score) == Decimal("0.4167")


def test_a_closed_cycle_hears_of_no_other_any_more():
    then = in_year(to_whole(votes_in="any_cycle"))
    now = replace(then, status="dropped")
    assert standing(WHOLE, now)["whole"].score == fraction("0.225")
    at_close = family_of([WHOLE, then], frame(), YEAR)
    stood = standing(WHOLE, now, closed={WHOLE.cycle_id: at_close})
    assert display(stood["whole"].score) == Decimal("0.4167")


def test_cycles_may_support_each_other_as_long_as_objectives_do_not():
    middle = replace(in_year(to_whole(votes_in="any_cycle")), objective_id="middle")
    other = objective("other", 100)
    other = replace(
        other, supports=(Support(kind="objective", id="middle", votes_in="any_cycle"),)
    )  # fmt: skip
    stood = standing(WHOLE, middle, other)
    assert stood["middle"].score == fraction("0.9")
    assert stood["whole"].votes == {"whole-0": 1, "whole-1": 1, "middle": 1}


def test_who_supports_a_key_result_is_shown_there_and_votes_nowhere():
    link = Support(kind="key_result", id="whole-0", objective_id="whole", votes_in="any_cycle")
    other = link.model_copy(update={"id": "whole-1"})
    stood = standing(WHOLE, in_year(link), replace(CHILD, supports=(other,)))["whole"]
    assert stood.score == fraction("0.225")
    assert stood.supporters == ()
    beside = {
        key: [each.state.objective_id for each in of] for key, of in stood.supporters_of.items()
    }
    assert beside == {"whole-0": ["low"], "whole-1": ["child"]}
