"""A team with a board, three people and some improvement actions to test with."""

from datetime import UTC, datetime
from typing import Any

from domain.facts import Actor, Command, Fact
from domain.lean.action import ActionMoved, ActionOpened, MoveAction, OpenAction
from domain.lean.board import BoardDefined, CardPlaced, Column
from domain.people.person import PersonJoined
from domain.people.team import TeamFormed

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday
BY = Actor(kind="person", id="ada")
CLOCK = Actor(kind="workflow", id="action/a")
TEAM: tuple[Fact, ...] = (
    PersonJoined(person_id="ada"),
    TeamFormed(team_id="team", name="Fulfilment", kind="team"),
)


def wish(wanted: type[Command], at: datetime = AT, by: Actor = BY, /, **fields: Any) -> Command:
    return wanted(command_id="c", at=at, by=by, **fields)


def board(*columns: tuple[Any, ...]) -> BoardDefined:
    """Columns as (key, stage, limit, mode)."""
    return BoardDefined(
        team_id="team",
        columns=tuple(
            Column(key=key, title=key.title(), stage=stage, wip_limit=limit, limit_mode=mode)
            for key, stage, limit, mode in columns
        ),
    )


def opened(action: str = "a", at: datetime = AT, **fields: Any) -> tuple[Fact, ...]:
    return (
        ActionOpened(
            action_id=action,
            **{
                "title": action, "kind": "kaizen", "team_id": "team", "owner_id": "ada",
                "opened_at": at, **fields,
            },
        ),
        placed(action, fields.get("column", "open")),
    )  # fmt: skip


def placed(action: str, column: str, before: str | None = None) -> CardPlaced:
    return CardPlaced(team_id="team", action_id=action, column=column, before_id=before)


def moved(action: str, column: str, stage: str, was: str, at: datetime = AT) -> tuple[Fact, ...]:
    """A card that went from the column ``was`` to the end of ``column``."""
    return (
        ActionMoved(action_id=action, column=column, stage=stage, from_column=was, moved_at=at),
        placed(action, column),
    )


def moving(column: str, action: str = "a", at: datetime = AT, **fields: Any) -> MoveAction:
    return wish(MoveAction, at, action_id=action, team_id="team", column=column, **fields)


def opening(action: str = "a", **fields: Any) -> OpenAction:
    return wish(
        OpenAction,
        action_id=action,
        **{"title": action, "kind": "kaizen", "team_id": "team", "owner_id": "ada", **fields},
    )
