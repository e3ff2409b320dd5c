"""Lists of objectives: filtered, narrowed by words, in several orders, a page at a time."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.installation import Stack


class Quarter:
    """A cycle of four objectives that stand differently."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.zoe, self.ann = stack.person("Zoë"), stack.person("Anna")
        self.service, self.sales = stack.team("Service"), stack.team("Sales")
        self.cycle = stack.cycle()
        self.calls = self.drafted("Answer calls sooner", self.service, self.ann, "Hours of waiting")
        self.offers = self.drafted("Write better offers", self.sales, self.ann, "Offers won")
        self.visits = self.drafted("Visit more customers", self.sales, self.zoe, "Visits a week")
        self.later = stack.objective(self.cycle, self.sales, self.zoe, title="Brochure, perhaps")
        for (objective, key_result), value in ((self.calls, 40), (self.offers, 21)):
            stack.activate(objective)
            path = f"/v1/objectives/{objective}/key-results/{key_result}/check-ins"
            stack.post(path, {"value": value})
        assert stack.views.wait_for(stack.journal.head(), 10)

    def drafted(self, title: str, team: str, owner: str, measured: str) -> tuple[str, str]:
        objective = self.stack.objective(self.cycle, team, owner, title=title)
        return objective, self.stack.key_result(objective, title=measured)

    def titles(self, **asked: Any) -> list[str]:
        """What is listed, by titles, fetched two by two."""
        found: list[str] = []
        query, following = {"cycle_id": self.cycle, "limit": 2, **asked}, {}
        while True:
            page = self.stack.get(f"/v1/objectives?{urlencode({**query, **following})}")
            found += [each["title"] for each in page["items"]]
            if page["next_cursor"] is None:
                return found
            assert len(page["items"]) == 2
            following = {"cursor": page["next_cursor"]}


CALLS, OFFERS = "Answer calls sooner", "Write better offers"
VISITS, LATER = "Visit more customers", "Brochure, perhaps"


@pytest.fixture(scope="module")
def quarter(stack: Stack) -> Quarter:
    return Quarter(stack)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", [CALLS, OFFERS, VISITS, LATER]),
        ("answer", [CALLS]),
        ("ANSW call", [CALLS]),
        ("waiting", [CALLS]),
        ("hours sooner", [CALLS]),
        ("zoe", [VISITS, LATER]),
        ("sales anna", [OFFERS]),
        ("sal", [OFFERS, VISITS, LATER]),
        ("nobody", []),
        ("!?", []),
        ('"; DROP', []),
    ],
)
def test_words_are_found_in_titles_and_in_the_names_beside_them(
    quarter: Quarter, q: str, found: list[str]
) -> None:
    assert quarter.titles(q=q) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("oldest", [CALLS, OFFERS, VISITS, LATER]),
        ("newest", [LATER, VISITS, OFFERS, CALLS]),
        ("title", [CALLS, LATER, VISITS, OFFERS]),
        ("progress", [VISITS, OFFERS, CALLS, LATER]),
    ],
)
def test_orders(quarter: Quarter, sort: str, found: list[str]) -> None:
    assert quarter.titles(sort=sort) == found
    assert quarter.titles(sort=sort, q="sales") == [t for t in found if t != CALLS]


def test_the_worst_health_comes_first_and_is_a_filter(quarter: Quarter) -> None:
    every = quarter.stack.get(f"/v1/objectives?cycle_id={quarter.cycle}")["items"]
    health = {each["title"]: each["health"] for each in every}
    assert health[OFFERS] in {"at_risk", "lagging"}
    assert quarter.titles(sort="health")[0] == OFFERS
    for one in set(health.values()):
        wanted = [title for title, each in health.items() if each == one]
        assert quarter.titles(health=one) == wanted
        assert quarter.titles(health=one, sort="newest") == wanted[::-1]
        assert sorted(quarter.titles(health=one, sort="title")) == sorted(wanted)


def test_health_is_asked_for_without_a_cycle_too(quarter: Quarter) -> None:
    health = quarter.stack.get(f"/v1/objectives/{quarter.offers[0]}")["health"]
    asked = f"/v1/objectives?health={health}&owner_id={quarter.ann}"
    assert [each["title"] for each in quarter.stack.get(asked)["items"]] == [OFFERS]


def test_an_order_by_standing_is_of_one_cycle(stack: Stack) -> None:
    for sort in ("health", "progress", "title"):
        (error,) = stack.get(f"/v1/objectives?sort={sort}", 422)["errors"]
        assert error["parameter"] == "sort"


def test_the_past_is_narrowed_by_the_titles_it_had(quarter: Quarter) -> None:
    stack = quarter.stack
    before, path = stack.journal.head(), f"/v1/objectives/{quarter.later}"
    renamed = stack.client.patch(path, json={"title": "Leaflet"}, headers={"If-Match": "*"})
    assert renamed.status_code == 200
    assert stack.views.wait_for(stack.journal.head(), 10)
    assert quarter.titles(q="brochure") == []
    assert quarter.titles(q="leaf") == ["Leaflet"]
    assert quarter.titles(q="brochure", as_of=f"@{before}") == [LATER]
    back = stack.client.patch(path, json={"title": LATER}, headers={"If-Match": "*"})
    assert back.status_code == 200
