"""How an action leaves the board: it is cancelled, or archived once it is done.

Cancelled work is given up: its card goes and gives its room free. Archived work is done and put
away before its time; ``Unarchive`` puts it back where it was done. Done cards that nobody archives
leave sight by themselves after a while, without a fact: see ``leaves_sight_at``.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.facts import Decision
from domain.ids import TeamId
from domain.lean.action import EFFECT_MILESTONES, Action, ActionCommand, ActionFact
from domain.lean.action_moves import forbidden, on_another_board
from domain.lean.board import Board, put_into, take_off
from domain.refusals import blank, reason_required
from domain.thing import Chapter, on, when

DONE_IN_SIGHT_DAYS: Final = 14

# --- facts -------------------------------------------------------------------------------------


class ActionCancelled(ActionFact):
    """The work is given up; why is in the envelope."""

    TYPE: ClassVar[str] = "lean.action-cancelled"
    cancelled_at: AwareDatetime


class ActionArchived(ActionFact):
    TYPE: ClassVar[str] = "lean.action-archived"
    archived_at: AwareDatetime


class ActionUnarchived(ActionFact):
    TYPE: ClassVar[str] = "lean.action-unarchived"


# --- state -------------------------------------------------------------------------------------


def cancelled(state: Action, fact: ActionCancelled) -> Action:
    return replace(state, status="cancelled", block=None, cancelled_at=fact.cancelled_at)


def archived(state: Action, fact: ActionArchived) -> Action:
    return replace(state, archived_at=fact.archived_at)


def unarchived(state: Action, fact: ActionUnarchived) -> Action:  # noqa: ARG001
    """Its effect, if it was not judged yet, is asked for again: archiving had ended that."""
    state = replace(state, archived_at=None)
    if state.status != "verifying":
        return state
    return replace(
        state,
        status="done",
        effect_asked_at=None,
        generation=state.generation + 1,
        reached=state.reached - set(EFFECT_MILESTONES),
    )


def leaves_sight_at(state: Action) -> datetime | None:
    """From when on the card is on no board; None while there is work left to do.

    Done work stays for ``DONE_IN_SIGHT_DAYS`` after it was done, and as long again after its effect
    was asked for: what is still owed should not slip away at the moment it is asked for.
    """
    gone = state.cancelled_at or state.archived_at
    if gone is not None or state.finished_at is None:
        return gone
    done = max(filter(None, (state.finished_at, state.effect_asked_at)))
    return done + timedelta(days=DONE_IN_SIGHT_DAYS)


# --- commands ----------------------------------------------------------------------------------


class LeavingCommand(ActionCommand):
    """``team_id`` names the board that the card leaves or comes back to."""

    team_id: TeamId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}", f"board/{self.team_id}")


class CancelAction(LeavingCommand): ...


class ArchiveAction(LeavingCommand): ...


class UnarchiveAction(LeavingCommand): ...


def decide_cancel(command: CancelAction, state: Action, board: Board) -> Decision:
    """Work that nobody will do is given up with a reason, and gives its room free."""
    refusal = forbidden(command, state, "cancel") or on_another_board(command, state)
    if refusal:
        return refusal
    if blank(command.reason):
        return reason_required("say why the work is given up")
    return (
        ActionCancelled(action_id=command.action_id, cancelled_at=command.at),
        *take_off(board, command.team_id, command.action_id),
    )


def decide_archive(command: ArchiveAction, state: Action, board: Board) -> Decision:
    refusal = forbidden(command, state, "archive") or on_another_board(command, state)
    return refusal or (
        ActionArchived(action_id=command.action_id, archived_at=command.at),
        *take_off(board, command.team_id, command.action_id),
    )


def decide_unarchive(command: UnarchiveAction, state: Action, board: Board) -> Decision:
    refusal = forbidden(command, state, "unarchive") or on_another_board(command, state)
    return refusal or (
        ActionUnarchived(action_id=command.action_id),
        *put_into(board, command.team_id, command.action_id, board.exit(state.column)),
    )


CHAPTER: Final[Chapter[Action]] = Chapter(
    facts=(
        when(ActionCancelled, cancelled),
        when(ActionArchived, archived),
        when(ActionUnarchived, unarchived),
    ),
    commands=(
        on(CancelAction, decide_cancel, Board, permits="write"),
        on(ArchiveAction, decide_archive, Board, permits="write"),
        on(UnarchiveAction, decide_unarchive, Board, permits="write"),
    ),
)
