"""RULES B7: 5 Whys is a tree. RULES B9: a blocker that nobody takes climbs."""

from datetime import timedelta

import pytest

from domain.facts import Pointer
from domain.lean.agenda import obstacle_due
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    AnswerWhy,
    CauseNoted,
    ChooseRootCause,
    EscalateObstacle,
    NoteCause,
    ObstacleAcknowledged,
    ObstacleEscalated,
    ObstacleRaised,
    ObstacleReopened,
    ObstacleResolved,
    RaiseObstacle,
    ReopenObstacle,
    ResolveObstacle,
    RootCauseChosen,
    WhyAnswered,
)
from tests.domain.lean.kaizen import AT, CLOCK, wish
from tests.domain.specification import fold, given

ABOUT = Pointer(kind="key_result", id="kr")
RESULT = {"result": "Labels print", "evidence": "Two shifts without a stop"}


def raised(severity: str = "medium") -> ObstacleRaised:
    return ObstacleRaised(
        obstacle_id="o",
        title="Labels",
        about=ABOUT,
        severity=severity,
        owner_id="ada",
        raised_at=AT,
    )


def why(name: str, under: str | None = None, answer: str = "because") -> WhyAnswered:
    return WhyAnswered(obstacle_id="o", why_id=name, under=under, answer=answer)


def ask(kind, at=AT, **fields):
    return wish(kind, at, obstacle_id="o", **fields)


TREE = (raised(), why("1"), why("2", "1"), why("2b", "1"), why("3", "2"))
TAKEN = ObstacleAcknowledged(obstacle_id="o")
RESOLVED = (raised(), ObstacleResolved(obstacle_id="o", **RESULT))


def test_an_obstacle_is_raised_once():
    wanted = ask(RaiseObstacle, title="Labels", about=ABOUT, severity="medium", owner_id="ada")
    given().when(wanted).then(raised())
    given(raised()).when(wanted).refused("already-exists")
    given().when(wanted.model_copy(update={"title": " "})).refused("invalid-title")


# --- 5 Whys ------------------------------------------------------------------------------------


def test_answers_form_a_tree():
    given(raised()).when(ask(AnswerWhy, why_id="1", answer="because")).then(why("1"))
    given(*TREE).when(ask(AnswerWhy, why_id="4", under="2b", answer="because")).then(why("4", "2b"))
    assert {name: one.under for name, one in fold(TREE)["obstacle/o"].whys.items()} == {
        "1": None, "2": "1", "2b": "1", "3": "2"
    }  # fmt: skip


def test_an_answer_explains_one_that_was_given():
    outcome = given(*TREE).when(ask(AnswerWhy, why_id="4", under="9", answer="because"))
    outcome.refused("invalid-under", kind="invalid", pointer="/under")
    itself = given(raised()).when(ask(AnswerWhy, why_id="4", under="4", answer="because"))
    itself.refused("invalid-under")


def test_the_same_answer_again_changes_nothing_another_under_its_id_is_refused():
    given(*TREE).when(ask(AnswerWhy, why_id="2", under="1", answer="because")).nothing()
    given(*TREE).when(ask(AnswerWhy, why_id="2", answer="because")).refused("already-exists")
    given(*TREE).when(ask(AnswerWhy, why_id="5", answer=" ")).refused("invalid-answer")


def test_a_fishbone_collects_causes():
    noted = CauseNoted(obstacle_id="o", cause_id="c", category="machine", text="Printer")
    note = ask(NoteCause, cause_id="c", category="machine", text="Printer")
    given(raised()).when(note).then(noted)
    given(raised(), noted).when(note).nothing()
    given(raised(), noted).when(note.model_copy(update={"text": "Heat"})).refused("already-exists")
    given(raised()).when(note.model_copy(update={"text": ""})).refused("invalid-text")


@pytest.mark.parametrize("leaf", ["3", "2b"])
def test_the_root_cause_is_an_end_of_the_tree(leaf):
    chosen = RootCauseChosen(obstacle_id="o", why_id=leaf)
    given(*TREE).when(ask(ChooseRootCause, why_id=leaf)).then(chosen)
    given(*TREE, chosen).when(ask(ChooseRootCause, why_id=leaf)).nothing()


@pytest.mark.parametrize("inner", ["1", "2", "nothing"])
def test_an_answer_with_a_deeper_why_below_is_no_root_cause(inner):
    outcome = given(*TREE).when(ask(ChooseRootCause, why_id=inner))
    outcome.refused("invalid-why-id", kind="invalid", pointer="/why_id")


