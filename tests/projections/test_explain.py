"""Why a score changed, read from the log: it agrees with every page, and reads only its family."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from domain.okr.explain_scope import OfKeyResult, OfObjective, OfTeam, Scope
from projections.engine.moment import Moment
from projections.engine.view_store import ViewStore
from projections.okr.explain import explained
from projections.okr.listing import objectives
from projections.okr.scores import scores
from tests.projections import quarter
from tests.projections.stage import Stage, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A quarter in which every kind of fact was recorded."""
    with staged(tmp_path_factory.mktemp("quarter")) as made:
        quarter.play(made)
        made.runner.catch_up()
        yield made


def shown(store: ViewStore, scope: Scope, at: Moment) -> Any:
    """The score as its page shows it; None where the page has no such thing."""
    if isinstance(scope, OfTeam):
        return scores(store, scope.cycle_id, scope.team_id, at)["score"]
    listed = objectives(store, moment=at, limit=500)["items"]
    found = [each for each in listed if each["id"] == scope.objective_id]
    if isinstance(scope, OfObjective):
        return found[0]["progress"] if found else None
    parts = [each for one in found for each in one["key_results"]]
    mine = [each["progress"] for each in parts if each["id"] == scope.key_result_id]
    return mine[0] if mine else None


def agree(stage: Stage, scope: Scope) -> int:
    """Between many moments both ends are what the pages show; how often something moved."""
    head, random, moved = stage.journal.head(), Random(8), 0
    ends = [stage.moment(position=p) for p in sorted(random.sample(range(1, head), 25))]
    for since, until in pairwise(ends):
        if shown(stage.views, scope, until) is None:
            continue
        told = explained(stage.views, stage.journal, scope, since, until)
        assert told["from_score"] == shown(stage.views, scope, since)
        assert told["to_score"] == shown(stage.views, scope, until)
        total = sum((Fraction(each["exact"]) for each in told["parts"]), Fraction(0))
        if told["exact"] is not None:
            assert total == Fraction(told["exact"])
        moved += any(each["amount"] for each in told["parts"])
    return moved


@pytest.mark.parametrize("scope", [OfTeam("q1"), OfTeam("q1", "ops"), OfObjective("o1")], ids=str)
def test_both_ends_are_what_the_pages_show_and_the_parts_add_up(stage: Stage, scope: Scope) -> None:
    assert agree(stage, scope) >= 3


def test_a_key_result_agrees_with_its_page_too(stage: Stage) -> None:
    objective = stage.journal.state("objective/o1")[0]
    assert sum(agree(stage, OfKeyResult("o1", each)) for each in objective.key_results) >= 3


def test_a_score_is_explained_by_few_looks_however_many_objectives_there_are(
    stage: Stage, looks: list[str]
) -> None:
    now = stage.moment()
    then = stage.moment(position=1)
    for scope, most in ((OfObjective("o1"), 8), (OfTeam("q1"), 9), (OfTeam("q1", "ops"), 9)):
        looks.clear()
        explained(stage.views, stage.journal, scope, then, now)
        assert 0 < len(looks) <= most, scope


@pytest.fixture
def looks(stage: Stage) -> Iterator[list[str]]:
    """Statements to the views, as they are made."""
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(stage.views.engine, "before_cursor_execute", note)
    yield said
    event.remove(stage.views.engine, "before_cursor_execute", note)
