"""RULES B9: carry-over ends one objective and starts another, both sides in one decision."""

from datetime import date

import pytest

from domain.okr.carry_over import CarryOverObjective, ObjectiveCarriedOver
from domain.okr.key_result import KeyResultAdded, KeyResultDropped
from domain.okr.measure import EstablishBaseline, Milestone, Milestones, PhasePoint, Reading
from domain.okr.standing import objective_standing
from tests.domain.okr.quarter import (
    AFTER,
    CLOSED,
    KEY_RESULT,
    NEXT_CYCLE,
    NOW,
    OBJECTIVE,
    PEOPLE,
    TEAM,
    active,
    added,
    asked,
    checked_in,
    claimed,
    drafted,
    frame,
    metric,
    number,
    planned,
    slot,
    value,
)
from tests.domain.specification import fold, given

NEXT = planned(NEXT_CYCLE)
CARRIED = ObjectiveCarriedOver(
    objective_id=OBJECTIVE,
    into_cycle_id=NEXT_CYCLE,
    into_objective_id="next",
    decision="keep",
    why="still matters",
)
DRAFTED = drafted("next", cycle_id=NEXT_CYCLE, carried_from=OBJECTIVE)
CLAIMED = claimed("next", cycle_id=NEXT_CYCLE)


def carry(**fields):
    wish = {
        "into_cycle_id": NEXT_CYCLE,
        "into_objective_id": "next",
        "key_result_ids": (KEY_RESULT,),
        "new_key_result_ids": ("new",),
        "decision": "keep",
        "why": "still matters",
        "at": AFTER,
    }
    return asked(CarryOverObjective, **{**wish, **fields})


def restarted(measure, **fields):
    return KeyResultAdded(
        **{
            "objective_id": "next",
            "key_result_id": "new",
            "title": "Lead time",
            "measure": measure,
            "added_at": AFTER,
            "carried_from": KEY_RESULT,
            **fields,
        }
    )


def test_both_sides_come_in_one_decision():
    history = active(added(metric(20, 40)), checked_in(value(28)), NEXT)
    given(*history).when(carry()).then(CARRIED, DRAFTED, restarted(metric(28, 40)), CLAIMED)


def test_no_check_in_is_copied_and_the_score_restarts():
    history = active(added(metric(20, 40)), checked_in(value(28)), NEXT)
    facts = given(*history).when(carry()).facts()
    states = fold((*history, *facts))
    old, new = states[f"objective/{OBJECTIVE}"], states["objective/next"]
    assert (old.status, old.carried_into) == ("closed", "next")
    assert (new.status, new.carried_from) == ("draft", OBJECTIVE)
    stood = objective_standing(new, frame(), AFTER)
    assert (stood.score, stood.coverage) == (0, 0)
    assert new.key_results["new"].check_ins == ()


def test_weight_and_owner_come_along_dates_do_not():
    phases = (PhasePoint(on=date(2026, 2, 1), fraction=number("0.5")),)
    first = added(
        metric(20, 40, phases=phases),
        weight=number(3),
        owner_id="bob",
        due_on=date(2026, 3, 1),
    )
    facts = given(*active(first, checked_in(value(28)), NEXT)).when(carry()).facts()
    assert facts[2] == restarted(metric(28, 40), weight=number(3), owner_id="bob")


def test_only_the_chosen_key_results_come_along():
    history = active(added(), added(key_result_id="b"), NEXT)
    facts = given(*history).when(carry(key_result_ids=("b",))).facts()
    assert [fact.carried_from for fact in facts if isinstance(fact, KeyResultAdded)] == ["b"]


def test_without_a_key_result_nothing_goes_on():
    history = active(added(), added(key_result_id="b"), NEXT)
    nothing = given(*history).when(carry(key_result_ids=(), new_key_result_ids=()))
    refusal = nothing.refused("invalid-carry-over", kind="invalid", pointer="/key_result_ids")
    assert "choose at least one key result" in refusal.detail


def test_the_original_baseline_is_a_policy():
    history = active(added(metric(20, 40)), checked_in(value(28)), NEXT)
    facts = given(*history).when(carry(baseline="original")).facts()
    assert facts[2] == restarted(metric(20, 40))


