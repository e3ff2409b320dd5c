"""What was answered live at a moment is what is answered about that moment ever after.

And no answer asks more of the store the more there is to answer.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from domain.facts import Command, Pointer
from domain.lean.action import OpenAction
from domain.lean.obstacle import RaiseObstacle
from projections.catalogue import PROJECTIONS
from projections.engine.moment import Moment
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
from projections.history.pages import history
from projections.lean.lists import actions, obstacles
from projections.obligations.pages import obligations, waiting_for
from projections.screens.boards import action_board
from projections.screens.diff import board_diff, scores_diff
from projections.screens.timeline import neighbours, timeline
from tests.projections import quarter
from tests.projections.stage import Stage, staged

Reader = Callable[[Stage, Moment], Any]
READERS: dict[str, Reader] = {
    "action board": lambda s, m: action_board(s.views, "ops", m),
    "obstacles": lambda s, m: obstacles(s.views, moment=m, limit=500),
    "obstacles about": lambda s, m: obstacles(s.views, moment=m, about="late"),
    "actions": lambda s, m: actions(s.views, moment=m, limit=500),
    "actions of a team": lambda s, m: actions(s.views, moment=m, team_id="ops"),
    "obligations": lambda s, m: obligations(s.views, moment=m, limit=500),
    "obligations of a person": lambda s, m: obligations(s.views, moment=m, person_id="bo"),
    "waiting for": lambda s, m: waiting_for(s.views, "q1", m),
    "history": lambda s, m: history(s.views, s.directory, moment=m, limit=40),
    "history of a thing": lambda s, m: history(s.views, s.directory, moment=m, about="o1"),
    "timeline": lambda s, m: timeline(s.views, "q1", m),
}
LATER = {
    "neighbours": lambda s, m: neighbours(s.views, moment=m, cycle_id="q1"),
    "board diff": lambda s, m: board_diff(
        s.views, then=s.moment(position=20), now=m, cycle_id="q1"
    ),
    "scores diff": lambda s, m: scores_diff(
        s.views, then=s.moment(position=20), now=m, cycle_id="q1"
    ),
}


class Remembering(Stage):
    """Notes every answer after some commands, as it was given live."""

    answers: dict[int, dict[str, Any]]

    def do(self, wish: type[Command], /, **fields: Any) -> int:
        position = super().do(wish, **fields)
        if position % 3:
            return position
        moment = self.moment()
        self.answers[moment.position] = {
            name: reader(self, moment) for name, reader in READERS.items()
        }
        return position


def test_an_answer_about_the_past_is_the_answer_that_was_given_then(tmp_path: Path):
    with staged(tmp_path) as plain:
        stage = Remembering(plain.journal, plain.views, plain.runner, plain.directory)
        stage.answers = {}
        quarter.play(stage)
        assert len(stage.answers) > 40
        for position, then in stage.answers.items():
            moment = stage.moment(position=position)
            for name, reader in READERS.items():
                assert reader(stage, moment) == then[name], (name, position)


def test_both_stores_give_the_same_answers(tmp_path: Path, postgres_url: str):
    with staged(tmp_path) as here:
        quarter.play(here)
        with ViewStore(postgres_url, PROJECTIONS) as views:
            views.migrate()
            runner = Runner(here.journal, views)
            there = Stage(here.journal, views, runner, here.directory, here.day)
            head = here.journal.head()
            for position in (None, 0, 20, 75, 104, head - 20):
                for name, reader in {**READERS, **LATER}.items():
                    answers = [reader(s, s.moment(position=position)) for s in (here, there)]
                    assert answers[0] == answers[1], (name, position)


@contextmanager
def statements(stage: Stage) -> Iterator[list[str]]:
    """The statements that the views' store is asked."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(stage.views.engine, "before_cursor_execute", note)
    yield said
    event.remove(stage.views.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("live", [True, False])
def test_a_reader_asks_a_small_number_of_statements_however_much_there_is(
    tmp_path: Path, live: bool
):
    asked: dict[str, list[int]] = {}
    with staged(tmp_path) as stage:
        quarter.play(stage)
        for more in (grow, None):
            moment = stage.moment()
            if not live:
                moment = replace(moment, position=moment.position - 1, live=False)
            for name, reader in {**READERS, **LATER}.items():
                with statements(stage) as said:
                    reader(stage, moment)
                asked.setdefault(name, []).append(len(said))
            if more:
                more(stage)
    for name, (before, after) in asked.items():
        assert after <= before, name
        assert after <= 6 or "diff" in name, (name, after)


def grow(stage: Stage) -> None:
    for number in range(12):
        about = Pointer(kind="objective", id=f"o{number % 5 + 1}")
        stage.do(RaiseObstacle, obstacle_id=f"x{number}", title="Slow", about=about,
                 severity="low", owner_id="bo")  # fmt: skip
        stage.do(OpenAction, action_id=f"y{number}", team_id="ops", owner_id="bo", title="Fix",
                 kind="kaizen", about=about, due_on=stage.now.date())  # fmt: skip
        quarter.objective(stage, f"z{number}", f"More {number}", "q2") if number < 4 else None
