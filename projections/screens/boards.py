"""Boards as of any moment: a team's actions by column; the objectives of a cycle by state."""

from typing import Any

from domain.cycle.calendar import local_date
from domain.lean.action import Action
from domain.lean.action import moves as action_moves
from domain.lean.board import INITIAL, Board, Column
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.engine.view_store import ViewStore
from projections.lean import action
from projections.lean import board as boards
from projections.lean.action import ACTION
from projections.lean.board import BOARD
from projections.lean.obstacle import OBSTACLE
from projections.okr.lists import objective_board

__all__ = ["action_board", "objective_board"]


def action_board(store: ViewStore, team_id: str, moment: Moment) -> dict[str, Any]:
    """A team's actions by column, in the order of the board, with limits, ages and next moves."""
    with store.reading() as look:
        board, version = _board(look, team_id, moment)
        rows = look.rows(ACTION, moment, team_id=team_id)
        states = {row["action_id"]: action.STORED.read(look.states, row) for row in rows}
        c = OBSTACLE.c
        blocked = {
            row["about_id"]
            for row in look.rows(OBSTACLE, moment, c.status != "resolved", c.about_id.in_(states))
            if row["about_kind"] == "action"
        }
    known = {row["action_id"]: row for row in rows}
    columns = []
    for column in board.columns:
        cards = [
            _card(known[card], states[card], board, moment, blocked=card in blocked)
            for card in board.cards.get(column.key, ())
            if card in known
        ]
        columns.append({**column.model_dump(), "count": len(cards), "cards": cards})
    return {
        "position": moment.position,
        "as_of": moment.at,
        "team_id": team_id,
        "version": version,
        "columns": columns,
    }


def _board(look: Reading, team_id: str, moment: Moment) -> tuple[Board, int]:
    """A team's board and its version; the one that every team begins with if it defined none."""
    row = look.one(BOARD, (team_id,), moment)
    return (INITIAL, 0) if row is None else (boards.STORED.read(look.states, row), row["version"])


def _card(
    row: Row, state: Action, board: Board, moment: Moment, *, blocked: bool
) -> dict[str, Any]:
    return {
        "id": state.action_id,
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
        "blocked": blocked,
        "version": row["version"],
        "moves": [_move(column) for column in _targets(state, board)],
    }


def _age(row: Row, state: Action, moment: Moment) -> int | None:
    """Days that begun work has lasted, by local dates; None before it begins or when it is done.

    RULES B6: age = today - start + 1, and work that comes back keeps its start.
    """
    if row["started_at"] is None or state.finished_at is not None:
        return None
    start = local_date(row["started_at"], state.timezone)
    return max(1, (local_date(moment.at, state.timezone) - start).days + 1)


def _overdue(state: Action, moment: Moment) -> bool:
    if state.due_on is None or state.finished_at is not None:
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
