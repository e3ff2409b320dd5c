"""The 5 Whys of an obstacle, and which of the answers are root causes (RULES B7).

The answers form a tree, each under the one it explains. An answer at an end of the tree may be
marked as a root cause; there may be several. What was answered is reworded or taken back as long as
nothing stands on it.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.editing import changed, given
from domain.facts import Decision, Refusal
from domain.ids import WhyId
from domain.lean.obstacle import (
    Obstacle,
    ObstacleCommand,
    ObstacleFact,
    Why,
    moves,
)
from domain.lean.obstacle_decisions import forbidden
from domain.refusals import already_exists, blank, invalid, not_found
from domain.text import SealedText, said
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class WhyAnswered(ObstacleFact):
    """One node of the 5-Whys tree; ``under`` is the answer it explains (None: the symptom)."""

    TYPE: ClassVar[str] = "lean.why-answered"
    why_id: WhyId
    under: WhyId | None = None
    answer: SealedText
    evidence: SealedText | None = None


class WhyReworded(ObstacleFact):
    """The answer as it reads from here on; its place in the tree stays."""

    TYPE: ClassVar[str] = "lean.why-reworded"
    why_id: WhyId
    answer: SealedText
    evidence: SealedText | None = None


class WhyWithdrawn(ObstacleFact):
    TYPE: ClassVar[str] = "lean.why-withdrawn"
    why_id: WhyId


class RootCauseChosen(ObstacleFact):
    """``beside`` are the root causes that stay; facts of the first release knew one at a time."""

    TYPE: ClassVar[str] = "lean.root-cause-chosen"
    why_id: WhyId
    beside: tuple[WhyId, ...] = ()


class RootCauseUnmarked(ObstacleFact):
    TYPE: ClassVar[str] = "lean.root-cause-unmarked"
    why_id: WhyId


# --- state -------------------------------------------------------------------------------------


def why_answered(state: Obstacle, fact: WhyAnswered) -> Obstacle:
    why = Why(fact.under, fact.answer, fact.evidence)
    return replace(state, whys={**state.whys, fact.why_id: why})


def why_reworded(state: Obstacle, fact: WhyReworded) -> Obstacle:
    held = state.whys.get(fact.why_id)
    why = Why(held.under if held else None, fact.answer, fact.evidence)
    return replace(state, whys={**state.whys, fact.why_id: why})


def why_withdrawn(state: Obstacle, fact: WhyWithdrawn) -> Obstacle:
    return replace(state, whys={id_: w for id_, w in state.whys.items() if id_ != fact.why_id})


def root_cause_chosen(state: Obstacle, fact: RootCauseChosen) -> Obstacle:
    return replace(state, root_causes=(*fact.beside, fact.why_id))


def root_cause_unmarked(state: Obstacle, fact: RootCauseUnmarked) -> Obstacle:
    return replace(state, root_causes=tuple(why for why in state.root_causes if why != fact.why_id))


# --- commands ----------------------------------------------------------------------------------


class WhyCommand(ObstacleCommand):
    why_id: WhyId


class AnswerWhy(WhyCommand):
    under: WhyId | None = None
    answer: str
    evidence: str | None = None

    @property
    def subject(self) -> str:
        return self.why_id


class RewordWhy(WhyCommand):
    """Only the fields that are given change."""

    answer: SealedText = SealedText("")
    evidence: SealedText | None = None


class WithdrawWhy(WhyCommand): ...


class ChooseRootCause(WhyCommand): ...


class UnmarkRootCause(WhyCommand): ...


# --- 5 Whys ------------------------------------------------------------------------------------


def decide_answer(command: AnswerWhy, state: Obstacle) -> Decision:
    """The whys form a tree: an answer explains the symptom, or an answer given before."""
    refusal = forbidden(command, state, "whys")
    if refusal:
        return refusal
    if blank(command.answer):
        return invalid("invalid-answer", "An answer says something.", "/answer")
    known = state.whys.get(command.why_id)
    answer, evidence = SealedText(command.answer), said(command.evidence)
    if known == Why(command.under, answer, evidence):
        return ()
    if known is not None:
        return already_exists("why", allowed=moves(state))
    if command.under is not None and command.under not in state.whys:
        return invalid(
            "invalid-under", "There is no such answer in this obstacle to ask why about.", "/under"
        )
    return (
        WhyAnswered(
            obstacle_id=command.obstacle_id,
            why_id=command.why_id,
            under=command.under,
            answer=answer,
            evidence=evidence,
        ),
    )


def decide_reword_why(command: RewordWhy, state: Obstacle) -> Decision:
    refusal = _unknown_why(command, state)
    if refusal:
        return refusal
    if given(command, "answer") and blank(command.answer):
        return invalid("invalid-answer", "An answer says something.", "/answer")
    held = state.whys[command.why_id]
    new = changed(command, answer=held.answer, evidence=held.evidence)
    if not new:
        return ()
    words = {"answer": held.answer, "evidence": held.evidence, **new}
    return (WhyReworded(obstacle_id=command.obstacle_id, why_id=command.why_id, **words),)


def decide_withdraw_why(command: WithdrawWhy, state: Obstacle) -> Decision:
    """An answer goes as long as no other one explains it and it is no root cause."""
    refusal = _unknown_why(command, state)
    if refusal:
        return refusal
    if any(why.under == command.why_id for why in state.whys.values()):
        return Refusal(
            "why-explained",
            "Deeper whys stand under this answer. Take them back first, or reword this one.",
        )
    if command.why_id in state.root_causes:
        return Refusal(
            "why-is-root-cause", "This answer is a root cause. Unmark it before taking it back."
        )
    return (WhyWithdrawn(obstacle_id=command.obstacle_id, why_id=command.why_id),)


def decide_choose(command: ChooseRootCause, state: Obstacle) -> Decision:
    """A root cause is an end of the tree: nobody has found a why below it (RULES B7)."""
    refusal = forbidden(command, state, "root-causes")
    if refusal:
        return refusal
    if command.why_id not in state.whys:
        return invalid("invalid-why-id", "There is no such answer in this obstacle.", "/why_id")
    if any(why.under == command.why_id for why in state.whys.values()):
        return invalid(
            "invalid-why-id",
            "There is a deeper why below this answer: choose the deepest.",
            "/why_id",
        )
    if command.why_id in state.root_causes:
        return ()
    return (
        RootCauseChosen(
            obstacle_id=command.obstacle_id, why_id=command.why_id, beside=state.root_causes
        ),
    )


def decide_unmark(command: UnmarkRootCause, state: Obstacle) -> Decision:
    """Taken back while the obstacle is open; unmarking twice changes nothing."""
    refusal = _unknown_why(command, state)
    if refusal:
        return refusal
    if command.why_id not in state.root_causes:
        return ()
    return (RootCauseUnmarked(obstacle_id=command.obstacle_id, why_id=command.why_id),)


def _unknown_why(command: WhyCommand, state: Obstacle) -> Refusal | None:
    refusal = forbidden(command, state, "whys")
    if refusal is None and command.why_id not in state.whys:
        return not_found("why", command.why_id)
    return refusal


CHAPTER: Final[Chapter[Obstacle]] = Chapter(
    facts=(
        when(WhyAnswered, why_answered),
        when(WhyReworded, why_reworded),
        when(WhyWithdrawn, why_withdrawn),
        when(RootCauseChosen, root_cause_chosen),
        when(RootCauseUnmarked, root_cause_unmarked),
    ),
    commands=(
        on(AnswerWhy, decide_answer, permits="write"),
        on(RewordWhy, decide_reword_why, permits="write"),
        on(WithdrawWhy, decide_withdraw_why, permits="write"),
        on(ChooseRootCause, decide_choose, permits="write"),
        on(UnmarkRootCause, decide_unmark, permits="write"),
    ),
)
