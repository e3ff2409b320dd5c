"""Objectives and key results are edited: a fact for each kind of change, none without one."""

from datetime import date
from typing import Any

import pytest

from domain.description import Link
from domain.okr.editing import (
    AmbitionChanged,
    ContributorsNamed,
    EditObjective,
    ObjectiveDescribed,
    ObjectiveLinked,
    ObjectiveMoved,
    ObjectiveReassigned,
    ObjectiveRenamed,
    ObjectiveTagged,
    ReviewerNamed,
    SponsorsNamed,
)
from domain.okr.grading import GradesLocked
from domain.okr.key_result import KeyResultDropped
from domain.okr.key_result_editing import (
    EditKeyResult,
    KeyResultReassigned,
    KeyResultRenamed,
    KeyResultRescheduled,
    MilestoneRenamed,
    MilestoneTitle,
)
from domain.okr.measure import Milestone, Milestones
from domain.okr.objective import ObjectiveClosed
from domain.okr.roster import PlaceClaimed, PlaceReleased
from domain.okr.standing import objective_standing
from domain.okr.stream import Contributor
from domain.people.team import TeamFormed
from domain.text import SealedText
from tests.domain.okr.quarter import (
    AGREED,
    CYCLE,
    CYCLE_RUNS,
    KEY_RESULT,
    NEXT_CYCLE,
    NOW,
    OBJECTIVE,
    OTHER,
    OWNER,
    PEOPLE,
    PROPOSED,
    TEAM,
    active,
    added,
    asked,
    claimed,
    drafted,
    frame,
    number,
    planned,
    slot,
)
from tests.domain.specification import fold, given

OTHER_TEAM = TeamFormed(team_id="team2", name="Other", kind="team")
LINK = Link(title="The plan", url="https://example.org")


def a_draft(*more: Any) -> Any:
    return given(*PEOPLE, OTHER_TEAM, *CYCLE_RUNS, drafted(), claimed(), *more)


def edit(**fields: Any) -> Any:
    return asked(EditObjective, by=OWNER, **fields)


def edit_part(**fields: Any) -> Any:
    return asked(EditKeyResult, by=OWNER, **fields)


# --- objectives -------------------------------------------------------------------------------


def test_each_kind_of_change_is_a_fact_of_its_own():
    wish = edit(
        description="Why it matters",
        links=(LINK,),
        tags=("flow", " Flow "),
        owner_id=OTHER,
        ambition="committed",
        contributors=(Contributor(person_id=OWNER, share=number("0.5")),),
        reviewer_id=OWNER,
        sponsor_ids=(OWNER, OTHER),
    )
    of = {"objective_id": OBJECTIVE}
    a_draft().when(wish).then(
        ObjectiveDescribed(**of, description=SealedText("Why it matters")),
        ObjectiveLinked(**of, links=(LINK,)),
        ObjectiveTagged(**of, tags=("flow",)),
        ObjectiveReassigned(**of, owner_id=OTHER),
        AmbitionChanged(**of, ambition="committed"),
        ContributorsNamed(**of, contributors=(Contributor(person_id=OWNER, share=number("0.5")),)),
        ReviewerNamed(**of, reviewer_id=OWNER),
        SponsorsNamed(**of, sponsor_ids=(OWNER, OTHER)),
    )


def test_a_new_title_takes_the_place_of_the_old_one_on_the_roster():
    a_draft().when(edit(title=" On  time ")).then(
        ObjectiveRenamed(objective_id=OBJECTIVE, title="On  time"),
        claimed(title_key="on time"),
    )


def test_a_title_that_another_objective_of_the_team_has_is_taken():
    other = (drafted("o2", title="On time"), claimed("o2", title_key="on time"))
    a_draft(*other).when(edit(title="ON TIME")).refused("title-taken", pointer="/title")


def test_what_is_the_same_makes_no_fact():
    a_draft().when(edit(title="Faster delivery", owner_id=OWNER, team_id=TEAM)).nothing()
    a_draft().when(edit()).nothing()


def test_an_objective_moves_to_another_team_and_its_place_with_it():
    a_draft().when(edit(team_id="team2")).then(
        ObjectiveMoved(objective_id=OBJECTIVE, team_id="team2", cycle_id=CYCLE),
        claimed(team_id="team2"),
    )


def test_without_a_team_it_is_its_owners_own():
    a_draft().when(edit(team_id=None)).then(
        ObjectiveMoved(objective_id=OBJECTIVE, team_id=None, cycle_id=CYCLE),
        claimed(team_id=None, owner_id=OWNER),
    )


def test_before_activation_it_moves_to_another_cycle():
    a_draft(planned(NEXT_CYCLE)).when(edit(into_cycle_id=NEXT_CYCLE)).then(
        ObjectiveMoved(objective_id=OBJECTIVE, team_id=TEAM, cycle_id=NEXT_CYCLE),
        PlaceReleased(cycle_id=CYCLE, objective_id=OBJECTIVE),
        PlaceClaimed(
            cycle_id=NEXT_CYCLE,
            objective_id=OBJECTIVE,
            team_id=TEAM,
            title_key="faster delivery",
        ),
    )
    history = given(*PEOPLE, *active(), planned(NEXT_CYCLE))
    history.when(edit(into_cycle_id=NEXT_CYCLE, reason="x")).refused("illegal-move")


