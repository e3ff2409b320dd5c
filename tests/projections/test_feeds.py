"""The rows of live feeds: they come with the process, and go with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from projections.engine.feeds import Feeds, living, without_feeds
from projections.engine.followers import BOOKS, FOLLOWERS, Followers, every
from projections.engine.stores import open_engine, snapshot, writing


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'views.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    with writing(engine) as connection:
        if request.param == "postgres":
            connection.exec_driver_sql("CREATE SCHEMA views")
        BOOKS.create_all(connection)
    yield engine
    engine.dispose()


def test_each_process_has_a_row_that_moves_and_goes_with_it(engine: Engine) -> None:
    one, other = Feeds(engine, "here/1"), Feeds(engine, "there/2")
    one.sign(3, "c", None)
    one.sign(5, "e", None)
    other.sign(4, "d", "the log does not answer")
    here, there = living(engine)
    assert (here.holder, here.position, here.event_id, here.state) == ("here/1", 5, "e", "running")
    assert here.beat_at is not None
    assert abs(datetime.now(UTC) - here.beat_at) < timedelta(minutes=1)
    assert (there.position, there.state) == (4, "halted")
    assert there.reason == "the log does not answer"
    one.leave()
    assert [each.holder for each in living(engine)] == ["there/2"]


def test_who_is_gone_without_a_word_counts_no_longer_and_is_cleared_away(engine: Engine) -> None:
    Followers(engine).ensure("relay")
    Feeds(engine, "killed/1").sign(9, "i", None)
    with writing(engine) as connection:
        connection.execute(
            update(FOLLOWERS).values(lease_until=datetime.now(UTC) - timedelta(hours=1))
        )
    assert living(engine) == []
    Feeds(engine, "next/2").sign(2, "b", None)
    with snapshot(engine) as connection:
        known = every(connection)
    assert [each.name for each in known] == ["live feed of next/2", "relay"]
    assert [each.name for each in without_feeds(known)] == ["relay"]
