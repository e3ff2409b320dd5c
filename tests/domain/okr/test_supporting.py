"""RULES B3: what an objective may support, within its cycle, across cycles, and by key results."""

from typing import Any

import pytest

from domain.okr.drafting import DraftObjective
from domain.okr.editing import EditObjective, ObjectiveAligned, ObjectiveMoved
from domain.okr.leaving import ObjectiveDeleted, ObjectiveDropped
from domain.okr.roster import PlaceReleased, SupportClaimed
from domain.okr.stream import Support
from tests.domain.okr.quarter import (
    ACTIVATED,
    CYCLE,
    CYCLE_RUNS,
    KEY_RESULT,
    NEXT_CYCLE,
    NOW,
    OBJECTIVE,
    OWNER,
    PEOPLE,
    TEAM,
    added,
    asked,
    claimed,
    drafted,
    number,
    planned,
)
from tests.domain.specification import given

TOP = (drafted("top", title="Top"), claimed("top", title_key="top"))
ABROAD = drafted("abroad", cycle_id=NEXT_CYCLE, title="Abroad")


def to(id_: str, **fields: Any) -> Support:
    return Support(kind="objective", id=id_, **fields)


def made(id_: str, **fields: Any) -> Support:
    """A link as it is recorded where supporters of any cycle vote."""
    return to(id_, **{"votes_in": "any_cycle", **fields})


def to_key_result(id_: str, home: str, **fields: Any) -> Support:
    return Support(kind="key_result", id=id_, objective_id=home, **fields)


def draft(*supports: Support, **fields: Any) -> DraftObjective:
    wish = {"team_id": TEAM, "owner_id": OWNER, "title": "Faster delivery"}
    return asked(
        DraftObjective, **wish, ambition="aspirational", supports=supports, **fields
    )  # fmt: skip


def align(*supports: Support, **fields: Any) -> EditObjective:
    return asked(EditObjective, by=OWNER, supports=supports, **fields)


def in_cycle(*more: Any) -> Any:
    return given(*PEOPLE, *CYCLE_RUNS, *more)


def a_draft(*more: Any) -> Any:
    return in_cycle(drafted(), claimed(), *more)


# --- what there is -------------------------------------------------------------------------------


def test_a_link_keeps_what_the_policy_of_the_supported_cycle_says():
    in_cycle(*TOP).when(draft(to("top"))).then(
        drafted(supports=(made("top"),)), claimed(supports=("top",))
    )
    own = given(*PEOPLE, planned(supporters="own_cycle"), *TOP)
    facts = own.when(draft(to("top", weight=number(2)))).facts()
    assert facts[0] == drafted(
        supports=(made("top", weight=number(2), votes_in="own_cycle"),)
    )  # fmt: skip


def test_what_is_supported_is_there():
    in_cycle().when(draft(to("top"))).refused("not-found", pointer="/supports/0")
    gone = in_cycle(*TOP, ObjectiveDeleted(objective_id="top"))
    gone.when(draft(to("top"))).refused("not-found", pointer="/supports/0")
    other = in_cycle(*TOP).when(draft(to("top"), to_key_result("kr", "top")))
    other.refused("not-found", kind="missing", pointer="/supports/1")


def test_supporting_weights_are_not_negative_and_links_are_made_once():
    twice = draft(to("top"), to("top"))
    in_cycle(*TOP).when(twice).refused("supported-twice", pointer="/supports/1/id")
    negative = draft(to("top", weight=number("-0.1")))
    in_cycle(*TOP).when(negative).refused("invalid-weight", pointer="/supports/0/weight")


def test_a_key_result_is_supported_by_its_objective():
    measured = (*TOP, added(objective_id="top"))
    link = to_key_result(KEY_RESULT, "top")
    in_cycle(*measured).when(draft(link)).then(
        drafted(supports=(to_key_result(KEY_RESULT, "top", votes_in="any_cycle"),)),
        claimed(supports=(KEY_RESULT,)),
    )


# --- other cycles --------------------------------------------------------------------------------


def test_the_roster_of_another_cycle_is_told_who_supports_what_stands_there():
    there = in_cycle(planned(NEXT_CYCLE), ABROAD)
    there.when(draft(to("abroad"), above_cycles=(NEXT_CYCLE,))).then(
        drafted(supports=(made("abroad"),)),
        claimed(supports=("abroad",)),
        SupportClaimed(cycle_id=NEXT_CYCLE, objective_id=OBJECTIVE, supports=("abroad",)),
    )


def test_its_policy_is_asked():
    there = in_cycle(planned(NEXT_CYCLE, supporters="own_cycle"), ABROAD)
    facts = there.when(draft(to("abroad"), above_cycles=(NEXT_CYCLE,))).facts()
    assert facts[0].supports[0].votes_in == "own_cycle"


def test_a_supported_objective_that_moved_meanwhile_is_asked_about_again():
    there = in_cycle(planned(NEXT_CYCLE), ABROAD)
    there.when(draft(to("abroad"))).refused("alignment-moved", kind="conflict")


