"""Relations: what is linked to what, from both ends, as of any moment."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from domain.relation import ABOUT, CARRIED_FROM, OF_TEAM, SUPPORTS
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.relations.pages import relations_of, sources
from projections.relations.rows import RELATION
from tests.projections import quarter
from tests.projections.stage import Stage, staged
from tests.projections.test_engine import plans


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("relations")) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        yield stage


def every(stage: Stage, position: int | None = None) -> list[Any]:
    with stage.views.reading() as look:
        return look.rows(RELATION, stage.moment(position=position))


def test_a_relation_is_found_from_both_of_its_ends(played: Stage):
    kinds, now = set(), played.moment()
    for row in every(played):
        source = (row["source_kind"], row["source_id"])
        target = (row["target_kind"], row["target_id"])
        kinds.add(row["kind"])
        from_source = relations_of(played.views, source, now).to
        from_target = relations_of(played.views, target, now).of
        assert (row["kind"], target) in [(each.kind, each.target) for each in from_source]
        assert (row["kind"], source) in [(each.kind, each.source) for each in from_target]
    assert kinds == {ABOUT, SUPPORTS, CARRIED_FROM, OF_TEAM}


def test_a_relation_is_there_from_the_fact_that_made_it_until_the_one_that_ended_it(played: Stage):
    with played.views.engine.connect() as connection:
        versions = connection.execute(select(RELATION)).mappings().all()
    ended = [row for row in versions if row["until"] is not None]
    # Of objectives that left the cycle early, and of what was edited.
    assert {row["kind"] for row in ended} == {SUPPORTS, ABOUT, OF_TEAM}
    for row in versions:
        target = (row["target_kind"], row["target_id"])

        def stands(position: int, row: Any = row, target: tuple[str, str] = target) -> bool:
            found = relations_of(played.views, target, played.moment(position=position)).of
            return (row["kind"], row["source_id"]) in [(one.kind, one.source[1]) for one in found]

        assert not stands(row["since"] - 1)
        assert stands(row["since"])
        if row["until"] is not None:
            assert stands(row["until"] - 1)
            assert not stands(row["until"])


def test_the_weight_of_a_support_is_kept(played: Stage):
    weights = {row["weight"] for row in every(played) if row["kind"] == SUPPORTS}
    assert weights
    assert all(isinstance(weight, Decimal) for weight in weights)
    assert {row["weight"] for row in every(played) if row["kind"] != SUPPORTS} == {None}


def test_neither_end_is_looked_for_by_reading_everything(played: Stage):
    c = RELATION.c
    with played.views.reading() as look:
        for moment in (played.moment(), played.moment(position=40)):
            by_target = sources(look, moment, SUPPORTS, "objective", ["a", "b"])
            by_source = select(c.target_id).where(
                look.alive(RELATION, moment), c.source_kind == "objective", c.source_id == "a"
            )
            for statement in (by_target, by_source):
                plan = plans(played.views, statement)
                assert "SCAN" not in plan, plan
                assert "_id=?" in plan, plan


def test_relations_are_the_same_on_postgresql(played: Stage, postgres_url: str):
    with ViewStore(postgres_url, PROJECTIONS) as other:
        other.migrate()
        Runner(played.journal, other).catch_up()
        for thing in {(row["target_kind"], row["target_id"]) for row in every(played)}:
            for position in (40, 90, played.journal.head()):
                moment = played.moment(position=position)
                assert relations_of(other, thing, moment) == relations_of(
                    played.views, thing, moment
                )
