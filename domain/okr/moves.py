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
from domain.refusals import illegal_move, not_found

BEFORE_ACTIVATION = frozenset({"draft", "proposed", "agreed"})
RUNNING = BEFORE_ACTIVATION | {"active"}

_EDITS = ("add-key-result", "retarget", "reweight", "drop", "merge")
_GRADED = ("check-in", "correct", "grade", "close", "carry-over")
_MOVES: Mapping[ObjectiveStatus | None, tuple[str, ...]] = {
    None: ("draft",),
    "draft": ("propose", *_EDITS),
    "proposed": ("accept", "counter", "withdraw", *_EDITS),
    "agreed": ("activate", "withdraw", *_EDITS),
    "active": ("check-in", "correct", "grade", "carry-over", *_EDITS),
    "graded": _GRADED,
    "closed": ("carry-over",),
    "dropped": (),
    "merged": (),
}


def moves(state: ObjectiveState) -> tuple[str, ...]:
    """What may be done next with the objective, as the API's verbs (RULES B9)."""
    if state.locked and state.status in {"active", "graded"}:
        return _GRADED
    if state.status == "draft" and state.countered is not None:
        return ("propose", "accept", *_EDITS)
    if state.status == "closed" and state.carried_into is not None:
        return ()
    return _MOVES[state.status]


def illegal(state: ObjectiveState, wish: str) -> Refusal:
    """The objective's state forbids ``wish``; says which moves it allows."""
    allowed = moves(state)
    if state.locked and state.status in {"active", "graded"}:
        return Refusal(
            code="grading-locked",
            detail=f"'{wish}' is not possible: grades are locked.",
            allowed=allowed,
        )
    return illegal_move(wish, f"the objective is {state.status}", allowed)


def done_already(command: ObjectiveCommand, state: ObjectiveState, wish: str) -> Decision:
    """What ``wish`` asks for holds: people are refused the repeated move, clocks make sure of it.

    A clock that was cut short does its whole round again: nothing is left to do.
    """
    return () if command.by.kind == "workflow" else illegal(state, wish)


def editable(command: KeyResultCommand, state: ObjectiveState, wish: str) -> KeyResult | Refusal:
    """The key result of ``command`` when it may still be edited, else why not."""
    if state.status is None:
        return not_found("objective", command.objective_id)
    held = state.key_results.get(command.key_result_id)
    if held is None:
        return not_found("key result", command.key_result_id)
    if state.locked or state.status not in RUNNING:
        return illegal(state, wish)
    if held.dropped_at is not None:
        return illegal_move(wish, "the key result was dropped")
    return held
