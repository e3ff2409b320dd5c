"""An improvement action: open, doing, done, verifying, verified or re-opened (RULES B9)."""

from datetime import date
from typing import ClassVar, Literal

from domain.facts import Command, Fact, Thing
from domain.ids import ActionId, PersonId, TeamId
from domain.lean.board import Stage

ActionKind = Literal["countermeasure", "kaizen", "follow_up"]

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
    about: Thing | None = None
    prediction: str | None = None
    verify_after_days: int | None = None


class ActionMoved(ActionFact):
    TYPE: ClassVar[str] = "lean.action-moved"
    column: str
    stage: Stage
    from_column: str


class ActionReminded(ActionFact):
    """The clock's nudge on a due action: ``level`` owner, lead or sponsor."""

    TYPE: ClassVar[str] = "lean.action-reminded"
    level: Literal["owner", "lead", "sponsor"]
    milestone: str


class EffectAsked(ActionFact):
    """Verification begins: the clock asks for the measured effect (state: verifying)."""

    TYPE: ClassVar[str] = "lean.effect-asked"
    milestone: str


class ActionVerified(ActionFact):
    """``effective`` False re-opens the work by an ActionReopened in the same append."""

    TYPE: ClassVar[str] = "lean.action-verified"
    result: str
    effective: bool
    evidence: str


class ActionReopened(ActionFact):
    TYPE: ClassVar[str] = "lean.action-reopened"


# --- commands ----------------------------------------------------------------------------------


class ActionCommand(Command):
    action_id: ActionId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"action/{self.action_id}",)


class OpenAction(ActionCommand):
    title: str
    kind: ActionKind
    team_id: TeamId
    owner_id: PersonId
    due_on: date | None = None
    about: Thing | None = None
    prediction: str | None = None
    verify_after_days: int | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"action/{self.action_id}",
            f"board/{self.team_id}",
            f"team/{self.team_id}",
            f"person/{self.owner_id}",
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
