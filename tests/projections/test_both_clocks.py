"""The law of both clocks: an answer as of R about E is a fresh fold up to R, judged at E."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from domain.okr import key_result as k
from domain.okr import retarget
from domain.okr.alignment import standings
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from tests.projections import quarter
from tests.projections.as_of import all_streams, check_objectives
from tests.projections.stage import Stage, staged

PAIRS = 30
AT_LENGTH = 300


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The quarter, with changes that count from earlier days than they were told on."""
    with staged(tmp_path_factory.mktemp("both-clocks")) as stage:
        quarter.play(Backdating(stage.journal, stage.views, stage.runner, stage.directory))
        stage.runner.catch_up()
        yield stage


class Backdating(Stage):
    """Tells every other target and weight days after it counts."""

    told = 0

    def do(self, wish, /, **fields) -> int:  # type: ignore[no-untyped-def]
        if wish in {retarget.RetargetKeyResult, k.ReweightKeyResult, k.DropKeyResult}:
            self.told += 1
            fields["effective_at"] = self.now - timedelta(days=2 * (self.told % 3), hours=1)
        return super().do(wish, **fields)


def pairs(stage: Stage, views: ViewStore, count: int) -> Iterator[tuple[int, datetime]]:
    """Positions at random, each with an instant that is not after it."""
    random = Random(20260210)
    for _ in range(count):
        position = random.randint(1, stage.journal.head())
        known = views.moment(f"@{position}", stage.now + timedelta(days=1000)).at
        yield position, known - timedelta(hours=random.randint(0, 24 * 60))


def check(stage: Stage, views: ViewStore, count: int) -> None:
    streams = all_streams(stage.journal)
    for position, effective_at in pairs(stage, views, count):
        check_objectives(stage.journal, views, position, streams, effective_at)


def test_the_law_of_both_clocks(told: Stage):
    check(told, told.views, PAIRS)


@pytest.mark.drill
def test_the_law_of_both_clocks_at_length(told: Stage):
    check(told, told.views, AT_LENGTH)


@pytest.mark.parametrize("count", [PAIRS, pytest.param(AT_LENGTH, marks=pytest.mark.drill)])
def test_the_law_of_both_clocks_on_postgresql(told: Stage, postgres_url: str, count: int):
    with ViewStore(postgres_url, PROJECTIONS, journal=told.journal) as views:
        views.migrate()
        Runner(told.journal, views).catch_up()
        check(told, views, count)


def test_the_law_notices_a_reader_that_forgets_the_second_clock(
    told: Stage, monkeypatch: pytest.MonkeyPatch
):
    """The readers judge now; the fold beside them judges at the instant asked about."""
    forgetful = "projections.okr.listing.standings"
    monkeypatch.setattr(forgetful, lambda family, at, _: standings(family, at))
    with pytest.raises(AssertionError):
        check(told, told.views, PAIRS)


def test_the_quarter_has_what_the_law_is_about(told: Stage):
    """Otherwise it would hold of anything."""
    state, _ = told.journal.state("objective/o1")
    late = state.key_results["late"]
    assert len(late.measures) > 1 or len(late.weights) > 1
    assert late.weights[-1].weight == Decimal(2)
