"""What a view promises: nothing of a thing is overlooked, and a new thing is one more view.

The lesson is a whole thing defined here alone: its facts and steps, its rows, what history tells of
it, what it makes people owe, what it is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Text

from domain.due import Due
from domain.facts import Command, Decision, Envelope, Fact, Pointer
from domain.relation import ABOUT, Relation, makes
from domain.thing import Overlooked, Thing, Things, when
from domain.thing import on as decided_by
from domain.things import THINGS
from journal.directory import Directory
from journal.directory import migrate as migrate_directory
from journal.migrate import migrate as migrate_journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.awake import awake
from projections.catalogue import VIEWS
from projections.engine.rebuild import rebuild
from projections.engine.runner import Runner
from projections.engine.versions import Changes, Rows, versioned
from projections.engine.view_store import ViewStore
from projections.handling import on
from projections.history.change import Change
from projections.history.pages import history as history_of
from projections.history.rows import history
from projections.obligations.pages import obligations as obligations_of
from projections.obligations.rows import owe, paid, subject
from projections.obligations.view import obligations
from projections.obligations.words import Ask
from projections.relations.pages import relations_of
from projections.relations.rows import relations
from projections.stored import Stored
from projections.view import View, Views, tell
from tests.projections.stage import Stage

# --- a thing of its own -----------------------------------------------------------------------


class LessonFact(Fact):
    lesson_id: str

    @property
    def stream(self) -> str:
        return f"lesson/{self.lesson_id}"


class LessonCaptured(LessonFact):
    TYPE: ClassVar[str] = "lessons.lesson-captured"
    title: str
    owner_id: str
    about: Pointer


class LessonApplied(LessonFact):
    TYPE: ClassVar[str] = "lessons.lesson-applied"


@dataclass(frozen=True, slots=True)
class Lesson:
    lesson_id: str = ""
    title: str = ""
    owner_id: str = ""
    applied: bool = False


class CaptureLesson(Command):
    lesson_id: str
    title: str
    owner_id: str
    about: Pointer

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"lesson/{self.lesson_id}",)


class ApplyLesson(Command):
    lesson_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"lesson/{self.lesson_id}",)


def capture(command: CaptureLesson, state: Lesson) -> Decision:
    if state.lesson_id:
        return ()
    return (
        LessonCaptured(
            lesson_id=command.lesson_id,
            title=command.title,
            owner_id=command.owner_id,
            about=command.about,
        ),
    )


def apply(command: ApplyLesson, state: Lesson) -> Decision:
    return () if state.applied else (LessonApplied(lesson_id=command.lesson_id),)


def next_due(state: Lesson, now: datetime) -> Due | None:
    stream = f"lesson/{state.lesson_id}"
    return None if state.applied else Due(stream=stream, id="recall", kind="recall", at=now)


THING: Final[Thing[Lesson]] = Thing(
    "lesson",
    Lesson(),
    facts=(
        when(
            LessonCaptured,
            lambda _, fact: Lesson(fact.lesson_id, fact.title, fact.owner_id),
        ),
        when(LessonApplied, lambda state, _: replace(state, applied=True)),
    ),
    commands=(
        decided_by(CaptureLesson, capture, permits="write"),
        decided_by(ApplyLesson, apply, permits="write"),
    ),
    due=next_due,
    relations=(
        makes(
            LessonCaptured,
            lambda fact: (Relation(ABOUT, Pointer(kind="lesson", id=fact.lesson_id), fact.about),),
        ),
    ),
)

LESSONS = versioned(
    "test_lessons",
    Column("lesson_id", Text, primary_key=True),
    Column("applied", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
STORED: Final[Stored[Lesson]] = Stored(
    THING, LESSONS, TypeAdapter(Lesson), columns=lambda state: {"applied": int(state.applied)}
)


def captured(fact: LessonCaptured, envelope: Envelope, rows: Rows) -> Changes:
    yield subject("lesson", fact.lesson_id, fact.title, owner_id=fact.owner_id)
    about = ("lesson", fact.lesson_id)
    yield owe(rows, fact.owner_id, "lesson", about, at=envelope.recorded_at, due_at=None)


def applied(fact: LessonApplied, _: Envelope, rows: Rows) -> Changes:
    return paid(rows, ("lesson",), about_id=fact.lesson_id)


TELLING = (
    tell(
        LessonCaptured,
        lambda fact: Change("lesson", fact.lesson_id, {"title": fact.title, "state": "captured"}),
        lambda s: f"{s.actor} captured “{s.title}”",
    ),
    tell(
        LessonApplied,
        lambda fact: Change("lesson", fact.lesson_id, {"state": "applied"}),
        lambda s: f"{s.actor} applied “{s.title}” ({s.moved('state')})",
    ),
)
VIEW: Final[View[Lesson]] = View(
    THING,
    "lessons",
    tables=(LESSONS,),
    stored=STORED,
    telling=TELLING,
    owes=(on(LessonCaptured, captured), on(LessonApplied, applied)),
    asks={"lesson": Ask("Apply the lesson", "to apply a lesson")},
    awake=LESSONS.c.applied == 0,
)
PLUGGED_IN: Final = Views((*VIEWS, VIEW), derived=(obligations, history, relations))

# --- a new thing ----------------------------------------------------------------------------------


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """An installation with one thing more than others have."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    migrate_journal(url)
    migrate_directory(url)
    with (
        open_journal(url, domain_decider(Things((*THINGS, THING)))) as journal,
        ViewStore(
            f"sqlite:///{tmp_path / 'views.db'}", PLUGGED_IN.projections, journal=journal
        ) as store,
        Directory(url) as directory,
    ):
        store.migrate()
        directory.put_person("ada", "Ada Ndiaye")
        yield Stage(journal, store, Runner(journal, store), directory)


