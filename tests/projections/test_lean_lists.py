"""Lists of obstacles and actions: the newest first, as the single thing is shown, page by page."""

from collections.abc import Iterator
from typing import Any

import pytest

from projections.lean import render
from projections.lean.lists import actions, obstacles
from tests.projections import quarter
from tests.projections.stage import Stage, staged


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("played")) as stage:
        quarter.play(stage)
        yield stage


def ids(found: dict[str, Any]) -> list[str]:
    return [item["id"] for item in found["items"]]


def listed(read: Any, stage: Stage, day: float | None = None, **given: Any) -> dict[str, Any]:
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
    assert ids(listed(obstacles, played, owner_id="bo")) == ["labels"]
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
    for day in (55, 58.5, 60.5, None):
        moment = played.moment(day)
        for kind, read, shown in (
            ("obstacle", obstacles, render.obstacle),
            ("action", actions, render.action),
        ):
            for item in read(played.views, moment=moment)["items"]:
                state, version = played.journal.state(f"{kind}/{item['id']}", upto=moment.position)
                title = item.pop("about_title")
                assert item == shown(state, version, moment.position)
                about = item["about"]["id"]
                assert title == {"late": "Late parcels", "clean": "Clean it each shift"}[about]


@pytest.mark.parametrize(
    ("read", "id_", "start"), [(obstacles, "brush", "raised_at"), (actions, "clean", "opened_at")]
)
def test_what_came_back_shows_its_first_start(played: Stage, read: Any, id_: str, start: str):
    """RULES B6: the start of a re-opened item is kept."""
    first, now = (
        {item["id"]: item[start] for item in listed(read, played, day)["items"]}
        for day in (58.5, None)
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
