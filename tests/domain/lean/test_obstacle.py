"""RULES B7: 5 Whys is a tree. RULES B9: a blocker that nobody takes climbs."""

from datetime import timedelta

import pytest

from domain.description import Link
from domain.facts import Actor, Pointer
from domain.lean.agenda import obstacle_due
from domain.lean.fishbone import (
    CauseNoted,
    CauseReworded,
    CauseWithdrawn,
    NoteCause,
    RewordCause,
    WithdrawCause,
)
from domain.lean.five_whys import (
    AnswerWhy,
    ChooseRootCause,
    RewordWhy,
    RootCauseChosen,
    RootCauseUnmarked,
    UnmarkRootCause,
    WhyAnswered,
    WhyReworded,
    WhyWithdrawn,
    WithdrawWhy,
)
from domain.lean.obstacle import (
    SILENCE,
    AcknowledgeObstacle,
    EndObstacle,
    EscalateObstacle,
    ObstacleAcknowledged,
    ObstacleEnded,
    ObstacleEscalated,
    ObstacleRaised,
    ObstacleReleased,
    ObstacleReopened,
    ObstacleResolved,
    RaiseObstacle,
    ReleaseObstacle,
    ReopenObstacle,
    ResolveObstacle,
)
from domain.lean.obstacle_editing import (
    EditObstacle,
    NextActionNamed,
    ObstacleClassified,
    ObstacleDescribed,
    ObstacleLinked,
    ObstacleReassessed,
    ObstacleReassigned,
    ObstacleRelated,
    ObstacleRenamed,
)
from domain.people.person import PersonJoined
from domain.text import SealedText
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
        source="person",
    )


def why(name: str, under: str | None = None, answer: str = "because") -> WhyAnswered:
    return WhyAnswered(obstacle_id="o", why_id=name, under=under, answer=answer)


def ask(kind, at=AT, **fields):
    return wish(kind, at, obstacle_id="o", **fields)


UNDERSTANDING = ("whys", "causes", "root-causes", "root-cause", "resolve")
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
    given(*history).when(resolve).refused("root-cause-required", allowed=("whys", "root-causes"))
    chosen = RootCauseChosen(obstacle_id="o", why_id="1")
    given(*history, chosen).when(resolve).then(RESOLVED[1])


