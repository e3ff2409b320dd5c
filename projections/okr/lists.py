"""The objective board of a cycle, as of any moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from domain.cycle.calendar import Frame, local_date
from domain.okr.alignment import standings
from domain.okr.moves import moves
from domain.okr.standing import ObjectiveStanding
from domain.okr.stream import ObjectiveState
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.lean.blocking import open_obstacles_about
from projections.numbers import rounded
from projections.okr.families import family
from projections.okr.objective import OBJECTIVES
from projections.okr.reasons import objective_reason
from projections.okr.states import Told, objectives_at

COLUMNS: Final = ("draft", "proposed", "agreed", "active", "graded", "closed")
"""Columns of the board; who was dropped or merged has left it."""

VERBS: Final = {
    "propose": ("proposed", "Propose"),
    "accept": ("agreed", "Accept"),
    "counter": ("draft", "Counter"),
    "withdraw": ("draft", "Withdraw"),
    "activate": ("active", "Activate"),
    "grade": ("graded", "Grade"),
    "close": ("closed", "Close"),
}
"""Moves that bring a card to another column: where to, and the word on the menu."""


def objective_board(
    store: ViewStore,
    cycle_id: str,
    team_id: str | None,
    moment: Moment,
    effective_at: datetime | None = None,
) -> dict[str, Any]:
    """Objectives of a cycle by state; a card per objective, the first drafted on top.

    Columns are what was known; progress and health on the cards what was true at ``effective_at``.
    """
    with store.reading() as look:
        team = {} if team_id is None else {"team_id": team_id}
        shown = objectives_at(
            look,
            moment,
            OBJECTIVES.c.status.in_(COLUMNS),
            equals={"cycle_id": cycle_id, **team},
        )
        related = family(look, moment, shown)
        blocks = blocks_of(look, moment, (each.state for each in shown))
    cards: dict[str, list[dict[str, Any]]] = {key: [] for key in COLUMNS}
    if (frame := related.frames.get(cycle_id)) is not None:
        stood = standings(related, moment.at, effective_at)
        for each in shown:
            drawn = card(each, stood[each.state.objective_id], frame, moment.at, blocks)
            cards[str(each.state.status)].append(drawn)
    return {
        "position": moment.position,
        "as_of": moment.at,
        "cycle_id": cycle_id,
        "team_id": team_id,
        "columns": [
            {
                "key": key,
                "title": key.capitalize(),
                "wip_limit": None,
                "count": len(cards[key]),
                "cards": cards[key],
            }
            for key in COLUMNS
        ],
    }


def card(
    told: Told,
    stood: ObjectiveStanding,
    frame: Frame,
    at: datetime,
    blocks: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    """An objective as a card; ``age_days`` counts from the day it came into its column (B6)."""
    state = told.state
    block = blocks.get(state.objective_id)
    entered = local_date(told.status_since, frame.timezone)
    return {
        "id": state.objective_id,
        "kind": "objective",
        "title": state.title,
        "state": state.status,
        "owner_id": state.owner_id,
        "team_id": state.team_id,
        "cycle_id": state.cycle_id,
        "tags": list(state.tags),
        "ambition": state.ambition,
        "progress": rounded(stood.score),
        "expected": rounded(stood.expected),
        "health": stood.health,
        "health_reason": objective_reason(state, stood),
        "confidence": rounded(stood.confidence),
        "age_days": max(1, (local_date(at, frame.timezone) - entered).days + 1),
        "blocked": block is not None,
        "block": block,
        "moves": card_moves(state),
        "version": told.version,
    }


def card_moves(state: ObjectiveState) -> list[dict[str, str]]:
    """Columns that the card may go to, each by the API's verb."""
    return [
        {"column": VERBS[verb][0], "label": VERBS[verb][1], "verb": verb}
        for verb in moves(state)
        if verb in VERBS and VERBS[verb][0] != state.status
    ]


def blocks_of(
    look: Reading, moment: Moment, shown: Iterable[ObjectiveState]
) -> Mapping[str, dict[str, Any]]:
    """What blocks objectives, by their ids: the first open obstacle about each or about one of its
    key results.
    """
    whose = {
        thing: state.objective_id
        for state in shown
        for thing in (state.objective_id, *(one.id for one in state.live))
    }
    found: dict[str, dict[str, Any]] = {}
    for about_id, block in open_obstacles_about(look, moment, ("objective", "key_result"), whose):
        found.setdefault(whose[about_id], block)
    return found
