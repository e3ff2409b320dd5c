"""A whole new thing in one module: the lesson, which is captured, recalled by its clock, withdrawn.

Nothing outside the tests knows of it. One descriptor a layer, each under the name that every module
of that layer exports, and at the end the four tuples that take it in: that is all it takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal

from fastapi import Query
from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import BigInteger, Column, Integer, Text
from starlette.responses import Response

from api.app import INTERFACE
from api.core.bodies import About, Reason
from api.core.doors import creating, editing
from api.core.fields import Id, Request, Title
from api.core.fields import Text as FreeText
from api.core.interface import Interface
from api.core.reading import Cursor, Limit, Reading, reading
from api.core.references import must_exist, pointer_to
from api.core.resource import Found, Look, Resource, after
from api.core.shapes import Page, Shape, Versioned
from api.core.shapes import Thing as Named
from api.core.writing import Write
from domain.due import Due
from domain.facts import Command, Decision, Envelope, Fact, Pointer
from domain.ladder import Ladder, Rung
from domain.refusals import already_exists, illegal_move
from domain.relation import ABOUT, Relation, makes
from domain.text import SealedText
from domain.thing import Part, Thing, Things, when
from domain.thing import on as wish
from domain.things import THINGS
from projections.awake import awake
from projections.catalogue import VIEWS
from projections.engine.moment import Moment
from projections.engine.pages import page
from projections.engine.versions import FIXED, Put, Rows, versioned
from projections.engine.versions import Change as RowChange
from projections.engine.view_store import ViewStore
from projections.handling import on
from projections.history.change import Change
from projections.lean.about import about_columns
from projections.notifications.concern import around, concern
from projections.notifications.rows import Name
from projections.obligations.rows import owe, paid, raised, subject
from projections.obligations.words import Ask
from projections.search.findable import Findable, placed
from projections.stored import Stored
from projections.view import View, Views, tell
from workflows.clock.clockwork import Awake, Clockwork, Clockworks
from workflows.clock.signing import Signer
from workflows.clockworks import CLOCKWORKS

# === domain: facts, state, commands, decisions ====================================================


class LessonFact(Fact):
    lesson_id: str

    @property
    def stream(self) -> str:
        return f"lesson/{self.lesson_id}"


class LessonCaptured(LessonFact):
    TYPE: ClassVar[str] = "lessons.lesson-captured"
    title: str
    story: SealedText
    about: Pointer
    owner_id: str
    captured_at: AwareDatetime


class TakeawayNoted(LessonFact):
    """A part of the lesson with an id of its own."""

    TYPE: ClassVar[str] = "lessons.takeaway-noted"
    takeaway_id: str
    title: str


class LessonRecalled(LessonFact):
    TYPE: ClassVar[str] = "lessons.lesson-recalled"
    milestone: str


class LessonWithdrawn(LessonFact):
    TYPE: ClassVar[str] = "lessons.lesson-withdrawn"


@dataclass(frozen=True, slots=True)
class Lesson:
    """``reached`` are the milestones at which its clock has recalled it."""

    lesson_id: str = ""
    title: str = ""
    story: SealedText | None = None
    about: Pointer | None = None
    owner_id: str = ""
    status: Literal["captured", "recalled", "withdrawn"] = "captured"
    captured_at: datetime | None = None
    takeaways: tuple[str, ...] = ()
    reached: frozenset[str] = frozenset()


class LessonCommand(Command):
    lesson_id: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"lesson/{self.lesson_id}",)


class CaptureLesson(LessonCommand):
    title: str
    story: str
    about: Pointer
    owner_id: str


class NoteTakeaway(LessonCommand):
    takeaway_id: str
    title: str


class RecallLesson(LessonCommand):
    milestone: str


class WithdrawLesson(LessonCommand): ...


def moves(state: Lesson) -> tuple[str, ...]:
    return () if state.status == "withdrawn" else ("withdraw",)


def captured(_: Lesson, fact: LessonCaptured) -> Lesson:
    return Lesson(
        lesson_id=fact.lesson_id,
        title=fact.title,
        story=fact.story,
        about=fact.about,
        owner_id=fact.owner_id,
        captured_at=fact.captured_at,
    )


def recalled(state: Lesson, fact: LessonRecalled) -> Lesson:
    return replace(state, status="recalled", reached=state.reached | {fact.milestone})


def decide_capture(command: CaptureLesson, state: Lesson) -> Decision:
    if state.lesson_id:
        return already_exists("lesson", allowed=moves(state))
    return (
        LessonCaptured(
            lesson_id=command.lesson_id,
            title=command.title,
            story=SealedText(command.story),
            about=command.about,
            owner_id=command.owner_id,
            captured_at=command.at,
        ),
    )


def decide_note(command: NoteTakeaway, state: Lesson) -> Decision:
    if state.status == "withdrawn":
        return illegal_move("note", "the lesson is withdrawn", moves(state))
    return (
        TakeawayNoted(
            lesson_id=command.lesson_id, takeaway_id=command.takeaway_id, title=command.title
        ),
    )


def decide_recall(command: RecallLesson, state: Lesson) -> Decision:
    if state.status == "withdrawn" or command.milestone in state.reached:
        return ()
    return (LessonRecalled(lesson_id=command.lesson_id, milestone=command.milestone),)


def decide_withdraw(command: WithdrawLesson, state: Lesson) -> Decision:
    if state.status == "withdrawn":
        return illegal_move("withdraw", "the lesson is withdrawn", moves(state))
    return (LessonWithdrawn(lesson_id=command.lesson_id),)


def lesson_due(state: Lesson, _now: datetime) -> Due | None:
    if state.captured_at is None or state.status == "withdrawn":
        return None
    days = {"month": 30, "quarter": 90}
    rungs = (
        Rung(id_, state.captured_at + timedelta(days=after), "recall")
        for id_, after in days.items()
    )
    return Ladder(f"lesson/{state.lesson_id}", rungs, state.reached).due()


def _about(fact: LessonCaptured) -> tuple[Relation, ...]:
    return (Relation(ABOUT, Pointer(kind="lesson", id=fact.lesson_id), fact.about),)


THING: Final[Thing[Lesson]] = Thing(
    "lesson",
    Lesson(),
    facts=(
        when(LessonCaptured, captured),
        when(
            TakeawayNoted,
            lambda state, fact: replace(state, takeaways=(*state.takeaways, fact.title)),
        ),
        when(LessonRecalled, recalled),
        when(LessonWithdrawn, lambda state, _: replace(state, status="withdrawn")),
    ),
    commands=(
        wish(CaptureLesson, decide_capture, permits="write"),
        wish(NoteTakeaway, decide_note, permits="write"),
        wish(RecallLesson, decide_recall, permits="clock"),
        wish(WithdrawLesson, decide_withdraw, permits="administer"),
    ),
    due=lesson_due,
    about=True,
    discussed=True,
    parts=(Part("takeaway", about=True),),
    relations=(makes(LessonCaptured, _about),),
)

# === projections: rows, history, what is owed =====================================================

LESSONS = versioned(
    "lessons",
    Column("lesson_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("about_kind", Text),
    Column("about_id", Text, info=FIXED),
    Column("captured_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

TAKEAWAYS = versioned(
    "takeaways",
    Column("lesson_id", Text, primary_key=True, info=FIXED),
    Column("takeaway_id", Text, primary_key=True),
    immutable=True,
    found_by=("takeaway_id",),
)

STORED: Final[Stored[Lesson]] = Stored(
    THING,
    LESSONS,
    TypeAdapter(Lesson),
    columns=lambda state: {"status": state.status, **about_columns(state.about)},
    born=lambda envelope: {"captured_at_position": envelope.position},
)


def _noted(fact: TakeawayNoted, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from STORED.fold(envelope, rows)
    yield Put(TAKEAWAYS, (fact.lesson_id, fact.takeaway_id), {})


def _owed(fact: LessonCaptured, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield subject("lesson", fact.lesson_id, fact.title, owner_id=fact.owner_id)
    yield owe(
        rows,
        fact.owner_id,
        "lesson",
        ("lesson", fact.lesson_id),
        at=envelope.recorded_at,
        due_at=fact.captured_at + timedelta(days=30),
    )


def _urged(fact: LessonRecalled, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from raised(rows, "lead", about_id=fact.lesson_id, about_kind="lesson")


def _over(fact: LessonWithdrawn, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from paid(rows, ("lesson",), about_id=fact.lesson_id)


def _lesson(fact: LessonWithdrawn) -> Name:
    return "lesson", fact.lesson_id


VIEW: Final[View[Lesson]] = View(
    THING,
    "lessons",
    tables=(LESSONS, TAKEAWAYS),
    stored=STORED,
    rows=(on(TakeawayNoted, _noted),),
    telling=(
        tell(
            LessonCaptured,
            lambda fact: Change(
                "lesson",
                fact.lesson_id,
                {"title": fact.title, "story": fact.story, "state": "captured"},
            ),
            lambda said: f"{said.actor} captured “{said.title}”",
        ),
        tell(
            TakeawayNoted,
            lambda fact: Change("lesson", fact.lesson_id, says={"takeaway": fact.title}),
            lambda said: f"{said.actor} took “{said.says['takeaway']}” from “{said.title}”",
        ),
        tell(
            LessonRecalled,
            lambda fact: Change("lesson", fact.lesson_id, {"state": "recalled"}),
            lambda said: f"{said.actor} recalled “{said.title}”",
        ),
        tell(
            LessonWithdrawn,
            lambda fact: Change("lesson", fact.lesson_id, {"state": "withdrawn"}),
            lambda said: f"{said.actor} withdrew “{said.title}” ({said.moved('state')})",
        ),
    ),
    found=Findable(
        places=(placed(LessonCaptured, lambda fact: {"owner_id": fact.owner_id}),),
        over=("withdrawn",),
    ),
    owes=(on(LessonCaptured, _owed), on(LessonRecalled, _urged), on(LessonWithdrawn, _over)),
    concerns=(concern(LessonWithdrawn, "changed", _lesson, around),),
    asks={"lesson": Ask("Apply the lesson", "to apply a lesson")},
    awake=LESSONS.c.status != "withdrawn",
    parts={"takeaway": TAKEAWAYS},
)


def shown(state: Lesson) -> dict[str, Any]:
    return {
        "id": state.lesson_id,
        "title": state.title,
        "story": state.story and state.story.text,
        "about": state.about and state.about.model_dump(),
        "owner_id": state.owner_id,
        "takeaways": list(state.takeaways),
        "state": state.status,
        "moves": list(moves(state)),
    }


def lessons(
    store: ViewStore, moment: Moment, state: str | None, limit: int, cursor: str | None
) -> dict[str, Any]:
    """A page of lessons, the newest first."""
    with store.reading() as look:
        place = LESSONS.c.captured_at_position
        found = page(
            look, LESSONS, moment, place, limit=limit, cursor=cursor, newest_first=True,
            status=state,
        )  # fmt: skip
        items = [shown(STORED.read(look.states, row)) for row in found.rows]
    return found.answer(items, moment)


# === workflows: its clock =========================================================================


def recall(signer: Signer, _views: ViewStore) -> None:
    signer.write(
        RecallLesson(**signer.sign("recall"), lesson_id=signer.thing_id, milestone=signer.due.id)
    )


CLOCK: Final = Clockwork(
    THING, workflow="LessonWorkflow", perform=recall, awake=Awake("lessons", awake(VIEW))
)

# === api: its resource ============================================================================


class NewLesson(Request):
    title: Title
    story: FreeText
    about: About
    owner_id: Id


class NewTakeaway(Request):
    title: Title


class LessonItem(Shape):
    id: str
    title: str
    story: str | None
    about: Named
    owner_id: str
    takeaways: list[str]
    state: str
    moves: list[str]


class LessonShape(LessonItem, Versioned): ...


class Takeaway(Versioned):
    lesson: LessonItem


def _render(found: Found[Lesson], _look: Look) -> dict[str, Any]:
    return shown(found.state)


RESOURCE: Final[Resource[Lesson]] = Resource(
    THING, "/v1/lessons", _render, tags=("lessons",), topics=("lessons",)
)
router = RESOURCE.router

Create = Annotated[Write, creating(RESOURCE)]
Add = Annotated[Write, editing(RESOURCE, "lesson_id", versioned=False)]
Edit = Annotated[Write, editing(RESOURCE, "lesson_id")]
Asked = Annotated[Reading, reading()]


@router.get("", response_model=Page[LessonItem])
def list_lessons(
    read: Asked,
    state: Annotated[Literal["captured", "recalled", "withdrawn"] | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Lessons, the newest first."""
    return read.listing(
        cursor, lambda moment, start: lessons(read.services.views, moment, state, limit, start)
    )


