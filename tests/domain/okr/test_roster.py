"""The roster's indexes say what a walk over all places says, for less work."""

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.okr.roster import (
    INITIAL,
    PlaceClaimed,
    PlaceReleased,
    Roster,
    SupportClaimed,
    refuse_place,
    release,
)
from domain.okr.roster_thing import THING

IDS = st.sampled_from([f"o{n}" for n in range(9)])
CLAIMS = st.builds(
    PlaceClaimed,
    cycle_id=st.just("q1"),
    objective_id=IDS,
    team_id=st.sampled_from(["a", "b"]),
    title_key=st.sampled_from(["ship", "sell", "hire"]),
    supports=st.lists(IDS, max_size=3).map(tuple),
)
ABROAD = st.builds(
    SupportClaimed,
    cycle_id=st.just("q1"),
    objective_id=st.sampled_from(["far", "away"]),
    supports=st.lists(IDS, max_size=2).map(tuple),
)
RELEASES = st.builds(PlaceReleased, cycle_id=st.just("q1"), objective_id=IDS)
FACTS = CLAIMS | RELEASES | ABROAD


def folded(facts: list[Any]) -> Roster:
    state = INITIAL
    for fact in facts:
        state = THING.evolve(state, fact)
    return state


# --- the plain version: a dict of claims, walked as a whole --------------------------------------


def plainly(facts: list[Any]) -> dict[str, PlaceClaimed]:
    places: dict[str, PlaceClaimed] = {}
    for fact in facts:
        if isinstance(fact, PlaceClaimed):
            places = {**places, fact.objective_id: fact}
        elif isinstance(fact, PlaceReleased):
            places = {key: place for key, place in places.items() if key != fact.objective_id}
    return places


def plainly_supporting(facts: list[Any], supported_id: str) -> set[str]:
    abroad = [fact for fact in facts if isinstance(fact, SupportClaimed)]
    claims = [*plainly(facts).values(), *abroad]
    return {each.objective_id for each in claims if supported_id in each.supports}


def plainly_refused(places: dict[str, PlaceClaimed], place: PlaceClaimed, most: int) -> str | None:
    others = [each for each in places.values() if each.objective_id != place.objective_id]
    of_team = [each for each in others if each.team_id == place.team_id]
    if any(each.title_key == place.title_key for each in of_team):
        return "title-taken"
    if len(of_team) >= most:
        return "too-many-objectives"
    return None


@given(st.lists(FACTS, max_size=30), CLAIMS, st.integers(1, 4))
@settings(max_examples=300)
def test_it_answers_as_a_walk_over_all_places_would(facts, place, most):
    state, places = folded(facts), plainly(facts)
    assert {key: held.claim for key, held in state.places.items()} == places
    assert [key for _, key in sorted((held.turn, key) for key, held in state.places.items())] == [
        *places
    ]
    for n in range(9):
        assert state.supporting(f"o{n}") == plainly_supporting(facts, f"o{n}")
        assert bool(release(state, "q1", f"o{n}")) == (f"o{n}" in places)
    refusal = refuse_place(state, place, most)
    assert (refusal.code if refusal else None) == plainly_refused(places, place, most)


# --- work, counted in calls ----------------------------------------------------------------------


def calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls, of Python and of C."""
    counted: Counter[str] = Counter()
    sys.setprofile(lambda _frame, event, _what: counted.update((event,)))
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted["call"] + counted["c_call"]


def company(teams: int) -> list[Any]:
    """Five objectives a team; each supports the company's one, which stands first."""
    top = PlaceClaimed(cycle_id="q1", objective_id="top", team_id="board", title_key="top")
    return [
        top,
        *(
            PlaceClaimed(
                cycle_id="q1",
                objective_id=f"o-{team:06}-{n}",
                team_id=f"t-{team:06}",
                title_key=f"title {n}",
                supports=("top",) if n == 0 else (f"o-{team:06}-0",),
            )
            for team in range(teams)
            for n in range(5)
        ),
    ]


def test_folding_twice_as_many_places_is_twice_the_work():
    small, large = company(100), company(400)
    once, four_times = calls(lambda: folded(small)), calls(lambda: folded(large))
    assert four_times < 5.5 * once


def test_a_new_place_and_who_supports_an_objective_cost_the_same_in_a_large_cycle():
    small, large = folded(company(20)), folded(company(400))
    place = PlaceClaimed(
        cycle_id="q1",
        objective_id="new",
        team_id="t-000007",
        title_key="new",
        supports=("o-000007-0",),
    )
    for asked in (
        lambda state: refuse_place(state, place, 9),
        lambda state: state.supporting("o-000007-0"),
        lambda state: state.supporting("o-000007-3"),
    ):
        few, many = calls(lambda: asked(small)), calls(lambda: asked(large))  # noqa: B023
        assert many < 2 * few
    assert len(large.supporting("o-000007-0")) == 4
    assert len(large.supporting("top")) == 400
