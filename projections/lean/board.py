"""The view of action boards: a row with the folded state, and their history."""

from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Text

from domain.lean import board as b
from domain.lean.board import Board
from domain.lean.board_thing import THING
from projections.engine.versions import versioned
from projections.history.change import Change
from projections.lean import words
from projections.stored import Stored
from projections.view import View, tell

BOARD = versioned(
    "board",
    Column("team_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

STORED: Final[Stored[Board]] = Stored(THING, BOARD, TypeAdapter(Board))


def _defined(fact: b.BoardDefined) -> Change:
    limits = {
        f"limit {column.title}": column.wip_limit
        for column in fact.columns
        if column.wip_limit is not None
    }
    columns = " · ".join(column.title for column in fact.columns)
    return Change(
        "board",
        fact.team_id,
        {"columns": columns, **limits},
        refers={"team": ("team", fact.team_id, "title")},
    )


def _placed(fact: b.CardPlaced) -> Change:
    return Change("action", fact.action_id, {}, {"column": fact.column})


def _taken_off(fact: b.CardTakenOff) -> Change:
    return Change("action", fact.action_id, {}, {"column": fact.column})


def _breached(fact: b.LimitBreached) -> Change:
    says = {"column": fact.column, "limit": fact.wip_limit, "count": fact.count}
    return Change("action", fact.action_id, {}, says)


VIEW: Final[View[Board]] = View(
    THING,
    "lean",
    tables=(BOARD,),
    stored=STORED,
    telling=(
        tell(b.BoardDefined, _defined, words.board_defined, mark="policy"),
        tell(b.CardPlaced, _placed, words.card_placed, technical=True),
        tell(b.CardTakenOff, _taken_off, words.card_taken_off, technical=True),
        tell(b.LimitBreached, _breached, words.limit_breached),
    ),
)
