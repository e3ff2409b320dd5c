"""Obstacles, actions and boards as rows: header columns to ask by, and the folded state whole.

The state is the domain's own, folded by the domain's own ``evolve``, so a list shows what the
single thing shows.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, String, Text

from domain.cycle.milestones import CycleFact
from domain.facts import Envelope, Fact, Thing
from domain.lean import action as actions
from domain.lean import board as boards
from domain.lean import obstacle as obstacles
from domain.lean.action import Action, ActionFact
from domain.lean.board import Board, BoardFact
from domain.lean.obstacle import Obstacle, ObstacleFact
from domain.okr.roster import RosterFact
from domain.okr.stream import ObjectiveFact
from domain.people.person import PersonJoined
from domain.people.team import TeamFact
from projections.families import facts_of
from projections.projection import Projection
from projections.versions import FIXED, Change, Instant, Put, Rows, versioned

F = TypeVar("F", bound=Fact)

OBSTACLE = versioned(
    "obstacle",
    Column("obstacle_id", String(36), primary_key=True),
    Column("title", Text, nullable=False),
    Column("severity", String(6), nullable=False),
    Column("status", String(16), nullable=False),
    Column("owner_id", String(36)),
    Column("about_kind", String(32)),
    Column("about_id", String(36)),
    Column("raised_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
ACTION = versioned(
    "action",
    Column("action_id", String(36), primary_key=True),
    Column("team_id", String(36), nullable=False, info=FIXED),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("owner_id", String(36), nullable=False),
    Column("about_kind", String(32)),
    Column("about_id", String(36)),
    Column("due_on", Date),
    Column("opened_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
BOARD = versioned(
    "board",
    Column("team_id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

OBSTACLES = TypeAdapter(Obstacle)
ACTIONS = TypeAdapter(Action)
BOARDS = TypeAdapter(Board)


def _thing(about: Thing | None) -> dict[str, str | None]:
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
            "version": envelope.version,
            "state": _text(OBSTACLES, state),
        },
    )


def _action(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = _of(ActionFact, envelope)
    held = rows.get(ACTION, (fact.action_id,))
    before = ACTIONS.validate_json(held["state"]) if held else actions.INITIAL
    state = actions.evolve(before, fact)
    stays = held is not None and before.column == state.column
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
            "moved_at": held["moved_at"] if held and stays else envelope.recorded_at,
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
    return adapter.dump_json(state).decode()


HANDLERS = {
    **dict.fromkeys(facts_of(ObstacleFact), _obstacle),
    **dict.fromkeys(facts_of(ActionFact), _action),
    **dict.fromkeys(facts_of(BoardFact), _board),
}

LEAN = Projection(
    name="lean",
    tables=(OBSTACLE, ACTION, BOARD),
    handlers=HANDLERS,
    ignored=facts_of(PersonJoined, TeamFact, CycleFact, ObjectiveFact, RosterFact),
)
