"""The ways back from moves on an objective: each a request that gives what was there before."""

from typing import Any, Final

from api.core.resource import Found
from api.core.undo import TAKEN_BACK, Undo
from domain.okr.moves import BEFORE_ACTIVATION
from domain.okr.stream import ObjectiveState

Thing = Found[ObjectiveState]

PATH: Final = "/v1/objectives"


def moved(objective_id: str, verb: str) -> Undo:
    """Another move takes this one back."""
    return Undo(method="POST", path=f"{PATH}/{objective_id}/{verb}")


def deleted(_: Thing, now: Thing) -> Undo:
    """What was drafted is deleted."""
    return Undo(method="DELETE", path=f"{PATH}/{now.id}")


def proposed_again(before: Thing, now: Thing) -> Undo | None:
    """The way back from a withdrawal; an agreement, once withdrawn, has to be found anew."""
    if before.state.status != "proposed":
        return None
    return Undo(method="POST", path=f"{PATH}/{now.id}/propose")


def edited_back(before: Thing, now: Thing) -> Undo | None:
    """What was there before, field by field."""
    was = {
        name: value
        for name, value in _editable(before.state).items()
        if value != _editable(now.state)[name]
    }
    reason = {} if now.state.status in BEFORE_ACTIVATION else {"reason": TAKEN_BACK}
    return Undo(method="PATCH", path=f"{PATH}/{now.id}", body={**was, **reason})


def _editable(state: ObjectiveState) -> dict[str, Any]:
    return {
        "title": state.title,
        "description": state.description,
        "links": [each.model_dump() for each in state.links],
        "tags": list(state.tags),
        "owner_id": state.owner_id,
        "team_id": state.team_id,
        "cycle_id": state.cycle_id,
        "ambition": state.ambition,
        "supports": [
            {"kind": each.kind, "id": each.id, "weight": each.weight} for each in state.supports
        ],
        "contributors": [each.model_dump() for each in state.contributors],
        "reviewer_id": state.reviewer_id,
        "sponsor_ids": list(state.sponsor_ids),
    }


def reinstated(objective_id: str) -> Undo:
    """What left comes back."""
    path = f"{PATH}/{objective_id}/reinstate"
    return Undo(method="POST", path=path, body={"reason": TAKEN_BACK})


def left_again(before: Thing, now: Thing) -> Undo | None:
    """As it had left before it was brought back."""
    path = f"{PATH}/{now.id}"
    if before.state.status == "deleted":
        return Undo(method="DELETE", path=path)
    if before.state.status == "merged":
        body = {"into_id": before.state.merged_into, "reason": TAKEN_BACK}
        return Undo(method="POST", path=f"{path}/merge", body=body)
    return Undo(method="POST", path=f"{path}/drop", body={"reason": TAKEN_BACK})
