"""Boards as of any moment: improvement actions by column; the objectives of a cycle by state."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import or_, select

from domain.cycle.calendar import local_date
from domain.lean.action import Action
from domain.lean.action import moves as action_moves
from domain.lean.board import INITIAL, Board, Column, Stage
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.lean import action, render
from projections.lean import board as boards
from projections.lean.action import ACTION
from projections.lean.blocking import open_obstacles_about
from projections.lean.board import BOARD
from projections.lean.lists import actions_of
from projections.okr.lists import objective_board

__all__ = ["action_board", "actions_of_many_boards", "objective_board"]

STAGES: Final[tuple[Stage, ...]] = ("ready", "active", "waiting", "done")


def action_board(
    store: ViewStore,
    team_id: str,
    moment: Moment,
    *,
    owner_id: str | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """A team's actions by column, in the order of the board, with limits, ages and next moves.

    Args:
        owner_id: only the cards of one owner; limits still count all.
        archived: also those that have left sight, each after the others of its column.
    """
    with store.reading() as look:
        board, version = _board(look, team_id, moment)
        rows = _rows(look, moment, archived, team_id, None)
        cards = _Cards(look, moment, rows, owner_id)
    columns = [
        {
            **column.model_dump(),
            "count": len(cards.standing(board, column)),
            "cards": cards.drawn(board, column),
        }
        for column in board.columns
    ]
    return {
        "position": moment.position,
        "as_of": moment.at,
        "scope": "team",
        "team_id": team_id,
        "version": version,
        "columns": columns,
    }


def actions_of_many_boards(
    store: ViewStore,
    moment: Moment,
    *,
    scope: str,
    owner_id: str | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """The actions of all teams on one board; its columns are those that teams share.

    Limits belong to teams, so the columns here have none; ``moves`` of a card name the columns of
    its own team's board, and ``in`` says where on this one they are.

    Args:
        scope: as the answer calls it.
        owner_id: only the cards of one owner.
    """
    with store.reading() as look:
        rows = _rows(look, moment, archived, None, owner_id)
        c = BOARD.c
        teams = {row["team_id"]: INITIAL for row in rows}
        for row in look.rows(BOARD, moment, c.team_id.in_(teams)):
            teams[row["team_id"]] = boards.STORED.read(look.states, row)
        cards = _Cards(look, moment, rows)
    shown, place = _merged(teams)
    columns = []
    for column in shown:
        held = [
            {
                **card,
                "moves": [{**move, "in": place[team_id, move["column"]]} for move in card["moves"]],
            }
            for team_id, board in teams.items()
            for own in board.columns
            if place[team_id, own.key] == column.key
            for card in cards.drawn(board, own, team_id)
        ]
        free = {**column.model_dump(), "wip_limit": None}
        columns.append({**free, "count": len(held), "cards": held})
    return {
        "position": moment.position,
        "as_of": moment.at,
        "scope": scope,
        "team_id": None,
        "version": 0,
        "columns": columns,
    }


Place = Mapping[tuple[str, str], str]
"""Where a column of a team's board is on the merged one: by team and key, the key there."""


def _merged(teams: Mapping[str, Board]) -> tuple[Sequence[Column], Place]:
    """The columns of many boards as one board, in the order of their stages.

    A column stands for itself if more than one team has it, by key and stage; what only one team
    has joins the first of its stage. A stage that no two teams share shows its first column.
    """
    every = [(team, column) for team, board in teams.items() for column in board.columns]
    shared = Counter((column.stage, column.key) for _, column in every)
    first = {(column.stage, column.key): column for _, column in reversed(every)}
    names: dict[Stage, list[str]] = {stage: [] for stage in STAGES}
    for stage, key in dict.fromkeys((column.stage, column.key) for _, column in every):
        if shared[stage, key] > 1 or len(teams) == 1:
            names[stage].append(key)
    for _, column in every:
        if not names[column.stage]:
            names[column.stage].append(column.key)
    # One key may be of two stages on two boards: the merged board tells them apart.
    taken = Counter(key for keys in names.values() for key in keys)
    called = {
        (stage, key): key if taken[key] == 1 else f"{stage}.{key}"
        for stage, keys in names.items()
        for key in keys
    }
    columns = [
        first[stage, key].model_copy(update={"key": called[stage, key]})
        for stage in STAGES
        for key in names[stage]
    ]
    place = {
        (team, column.key): called.get(
            (column.stage, column.key), called[column.stage, names[column.stage][0]]
        )
        for team, column in every
    }
    return columns or INITIAL.columns, place


def _board(look: Reading, team_id: str, moment: Moment) -> tuple[Board, int]:
    """A team's board and its version; the one that every team begins with if it defined none."""
    row = look.one(BOARD, (team_id,), moment)
    return (INITIAL, 0) if row is None else (boards.STORED.read(look.states, row), row["version"])