@router.post("", status_code=201, response_model=LessonShape)
def capture_lesson(body: NewLesson, write: Create) -> Response:
    """Write down what was learned."""
    must_exist(write.services, "person", body.owner_id, "/owner_id")
    command = CaptureLesson(
        lesson_id=write.new_id(),
        title=body.title,
        story=body.story,
        about=pointer_to(write.services, body.about),
        owner_id=body.owner_id,
        **write.stamp(),
    )
    return RESOURCE.done(write, command, body, status=201)


@router.post("/{lesson_id}/takeaways", status_code=201, response_model=Takeaway)
def note_takeaway(body: NewTakeaway, write: Add) -> Response:
    """Say what to do from now on."""
    takeaway_id = write.new_id()
    command = NoteTakeaway(
        lesson_id=write.thing_id, takeaway_id=takeaway_id, title=body.title, **write.stamp()
    )
    receipt = write.handle(command, body)
    lesson = RESOURCE.show(write.thing_id, after(write, receipt))
    return write.respond(receipt, {"id": takeaway_id, "lesson": lesson}, status=201)


@router.post("/{lesson_id}/withdraw", response_model=LessonShape)
def withdraw_lesson(write: Edit, body: Reason | None = None) -> Response:
    """It was no lesson after all."""
    stamp = write.stamp(body.reason if body is not None else None)
    return RESOURCE.done(write, WithdrawLesson(lesson_id=write.thing_id, **stamp), body)


@router.get("/{lesson_id}", response_model=LessonShape)
def get_lesson(lesson_id: str, read: Asked) -> Response:
    """One lesson."""
    return RESOURCE.answer(read, lesson_id)


# === plugged in: one descriptor a layer ===========================================================

WITH_LESSONS: Final = Things((*THINGS, THING))
VIEWS_WITH_LESSONS: Final = Views((*VIEWS, VIEW), VIEWS.derived)
CLOCKS_WITH_LESSONS: Final = Clockworks((*CLOCKWORKS, CLOCK), WITH_LESSONS)
INTERFACE_WITH_LESSONS: Final = Interface((*INTERFACE, RESOURCE))
