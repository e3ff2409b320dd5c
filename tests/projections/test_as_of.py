"""The law of every moment over a whole quarter and over histories that nobody thought of."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import Command
from journal.errors import JournalError
from projections.engine.rebuild import rebuild
from projections.okr.objective import OBJECTIVES
from tests.domain.story import COMMANDS
from tests.domain.strategies import commands
from tests.projections import quarter
from tests.projections.as_of import check_as_of
from tests.projections.stage import Stage, staged

HISTORIES = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


def test_every_moment_of_a_quarter_is_what_its_facts_fold_to(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        head = stage.journal.head()
        check_as_of(stage.journal, stage.views, [*range(1, head + 1, 13), head])


def test_a_batch_boundary_changes_nothing(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.play(Eager(stage.journal, stage.views, stage.runner, stage.directory))
        head = stage.journal.head()
        check_as_of(stage.journal, stage.views, [1, head // 2, head])
        # The rebuild takes in whole batches; equal digests say that the rows are the same.
        assert all(each.compared for each in rebuild(stage.journal, stage.views).views)


class Eager(Stage):
    """Looks after every command, so every fact is a batch of its own."""

    def do(self, wish: type[Command], /, **fields: object) -> int:
        position = super().do(wish, **fields)
        self.runner.catch_up()
        return position


@HISTORIES
@given(st.data())
def test_the_law_holds_for_any_history(data: st.DataObject):
    """The story's commands, with any others between them; refusals leave no trace."""
    strangers = data.draw(st.lists(st.tuples(st.integers(0, len(COMMANDS)), commands()),
                                   min_size=20, max_size=60))  # fmt: skip
    with TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        for place, known in enumerate(COMMANDS):
            stage.journal.handle(known)
            for number, (when, stranger) in enumerate(strangers):
                if when == place:
                    _try(stage, stranger, f"stranger-{number}")
            if place % 11 == 0:
                stage.runner.catch_up()
        stage.runner.catch_up()
        head = stage.journal.head()
        assert {each["state"] for each in stage.views.health()} == {"running"}
        positions = data.draw(st.lists(st.integers(1, head), min_size=1, max_size=3))
        check_as_of(stage.journal, stage.views, [*positions, head])
        assert all(each.compared for each in rebuild(stage.journal, stage.views, "okr").views)


def _try(stage: Stage, command: Command, command_id: str) -> None:
    try:
        stage.journal.handle(command.model_copy(update={"command_id": command_id}))
    except JournalError:
        return  # a value that no log can carry


def test_the_law_notices_a_view_that_lies(tmp_path: Path):
    with staged(tmp_path) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        with stage.views.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE {OBJECTIVES.name} "
                """SET state = replace(state, '"weight":"1"', '"weight":"7"')"""
            )
        with pytest.raises(AssertionError):
            check_as_of(stage.journal, stage.views, [stage.journal.head()])


def test_the_law_holds_on_postgresql(tmp_path: Path, postgres_url: str):
    with staged(tmp_path, postgres_url) as stage:
        quarter.play(stage)
        stage.runner.catch_up()
        head = stage.journal.head()
        check_as_of(stage.journal, stage.views, [1, 40, 90, head])
        assert all(each.compared for each in rebuild(stage.journal, stage.views).views)