def _rows(
    look: Reading, moment: Moment, archived: bool, team_id: str | None, owner_id: str | None
) -> list[Row]:
    """The actions of a team, or of all, that are in sight at a moment."""
    c = ACTION.c
    wanted = [] if archived else [or_(c.leaves_sight_at.is_(None), c.leaves_sight_at > moment.at)]
    if owner_id is not None:
        wanted.append(c.owner_id == owner_id)
    if team_id is None:
        return look.rows(ACTION, moment, *wanted, order_by=(c.team_id, c.opened_at_position))
    if look.is_current(ACTION, moment):
        wanted.append(c.team_id == team_id)
    else:
        wanted.append(c.action_id.in_(actions_of(look, moment, team_id)))
    # Few versions a card: so the past of one team is found by its ids, whatever others did.
    query = select(ACTION).where(look.alive(ACTION, moment), *wanted)
    return list(look.connection.execute(query.order_by(c.opened_at_position)).mappings())


class _Cards:
    """The cards of some actions, with what blocks them."""

    def __init__(
        self, look: Reading, moment: Moment, rows: Iterable[Row], owner_id: str | None = None
    ) -> None:
        self._moment = moment
        self._owner_id = owner_id
        self._rows = {row["action_id"]: row for row in rows}
        self._states = {
            id_: action.STORED.read(look.states, row) for id_, row in self._rows.items()
        }
        self._obstacles: dict[str, dict[str, Any]] = {}
        for id_, block in open_obstacles_about(look, moment, ("action",), self._states):
            self._obstacles.setdefault(id_, block)

    def standing(self, board: Board, column: Column) -> list[str]:
        """The ids of the cards that stand in a column, top first."""
        return [id_ for id_ in board.cards.get(column.key, ()) if id_ in self._rows]

    def drawn(self, board: Board, column: Column, team_id: str | None = None) -> list[Any]:
        """The cards of a column: those that stand there, then those that have left it.

        ``team_id`` is the board's, where cards of several teams are known.
        """
        standing = self.standing(board, column)
        left = [
            id_
            for id_, state in self._states.items()
            if team_id in (None, state.team_id)
            and self._rows[id_]["leaves_sight_at"] is not None
            and id_ not in standing
            and not any(id_ in cards for cards in board.cards.values())
            and _stood(state, board) == column.key
        ]
        return [self._drawn(id_, board) for id_ in (*standing, *left) if self._wanted(id_)]

    def _wanted(self, id_: str) -> bool:
        return self._owner_id in (None, self._states[id_].owner_id)

    def _drawn(self, id_: str, board: Board) -> dict[str, Any]:
        row, state, moment = self._rows[id_], self._states[id_], self._moment
        items, block = state.checklist, render.block(state) or self._obstacles.get(id_)
        return {
            "id": id_,
            "kind": "action",
            "action_kind": state.kind,
            "title": state.title,
            "owner_id": state.owner_id,
            "team_id": state.team_id,
            "state": state.status,
            "age_days": _age(row, state, moment),
            "due_on": state.due_on,
            "overdue": _overdue(state, moment),
            "about": state.about and state.about.model_dump(),
            "blocked": block is not None,
            "block": block,
            "checklist": {"done": sum(item.done for item in items), "count": len(items)},
            "archived": _out_of_sight(row, moment),
            "version": row["version"],
            "moves": [_move(column) for column in _targets(state, board)],
        }


def _stood(state: Action, board: Board) -> str:
    """The column of a card that stands on the board no more, as far as the board still has it."""
    held = board.column(state.column)
    return (held or board.exit()).key


def _out_of_sight(row: Row, moment: Moment) -> bool:
    leaves = row["leaves_sight_at"]
    return leaves is not None and leaves <= moment.at


def _age(row: Row, state: Action, moment: Moment) -> int | None:
    """Days that begun work has lasted, by local dates; None before it begins or when it is done.

    RULES B6: age = today - start + 1, and work that comes back keeps its start.
    """
    if row["started_at"] is None or not state.unfinished:
        return None
    start = local_date(row["started_at"], state.timezone)
    return max(1, (local_date(moment.at, state.timezone) - start).days + 1)


def _overdue(state: Action, moment: Moment) -> bool:
    if state.due_on is None or not state.unfinished:
        return False
    return state.due_on < local_date(moment.at, state.timezone)


def _targets(state: Action, board: Board) -> list[Column]:
    """Other columns that would take the card; into a full one with a soft limit, with a reason."""
    if "move" not in action_moves(state):
        return []
    return [column for column in board.columns if _takes(column, state, board)]


def _takes(column: Column, state: Action, board: Board) -> bool:
    if column.key == state.column or column.wip_limit == 0:
        return False
    return not (_full(column, board) and column.limit_mode == "hard")


def _full(column: Column, board: Board) -> bool:
    return column.wip_limit is not None and len(board.cards.get(column.key, ())) >= column.wip_limit


def _move(column: Column) -> dict[str, Any]:
    return {"column": column.key, "label": column.title}
