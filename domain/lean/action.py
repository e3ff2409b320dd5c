"""An improvement action: open, doing, done, verifying, verified, re-opened or cancelled (RULES B9).

Its column on the team's board says how far the work is; its effect is verified apart, some time
after it is done. Work without effect comes back. What holds it up, how it leaves the board and how
it is edited are chapters of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from domain.description import Description, Links
from domain.facts import Command, Fact, Pointer, Value
from domain.ids import ActionId, CycleId, PersonId, TeamId
from domain.lean.board import Stage
from domain.people.organisation import STREAM as ORGANISATION
from domain.text import SealedText
from domain.title import Title

ActionKind = Literal["countermeasure", "kaizen", "follow_up"]
ActionStatus = Literal["open", "doing", "done", "verifying", "verified", "reopened", "cancelled"]
VERIFY_AFTER_DAYS = 14

# --- facts -------------------------------------------------------------------------------------


class ActionFact(Fact):
    action_id: ActionId

    @property
    def stream(self) -> str:
        return f"action/{self.action_id}"


class ActionOpened(ActionFact):
    TYPE: ClassVar[str] = "lean.action-opened"
    title: str
    kind: ActionKind
    team_id: TeamId
    owner_id: PersonId
    due_on: date | None = None
    about: Pointer | None = None
    prediction: SealedText | None = None
    verify_after_days: int | None = None
    column: str = "open"
    opened_at: AwareDatetime | None = None
    timezone: str = "UTC"


class ActionMoved(ActionFact):
    TYPE: ClassVar[str] = "lean.action-moved"
    column: str
    stage: Stage
    from_column: str
    moved_at: AwareDatetime | None = None


class ActionReminded(ActionFact):
    """The clock's nudge on a due action: ``level`` owner, lead or sponsor."""

    TYPE: ClassVar[str] = "lean.action-reminded"
    level: Literal["owner", "lead", "sponsor"]
    milestone: str


class EffectAsked(ActionFact):
    """Verification begins: the clock asks for the measured effect (state: verifying)."""

    TYPE: ClassVar[str] = "lean.effect-asked"
    milestone: str
    asked_at: AwareDatetime | None = None


class ActionVerified(ActionFact):
    """``effective`` False re-opens the work by an ActionReopened in the same append."""

    TYPE: ClassVar[str] = "lean.action-verified"
    result: SealedText
    effective: bool
    evidence: SealedText


class ActionReopened(ActionFact):
    """The finish is withdrawn, the start is kept (RULES B6); an ActionMoved takes the card back."""

    TYPE: ClassVar[str] = "lean.action-reopened"
    reopened_at: AwareDatetime | None = None


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """What an action waits for: another thing, or whoever or whatever ``waits_on`` names."""

    reason: SealedText
    since: datetime
    waits_for: Pointer | None = None
    waits_on: SealedText | None = None


class ChecklistItem(Value):
    """One line of a checklist."""

    id: str
    text: SealedText
    done: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """``generation`` counts its turns (done, or back again), ``reached`` what the clock did.

    ``opened_at`` is its start, which no re-opening moves (RULES B6); ``begun_at`` is where the
    clock of the present turn begins.
    """

    action_id: ActionId | None = None
    title: str = ""
    kind: ActionKind = "kaizen"
    team_id: TeamId | None = None
    owner_id: PersonId | None = None
    due_on: date | None = None
    about: Pointer | None = None
    prediction: SealedText | None = None
    verify_after_days: int = VERIFY_AFTER_DAYS
    timezone: str = "UTC"
    status: ActionStatus = "open"
    column: str = ""
    opened_at: datetime | None = None
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    effect_asked_at: datetime | None = None
    result: SealedText | None = None
    effective: bool | None = None
    evidence: SealedText | None = None
    generation: int = 0
    reached: frozenset[str] = frozenset()
    block: Block | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    cancelled_at: datetime | None = None
    archived_at: datetime | None = None
    description: SealedText | None = None
    links: Links = ()

    @property
    def exists(self) -> bool:
        """Whether it was ever opened."""
        return self.action_id is not None

    @property
    def unfinished(self) -> bool:
        """Whether there is work left to do."""
        return self.status in ("open", "doing", "reopened")


INITIAL = Action()


