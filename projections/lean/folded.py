"""Obstacles, actions and boards as the domain folded them; a version of one is read once."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import tuple_

from domain.lean.action import Action
from domain.lean.board import INITIAL, Board
from domain.lean.obstacle import Obstacle
from projections.engine.moment import Moment
from projections.engine.reading import Reading as Look
from projections.lean.rows import ACTIONS, BOARD, BOARDS, OBSTACLES
from projections.obligations.rows import THING

Row = Mapping[str, Any]
Name = tuple[str, str]
"""The kind and the id of a thing."""


def obstacle_of(look: Look, row: Row) -> Obstacle:
    """The obstacle of a row."""
    found: Obstacle = _folded(look, OBSTACLES, row, row["obstacle_id"])
    return found


def action_of(look: Look, row: Row) -> Action:
    """The action of a row."""
    found: Action = _folded(look, ACTIONS, row, row["action_id"])
    return found


def board_of(look: Look, team_id: str, moment: Moment) -> tuple[Board, int]:
    """A team's board and its version; the one that every team begins with if it defined none."""
    row = look.one(BOARD, (team_id,), moment)
    if row is None:
        return INITIAL, 0
    found: Board = _folded(look, BOARDS, row, team_id)
    return found, row["version"]


def _folded(look: Look, adapter: TypeAdapter[Any], row: Row, id_: str) -> Any:
    key = (id(adapter), row["gen"], id_, row["version"])
    state = look.states.get(key)
    if state is None:
        state = adapter.validate_json(row["state"])
        look.states.put(key, state)
    return state


def titles_of(look: Look, moment: Moment, things: Collection[Name]) -> dict[Name, str]:
    """The titles of things, as far as they have one; in one statement."""
    if not things:
        return {}
    c = THING.c
    rows = look.rows(THING, moment, tuple_(c.kind, c.id).in_(sorted(things)))
    return {(row["kind"], row["id"]): row["title"] for row in rows}
