"""The company, or a team and those below it, at one glance: how it stands and what needs a hand.

Numbers are those of the score tree. What moved is told against the same tree a week before.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import or_

from domain.okr.alignment import VOTING, standings
from domain.okr.standing import ObjectiveStanding
from projections.cycle.cycle import CYCLES
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.lean import action
from projections.lean.action import ACTION
from projections.lean.obstacle import OBSTACLE
from projections.numbers import rounded
from projections.obligations.pages import overdue
from projections.okr.reasons import OFF_TRACK, WORST_FIRST, objective_reason
from projections.okr.scores import Node, Tree, tree_at, vote_of
from projections.okr.states import Told
from projections.screens.streaks import streaks
from projections.view import Views

SHOWN: Final = 5
"""So many of the worst, of the movers, and of what is overdue or blocked."""

_OVER: Final = ("planned", "closed")


def current_cycle(store: ViewStore, moment: Moment) -> str | None:
    """The cycle that runs at a moment: the last to begin of those under way, else the last one."""
    with store.reading() as look:
        rows = look.rows(CYCLES, moment, order_by=(CYCLES.c.starts_on, CYCLES.c.cycle_id))
    running = [row["cycle_id"] for row in rows if row["status"] not in _OVER]
    return next(reversed(running or [row["cycle_id"] for row in rows]), None)


def overview(
    store: ViewStore,
    cycle_id: str | None,
    team_id: str | None,
    *,
    moment: Moment,
    week_ago: Moment,
    views: Views,
) -> dict[str, Any]:
    """Score, health, the worst, movers, what is overdue and blocked, rows of check-ins."""
    tree = None if cycle_id is None else tree_at(store, cycle_id, team_id, moment)
    body = {
        "position": moment.position,
        "as_of": moment.at,
        "cycle_id": cycle_id,
        "team_id": team_id,
    }
    if cycle_id is None or tree is None:
        return {**body, **_EMPTY}
    before = tree_at(store, cycle_id, team_id, week_ago)
    stood = standings(tree.family, moment.at)
    teams = [*_teams(tree.root)]
    told = [each for team in teams for each in team.objectives]
    counted = [each for each in told if each.state.status in VOTING]
    team_ids = [team.id for team in teams if team.id is not None]
    with store.reading() as look:
        late = overdue(look, moment, team_ids, cycle_id, views, limit=SHOWN)
        stuck = _blocked(look, moment, told, team_ids)
    whole = vote_of(tree, stood, moment.at)
    return {
        **body,
        **{name: whole[name] for name in ("score", "expected", "health", "health_reason")},
        "objectives": len(counted),
        "distribution": _distribution(counted, stood),
        "worst": [_worst(each, stood[each.state.objective_id]) for each in _off(counted, stood)],
        "movers": _movers(counted, stood, before, week_ago),
        "overdue": late,
        "blocked": {"count": len(stuck), "items": stuck[:SHOWN]},
        "streaks": streaks(told, tree.frame, moment.at),
    }


_NONE: Final[Mapping[str, Any]] = {"count": 0, "items": []}
_EMPTY: Final[Mapping[str, Any]] = {
    "score": None,
    "expected": None,
    "health": "pending",
    "health_reason": "No objective to go by yet",
    "objectives": 0,
    "distribution": [],
    "worst": [],
    "movers": [],
    "overdue": _NONE,
    "blocked": _NONE,
    "streaks": [],
}

Standings = Mapping[str, ObjectiveStanding]


def _teams(node: Node) -> Iterator[Node]:
    yield node
    for below in node.teams:
        yield from _teams(below)


def _distribution(told: Sequence[Told], stood: Standings) -> list[dict[str, Any]]:
    """How many objectives stand how, the worst first."""
    counts = Counter(stood[each.state.objective_id].health for each in told)
    return [{"health": health, "count": counts[health]} for health in WORST_FIRST if counts[health]]


def _off(told: Sequence[Told], stood: Standings) -> list[Told]:
    """Objectives that are off track: the worst first, then what is furthest behind."""

    def badness(each: Told) -> tuple[int, Fraction, int]:
        one = stood[each.state.objective_id]
        behind = (one.score or Fraction(0)) - (one.expected or Fraction(0))
        return WORST_FIRST.index(one.health), behind, each.place

    off = [each for each in told if stood[each.state.objective_id].health in OFF_TRACK]
    return sorted(off, key=badness)[:SHOWN]


def _worst(each: Told, stood: ObjectiveStanding) -> dict[str, Any]:
    state = each.state
    return {
        "kind": "objective",
        "id": state.objective_id,
        "objective_id": state.objective_id,
        "title": state.title,
        "team_id": state.team_id,
        "owner_id": state.owner_id,
        "progress": rounded(stood.score),
        "expected": rounded(stood.expected),
        "health": stood.health,
        "health_reason": objective_reason(state, stood),
    }


def _movers(
    told: Sequence[Told], stood: Standings, before: Tree | None, week_ago: Moment
) -> list[dict[str, Any]]:
    """Objectives whose progress is another one than a week ago, by how far it went."""
    if before is None:
        return []
    then = standings(before.family, week_ago.at)
    moved: list[tuple[Fraction, Told, Fraction, Fraction]] = []
    for each in told:
        now, was = stood[each.state.objective_id], then.get(each.state.objective_id)
        if now.score is not None and was is not None and was.score is not None:
            moved.append((now.score - was.score, each, was.score, now.score))
    furthest = sorted(moved, key=lambda one: (-abs(one[0]), one[1].place))
    return [
        {
            "objective_id": each.state.objective_id,
            "title": each.state.title,
            "team_id": each.state.team_id,
            "from": rounded(was),
            "to": rounded(now),
            "change": rounded(change),
        }
        for change, each, was, now in furthest[:SHOWN]
        if change
    ]


def _blocked(
    look: Reading, moment: Moment, told: Sequence[Told], team_ids: Sequence[str]
) -> list[dict[str, Any]]:
    """What is marked as blocked, and what an open obstacle is about; the longest blocked first."""
    c = ACTION.c
    in_sight = or_(c.leaves_sight_at.is_(None), c.leaves_sight_at > moment.at)
    actions = {
        row["action_id"]: action.STORED.read(look.states, row)
        for row in look.rows(ACTION, moment, c.team_id.in_(team_ids), in_sight)
    }
    known = {("action", id_): _named(one, one.owner_id, one) for id_, one in actions.items()}
    for each in told:
        state = each.state
        known["objective", state.objective_id] = _named(state, state.owner_id, state)
        for part in state.live:
            known["key_result", part.id] = _named(part, part.owner_id or state.owner_id, state)
    found = {
        ("action", id_): _held("action", id_, known, one.block.reason, one.block.since)
        for id_, one in actions.items()
        if one.block is not None and one.finished_at is None
    }
    open_ = look.rows(
        OBSTACLE, moment, OBSTACLE.c.status != "resolved", order_by=(OBSTACLE.c.raised_at_position,)
    )
    for row in open_:
        name = (row["about_kind"], row["about_id"])
        if name in known:
            found.setdefault(name, _held(*name, known, row["title"], row["raised_at"]))
    return sorted(found.values(), key=lambda one: (one["since"], one["id"]))


def _named(thing: Any, owner_id: str | None, home: Any) -> dict[str, Any]:
    return {"title": thing.title, "owner_id": owner_id, "team_id": home.team_id}


def _held(
    kind: str, id_: str, known: Mapping[Any, dict[str, Any]], reason: Any, since: datetime
) -> dict[str, Any]:
    return {"kind": kind, "id": id_, **known[kind, id_], "reason": reason, "since": since}
