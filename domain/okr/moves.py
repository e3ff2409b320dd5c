"""What may be done next with an objective, and the refusal of what may not (RULES B9)."""

from collections.abc import Mapping

from domain.facts import Decision, Refusal
from domain.okr.stream import (
    KeyResult,
    KeyResultCommand,
    ObjectiveCommand,
    ObjectiveState,
    ObjectiveStatus,
)
from domain.refusals import not_found

BEFORE_ACTIVATION = frozenset({"draft", "proposed", "agreed"})
RUNNING = BEFORE_ACTIVATION | {"active"}

_EDITS = ("edit", "add-key-result", "retarget", "reweight", "drop", "merge")
_GRADED = ("check-in", "correct", "grade", "close", "carry-over")
_MOVES: Mapping[ObjectiveStatus | None, tuple[str, ...]] = {
    None: ("draft",),
    "draft": ("propose", *_EDITS, "delete"),
    "proposed": ("accept", "counter", "withdraw", *_EDITS),
    "agreed": ("activate", "withdraw", *_EDITS),
    "active": ("check-in", "correct", "grade", "carry-over", *_EDITS, "deactivate"),
    "graded": _GRADED,
    "closed": ("carry-over",),
    "dropped": ("reinstate",),
    "merged": ("reinstate",),
    "deleted": ("reinstate",),
}
_WISHES: Mapping[str, str] = {
    "propose": "An objective that is {} cannot be proposed.",
    "accept": "An objective that is {} cannot be accepted.",
    "counter": "An objective that is {} cannot be countered.",
    "withdraw": "An objective that is {} cannot be withdrawn.",
    "activate": "An objective that is {} cannot be activated; it has to be agreed first.",
    "deactivate": "An objective that is {} cannot be taken back to agreed.",
    "close": "An objective that is {} cannot be closed; it has to be graded first.",
    "grade": "An objective that is {} cannot be graded; it has to be active.",
    "carry-over": "An objective that is {} cannot be carried over.",
    "drop": "The objective is {}, so nothing can be dropped.",
    "merge": "An objective that is {} cannot be merged.",
    "delete": "An objective that is {} cannot be deleted, only a draft; drop it with a reason.",
    "reinstate": "An objective that is {} needs no way back; only what was dropped does.",
    "reinstate-key-result": "The objective is {}, so its key results stay as they are.",
    "edit": "Of an objective that is {} only the words can be edited: title, description, links"
    " and tags.",
    "move": "An objective that is {} stays in its cycle; carry it over instead.",
    "check-in": "The objective is {}, so nobody can check in. Check-ins begin once it is active.",
    "correct": "The objective is {}, so its check-ins cannot be corrected.",
    "withdraw-check-in": "The objective is {}, so its check-ins cannot be withdrawn.",
    "add-key-result": "The objective is {}, so it takes no new key results.",
    "retarget": "The objective is {}, so its targets stay as they are.",
    "reweight": "The objective is {}, so its weights stay as they are.",
    "convert": "The objective is {}, so its measures stay as they are.",
    "correct-measure": "The objective is {}, so its measures stay as they are.",
}
"""What is wished for, as the refusal says it; the gap is for the objective's state."""


def moves(state: ObjectiveState) -> tuple[str, ...]:
    """What may be done next with the objective, as the API's verbs (RULES B9)."""
    if state.locked and state.status in {"active", "graded"}:
        return _GRADED
    if state.status == "draft" and state.countered is not None:
        return ("propose", "accept", *_EDITS)
    if state.status == "closed" and state.carried_into is not None:
        return ()
    if state.status == "active" and checked_in(state):
        return tuple(each for each in _MOVES["active"] if each != "deactivate")
    return _MOVES[state.status]


def checked_in(state: ObjectiveState) -> bool:
    """Whether a check-in stands on any of its key results."""
    return any(each.stands for held in state.key_results.values() for each in held.check_ins)


def illegal(state: ObjectiveState, wish: str) -> Refusal:
    """The objective's state forbids ``wish``; says which moves it allows."""
    allowed = moves(state)
    if state.locked and state.status in {"active", "graded"}:
        return Refusal(
            code="grading-locked",
            detail="The grades are locked, so nothing but a regrade with a reason moves them.",
            allowed=allowed,
        )
    state_now = "a draft" if state.status == "draft" else str(state.status)
    return Refusal("illegal-move", _WISHES[wish].format(state_now), allowed=allowed)


def done_already(command: ObjectiveCommand, state: ObjectiveState, wish: str) -> Decision:
    """What ``wish`` asks for holds: people are refused the repeated move, clocks make sure of it.

    A clock that was cut short does its whole round again: nothing is left to do.
    """
    return () if command.by.kind == "workflow" else illegal(state, wish)


def editable(command: KeyResultCommand, state: ObjectiveState, wish: str) -> KeyResult | Refusal:
    """The key result of ``command`` when it may still be edited, else why not."""
    if not state.exists:
        return not_found("objective", command.objective_id)
    held = state.key_results.get(command.key_result_id)
    if held is None:
        return not_found("key result", command.key_result_id)
    if state.locked or state.status not in RUNNING:
        return illegal(state, wish)
    if held.dropped_at is not None:
        detail = "The key result was dropped and stays as it was. Reinstate it first."
        return Refusal("illegal-move", detail, allowed=("reinstate",))
    return held
