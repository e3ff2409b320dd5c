"""What an improvement action answers to each command (RULES B6, B7, B9)."""

from domain.cycle.calendar import zone_exists
from domain.cycle.cycle import Cycle
from domain.description import refuse_description, refuse_links
from domain.facts import Decision, Facts, Refusal
from domain.lean.action import (
    EFFECT_MILESTONES,
    Action,
    ActionMoved,
    ActionOpened,
    ActionReminded,
    ActionReopened,
    ActionVerified,
    AskEffect,
    EffectAsked,
    MoveAction,
    OpenAction,
    RemindAction,
    ReopenAction,
    VerifyAction,
    moves,
)
from domain.lean.action_editing import ActionDescribed, ActionLinked
from domain.lean.action_moves import YEARS, forbidden, on_another_board
from domain.lean.board import Board, place, put_back
from domain.people.organisation import Organisation
from domain.people.person import Person, refuse_person
from domain.people.team import Team, refuse_team
from domain.refusals import already_exists, blank, invalid, not_found
from domain.text import SealedText, said
from domain.title import refuse_title


def decide_open(
    command: OpenAction,
    state: Action,
    board: Board,
    team: Team,
    owner: Person,
    organisation: Organisation,
    *cycle: Cycle,
) -> Decision:
    """New work stands in the board's first ready column, within its limit."""
    if state.exists:
        return already_exists("action", allowed=moves(state))
    refusal = (
        refuse_title(command.title)
        or refuse_description(command.description)
        or refuse_links(command.links)
        or refuse_team(team, command.team_id, "/team_id")
        or refuse_person(owner, command.owner_id, "/owner_id")
    )
    if refusal:
        return refusal
    if command.due_on and command.due_on.year not in YEARS:
        return invalid("invalid-due-on", "An action is due between 1970 and 2200.", "/due_on")
    if command.verify_after_days is not None and not 0 <= command.verify_after_days <= 366:
        return invalid(
            "invalid-verify-after-days",
            "The effect is looked at within 0 to 366 days.",
            "/verify_after_days",
        )
    zones = (command.timezone, organisation.timezone, *(each.timezone for each in cycle), "UTC")
    timezone = next(zone for zone in zones if zone is not None)
    if not zone_exists(timezone):
        return invalid(
            "invalid-timezone",
            "This is no time zone of the IANA database, such as Europe/Berlin.",
            "/timezone",
        )
    column = board.entry().key
    placed = place(board, command.team_id, command.action_id, column, reason=command.reason)
    if isinstance(placed, Refusal):
        return placed
    return (
        ActionOpened(
            action_id=command.action_id,
            title=command.title,
            kind=command.kind,
            team_id=command.team_id,
            owner_id=command.owner_id,
            due_on=command.due_on,
            about=command.about,
            prediction=said(command.prediction),
            verify_after_days=command.verify_after_days,
            column=column,
            opened_at=command.at,
            timezone=timezone,
        ),
        *_words(command),
        *placed,
    )


def _words(command: OpenAction) -> Facts:
    """What may be said about it beyond its title."""
    id_ = command.action_id
    described = ActionDescribed(action_id=id_, description=command.description)
    linked = ActionLinked(action_id=id_, links=command.links)
    return (*((described,) if command.description else ()), *((linked,) if command.links else ()))


def decide_move(command: MoveAction, state: Action, board: Board) -> Decision:
    """Within its column only the order changes; into another one the limit there counts."""
    refusal = forbidden(command, state, "move") or on_another_board(command, state)
    if refusal:
        return refusal
    placed = place(
        board,
        command.team_id,
        command.action_id,
        command.column,
        before_id=command.before_id,
        reason=command.reason,
        allowed=tuple(move for move in moves(state) if move != "move"),
    )
    column = board.column(command.column)
    if isinstance(placed, Refusal) or column is None or command.column == state.column:
        return placed
    moved = ActionMoved(
        action_id=command.action_id,
        column=column.key,
        stage=column.stage,
        from_column=state.column,
        moved_at=command.at,
    )
    return (moved, *placed)


def decide_remind(command: RemindAction, state: Action) -> Decision:
    """Issued by the clock; nothing when it was done, or when there is nothing to be reminded of."""
    if not state.exists:
        return not_found("action", command.action_id)
    asked_for_effect = state.status == "verifying"
    wanted = asked_for_effect if command.milestone in EFFECT_MILESTONES else not asked_for_effect
    if state.status in ("done", "verified") or command.milestone in state.reached or not wanted:
        return ()
    return (
        ActionReminded(
            action_id=command.action_id, level=command.level, milestone=command.milestone
        ),
    )


def decide_ask(command: AskEffect, state: Action) -> Decision:
    """Issued by the clock once the effect may be seen; nothing unless the work is done."""
    if not state.exists:
        return not_found("action", command.action_id)
    if state.status != "done":
        return ()
    return (
        EffectAsked(action_id=command.action_id, milestone=command.milestone, asked_at=command.at),
    )


def decide_verify(command: VerifyAction, state: Action, board: Board) -> Decision:
    """A measured effect closes the action; none re-opens the work in the same append (RULES B7)."""
    refusal = forbidden(command, state, "verify") or on_another_board(command, state)
    if refusal:
        return refusal
    if blank(command.result):
        return invalid("invalid-result", "Say what was measured.", "/result")
    if blank(command.evidence):
        return invalid("invalid-evidence", "Say where the result can be seen.", "/evidence")
    verified = ActionVerified(
        action_id=command.action_id,
        result=SealedText(command.result),
        effective=command.effective,
        evidence=SealedText(command.evidence),
    )
    return (verified,) if command.effective else (verified, *_back(command, state, board))


def decide_reopen(command: ReopenAction, state: Action, board: Board) -> Decision:
    refusal = forbidden(command, state, "reopen") or on_another_board(command, state)
    return refusal or _back(command, state, board)


def _back(command: VerifyAction | ReopenAction, state: Action, board: Board) -> Facts:
    """The work is open again and its card stands where new work does."""
    entry = board.entry()
    return (
        ActionReopened(action_id=command.action_id, reopened_at=command.at),
        ActionMoved(
            action_id=command.action_id,
            column=entry.key,
            stage=entry.stage,
            from_column=state.column,
            moved_at=command.at,
        ),
        *put_back(board, command.team_id, command.action_id),
    )
