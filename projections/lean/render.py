"""Obstacles, actions and boards as lists and single things show them: the contract's names."""

from typing import Any

from domain.cycle.escalation import BLOCKER
from domain.lean.action import Action
from domain.lean.action import moves as action_moves
from domain.lean.board import Board
from domain.lean.obstacle import Obstacle
from domain.lean.obstacle import moves as obstacle_moves

Resource = dict[str, Any]


def help_level(state: Obstacle) -> str | None:
    """How far up the help chain it has climbed; None while nobody was called (RULES B9)."""
    climbed = [level for _, level in BLOCKER if level in state.reached]
    return climbed[-1] if climbed else None


def obstacle(
    state: Obstacle, version: int, position: int | None, *, about_title: str | None = None
) -> Resource:
    """An obstacle with its 5-Whys tree and the causes of its fishbone."""
    return {
        "id": state.obstacle_id,
        "title": state.title,
        "about": state.about and state.about.model_dump(),
        "about_title": about_title,
        "severity": state.severity,
        "owner_id": state.owner_id,
        "state": state.status,
        "level": help_level(state),
        "raised_at": state.raised_at,
        "whys": [
            {"id": i, "under": why.under, "answer": why.answer, "evidence": why.evidence}
            for i, why in state.whys.items()
        ],
        "causes": [
            {"id": i, "category": cause.category, "text": cause.text}
            for i, cause in state.causes.items()
        ],
        "root_cause_id": state.root_causes[-1] if state.root_causes else None,
        "root_cause_ids": list(state.root_causes),
        "result": state.result,
        "evidence": state.evidence,
        "ended": state.ended,
        "source": state.source,
        "type": state.type,
        "next_action": state.next_action,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "moves": list(obstacle_moves(state)),
        "version": version,
        "position": position,
    }


def block(state: Action) -> Resource | None:
    """What holds the action up: a thing, or words for somebody or something else."""
    held = state.block
    if held is None:
        return None
    waits_for = held.waits_on if held.waits_for is None else held.waits_for.model_dump()
    return {"reason": held.reason, "since": held.since, "waits_for": waits_for}


def action(
    state: Action, version: int, position: int | None, *, about_title: str | None = None
) -> Resource:
    """An improvement action."""
    return {
        "id": state.action_id,
        "title": state.title,
        "kind": state.kind,
        "team_id": state.team_id,
        "owner_id": state.owner_id,
        "due_on": state.due_on,
        "about": state.about and state.about.model_dump(),
        "about_title": about_title,
        "prediction": state.prediction,
        "verify_after_days": state.verify_after_days,
        "state": state.status,
        "column": state.column,
        "blocked": block(state),
        "checklist": [item.model_dump() for item in state.checklist],
        "archived": state.archived_at is not None,
        "opened_at": state.opened_at,
        "finished_at": state.finished_at,
        "cancelled_at": state.cancelled_at,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "result": state.result,
        "effective": state.effective,
        "evidence": state.evidence,
        "moves": list(action_moves(state)),
        "version": version,
        "position": position,
    }


def board(state: Board, team_id: str, version: int, position: int | None) -> Resource:
    """A team's action board as defined: columns and the ids of their cards, top first."""
    return {
        "id": team_id,
        "team_id": team_id,
        "defined": state.defined,
        "columns": [
            {**each.model_dump(), "card_ids": list(state.cards.get(each.key, ()))}
            for each in state.columns
        ],
        "version": version,
        "position": position,
    }
