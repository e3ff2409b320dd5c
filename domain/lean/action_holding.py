"""What holds an action up, and the steps on its checklist.

A blocked card keeps its column: it still counts there, for the work is not finished and the room is
not free. Done work waits for nothing any more.
"""

from collections import Counter
from dataclasses import replace
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.facts import Decision, Pointer
from domain.lean.action import Action, ActionCommand, ActionFact, Block, ChecklistItem
from domain.lean.action_moves import forbidden
from domain.refusals import blank, invalid, not_found, reason_required
from domain.text import SealedText, said
from domain.thing import Chapter, on, when

CHECKLIST_ITEMS: Final = 100
CHECKLIST_TEXT: Final = 500

# --- facts -------------------------------------------------------------------------------------


class ActionBlocked(ActionFact):
    """It waits for another thing (``waits_for``) or for somebody or something else in words."""

    TYPE: ClassVar[str] = "lean.action-blocked"
    reason: SealedText
    waits_for: Pointer | None = None
    waits_on: SealedText | None = None
    blocked_at: AwareDatetime


class ActionUnblocked(ActionFact):
    TYPE: ClassVar[str] = "lean.action-unblocked"


class ChecklistWritten(ActionFact):
    """The whole list as it stands from here on."""

    TYPE: ClassVar[str] = "lean.checklist-written"
    items: tuple[ChecklistItem, ...]


# --- state -------------------------------------------------------------------------------------


def blocked(state: Action, fact: ActionBlocked) -> Action:
    block = Block(fact.reason, fact.blocked_at, fact.waits_for, fact.waits_on)
    return replace(state, block=block)


def unblocked(state: Action, fact: ActionUnblocked) -> Action:  # noqa: ARG001
    return replace(state, block=None)


def checklist_written(state: Action, fact: ChecklistWritten) -> Action:
    return replace(state, checklist=fact.items)


# --- commands ----------------------------------------------------------------------------------


class BlockAction(ActionCommand):
    """Its reason is both why the card stands still and why this was written."""

    waits_for: Pointer | None = None
    waits_on: str | None = None


class UnblockAction(ActionCommand): ...


class WriteChecklist(ActionCommand):
    items: tuple[ChecklistItem, ...]


def decide_block(command: BlockAction, state: Action) -> Decision:
    """A card that stands still says why and since when."""
    refusal = forbidden(command, state, "block")
    if refusal:
        return refusal
    if blank(command.reason):
        return reason_required("say what the action waits for")
    if command.waits_for == Pointer(kind="action", id=command.action_id):
        return invalid("invalid-waits-for", "An action cannot wait for itself.", "/waits_for")
    return (
        ActionBlocked(
            action_id=command.action_id,
            reason=SealedText(command.reason or ""),
            waits_for=command.waits_for,
            waits_on=said(command.waits_on),
            blocked_at=command.at,
        ),
    )


def decide_unblock(command: UnblockAction, state: Action) -> Decision:
    return forbidden(command, state, "unblock") or (ActionUnblocked(action_id=command.action_id),)


def decide_checklist(command: WriteChecklist, state: Action) -> Decision:
    """The list is written whole, so that two people never mix theirs; the same again is nothing."""
    if not state.exists:
        return not_found("action", command.action_id)
    if len(command.items) > CHECKLIST_ITEMS:
        return invalid(
            "invalid-checklist", f"A checklist has at most {CHECKLIST_ITEMS} items.", "/items"
        )
    for place, item in enumerate(command.items):
        if blank(item.text) or len(item.text.text or "") > CHECKLIST_TEXT:
            return invalid(
                "invalid-checklist",
                f"An item of a checklist says something in at most {CHECKLIST_TEXT} characters.",
                f"/items/{place}/text",
            )
    twice = [id_ for id_, count in Counter(item.id for item in command.items).items() if count > 1]
    if twice:
        return invalid("invalid-checklist", "Two items of the list have the same id.", "/items")
    if command.items == state.checklist:
        return ()
    return (ChecklistWritten(action_id=command.action_id, items=command.items),)


CHAPTER: Final[Chapter[Action]] = Chapter(
    facts=(
        when(ActionBlocked, blocked),
        when(ActionUnblocked, unblocked),
        when(ChecklistWritten, checklist_written),
    ),
    commands=(
        on(BlockAction, decide_block, permits="write"),
        on(UnblockAction, decide_unblock, permits="write"),
        on(WriteChecklist, decide_checklist, permits="write"),
    ),
)