def test_reach_that_has_begun_goes_on_as_increase_or_decrease():
    up = active(added(metric(0, 500, "reach")), checked_in(value(125)), NEXT)
    assert given(*up).when(carry()).facts()[2] == restarted(metric(125, 500, "increase"))
    down = active(added(metric(0, -500, "reach")), checked_in(value(-125)), NEXT)
    assert given(*down).when(carry()).facts()[2] == restarted(metric(-125, -500, "decrease"))
    idle = active(added(metric(0, 500, "reach")), NEXT)
    assert given(*idle).when(carry()).facts()[2] == restarted(metric(0, 500, "reach"))


def test_milestones_already_done_stay_behind():
    both = tuple(Milestone(id=name, title=name) for name in "ab")
    plan = Milestones(kind="milestones", milestones=both)
    read = checked_in(Reading(milestone_ids=("a",)))
    facts = given(*active(added(plan), read, NEXT)).when(carry()).facts()
    assert facts[2] == restarted(Milestones(kind="milestones", milestones=both[1:]))


@pytest.mark.parametrize(
    ("measure", "read"),
    [
        (metric(20, 40), value(40)),
        (metric(20, 40), value(47)),
        (
            Milestones(kind="milestones", milestones=(Milestone(id="a", title="A"),)),
            Reading(milestone_ids=("a",)),
        ),
        (EstablishBaseline(kind="establish_baseline"), value(3)),
    ],
)
def test_a_key_result_that_is_reached_has_no_way_to_go(measure, read):
    history = active(added(measure), checked_in(read), NEXT)
    given(*history).when(carry()).refused("degenerate-measure", pointer="/key_result_ids/0")
    assert given(*history).when(carry(baseline="original")).facts()[2] == restarted(measure)


def test_repeating_a_carry_over_changes_nothing():
    history = active(added(), NEXT, CARRIED, DRAFTED, CLAIMED)
    given(*history).when(carry()).nothing()


def test_an_objective_is_carried_over_once():
    refusal = given(*active(added(), NEXT, CARRIED)).when(carry(into_objective_id="third"))
    refusal.refused("illegal-move", allowed=())


def test_an_objective_that_never_ran_is_not_carried_over():
    given(drafted(), added(), NEXT).when(carry()).refused("illegal-move")


def test_an_unknown_objective_is_missing():
    given(NEXT).when(carry()).refused("not-found", kind="missing")


def test_the_new_side_obeys_the_rules_of_its_roster():
    history = active(added(), NEXT, claimed("x", cycle_id=NEXT_CYCLE))
    given(*history).when(carry()).refused("title-taken")
    full = [claimed(f"o{n}", cycle_id=NEXT_CYCLE, title_key=f"t{n}") for n in range(5)]
    given(*active(added(), NEXT, *full)).when(carry()).refused("too-many-objectives")


@pytest.mark.parametrize(
    ("more", "fields", "code", "pointer"),
    [
        ((), {"why": " "}, "reason-required", "/why"),
        ((), {"into_cycle_id": "q1"}, "invalid-cycle", "/into_cycle_id"),
        ((), {"into_cycle_id": "q9"}, "not-found", "/into_cycle_id"),
        ((), {"key_result_ids": ("nobody",)}, "not-found", "/key_result_ids/0"),
        ((), {"key_result_ids": ("kr", "kr")}, "invalid-carry-over", "/key_result_ids"),
        ((), {"new_key_result_ids": ()}, "invalid-carry-over", "/new_key_result_ids"),
        ((), {"into_objective_id": OBJECTIVE}, "already-exists", None),
        ((drafted("next", cycle_id=NEXT_CYCLE),), {}, "already-exists", None),
        (
            (KeyResultDropped(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, dropped_at=NOW),),
            {},
            "invalid-carry-over",
            "/key_result_ids/0",
        ),
    ],
)
def test_what_cannot_be_carried_over_is_refused(more, fields, code, pointer):
    given(*active(added(), *more, NEXT)).when(carry(**fields)).refused(code, pointer=pointer)


def test_a_closed_cycle_takes_nothing_in():
    over = CLOSED.model_copy(update={"cycle_id": NEXT_CYCLE})
    given(*active(added(), NEXT, over)).when(carry()).refused("cycle-closed")


def test_the_people_of_the_objective_stay():
    facts = given(*PEOPLE, *active(added(), checked_in(value(25), slot(3)), NEXT)).when(carry())
    assert (facts.facts()[1].team_id, facts.facts()[1].owner_id) == (TEAM, "ada")