def test_who_supports_a_moving_objective_is_known_where_it_goes():
    supporter = claimed("low", title_key="low", supports=(OBJECTIVE, KEY_RESULT))
    moving = a_draft(planned(NEXT_CYCLE), added(), supporter)
    moving.when(asked(EditObjective, by=OWNER, into_cycle_id=NEXT_CYCLE)).then(
        ObjectiveMoved(objective_id=OBJECTIVE, team_id=TEAM, cycle_id=NEXT_CYCLE),
        PlaceReleased(cycle_id=CYCLE, objective_id=OBJECTIVE),
        claimed(cycle_id=NEXT_CYCLE),
        SupportClaimed(
            cycle_id=NEXT_CYCLE, objective_id="low", supports=(OBJECTIVE, KEY_RESULT)
        ),
    )  # fmt: skip


def test_whom_a_moving_objective_supports_still_knows_it():
    own = (drafted(supports=(made("top"),)), claimed(supports=("top",)))
    moving = in_cycle(planned(NEXT_CYCLE), *TOP, *own)
    facts = moving.when(asked(EditObjective, by=OWNER, into_cycle_id=NEXT_CYCLE)).facts()
    assert facts[2:] == (
        claimed(cycle_id=NEXT_CYCLE, supports=("top",)),
        SupportClaimed(cycle_id=CYCLE, objective_id=OBJECTIVE, supports=("top",)),
    )


# --- changing links ------------------------------------------------------------------------------


def test_links_are_made_and_taken_away_as_one_change():
    a_draft(*TOP).when(align(to("top"), above=("top",))).then(
        ObjectiveAligned(objective_id=OBJECTIVE, supports=(made("top"),)),
        claimed(supports=("top",)),
    )
    linked = in_cycle(*TOP, drafted(supports=(made("top"),)), claimed(supports=("top",)))
    linked.when(align()).then(ObjectiveAligned(objective_id=OBJECTIVE, supports=()), claimed())


def test_the_same_links_are_no_change():
    linked = in_cycle(*TOP, drafted(supports=(to("top"),)), claimed(supports=("top",)))
    linked.when(align(to("top"), above=("top",))).nothing()


def test_links_of_an_active_objective_need_a_reason():
    running = a_draft(*TOP, ACTIVATED)
    running.when(align(to("top"), above=("top",))).refused("reason-required")
    running.when(align(to("top"), above=("top",), reason="asked for")).facts()


# --- loops ---------------------------------------------------------------------------------------


def test_nothing_supports_itself():
    a_draft().when(align(to(OBJECTIVE))).refused("alignment-loop", pointer="/supports/0/id")
    in_cycle().when(draft(to(OBJECTIVE))).refused("alignment-loop", pointer="/supports/0/id")
    own = a_draft(added()).when(align(to_key_result(KEY_RESULT, OBJECTIVE)))
    own.refused("alignment-loop", kind="invalid", pointer="/supports/0/id")


@pytest.mark.parametrize("cycle", [CYCLE, NEXT_CYCLE])
@pytest.mark.parametrize(
    "last",
    [
        to(OBJECTIVE),
        to_key_result(KEY_RESULT, OBJECTIVE),
        Support(kind="key_result", id=KEY_RESULT),
    ],
)
def test_no_way_up_leads_back(cycle, last):
    """Across cycles, through key results, and through links that do not say whose they are."""
    chain = (
        planned(NEXT_CYCLE),
        added(),
        drafted("a", supports=(to("b"),)),
        drafted("b", cycle_id=cycle, supports=(to("c"), last)),
        drafted("c"),
    )
    loop = align(to("c"), to("a"), above=("a", "b", "c"), above_cycles=(CYCLE,))
    a_draft(*chain).when(loop).refused("alignment-loop", pointer="/supports/1/id")


def test_what_was_dropped_may_come_back_so_no_way_leads_through_it():
    chain = (
        drafted("a", supports=(to(OBJECTIVE),)),
        ObjectiveDropped(objective_id="a", effective_at=NOW),
    )
    a_draft(*chain).when(align(to("a"), above=("a",))).refused("alignment-loop")


def test_a_way_up_that_changed_meanwhile_is_looked_at_again():
    chain = (drafted("a", supports=(to("b"),)), drafted("b", supports=(to(OBJECTIVE),)))
    a_draft(*chain).when(align(to("a"), above=("a",))).refused("alignment-moved")


def test_a_loop_among_others_is_not_followed_forever():
    loop = (drafted("a", supports=(to("b"),)), drafted("b", supports=(to("a"),)))
    facts = a_draft(*loop).when(align(to("a"), above=("a", "b"))).facts()
    assert facts[0].supports == (made("a"),)


def test_a_diamond_is_not_a_loop():
    diamond = (
        drafted("top"),
        drafted("left", supports=(to("top"),)),
        drafted("right", supports=(to("top"),)),
    )
    both = align(to("left"), to("right"), above=("left", "right", "top"))
    assert a_draft(*diamond).when(both).facts()[1] == claimed(supports=("left", "right"))