def test_a_cycle_that_is_not_there_takes_nothing():
    a_draft().when(edit(into_cycle_id="q9")).refused("not-found", pointer="/cycle_id")


@pytest.mark.parametrize(
    ("wish", "code", "pointer"),
    [
        ({"title": " "}, "invalid-title", "/title"),
        ({"owner_id": None}, "owner-needed", "/owner_id"),
        ({"owner_id": "nobody"}, "not-found", "/owner_id"),
        ({"team_id": "nowhere"}, "not-found", "/team_id"),
        ({"reviewer_id": "nobody"}, "not-found", "/reviewer_id"),
        ({"sponsor_ids": (OWNER, OWNER)}, "named-twice", "/sponsor_ids"),
        (
            {"contributors": (Contributor(person_id="no"),)},
            "not-found",
            "/contributors/0/person_id",
        ),
        (
            {"contributors": (Contributor(person_id=OWNER, share=number(2)),)},
            "invalid-share",
            "/contributors/0/share",
        ),
        (
            {
                "contributors": (
                    Contributor(person_id=OWNER, share=number("0.7")),
                    Contributor(person_id=OTHER, share=number("0.7")),
                )
            },
            "invalid-share",
            "/contributors",
        ),
        ({"tags": ("x" * 81,)}, "invalid-tag", "/tags/0"),
        ({"description": "x" * 20_001}, "invalid-description", "/description"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(wish, code, pointer):
    a_draft().when(edit(**wish)).refused(code, pointer=pointer)


def test_free_until_activation_with_a_reason_afterwards():
    named = ObjectiveTagged(objective_id=OBJECTIVE, tags=("flow",))
    for history in ((), (PROPOSED,), (PROPOSED, AGREED)):
        a_draft(*history).when(edit(tags=("flow",))).then(named)
    running = given(*PEOPLE, *active())
    running.when(edit(tags=("flow",))).refused("reason-required", pointer="/reason")
    running.when(edit(tags=("flow",), reason="grouping")).then(named)


def test_in_the_end_only_words_are_put_right():
    locked = (GradesLocked(objective_id=OBJECTIVE), ObjectiveClosed(objective_id=OBJECTIVE))
    over = given(*PEOPLE, *active(*locked))
    fact = ObjectiveRenamed(objective_id=OBJECTIVE, title="Right")
    assert over.when(edit(title="Right", reason="a typo")).facts()[0] == fact
    refusal = over.when(edit(title="Right", owner_id=OTHER, reason="x")).refused("illegal-move")
    assert refusal.detail.startswith("Of an objective that is closed only the words")


# --- key results ------------------------------------------------------------------------------


def test_a_key_result_is_renamed_handed_over_and_rescheduled():
    of = {"objective_id": OBJECTIVE, "key_result_id": KEY_RESULT}
    wish = edit_part(title="Lead time, days", owner_id=OTHER, due_on=date(2026, 3, 1))
    a_draft(added()).when(wish).then(
        KeyResultRenamed(**of, title="Lead time, days"),
        KeyResultReassigned(**of, owner_id=OTHER),
        KeyResultRescheduled(**of, starts_on=None, due_on=date(2026, 3, 1)),
    )


def test_it_is_due_after_it_starts():
    wish = edit_part(starts_on=date(2026, 3, 2))
    history = a_draft(added(due_on=date(2026, 3, 1)))
    history.when(wish).refused("invalid-dates", pointer="/due_on")


def test_a_milestone_is_renamed_and_stays_the_same_one():
    steps = Milestones(kind="milestones", milestones=(Milestone(id="m", title="Planed"),))
    wish = edit_part(milestones=(MilestoneTitle(id="m", title="Planned"),))
    fact = MilestoneRenamed(
        objective_id=OBJECTIVE, key_result_id=KEY_RESULT, milestone_id="m", title="Planned"
    )
    a_draft(added(steps)).when(wish).then(fact)
    state = fold((drafted(), added(steps), fact))[f"objective/{OBJECTIVE}"]
    assert state.key_results[KEY_RESULT].measure.milestones == (Milestone(id="m", title="Planned"),)
    unknown = edit_part(milestones=(MilestoneTitle(id="x", title="?"),))
    a_draft(added(steps)).when(unknown).refused("not-found", pointer="/milestones/0/id")


def test_of_a_dropped_key_result_only_words_are_put_right():
    gone = KeyResultDropped(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, dropped_at=NOW)
    history = given(*PEOPLE, *active(added(), gone))
    assert history.when(edit_part(title="Right", reason="a typo")).facts()
    history.when(edit_part(capacity="tight", reason="x")).refused("illegal-move")


def test_a_key_result_counts_from_the_day_it_starts():
    late = added(starts_on=date(2026, 3, 1))
    state = fold(active(added(key_result_id="first"), late))[f"objective/{OBJECTIVE}"]
    assert set(objective_standing(state, frame(), NOW).votes) == {"first"}
    early = added(starts_on=date(2026, 1, 20), added_at=NOW)
    state = fold(active(early))[f"objective/{OBJECTIVE}"]
    assert set(objective_standing(state, frame(), NOW, slot(3)).votes) == set()
    assert set(objective_standing(state, frame(), NOW, slot(4)).votes) == {KEY_RESULT}
