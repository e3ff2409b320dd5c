"""The fishbone of an obstacle: possible causes, each on one of six bones (RULES B7).

A cause is reworded or taken back as long as the obstacle is open.
"""

from dataclasses import replace
from typing import ClassVar, Final

from domain.editing import changed, given
from domain.facts import Decision, Refusal
from domain.ids import CauseId
from domain.lean.obstacle import (
    Category,
    Cause,
    Obstacle,
    ObstacleCommand,
    ObstacleFact,
    moves,
)
from domain.lean.obstacle_decisions import forbidden
from domain.refusals import already_exists, blank, invalid, not_found
from domain.text import SealedText
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class CauseNoted(ObstacleFact):
    TYPE: ClassVar[str] = "lean.cause-noted"
    cause_id: CauseId
    category: Category
    text: SealedText


class CauseReworded(ObstacleFact):
    """The cause as it reads from here on, perhaps on another bone."""

    TYPE: ClassVar[str] = "lean.cause-reworded"
    cause_id: CauseId
    category: Category
    text: SealedText


class CauseWithdrawn(ObstacleFact):
    TYPE: ClassVar[str] = "lean.cause-withdrawn"
    cause_id: CauseId


# --- state -------------------------------------------------------------------------------------


def cause_noted(state: Obstacle, fact: CauseNoted | CauseReworded) -> Obstacle:
    cause = Cause(fact.category, fact.text)
    return replace(state, causes={**state.causes, fact.cause_id: cause})


def cause_withdrawn(state: Obstacle, fact: CauseWithdrawn) -> Obstacle:
    left = {id_: cause for id_, cause in state.causes.items() if id_ != fact.cause_id}
    return replace(state, causes=left)


# --- commands ----------------------------------------------------------------------------------


class CauseCommand(ObstacleCommand):
    cause_id: CauseId


class NoteCause(CauseCommand):
    category: Category
    text: str

    @property
    def subject(self) -> str:
        return self.cause_id


class RewordCause(CauseCommand):
    """Only the fields that are given change."""

    category: Category = "people"
    text: SealedText = SealedText("")


class WithdrawCause(CauseCommand): ...


def decide_note(command: NoteCause, state: Obstacle) -> Decision:
    refusal = forbidden(command, state, "causes")
    if refusal:
        return refusal
    if blank(command.text):
        return invalid("invalid-text", "A cause says something.", "/text")
    known = state.causes.get(command.cause_id)
    text = SealedText(command.text)
    if known == Cause(command.category, text):
        return ()
    if known is not None:
        return already_exists("cause", allowed=moves(state))
    return (
        CauseNoted(
            obstacle_id=command.obstacle_id,
            cause_id=command.cause_id,
            category=command.category,
            text=text,
        ),
    )


def decide_reword_cause(command: RewordCause, state: Obstacle) -> Decision:
    refusal = _unknown_cause(command, state)
    if refusal:
        return refusal
    if given(command, "text") and blank(command.text):
        return invalid("invalid-text", "A cause says something.", "/text")
    held = state.causes[command.cause_id]
    new = changed(command, category=held.category, text=held.text)
    if not new:
        return ()
    words = {"category": held.category, "text": held.text, **new}
    return (CauseReworded(obstacle_id=command.obstacle_id, cause_id=command.cause_id, **words),)


def decide_withdraw_cause(command: WithdrawCause, state: Obstacle) -> Decision:
    return _unknown_cause(command, state) or (
        CauseWithdrawn(obstacle_id=command.obstacle_id, cause_id=command.cause_id),
    )


def _unknown_cause(command: CauseCommand, state: Obstacle) -> Refusal | None:
    refusal = forbidden(command, state, "causes")
    if refusal is None and command.cause_id not in state.causes:
        return not_found("cause", command.cause_id)
    return refusal


CHAPTER: Final[Chapter[Obstacle]] = Chapter(
    facts=(
        when(CauseNoted, cause_noted),
        when(CauseReworded, cause_noted),
        when(CauseWithdrawn, cause_withdrawn),
    ),
    commands=(
        on(NoteCause, decide_note, permits="write"),
        on(RewordCause, decide_reword_cause, permits="write"),
        on(WithdrawCause, decide_withdraw_cause, permits="write"),
    ),
)
