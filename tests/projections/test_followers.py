"""Promises of followers: one checkpoint, one who runs it, and a log that is recognised."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from projections.catalogue import PROJECTIONS
from projections.engine.followers import Followers, Overtaken, divergence
from projections.engine.view_store import ViewStore


@contextmanager
def opened(url: str) -> Iterator[Followers]:
    with ViewStore(url, PROJECTIONS) as views:
        views.migrate()
        yield views.followers


@pytest.fixture(params=["sqlite", "postgresql"])
def followers(request: Any, tmp_path: Path) -> Iterator[Followers]:
    url = f"sqlite:///{tmp_path / 'views.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with opened(url) as made:
        yield made


def test_a_follower_begins_at_the_beginning_and_only_once(followers):
    assert followers.get("relay") is None
    assert followers.ensure("relay").position == 0
    followers.advance("relay", 0, 7, "event-7")
    again = followers.ensure("relay")
    assert (again.position, again.event_id, again.state) == (7, "event-7", "running")


def test_who_stands_elsewhere_is_told_and_moves_nothing(followers):
    followers.ensure("relay")
    followers.advance("relay", 0, 7, "event-7")
    with pytest.raises(Overtaken):
        followers.advance("relay", 0, 5, "event-5")
    assert followers.get("relay").position == 7


def test_a_halted_follower_does_not_move_until_it_is_marked_again(followers):
    followers.ensure("relay")
    followers.mark("relay", "halted", "a bug")
    with pytest.raises(Overtaken):
        followers.advance("relay", 0, 1, "event-1")
    (health,) = followers.health(head=4)
    assert (health.well, health.state, health.lag, health.reason) == (False, "halted", 4, "a bug")
    followers.mark("relay", "running")
    followers.advance("relay", 0, 1, "event-1")


def test_only_one_holder_has_the_lease_until_it_ends(followers):
    assert followers.lease("relay", "a", 30)
    assert followers.lease("relay", "a", 30)
    assert not followers.lease("relay", "b", 30)
    followers.release("relay", "b")
    assert not followers.lease("relay", "b", 30)
    followers.release("relay", "a")
    assert followers.lease("relay", "b", 0)
    assert followers.lease("relay", "a", 30)


def test_a_beat_has_an_age_by_the_clock_of_the_store(followers):
    assert followers.age("worker") is None
    followers.beat("worker", "host-1")
    age = followers.age("worker")
    assert age is not None
    assert 0 <= age < 10
    assert followers.get("worker").holder == "host-1"


def test_a_rewound_follower_says_why_and_begins_anew(followers):
    followers.ensure("relay")
    followers.advance("relay", 0, 7, "event-7")
    followers.rewind("relay", "an older log was put back")
    (health,) = followers.health(head=3)
    assert (health.well, health.state, health.position) == (False, "building", 0)
    assert health.reason == "an older log was put back"


def test_a_follower_ahead_of_the_log_is_not_well(followers):
    followers.ensure("relay")
    followers.advance("relay", 0, 7, "event-7")
    (health,) = followers.health(head=5)
    assert (health.lag, health.well) == (-2, False)


def test_another_log_is_recognised_by_its_end_or_by_the_fact_at_the_checkpoint():
    log = {1: "a", 2: "b"}.get
    assert divergence(0, None, log) is None
    assert divergence(2, "b", log) is None
    assert "another fact" in str(divergence(2, "c", log))
    assert "ends before position 3" in str(divergence(3, "b", log))
