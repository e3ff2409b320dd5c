"""A team's action board: columns with work-in-process limits, and the order of the cards."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from domain.facts import Command, Decision, Fact, Facts, Refusal, Value
from domain.ids import ActionId, TeamId
from domain.people.team import Team
from domain.refusals import blank, invalid, not_found, reason_required

Stage = Literal["ready", "active", "waiting", "done"]


class Column(Value):
    """``wip_limit`` None is unlimited, 0 closes the column (RULES B6)."""

    key: str
    title: str
    wip_limit: int | None = None
    limit_mode: Literal["soft", "hard"] = "hard"
    stage: Stage


DEFAULT_COLUMNS = (
    Column(key="open", title="Open", stage="ready"),
    Column(key="doing", title="Doing", stage="active", wip_limit=3),
    Column(key="waiting", title="Waiting", stage="waiting"),
    Column(key="done", title="Done, to verify", stage="done"),
)
"""The columns of a team that has defined none."""

# --- facts -------------------------------------------------------------------------------------


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


class CardTakenOff(BoardFact):
    """The card stands on the board no more: its work was cancelled, archived or went elsewhere."""

    TYPE: ClassVar[str] = "lean.card-taken-off"
    action_id: ActionId
    column: str


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Board:
    """``cards`` are the actions of each column, top first."""

    columns: tuple[Column, ...] = DEFAULT_COLUMNS
    defined: bool = False
    cards: Mapping[str, tuple[ActionId, ...]] = field(default_factory=dict)

    def column(self, key: str) -> Column | None:
        """The column named ``key``, if there is one."""
        return next((column for column in self.columns if column.key == key), None)

    def undone(self) -> tuple[ActionId, ...]:
        """The cards of work that is not done, column by column, top first."""
        undone = (column.key for column in self.columns if column.stage != "done")
        return tuple(card for key in undone for card in self.cards.get(key, ()))

    def entry(self) -> Column:
        """Where new and re-opened work stands: the first ready column, else the first not done."""
        ready = (column for column in self.columns if column.stage == "ready")
        undone = (column for column in self.columns if column.stage != "done")
        return next(ready, None) or next(undone, self.columns[0])

    def exit(self, key: str = "") -> Column:
        """Where done work stands: in the column ``key`` if that is for it, else in the first."""
        done = [column for column in self.columns if column.stage == "done"]
        return next((column for column in done if column.key == key), done[0])


INITIAL = Board()


def defined(state: Board, fact: BoardDefined) -> Board:
    return replace(state, columns=fact.columns or DEFAULT_COLUMNS, defined=True)


def placed(state: Board, fact: CardPlaced) -> Board:
    cards = _arranged(state, fact.action_id, fact.column, fact.before_id)
    return replace(state, cards=cards)


def taken_off(state: Board, fact: CardTakenOff) -> Board:
    return replace(state, cards=_without(state, fact.action_id))


def _without(state: Board, action_id: ActionId) -> dict[str, tuple[ActionId, ...]]:
    return {
        key: tuple(card for card in cards if card != action_id)
        for key, cards in state.cards.items()
    }


def _arranged(
    state: Board, action_id: ActionId, column: str, before_id: ActionId | None
) -> Mapping[str, tuple[ActionId, ...]]:
    left = _without(state, action_id)
    cards = left.get(column, ())
    place = cards.index(before_id) if before_id in cards else len(cards)
    return {**left, column: (*cards[:place], action_id, *cards[place:])}


# --- placing a card ----------------------------------------------------------------------------


def place(
    state: Board,
    team_id: TeamId,
    action_id: ActionId,
    key: str,
    *,
    before_id: ActionId | None = None,
    reason: str | None = None,
    allowed: tuple[str, ...] = (),
) -> Decision:
    """Put a card into the column ``key``, at the end or before another card of it (RULES B6).

    A limit counts the cards of its column. A hard one refuses; a soft one asks for a reason and
    records the breach; a limit of 0 closes the column. ``allowed`` are the action's other moves.
    """
    column = state.column(key)
    if column is None:
        keys = [column.key for column in state.columns]
        return Refusal(
            "column-unknown",
            f"The board has no column “{key}”. Choose one of {', '.join(keys)}.",
            kind="invalid",
            pointer="/column",
        )
    cards = state.cards.get(key, ())
    if before_id is not None and (before_id == action_id or before_id not in cards):
        return invalid(
            "invalid-before-id",
            "The card to stand before is not in that column. Leave before_id out for its end.",
            "/before_id",
        )
    card = CardPlaced(team_id=team_id, action_id=action_id, column=key, before_id=before_id)
    if action_id in cards:
        unmoved = _arranged(state, action_id, key, before_id)[key] == cards
        return () if unmoved else (card,)
    breach = _breach(state, team_id, action_id, column)
    if breach is None:
        return (card,)
    if column.limit_mode == "hard" or column.wip_limit == 0:
        return _no_room(column, len(cards), allowed)
    if blank(reason):
        return reason_required(f"“{column.title}” is full, so say why this goes in all the same")
    return (card, breach)


def _no_room(column: Column, count: int, allowed: tuple[str, ...]) -> Refusal:
    full = f"holds {count} of {column.wip_limit}: finish something in it first"
    closed = "is closed: its limit is 0, so no card goes in"
    return Refusal(
        "wip-limit",
        f"The column “{column.title}” {closed if column.wip_limit == 0 else full}.",
        allowed=allowed,
        extra={"column": column.key, "wip_limit": column.wip_limit, "count": count},
    )


def put_back(state: Board, team_id: TeamId, action_id: ActionId) -> Facts:
    """Work that comes back stands where new work does, whatever the limit there."""
    return put_into(state, team_id, action_id, state.entry())


def take_off(state: Board, team_id: TeamId, action_id: ActionId) -> Facts:
    """The card goes from the board, if it stands there."""
    return tuple(
        CardTakenOff(team_id=team_id, action_id=action_id, column=key)
        for key, cards in state.cards.items()
        if action_id in cards
    )


def put_into(state: Board, team_id: TeamId, action_id: ActionId, column: Column) -> Facts:
    """The card stands at the end of a column, whatever the limit there; a breach is recorded."""
    if action_id in state.cards.get(column.key, ()):
        return ()
    card = CardPlaced(team_id=team_id, action_id=action_id, column=column.key)
    breach = _breach(state, team_id, action_id, column)
    return (card, breach) if breach else (card,)


def _breach(
    state: Board, team_id: TeamId, action_id: ActionId, column: Column
) -> LimitBreached | None:
    count = len(state.cards.get(column.key, ())) + 1
    if column.wip_limit is None or count <= column.wip_limit:
        return None
    return LimitBreached(
        team_id=team_id,
        action_id=action_id,
        column=column.key,
        wip_limit=column.wip_limit,
        count=count,
    )


# --- commands ----------------------------------------------------------------------------------


class DefineBoard(Command):
    team_id: TeamId
    columns: tuple[Column, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"board/{self.team_id}", f"team/{self.team_id}")


def decide(command: DefineBoard, state: Board, team: Team) -> Decision:
    """Define the columns, or define them anew; a column with cards in it cannot go.

    Cards of work that was done long ago are out of sight and still stand there.
    """
    if not team.exists:
        return not_found("team", command.team_id)
    fault = _fault(command.columns)
    if fault:
        return invalid("invalid-columns", fault, "/columns")
    keys = {column.key for column in command.columns}
    left = sorted(key for key, cards in state.cards.items() if cards and key not in keys)
    if left:
        detail = (
            f"Cards still stand in {', '.join(left)}, perhaps old ones that are out of sight:"
            " move or archive them first, or keep the column."
        )
        return Refusal("column-not-empty", detail, extra={"columns": left})
    if state.defined and state.columns == command.columns:
        return ()
    return (BoardDefined(team_id=command.team_id, columns=command.columns),)


def _fault(columns: tuple[Column, ...]) -> str | None:
    twice = [key for key, count in Counter(column.key for column in columns).items() if count > 1]
    if twice:
        return f"Two columns have the key {twice[0]!r}."
    if any(not column.key.strip() or not column.title.strip() for column in columns):
        return "Every column needs a key and a title."
    if any(column.wip_limit is not None and column.wip_limit < 0 for column in columns):
        return "A limit is 0 (closed) or more."
    stages = {column.stage for column in columns}
    if "done" not in stages or stages == {"done"}:
        return "A board needs a column for work that is done, and one for work that is not."
    return None
