"""Promises of an upgrade: other code and other shapes are built beside, nothing half-applied."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, Table, Text, inspect

from domain.people import person
from projections.catalogue import PROJECTIONS
from projections.engine import runner as running
from projections.engine import succession
from projections.engine.errors import ViewHalted
from projections.engine.fingerprint import fingerprint, sources
from projections.engine.moment import Moment
from projections.engine.projection import Projection
from projections.engine.runner import DROP_AFTER, Runner
from projections.engine.versions import Changes, Put, Rows, versioned
from projections.engine.view_store import ViewStore
from tests.projections.stage import START, Stage, staged
from tests.projections.test_engine import join

OLD = versioned(
    "test_rules", Column("id", Text, primary_key=True), Column("said", Text, nullable=False)
)
NEW = versioned(
    "test_rules",
    Column("id", Text, primary_key=True),
    Column("said", Text, nullable=False),
    Column("length", Integer, nullable=False),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: Any, tmp_path: Path) -> str:
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'rules.db'}"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as made:
        yield made


def ruled(word: str, table: Table = OLD) -> Projection:
    """A view that says ``word`` of everybody who joins."""

    def says(envelope: Any, rows: Rows) -> Changes:
        values: dict[str, Any] = {"said": word}
        if table is NEW:
            values["length"] = len(word)
        yield Put(table, (envelope.fact.person_id,), values)

    kinds = {"person": (person.PersonJoined,)}
    return Projection("rules", (table,), {person.PersonJoined: says}, kinds)


@contextmanager
def release(url: str, projection: Projection, code: str) -> Iterator[ViewStore]:
    """The views as one release opens them."""
    with ViewStore(url, [projection], code=lambda _: code) as views:
        yield views


def said(views: ViewStore, table: Table = OLD) -> dict[str, str]:
    with views.reading() as look:
        moment = Moment(views.position(), START, live=True)
        return {row["id"]: row["said"] for row in look.rows(table, moment)}


def test_a_changed_handler_shows_everywhere_or_nowhere(stage, place):
    with release(place, ruled("old"), "one") as views:
        views.migrate()
        join(stage, "ada")
        Runner(stage.journal, views).catch_up()
    with release(place, ruled("new"), "two") as views:
        views.migrate()
        join(stage, "bo")
        assert said(views) == {"ada": "old"}  # until the new rows are there
        (health,) = views.health()
        assert (health["state"], health["position"]) == ("building", 1)
        Runner(stage.journal, views).catch_up()
        assert said(views) == {"ada": "new", "bo": "new"}
        assert views.health()[0]["state"] == "running"


def test_another_shape_is_built_beside_and_the_old_table_goes_when_it_is_there(stage, place):
    with (
        release(place, ruled("old"), "one") as old,
        release(place, ruled("new", NEW), "two") as new,
    ):
        old.migrate()
        join(stage, "ada")
        Runner(stage.journal, old).catch_up()
        new.migrate()
        assert said(old) == {"ada": "old"}
        with pytest.raises(ViewHalted, match="another shape"):
            said(new, NEW)
        assert succession.drop_tables(new.engine, new.projections) == []
        Runner(stage.journal, new).catch_up()
        assert said(new, NEW) == {"ada": "new"}
        with pytest.raises(ViewHalted, match="another shape"):
            said(old)
        assert succession.drop_tables(new.engine, new.projections) == [OLD.name]
        assert NEW.name in inspect(new.engine).get_table_names()


def test_tables_of_an_earlier_release_outlive_the_upgrade_for_an_hour(stage, place, monkeypatch):
    """Its processes may still read them: an upgrade takes its time where there are many."""
    with (
        release(place, ruled("old"), "one") as old,
        release(place, ruled("new", NEW), "two") as new,
    ):
        old.migrate()
        join(stage, "ada")
        Runner(stage.journal, old).catch_up()
        new.migrate()
        projector, now = Runner(stage.journal, new), time.monotonic()
        tidied_up(projector, monkeypatch, now)
        tidied_up(projector, monkeypatch, now + DROP_AFTER - 60)
        assert OLD.name in inspect(new.engine).get_table_names()
        tidied_up(projector, monkeypatch, now + DROP_AFTER + 60)
        assert OLD.name not in inspect(new.engine).get_table_names()


def tidied_up(projector, monkeypatch, at):
    """The projector has caught up and has nothing else to do at the instant ``at``."""
    head = projector.catch_up()
    monkeypatch.setattr(time, "monotonic", lambda: at)
    projector._tidy_up(head)
    monkeypatch.undo()


def test_an_old_projector_beside_a_new_one_harms_nothing(stage, place, caplog):
    with release(place, ruled("old"), "one") as old, release(place, ruled("new"), "two") as new:
        old.migrate()
        before, after = Runner(stage.journal, old), Runner(stage.journal, new)
        join(stage, "ada")
        before.catch_up()
        new.migrate()
        join(stage, "bo")
        before.catch_up()  # readers are still on its generation, so it goes on
        assert said(new) == {"ada": "old", "bo": "old"}
        after.catch_up()
        join(stage, "cy")
        with caplog.at_level(logging.WARNING):
            before.catch_up()  # gets there first, and has nothing to write any more
            before.catch_up()
        assert said(new) == {"ada": "new", "bo": "new"}
        assert [each.message for each in caplog.records if "rules" in each.message] == [
            "the view rules has no generation of this release: another one's is read, or the "
            "migrate step is due"
        ]
        after.catch_up()
        assert said(new) == {"ada": "new", "bo": "new", "cy": "new"}


def test_a_release_that_comes_back_builds_its_own_rows_again(stage, place):
    for word, code in (("old", "one"), ("new", "two"), ("old", "one")):
        with release(place, ruled(word), code) as views:
            views.migrate()
            join(stage, f"{word}-{stage.journal.head()}")
            Runner(stage.journal, views).catch_up()
            assert set(said(views).values()) == {word}
            views.migrate()
            assert views.health()[0]["state"] == "running"


def test_readers_see_the_present_while_another_view_is_built(stage, place, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    others = Projection(
        "others", (NEW,), ruled("other", NEW).handlers, {"person": (person.PersonJoined,)}
    )
    with ViewStore(place, [ruled("old")], code=lambda _: "one") as views:
        views.migrate()
        join(stage, *"abcdef")
        Runner(stage.journal, views).catch_up()
    with ViewStore(place, [ruled("old"), others], code=lambda _: "one") as views:
        views.migrate()
        assert views.position() == 6  # a new view does not drag everybody into the past
        runner = Runner(stage.journal, views)
        steps: list[int] = []
        taking = runner._takers.take

        def watched(*given: Any) -> None:
            taking(*given)
            steps.append(views.position())

        monkeypatch.setattr(runner._takers, "take", watched)
        runner.catch_up()
        assert set(steps) == {6}
        assert {each["state"] for each in views.health()} == {"running"}


def test_a_view_that_took_long_to_mend_does_not_drag_readers_back(stage, place):
    broken = [True]

    def fails(envelope: Any, rows: Rows) -> Changes:
        if broken and envelope.position == 2:
            raise ValueError("broken")
        yield Put(NEW, (envelope.fact.person_id,), {"said": "x", "length": 1})

    kinds = {"person": (person.PersonJoined,)}
    others = Projection("others", (NEW,), {person.PersonJoined: fails}, kinds)
    with ViewStore(place, [ruled("old"), others], code=lambda _: "one") as views:
        views.migrate()
        join(stage, "a", "b", "c")
        Runner(stage.journal, views).catch_up()
        assert views.position() == 3
        broken.clear()
        runner = Runner(stage.journal, views)
        runner._takers.take_up(lambda _: True)
        assert views.position() == 3
        with pytest.raises(ViewHalted, match="building at position 1"):
            said(views, NEW)
        runner.catch_up()
        assert set(said(views, NEW)) == {"a", "b", "c"}


# --- what the fingerprint is of -------------------------------------------------------------------


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_handlers_and_the_domain_of_their_facts_are_in_the_fingerprint(projection):
    known = sources(projection)
    assert {each.__module__ for each in projection.handlers.values()} <= known.keys()
    assert {fact.__module__ for fact in projection.handlers} <= known.keys()
    assert "projections.engine.table_rows" in known


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda each: each.name)
def test_words_and_readers_are_not_in_the_fingerprint(projection):
    known = sources(projection)
    assert not [name for name in known if name.endswith(("words", "render"))]
    assert "projections.engine.view_store" not in known
    assert "projections.okr.scores" not in known


def test_a_context_does_not_touch_the_views_of_another_one():
    people = next(each for each in PROJECTIONS if each.name == "people")
    assert not [name for name in sources(people) if ".okr" in name or ".lean" in name]


def test_other_columns_are_another_fingerprint():
    assert OLD.name != NEW.name
    assert fingerprint(ruled("x", OLD)) != fingerprint(ruled("x", NEW))