# --- resolving ---------------------------------------------------------------------------------


def test_resolving_needs_a_result_and_evidence():
    given(raised()).when(ask(ResolveObstacle, **RESULT)).then(RESOLVED[1])
    for field in ("result", "evidence"):
        blank = ask(ResolveObstacle, **{**RESULT, field: " "})
        given(raised()).when(blank).refused(f"invalid-{field}", pointer=f"/{field}")


def test_high_severity_is_resolved_at_its_root_cause():
    history, resolve = (raised("high"), why("1")), ask(ResolveObstacle, **RESULT)
    given(*history).when(resolve).refused("root-cause-required", allowed=("whys", "root-cause"))
    chosen = RootCauseChosen(obstacle_id="o", why_id="1")
    given(*history, chosen).when(resolve).then(RESOLVED[1])


def test_what_is_resolved_may_only_come_back():
    moves = {
        "acknowledge": ask(AcknowledgeObstacle),
        "whys": ask(AnswerWhy, why_id="1", answer="because"),
        "causes": ask(NoteCause, cause_id="c", category="people", text="text"),
        "root-cause": ask(ChooseRootCause, why_id="1"),
        "resolve": ask(ResolveObstacle, **RESULT),
    }
    for command in moves.values():
        given(*RESOLVED).when(command).refused("illegal-move", allowed=("reopen",))
    back = ObstacleReopened(obstacle_id="o", reopened_at=AT)
    given(*RESOLVED).when(ask(ReopenObstacle)).then(back)
    given(raised()).when(ask(ReopenObstacle)).refused(
        "illegal-move", allowed=("acknowledge", "whys", "causes", "root-cause", "resolve")
    )


@pytest.mark.parametrize(
    "command",
    [
        ask(AcknowledgeObstacle),
        ask(EscalateObstacle, level="owner", milestone="owner"),
        ask(AnswerWhy, why_id="1", answer="because"),
        ask(NoteCause, cause_id="c", category="people", text="text"),
        ask(ChooseRootCause, why_id="1"),
        ask(ResolveObstacle, **RESULT),
        ask(ReopenObstacle),
    ],
    ids=lambda one: type(one).__name__,
)
def test_nothing_can_be_done_about_an_obstacle_that_is_not_there(command):
    given().when(command).refused("not-found", kind="missing")


# --- the help chain ----------------------------------------------------------------------------


def climb(*history):
    """What the clock does from here until it rests: (level, hours after it was raised)."""
    seen = []
    while due := obstacle_due(fold(history)["obstacle/o"], AT):
        seen.append((due.id, (due.at - AT) / timedelta(hours=1), due.generation))
        command = wish(
            EscalateObstacle, due.at, CLOCK, obstacle_id="o", level=due.id, milestone=due.id
        )
        history += given(*history).when(command).facts()
    return seen


def test_an_obstacle_that_nobody_takes_climbs_to_the_sponsor():
    assert climb(raised()) == [("owner", 20, 0), ("coordinator", 24, 0), ("sponsor", 48, 0)]


@pytest.mark.parametrize("end", [TAKEN, RESOLVED[1]])
def test_taking_or_resolving_it_stops_the_climb(end):
    assert climb(raised(), end) == []
    late = ask(EscalateObstacle, level="sponsor", milestone="sponsor")
    given(raised(), end).when(late).nothing()


def test_a_level_hears_once():
    heard = ObstacleEscalated(obstacle_id="o", level="owner", milestone="owner")
    given(raised(), heard).when(ask(EscalateObstacle, level="owner", milestone="owner")).nothing()


def test_it_is_taken_once():
    given(raised()).when(ask(AcknowledgeObstacle)).then(TAKEN)
    given(raised(), TAKEN).when(ask(AcknowledgeObstacle)).refused(
        "illegal-move", allowed=("whys", "causes", "root-cause", "resolve")
    )


def test_what_came_back_climbs_again_from_there():
    back = ObstacleReopened(obstacle_id="o", reopened_at=AT + timedelta(hours=100))
    heard = ObstacleEscalated(obstacle_id="o", level="owner", milestone="owner")
    assert climb(raised(), heard, RESOLVED[1], back) == [
        ("owner", 120, 1), ("coordinator", 124, 1), ("sponsor", 148, 1)
    ]  # fmt: skip


def test_what_came_back_was_raised_when_it_was_first_raised():
    back = ObstacleReopened(obstacle_id="o", reopened_at=AT + timedelta(hours=100))
    assert fold((*RESOLVED, back))["obstacle/o"].raised_at == AT
