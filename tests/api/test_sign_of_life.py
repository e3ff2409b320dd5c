"""Every host can see how the live feed of each API process is, and whether all is well."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from projections.engine.feeds import Feeds, living
from projections.engine.followers import FOLLOWERS
from projections.engine.holder import holder
from projections.engine.stores import writing
from tests.api.installation import Stack


def soon(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 15
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def test_the_feed_tells_how_far_it_is_and_which_fact_stands_there(own: Stack) -> None:
    own.team()
    head = own.journal.head()
    assert soon(lambda: [feed.position for feed in living(own.views.engine)] == [head])
    (feed,) = living(own.views.engine)
    assert (feed.holder, feed.event_id) == (holder(), own.journal.event_id(head))
    assert own.get("/healthz/ready")["status"] == "ready"


def test_a_feed_of_any_host_that_stands_still_or_is_ahead_makes_it_red(own: Stack) -> None:
    far = Feeds(own.views.engine, "far/7")
    far.sign(0, None, "the log does not answer")
    red = own.get("/healthz/ready", 503)["red"]
    assert red == ["the live feed of far/7 stands at 0: the log does not answer"]
    far.sign(40, "x", None)
    (words,) = own.get("/healthz/ready", 503)["red"]
    assert words == "the live feed of far/7 has passed on 40 facts, the log ends at 0"
    with writing(own.views.engine) as connection:
        connection.execute(
            update(FOLLOWERS)
            .where(FOLLOWERS.c.holder == "far/7")
            .values(lease_until=FOLLOWERS.c.beat_at)
        )
    assert own.get("/healthz/ready")["status"] == "ready", "who is gone is no trouble"
