"""Lists of obstacles and actions: the newest first, as the single thing is shown, page by page."""

from collections.abc import Iterator
from typing import Any

import pytest

from projections.lean import render
from projections.lean.lists import actions, obstacles
from tests.projections import quarter
from tests.projections.stage import Stage, staged

IMPROVED = 76
"""The day after the last improvement, before anything is edited."""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("played")) as stage:
        quarter.play(stage)
        yield stage


def ids(found: dict[str, Any]) -> list[str]:
    return [item["id"] for item in found["items"]]


def listed(read: Any, stage: Stage, day: float = IMPROVED, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = read(stage.views, moment=stage.moment(day), **given)
    return found


def test_the_newest_obstacle_comes_first(played: Stage):
    assert ids(listed(obstacles, played)) == ["brush", "labels"]
    assert ids(listed(obstacles, played, 55)) == ["labels"]
    assert ids(listed(obstacles, played, 53)) == []


def test_obstacles_are_found_by_state_severity_owner_and_subject(played: Stage):
    assert ids(listed(obstacles, played, state="open")) == ["labels"]
    assert ids(listed(obstacles, played, state="acknowledged")) == ["labels"]
    assert ids(listed(obstacles, played, state="resolved")) == ["brush"]
    assert ids(listed(obstacles, played, 58.5, state="open")) == ["brush", "labels"]
    assert ids(listed(obstacles, played, severity="low")) == ["brush"]
    assert ids(listed(obstacles, played, owner_id="ada")) == ["labels"], "who took it"
    assert ids(listed(obstacles, played, 54.5, owner_id="bo")) == ["labels"]
    assert ids(listed(obstacles, played, about="clean")) == ["brush"]
    assert ids(listed(obstacles, played, about="late", state="resolved")) == []


def test_actions_are_found_by_team_state_kind_owner_and_subject(played: Stage):
    assert ids(listed(actions, played)) == ["spare", "clean"]
    assert ids(listed(actions, played, 60.5, state="unfinished")) == ["spare"]
    assert ids(listed(actions, played, 60.5, state="done")) == ["clean"]
    assert ids(listed(actions, played, 55.5, state="open")) == ["spare", "clean"]
    assert ids(listed(actions, played, kind="kaizen")) == []
    assert ids(listed(actions, played, team_id="ops", owner_id="bo")) == ["spare", "clean"]
    assert ids(listed(actions, played, about="late")) == ["spare", "clean"]
    assert ids(listed(actions, played, about="labels")) == []


def test_an_item_is_shown_as_the_single_thing_is(played: Stage):
    for day in (55, 58.5, 60.5, IMPROVED):
        moment = played.moment(day)
        for kind, read, shown in (
            ("obstacle", obstacles, render.obstacle),
            ("action", actions, render.action),
        ):
            for item in read(played.views, moment=moment)["items"]:
                state, version = played.journal.state(f"{kind}/{item['id']}", upto=moment.position)
                title = item["about_title"]
                assert item.pop("team_id") == "ops" if kind == "obstacle" else item["team_id"]
                assert item == shown(state, version, moment.position, about_title=title)
                about = item["about"]["id"]
                assert title == {"late": "Late parcels", "clean": "Clean it each shift"}[about]


@pytest.mark.parametrize(
    ("read", "id_", "start"), [(obstacles, "brush", "raised_at"), (actions, "clean", "opened_at")]
)
def test_what_came_back_shows_its_first_start(played: Stage, read: Any, id_: str, start: str):
    """RULES B6: the start of a re-opened item is kept."""
    first, now = (
        {item["id"]: item[start] for item in listed(read, played, day)["items"]}
        for day in (58.5, IMPROVED)
    )
    assert now[id_] == first[id_]


def test_an_obstacle_says_how_far_it_climbed(played: Stage):
    by_id = {item["id"]: item for item in listed(obstacles, played)["items"]}
    assert (by_id["labels"]["level"], by_id["brush"]["level"]) == ("owner", None)


@pytest.mark.parametrize("read", [obstacles, actions])
def test_pages_go_on_where_the_last_one_ended(played: Stage, read: Any):
    first = listed(read, played, limit=1)
    second = listed(read, played, limit=1, cursor=first["next_cursor"])
    assert second["next_cursor"] is None
    assert ids(first) + ids(second) == ids(listed(read, played))


def now(played: Stage, **given: Any) -> list[str]:
    return ids(obstacles(played.views, moment=played.moment(), **given))


def test_the_gravest_obstacle_comes_first_if_wished_page_by_page(played: Stage):
    assert now(played, sort="severity") == ["labels", "silence", "heat", "brush"]
    first = obstacles(played.views, moment=played.moment(), sort="severity", limit=3)
    assert now(played, sort="severity", limit=3, cursor=first["next_cursor"]) == ["brush"]


def test_obstacles_of_people_and_of_the_clock_are_told_apart(played: Stage):
    assert now(played, source="clock") == ["silence"]
    assert now(played, source="person") == ["heat", "brush", "labels"]
    (silent,) = obstacles(played.views, moment=played.moment(), source="clock")["items"]
    assert (silent["state"], silent["ended"]) == ("resolved", "checked_in")


def test_obstacles_are_found_by_the_team_in_whose_way_they_stand(played: Stage):
    assert now(played, team_id="ops") == ["silence", "heat", "brush", "labels"]
    assert now(played, team_id="company") == []


def test_what_turned_out_to_be_about_something_else_is_found_by_what_it_was_about_then(
    played: Stage,
):
    assert now(played, about="o2") == ["heat"]
    assert "heat" not in now(played, about="other")
    positions = [
        envelope.position
        for envelope in played.journal.read("obstacle/heat")
        if envelope.type == "lean.obstacle-related"
    ]
    before = played.moment(position=positions[0] - 1)
    assert ids(obstacles(played.views, moment=before, about="other")) == ["heat"]


def test_an_action_that_changed_its_team_is_found_by_the_team_it_had_then(played: Stage):
    assert ids(actions(played.views, moment=played.moment(), team_id="company")) == ["shelf"]
    (moved,) = (
        envelope.position
        for envelope in played.journal.read("action/shelf")
        if envelope.type == "lean.action-transferred"
    )
    before = played.moment(position=moved - 1)
    assert ids(actions(played.views, moment=before, team_id="company")) == []
    assert "shelf" in ids(actions(played.views, moment=before, team_id="ops"))
