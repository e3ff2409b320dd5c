"""A team's action board: columns with work-in-process limits, and the order of the cards."""

from typing import ClassVar, Literal

from domain.facts import Command, Fact, Value
from domain.ids import ActionId, TeamId

Stage = Literal["ready", "active", "waiting", "done"]


class Column(Value):
    """``wip_limit`` None is unlimited, 0 closes the column (RULES B6)."""

    key: str
    title: str
    wip_limit: int | None = None
    limit_mode: Literal["soft", "hard"] = "hard"
    stage: Stage


class BoardFact(Fact):
    team_id: TeamId

    @property
    def stream(self) -> str:
        return f"board/{self.team_id}"


class BoardDefined(BoardFact):
    TYPE: ClassVar[str] = "lean.board-defined"
    columns: tuple[Column, ...]


class CardPlaced(BoardFact):
    """The card stands in ``column`` before ``before_id`` (None: at the end)."""

    TYPE: ClassVar[str] = "lean.card-placed"
    action_id: ActionId
    column: str
    before_id: ActionId | None = None


class LimitBreached(BoardFact):
    """A soft limit was passed, with a reason in the envelope."""

    TYPE: ClassVar[str] = "lean.limit-breached"
    action_id: ActionId
    column: str
    wip_limit: int
    count: int


class DefineBoard(Command):
    team_id: TeamId
    columns: tuple[Column, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"board/{self.team_id}", f"team/{self.team_id}")
