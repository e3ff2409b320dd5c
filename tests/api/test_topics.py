"""Live events name what a fact touches, so finely that a page refetches little."""

from api.app import INTERFACE
from domain.things import THINGS
from tests.api.installation import Stack

TOPICS = INTERFACE.topics(THINGS)


def touched(stack: Stack, position: int, facts: int = 1) -> set[str]:
    """What the events of the facts up to a position name."""
    told = stack.journal.tail(position - facts, facts)
    return {topic for envelope in told for topic in TOPICS.of(envelope, stack.journal)}


def test_a_check_in_touches_what_shows_it_and_what_counts_it_in(stack: Stack) -> None:
    company = stack.active()
    told = touched(stack, company.check_in(25)["position"])
    assert told >= {
        f"objective/{company.objective}", f"key_result/{company.key_result}",
        f"team/{company.team}", f"cycle/{company.cycle}",
        "objectives", "boards/objectives", "scores", "obligations",
    }  # fmt: skip
    assert told.isdisjoint({"actions", "boards/actions", "teams", "people", "cycles"})


def test_the_teams_above_hear_of_it_too(stack: Stack) -> None:
    above = stack.team()
    team = stack.team(parent_id=above)
    made = stack.post(
        "/v1/objectives",
        {
            "cycle_id": stack.cycle(), "team_id": team, "owner_id": stack.person(),
            "title": "Below", "ambition": "committed",
        },
    )  # fmt: skip
    assert {f"team/{team}", f"team/{above}"} <= touched(stack, made["position"], 2)


def test_what_an_obstacle_is_about_hears_of_its_whole_life(stack: Stack) -> None:
    company = stack.active()
    about = {"kind": "key_result", "id": company.key_result}
    raised = stack.post("/v1/obstacles", {"title": "No data", "about": about, "severity": "low"})
    taken = stack.post(f"/v1/obstacles/{raised['id']}/acknowledge", status=200)
    for made in (raised, taken):
        told = touched(stack, made["position"])
        assert {f"key_result/{company.key_result}", f"obstacle/{raised['id']}"} <= told
        assert "boards/objectives" in told


def test_only_what_makes_somebody_owe_or_pay_touches_obligations(stack: Stack) -> None:
    company = stack.active()
    assert "obligations" in touched(stack, company.check_in(25)["position"])
    path = f"/v1/objectives/{company.objective}/key-results/{company.key_result}/reweight"
    weighed = stack.post(path, {"weight": 2, "reason": "The key one"}, 200)
    told = touched(stack, weighed["position"])
    assert "obligations" not in told
    assert "scores" in told


def test_an_answer_tells_which_facts_are_its_own(stack: Stack) -> None:
    company = stack.active()
    before = stack.journal.head()
    answer = stack.client.post(
        f"/v1/objectives/{company.objective}/drop",
        json={"reason": "Sold"},
        headers={"If-Match": "*"},
    )
    last, facts = (int(answer.headers[f"TrueNorth-{name}"]) for name in ("Position", "Facts"))
    assert (last - facts, last) == (before, stack.journal.head())
