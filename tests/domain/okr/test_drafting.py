"""Drafting, dropping, merging: an objective takes a place in its cycle and gives it free again."""

import pytest

from domain.okr.drafting import DraftObjective
from domain.okr.grading import GradesLocked
from domain.okr.leaving import DropObjective, MergeObjective, ObjectiveDropped, ObjectiveMerged
from domain.okr.roster import PlaceReleased
from domain.okr.stream import Priority
from tests.domain.okr.quarter import (
    ACTIVATED,
    AGREED,
    CLOSED,
    CYCLE,
    CYCLE_RUNS,
    GRADING,
    NEXT_CYCLE,
    NOW,
    OBJECTIVE,
    OWNER,
    PEOPLE,
    PROPOSED,
    TEAM,
    active,
    asked,
    claimed,
    drafted,
    planned,
)
from tests.domain.specification import given


def draft(objective_id=OBJECTIVE, **fields):
    wish = {
        "team_id": TEAM,
        "owner_id": OWNER,
        "title": "Faster delivery",
        "ambition": "aspirational",
    }
    return asked(DraftObjective, objective_id=objective_id, **{**wish, **fields})


def in_cycle(*more):
    return given(*PEOPLE, *CYCLE_RUNS, *more)


def test_drafting_claims_a_place_on_the_roster():
    in_cycle().when(draft()).then(drafted(), claimed())


def test_drafting_twice_changes_nothing():
    in_cycle(drafted(), claimed()).when(draft()).nothing()


def test_another_objective_under_the_same_id_is_refused():
    in_cycle(drafted(), claimed()).when(draft(title="Other")).refused("already-exists")


@pytest.mark.parametrize("taken", ["Faster delivery", "FASTER  Delivery ", "faster DELIVERY"])
def test_a_title_is_unique_in_team_and_cycle_by_casefold(taken):
    refusal = in_cycle(drafted(), claimed()).when(draft("two", title=taken))
    refusal.refused("title-taken", kind="conflict", pointer="/title")


def test_casefold_knows_more_than_lower_case():
    street = claimed(title_key="neue strasse")
    in_cycle(street).when(draft("two", title="Neue Straße")).refused("title-taken")


def test_another_team_may_use_the_title():
    in_cycle(claimed("x", team_id="elsewhere")).when(draft()).then(drafted(), claimed())


def test_a_team_has_at_most_the_policys_objectives():
    full = [claimed(f"o{n}", title_key=f"title {n}") for n in range(5)]
    in_cycle(*full[:4]).when(draft()).then(drafted(), claimed())
    refusal = in_cycle(*full).when(draft()).refused("too-many-objectives")
    assert refusal.extra == {"limit": 5}
    narrow = planned(objectives_per_team=1)
    given(*PEOPLE, narrow, full[0]).when(draft()).refused("too-many-objectives")


def test_a_released_place_is_free_again():
    full = [claimed(f"o{n}", title_key=f"title {n}") for n in range(5)]
    freed = PlaceReleased(cycle_id=CYCLE, objective_id="o0")
    in_cycle(*full, freed).when(draft()).then(drafted(), claimed())


def test_a_planned_cycle_takes_drafts():
    given(*PEOPLE, planned()).when(draft()).then(drafted(), claimed())


@pytest.mark.parametrize("over", [GRADING, CLOSED])
def test_once_grading_begins_no_objective_comes_in(over):
    in_cycle(over).when(draft()).refused("cycle-closed")


def test_unknown_cycle_team_and_owner_are_named():
    given(*PEOPLE).when(draft()).refused("not-found", kind="missing", pointer="/cycle_id")
    given(PEOPLE[0], *CYCLE_RUNS).when(draft()).refused("not-found", pointer="/team_id")
    given(PEOPLE[2], *CYCLE_RUNS).when(draft()).refused("not-found", pointer="/owner_id")