def opened(state: Action, fact: ActionOpened) -> Action:  # noqa: ARG001 - nothing was before
    verify_after = fact.verify_after_days
    return Action(
        action_id=fact.action_id,
        title=fact.title,
        kind=fact.kind,
        team_id=fact.team_id,
        owner_id=fact.owner_id,
        due_on=fact.due_on,
        about=fact.about,
        prediction=fact.prediction,
        verify_after_days=VERIFY_AFTER_DAYS if verify_after is None else verify_after,
        timezone=fact.timezone,
        column=fact.column,
        opened_at=fact.opened_at,
        begun_at=fact.opened_at,
    )


def reminded(state: Action, fact: ActionReminded) -> Action:
    return replace(state, reached=state.reached | {fact.milestone})


def effect_asked(state: Action, fact: EffectAsked) -> Action:
    return replace(
        state,
        status="verifying",
        effect_asked_at=fact.asked_at,
        reached=state.reached | {fact.milestone},
    )


def verified(state: Action, fact: ActionVerified) -> Action:
    return replace(
        state,
        status="verified",
        result=fact.result,
        effective=fact.effective,
        evidence=fact.evidence,
    )


def reopened(state: Action, fact: ActionReopened) -> Action:
    return replace(
        state,
        status="reopened",
        begun_at=fact.reopened_at,
        finished_at=None,
        effect_asked_at=None,
        cancelled_at=None,
        archived_at=None,
        generation=state.generation + 1,
        reached=frozenset(),
    )


def moved(state: Action, fact: ActionMoved) -> Action:
    """The column's stage says how far the work is; leaving a done column withdraws the finish.

    Nothing holds up what is done.
    """
    state = replace(state, column=fact.column)
    done = state.status in ("done", "verifying", "verified")
    if fact.stage == "done":
        if done:
            return state
        turn = state.generation + 1
        return replace(state, status="done", finished_at=fact.moved_at, generation=turn, block=None)
    if done:
        state = replace(
            state,
            finished_at=None,
            effect_asked_at=None,
            generation=state.generation + 1,
            reached=state.reached - set(EFFECT_MILESTONES),
        )
    match fact.stage:
        case "ready":
            return replace(state, status="reopened" if state.status == "reopened" else "open")
        case "active" | "waiting":
            return replace(state, status="doing")


EFFECT_MILESTONES = ("effect", "effect-reminder")
"""What the clock does once the work is done."""

_MOVES: Mapping[ActionStatus, tuple[str, ...]] = {
    "open": ("move", "block", "cancel"),
    "doing": ("move", "block", "cancel"),
    "reopened": ("move", "block", "cancel"),
    "done": ("move", "verify", "reopen", "archive"),
    "verifying": ("move", "verify", "reopen", "archive"),
    "verified": ("reopen", "archive"),
    "cancelled": ("reopen",),
}
_ARCHIVED = ("reopen", "unarchive")


def moves(state: Action) -> tuple[str, ...]:
    """What people may do with the action now; its words and its checklist they may always edit."""
    if not state.exists:
        return ()
    if state.archived_at is not None:
        return _ARCHIVED
    moves = _MOVES[state.status]
    if state.block is None:
        return moves
    return tuple("unblock" if move == "block" else move for move in moves)


# --- commands ----------------------------------------------------------------------------------


class ActionCommand(Command):
    action_id: ActionId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}",)


class OpenAction(ActionCommand):
    """``timezone`` None is the organisation's; where it chose none, that of ``cycle_id``."""

    title: Title
    kind: ActionKind
    team_id: TeamId
    owner_id: PersonId
    due_on: date | None = None
    about: Pointer | None = None
    prediction: str | None = None
    verify_after_days: int | None = None
    timezone: str | None = None
    cycle_id: CycleId | None = None
    description: Description = None
    links: Links = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"action/{self.action_id}",
            f"board/{self.team_id}",
            f"team/{self.team_id}",
            f"person/{self.owner_id}",
            ORGANISATION,
            *((f"cycle/{self.cycle_id}",) if self.cycle_id else ()),
        )


class MoveAction(ActionCommand):
    """``team_id`` names the board, whose limits guard the move; a soft limit asks for a reason."""

    team_id: TeamId
    column: str
    before_id: ActionId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}", f"board/{self.team_id}")


class RemindAction(ActionCommand):
    level: Literal["owner", "lead", "sponsor"]
    milestone: str


class AskEffect(ActionCommand):
    milestone: str


class VerifyAction(ActionCommand):
    team_id: TeamId
    result: str
    effective: bool
    evidence: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}", f"board/{self.team_id}")


class ReopenAction(ActionCommand):
    team_id: TeamId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}", f"board/{self.team_id}")