def test_what_is_resolved_may_only_come_back():
    moves = {
        "acknowledge": ask(AcknowledgeObstacle),
        "whys": ask(AnswerWhy, why_id="1", answer="because"),
        "causes": ask(NoteCause, cause_id="c", category="people", text="text"),
        "root-causes": ask(ChooseRootCause, why_id="1"),
        "unmark": ask(UnmarkRootCause, why_id="1"),
        "reword": ask(RewordWhy, why_id="1", answer=SealedText("no")),
        "release": ask(ReleaseObstacle),
        "resolve": ask(ResolveObstacle, **RESULT),
    }
    for command in moves.values():
        given(*RESOLVED).when(command).refused("illegal-move", allowed=("reopen",))
    back = ObstacleReopened(obstacle_id="o", reopened_at=AT)
    given(*RESOLVED).when(ask(ReopenObstacle)).then(back)
    given(raised()).when(ask(ReopenObstacle)).refused(
        "illegal-move", allowed=("take", "acknowledge", *UNDERSTANDING)
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
        ask(ReleaseObstacle),
        ask(EndObstacle, because="checked_in"),
        ask(EditObstacle, title="Labels"),
        ask(RewordWhy, why_id="1", answer=SealedText("no")),
        ask(WithdrawWhy, why_id="1"),
        ask(UnmarkRootCause, why_id="1"),
        ask(RewordCause, cause_id="c", text=SealedText("no")),
        ask(WithdrawCause, cause_id="c"),
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
        "illegal-move", allowed=("release", *UNDERSTANDING)
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


# --- root causes, several of them ----------------------------------------------------------------


def test_several_root_causes_stand_beside_each_other_and_each_may_be_unmarked():
    first = RootCauseChosen(obstacle_id="o", why_id="3")
    second = RootCauseChosen(obstacle_id="o", why_id="2b", beside=("3",))
    given(*TREE, first).when(ask(ChooseRootCause, why_id="2b")).then(second)
    assert fold((*TREE, first, second))["obstacle/o"].root_causes == ("3", "2b")
    unmarked = RootCauseUnmarked(obstacle_id="o", why_id="3")
    given(*TREE, first, second).when(ask(UnmarkRootCause, why_id="3")).then(unmarked)
    assert fold((*TREE, first, second, unmarked))["obstacle/o"].root_causes == ("2b",)
    given(*TREE, first).when(ask(UnmarkRootCause, why_id="2b")).nothing()
    given(*TREE).when(ask(UnmarkRootCause, why_id="9")).refused("not-found", kind="missing")


def test_a_choice_of_the_first_release_took_the_place_of_the_one_before():
    chosen = (RootCauseChosen(obstacle_id="o", why_id=why) for why in ("3", "2b"))
    assert fold((*TREE, *chosen))["obstacle/o"].root_causes == ("2b",)


# --- rewording -----------------------------------------------------------------------------------


def test_an_answer_is_reworded_and_keeps_its_place():
    reword = ask(RewordWhy, why_id="2", answer=SealedText("the printer is slow"))
    reworded = WhyReworded(obstacle_id="o", why_id="2", answer="the printer is slow")
    given(*TREE).when(reword).then(reworded)
    given(*TREE, reworded).when(reword).nothing()
    held = fold((*TREE, reworded))["obstacle/o"].whys["2"]
    assert (held.under, held.answer.text) == ("1", "the printer is slow")
    evidence = ask(RewordWhy, why_id="2", evidence=SealedText("log"))
    given(*TREE).when(evidence).then(
        WhyReworded(obstacle_id="o", why_id="2", answer="because", evidence="log")
    )
    given(*TREE).when(ask(RewordWhy, why_id="2", answer=SealedText(" "))).refused("invalid-answer")


def test_an_answer_is_taken_back_while_nothing_stands_on_it():
    given(*TREE).when(ask(WithdrawWhy, why_id="3")).then(WhyWithdrawn(obstacle_id="o", why_id="3"))
    given(*TREE).when(ask(WithdrawWhy, why_id="2")).refused("why-explained")
    root = RootCauseChosen(obstacle_id="o", why_id="3")
    given(*TREE, root).when(ask(WithdrawWhy, why_id="3")).refused("why-is-root-cause")
    left = fold((*TREE, WhyWithdrawn(obstacle_id="o", why_id="3")))["obstacle/o"].whys
    assert list(left) == ["1", "2", "2b"]


def test_a_cause_is_reworded_and_taken_back():
    noted = CauseNoted(obstacle_id="o", cause_id="c", category="machine", text="Printer")
    given(raised(), noted).when(ask(RewordCause, cause_id="c", category="method")).then(
        CauseReworded(obstacle_id="o", cause_id="c", category="method", text="Printer")
    )
    given(raised(), noted).when(ask(RewordCause, cause_id="c", text=SealedText(""))).refused(
        "invalid-text"
    )
    given(raised(), noted).when(ask(WithdrawCause, cause_id="c")).then(
        CauseWithdrawn(obstacle_id="o", cause_id="c")
    )
    given(raised()).when(ask(WithdrawCause, cause_id="c")).refused("not-found", kind="missing")


# --- taking and giving back ----------------------------------------------------------------------

BO = (PersonJoined(person_id="bo"),)
BY_BO = Actor(kind="person", id="bo")


def test_who_takes_it_owns_it_and_who_gives_it_back_gives_it_to_whoever_had_it():
    take = wish(AcknowledgeObstacle, AT, BY_BO, obstacle_id="o")
    theirs = ObstacleReassigned(obstacle_id="o", owner_id="bo")
    given(raised(), *BO).when(take).then(TAKEN, theirs)
    later = AT + timedelta(hours=50)
    release = wish(ReleaseObstacle, later, BY_BO, obstacle_id="o")
    released = ObstacleReleased(obstacle_id="o", released_at=later)
    back = ObstacleReassigned(obstacle_id="o", owner_id="ada")
    given(raised(), TAKEN, theirs).when(release).then(released, back)
    again = fold((raised(), TAKEN, theirs, released, back))["obstacle/o"]
    assert (again.status, again.owner_id, again.waiting_since) == ("raised", "ada", later)


def test_a_machine_that_takes_it_for_somebody_owns_nothing():
    given(raised()).when(ask(AcknowledgeObstacle)).then(TAKEN)


# --- editing -------------------------------------------------------------------------------------


def test_each_kind_of_change_is_a_fact_of_its_own():
    about = Pointer(kind="objective", id="ob")
    links = (Link(title="Log", url="https://example.org"),)
    edit = ask(
        EditObstacle, title="Labels peel off", description=SealedText("d"), links=links,
        severity="high", type="resource", owner_id=None, next_action=SealedText("call"),
        about=about,
    )  # fmt: skip
    given(raised()).when(edit).then(
        ObstacleRenamed(obstacle_id="o", title="Labels peel off"),
        ObstacleDescribed(obstacle_id="o", description="d"),
        ObstacleLinked(obstacle_id="o", links=links),
        ObstacleReassessed(obstacle_id="o", severity="high"),
        ObstacleClassified(obstacle_id="o", type="resource"),
        ObstacleReassigned(obstacle_id="o", owner_id=None),
        NextActionNamed(obstacle_id="o", next_action="call"),
        ObstacleRelated(obstacle_id="o", about=about),
    )
    edited = (raised(), *given(raised()).when(edit).facts())
    given(*edited).when(edit).nothing()
    now = fold(edited)["obstacle/o"]
    assert (now.title, now.severity, now.type, now.owner_id) == (
        "Labels peel off", "high", "resource", None
    )  # fmt: skip
    assert (now.next_action.text, now.about, now.links) == ("call", about, links)


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"title": ""}, "invalid-title", "/title"),
        ({"owner_id": "nobody"}, "not-found", "/owner_id"),
        ({"about": None}, "invalid-about", "/about"),
        ({"about": Pointer(kind="obstacle", id="o")}, "invalid-about", "/about"),
        ({"next_action": SealedText("x" * 20_001)}, "invalid-description", "/next_action"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(fields, code, pointer):
    given(raised()).when(ask(EditObstacle, **fields)).refused(code, pointer=pointer)


# --- what the clock raised -----------------------------------------------------------------------


def test_what_the_clock_raised_ends_by_itself_and_a_persons_does_not():
    silent = wish(
        RaiseObstacle, AT, CLOCK, obstacle_id="o", title=f"{SILENCE}: Labels", about=ABOUT,
        severity="medium",
    )  # fmt: skip
    history = given().when(silent).facts()
    assert history[0].source == "clock"
    end = wish(EndObstacle, AT, CLOCK, obstacle_id="o", because="checked_in")
    ended = ObstacleEnded(obstacle_id="o", because="checked_in")
    given(*history).when(end).then(ended)
    given(*history, ended).when(end).nothing()
    over = fold((*history, ended))["obstacle/o"]
    assert (over.status, over.ended, obstacle_due(over, AT)) == ("resolved", "checked_in", None)
    given(raised()).when(end).nothing()


def test_facts_of_the_first_release_tell_by_their_title_that_the_clock_raised_them():
    old = raised().model_copy(update={"source": None, "title": f"{SILENCE}: Labels"})
    assert fold((old,))["obstacle/o"].source == "clock"
    assert fold((raised().model_copy(update={"source": None}),))["obstacle/o"].source == "person"