@pytest.mark.parametrize("title", ["", "  ", "x" * 501])
def test_a_title_says_something(title):
    in_cycle().when(draft(title=title)).refused("invalid-title", pointer="/title")


def test_a_title_may_have_500_characters_besides_the_spaces_around_it():
    facts = in_cycle().when(draft(title=f" {'x' * 500} ")).facts()
    assert facts[0].title == "x" * 500


def test_priorities_are_one_to_five():
    priority = Priority(impact=1, value=5, resources=0, risk=3)
    in_cycle().when(draft(priority=priority)).refused(
        "invalid-priority", pointer="/priority/resources"
    )


# --- drop --------------------------------------------------------------------------------------

GONE = ObjectiveDropped(objective_id=OBJECTIVE, effective_at=NOW)
FREE = PlaceReleased(cycle_id=CYCLE, objective_id=OBJECTIVE)


@pytest.mark.parametrize(
    "way", [(), (PROPOSED,), (PROPOSED, AGREED), (PROPOSED, AGREED, ACTIVATED)]
)
def test_dropping_gives_the_place_free(way):
    wish = asked(DropObjective, reason="strategy changed")
    in_cycle(drafted(), claimed(), *way).when(wish).then(GONE, FREE)


def test_without_a_place_there_is_none_to_give_free():
    in_cycle(drafted()).when(asked(DropObjective, reason="x")).then(GONE)


def test_dropping_needs_a_reason():
    in_cycle(drafted(), claimed()).when(asked(DropObjective, reason=" ")).refused(
        "reason-required", pointer="/reason"
    )


def test_what_was_dropped_is_not_dropped_again():
    wish = asked(DropObjective, reason="strategy changed")
    in_cycle(drafted(), claimed(), GONE, FREE).when(wish).refused(
        "illegal-move", allowed=("reinstate",)
    )


def test_after_the_lock_nothing_is_dropped():
    locked = GradesLocked(objective_id=OBJECTIVE)
    refusal = (
        given(*active(locked)).when(asked(DropObjective, reason="late")).refused("grading-locked")
    )
    assert "drop" not in refusal.allowed


def test_dropping_in_the_wrong_cycle_is_refused():
    wish = asked(DropObjective, reason="x", cycle_id=NEXT_CYCLE)
    in_cycle(drafted(), claimed()).when(wish).refused("invalid-cycle")


def test_an_unknown_objective_is_not_found():
    in_cycle().when(asked(DropObjective, reason="x")).refused("not-found", kind="missing")


# --- merge -------------------------------------------------------------------------------------


def merge(into="other"):
    return asked(MergeObjective, into_id=into)


def test_merging_gives_the_place_free():
    in_cycle(drafted(), claimed(), drafted("other")).when(merge()).then(
        ObjectiveMerged(objective_id=OBJECTIVE, into_id="other", effective_at=NOW), FREE
    )


def test_what_was_merged_is_not_merged_again():
    merged = ObjectiveMerged(objective_id=OBJECTIVE, into_id="other", effective_at=NOW)
    history = in_cycle(drafted(), drafted("other"), merged)
    history.when(merge()).refused("illegal-move", allowed=("reinstate",))


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ((), "not-found"),
        ((drafted("other", cycle_id=NEXT_CYCLE),), "invalid-merge"),
        (
            (drafted("other"), ObjectiveDropped(objective_id="other", effective_at=NOW)),
            "invalid-merge",
        ),
    ],
)
def test_only_a_running_objective_of_the_cycle_takes_another_in(other, code):
    in_cycle(drafted(), *other).when(merge()).refused(code, pointer="/into_id")


def test_an_objective_is_not_merged_into_itself():
    in_cycle(drafted()).when(merge(OBJECTIVE)).refused("invalid-merge")


def test_a_dropped_objective_is_not_merged():
    refusal = in_cycle(drafted(), drafted("other"), GONE).when(merge()).refused("illegal-move")
    assert refusal.allowed == ("reinstate",)
