"""Obstacles, actions and boards as rows: header columns to ask by, and the folded state whole.

The state is the domain's own, folded by the domain's own ``evolve``, so a list shows what the
single thing shows.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Date, Integer, Text

from domain.facts import Envelope, Fact, Pointer
from domain.lean import action as actions
from domain.lean import board as boards
from domain.lean import obstacle as obstacles
from domain.lean.action import Action, ActionFact
from domain.lean.board import Board, BoardFact
from domain.lean.obstacle import Obstacle, ObstacleFact
from projections.engine.projection import Projection
from projections.engine.versions import FIXED, Change, Instant, Put, Rows, versioned
from projections.families import facts_of

F = TypeVar("F", bound=Fact)

OBSTACLE = versioned(
    "obstacle",
    Column("obstacle_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner_id", Text),
    Column("about_kind", Text),
    Column("about_id", Text, info=FIXED),
    Column("raised_at", Instant, nullable=False),
    Column("raised_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
ACTION = versioned(
    "action",
    Column("action_id", Text, primary_key=True),
    Column("team_id", Text, nullable=False, info=FIXED),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("about_kind", Text),
    Column("about_id", Text),
    Column("due_on", Date),
    Column("opened_at", Instant, nullable=False),
    Column("opened_at_position", BigInteger, nullable=False),
    Column("started_at", Instant),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
"""``started_at`` is when the card first left the ready columns; coming back keeps it (RULES B6)."""

BOARD = versioned(
    "board",
    Column("team_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

OBSTACLES = TypeAdapter(Obstacle)
ACTIONS = TypeAdapter(Action)
BOARDS = TypeAdapter(Board)


def _thing(about: Pointer | None) -> dict[str, str | None]:
    if about is None:
        return {"about_kind": None, "about_id": None}
    return {"about_kind": about.kind, "about_id": about.id}


def _obstacle(envelope: Envelope, rows: Rows) -> Iterable[Change]:
    fact = _of(ObstacleFact, envelope)
    held = rows.get(OBSTACLE, (fact.obstacle_id,))
    before = OBSTACLES.validate_json(held["state"]) if held else obstacles.INITIAL
    state = obstacles.evolve(before, fact)
    yield Put(
        OBSTACLE,
        (fact.obstacle_id,),
        {
            "title": state.title,
            "severity": state.severity,
            "status": state.status,
            "owner_id": state.owner_id,
            **_thing(state.about),
            "raised_at": held["raised_at"] if held else envelope.recorded_at,
            "raised_at_position": held["raised_at_position"] if held else envelope.position,
            "version": envelope.version,
            "state": _text(OBSTACLES, state),
        },
    )


def _action(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = _of(ActionFact, envelope)
    held = rows.get(ACTION, (fact.action_id,))
    before = ACTIONS.validate_json(held["state"]) if held else actions.INITIAL
    state = actions.evolve(before, fact)
    started_at = held["started_at"] if held else None
    if started_at is None and isinstance(fact, actions.ActionMoved) and fact.stage != "ready":
        started_at = envelope.recorded_at
    yield Put(
        ACTION,
        (fact.action_id,),
        {
            "team_id": state.team_id,
            "title": state.title,
            "kind": state.kind,
            "status": state.status,
            "owner_id": state.owner_id,
            **_thing(state.about),
            "due_on": state.due_on,
            "opened_at": held["opened_at"] if held else envelope.recorded_at,
            "opened_at_position": held["opened_at_position"] if held else envelope.position,
            "started_at": started_at,
            "version": envelope.version,
            "state": _text(ACTIONS, state),
        },
    )


def _board(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = _of(BoardFact, envelope)
    held = rows.get(BOARD, (fact.team_id,))
    before = BOARDS.validate_json(held["state"]) if held else boards.INITIAL
    state = boards.evolve(before, fact)
    yield Put(BOARD, (fact.team_id,), {"version": envelope.version, "state": _text(BOARDS, state)})


def _of(kind: type[F], envelope: Envelope) -> F:
    assert isinstance(envelope.fact, kind)
    return envelope.fact


def _text(adapter: TypeAdapter[Any], state: object) -> str:
    """JSON of a folded state, the same in every process: a set has no order of its own."""
    return orjson.dumps(adapter.dump_python(state), default=_ordered).decode()


def _ordered(value: Any) -> list[Any]:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


HANDLERS = {
    **dict.fromkeys(facts_of(ObstacleFact), _obstacle),
    **dict.fromkeys(facts_of(ActionFact), _action),
    **dict.fromkeys(facts_of(BoardFact), _board),
}

LEAN = Projection(
    name="lean",
    tables=(OBSTACLE, ACTION, BOARD),
    handlers=HANDLERS,
    kinds={
        "obstacle": facts_of(ObstacleFact),
        "action": facts_of(ActionFact),
        "board": facts_of(BoardFact),
    },
)
