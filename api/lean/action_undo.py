"""The way back from each move of an improvement action."""

from typing import Any, Final

from api.core.resource import Found, WayBack
from api.core.undo import Undo
from domain.lean.action import Action as State
from projections.lean import render

PATH: Final = "/v1/actions"
MISTAKE: Final = "Taken back"
"""The reason that an undo gives where one is needed."""


def posted(move: str, body: dict[str, Any] | None = None) -> WayBack[State]:
    def back(_: Found[State], now: Found[State]) -> Undo:
        return Undo(method="POST", path=f"{PATH}/{now.id}/{move}", body=body)

    return back


given_up: Final = posted("cancel", {"reason": MISTAKE})


def held_fields(state: State) -> dict[str, Any]:
    """What an edit may change, as a request says it."""
    return {
        "title": state.title,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "owner_id": state.owner_id,
        "due_on": state.due_on,
        "about": state.about and state.about.model_dump(),
        "kind": state.kind,
        "team_id": state.team_id,
    }


def moved_back(before: Found[State], now: Found[State]) -> Undo | None:
    """To the column it came from; a card that only changed places there stays."""
    if before.state.column == now.state.column:
        return None
    return posted("move", {"column": before.state.column})(before, now)


def blocked_again(before: Found[State], now: Found[State]) -> Undo | None:
    held = render.block(before.state)
    if held is None:
        return None
    return posted("block", {"reason": held["reason"], "waits_for": held["waits_for"]})(before, now)


def list_before(before: Found[State], now: Found[State]) -> Undo:
    items = [item.model_dump() for item in before.state.checklist]
    path = f"{PATH}/{now.id}/checklist"
    return Undo(method="PUT", path=path, body={"items": items})


def closed_again(before: Found[State], now: Found[State]) -> Undo | None:
    """What was judged stays judged no more: only what was done or given up goes back there."""
    if before.state.status == "cancelled":
        return given_up(before, now)
    if before.state.status in ("done", "verifying") and before.state.archived_at is None:
        return moved_back(before, now)
    return None