def learn(stage: Stage) -> int:
    about = Pointer(kind="obstacle", id="labels")
    return stage.do(CaptureLesson, lesson_id="l1", title="Ask first", owner_id="ada", about=about)


def test_a_new_thing_has_rows_history_obligations_relations_and_a_clock(stage: Stage):
    first = learn(stage)
    stage.on(1).do(ApplyLesson, lesson_id="l1")
    then, now = stage.moment(position=first), stage.moment()
    with stage.views.reading() as look:
        assert [STORED.read(look.states, row).applied for row in look.rows(LESSONS, then)] == [
            False
        ]
        assert [STORED.read(look.states, row).applied for row in look.rows(LESSONS, now)] == [True]
        assert [id_ for id_, _ in awake(VIEW)(look, then)] == ["l1"]
        assert [id_ for id_, _ in awake(VIEW)(look, now)] == []
    told = history_of(stage.views, stage.directory, moment=now, views=PLUGGED_IN)["items"]
    assert [item["sentence"] for item in told] == [
        "Ada Ndiaye captured “Ask first”",
        "Ada Ndiaye applied “Ask first” (captured → applied)",
    ]
    owed = [
        [item["what"] for item in obligations_of(stage.views, moment=m, views=PLUGGED_IN)["items"]]
        for m in (then, now)
    ]
    assert owed == [["Apply the lesson"], []]
    (related,) = relations_of(stage.views, ("obstacle", "labels"), now).of
    assert (related.kind, related.source) == ("about", ("lesson", "l1"))


def test_a_new_thing_is_rebuilt_to_equal_rows(stage: Stage):
    learn(stage)
    stage.runner.catch_up()
    report = rebuild(stage.journal, stage.views).views
    assert {each.view for each in report} >= {"lessons", "history", "obligations", "relations"}
    assert all(each.compared for each in report)


# --- nothing is overlooked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forgotten", "message"),
    [
        ({"stored": None}, r"rows of lesson: nothing about .*lesson-applied"),
        ({"telling": TELLING[:1]}, r"telling of lesson: nothing about lessons\.lesson-applied"),
        ({"telling": (*TELLING, TELLING[0])}, r"lesson-captured is named twice"),
        ({"awake": None}, r"lesson has a clock"),
        ({"owes": VIEWS.of("action").owes}, r"owes of lesson: .* is another thing's"),
    ],
)
def test_a_view_that_overlooks_something_cannot_be_made(forgotten: dict[str, Any], message: str):
    with pytest.raises(Overlooked, match=message):
        replace(VIEW, **forgotten)


def test_two_views_of_one_kind_cannot_stand_together():
    with pytest.raises(Overlooked, match="lesson"):
        Views((VIEW, VIEW))
