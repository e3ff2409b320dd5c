"""What an action's state forbids, in words: shared by the chapters that decide about it."""

from collections.abc import Mapping
from typing import Final, Protocol

from domain.facts import Refusal
from domain.ids import TeamId
from domain.lean.action import Action, ActionCommand, moves
from domain.refusals import invalid, not_found

YEARS: Final = range(1970, 2201)
"""Of due dates."""

_DONE: Final[Mapping[str, str]] = {
    "move": "moved",
    "verify": "verified",
    "reopen": "reopened",
    "block": "blocked",
    "unblock": "unblocked",
    "cancel": "cancelled",
    "archive": "archived",
    "unarchive": "unarchived",
}


def forbidden(command: ActionCommand, state: Action, move: str) -> Refusal | None:
    """Why the action's state forbids the move, with those that it allows."""
    if not state.exists:
        return not_found("action", command.action_id)
    allowed = moves(state)
    if move in allowed:
        return None
    may = " or ".join(filter(None, [", ".join(_DONE[m] for m in allowed[:-1]), _DONE[allowed[-1]]]))
    detail = f"The action {_stands(state)}, so it cannot be {_DONE[move]}. It may be {may}."
    return Refusal("illegal-move", detail, allowed=allowed)


def _stands(state: Action) -> str:
    if state.archived_at is not None:
        return "is archived"
    if state.block is not None:
        return "is blocked"
    match state.status:
        case "doing":
            return "is being done"
        case "verifying":
            return "waits for its effect to be verified"
        case status:
            return f"is {status}"


class OnBoard(Protocol):
    """A command that names the board its action stands on."""

    @property
    def team_id(self) -> TeamId: ...


def on_another_board(command: OnBoard, state: Action) -> Refusal | None:
    """The board that a command names has to be the one the action stands on."""
    if command.team_id == state.team_id:
        return None
    return invalid("invalid-team-id", "The action stands on the board of another team.", "/team_id")
