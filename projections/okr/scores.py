"""Scores of a cycle as a tree of teams, and how they went from slot to slot (RULES B1-B4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final

from domain.cycle.calendar import DAY, Frame, instant, local_date, slot_of
from domain.okr.alignment import VOTING, Family, standings
from domain.okr.in_force import Judged, judged
from domain.okr.rollup import Status, mean, roll_up_status, voters
from domain.okr.scoring import readings, score_at
from domain.okr.standing import ObjectiveStanding
from domain.okr.stream import CheckIn, KeyResult
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.numbers import rounded
from projections.okr import render
from projections.okr.families import family
from projections.okr.objective import OBJECTIVES
from projections.okr.reasons import whole_reason
from projections.okr.states import Told, frames_at, objectives_at
from projections.people.team import TEAMS

SHOWN: Final = ("agreed", "active", "graded", "closed")
_TICK: Final = timedelta(microseconds=1)
_DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True)
class Vote:
    """What an objective or a team says to the team above it; unrounded."""

    score: Fraction | None
    expected: Fraction | None
    coverage: Fraction | None
    if_nothing_dropped: Fraction | None
    status: Status | None
    title: str = ""
    reason: str | None = None


@dataclass(slots=True)
class Node:
    """A team with its objectives and the teams below it."""

    id: str | None
    name: str
    kind: str
    objectives: list[Told] = field(default_factory=list)
    teams: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything that the scores of a cycle are made of, at a moment."""

    root: Node
    frame: Frame
    family: Family


def scores(
    store: ViewStore,
    cycle_id: str,
    team_id: str | None,
    moment: Moment,
    effective_at: datetime | None = None,
) -> dict[str, Any]:
    """The score tree of a cycle: the company at the top, or the team asked for.

    Without a company, the teams that stand under no other make the top together.
    """
    tree = tree_at(store, cycle_id, team_id, moment)
    body: dict[str, Any] = {
        "position": moment.position,
        "as_of": moment.at,
        "effective_at": effective_at or moment.at,
        "cycle_id": cycle_id,
        "team_id": team_id,
    }
    if tree is None:
        return {**body, **_shown(None, "", "", _together((), _NO_FRAME)), **_EMPTY}
    stood = standings(tree.family, moment.at, effective_at)
    drawn, _ = _draw(tree.root, _Look(moment, judged(tree.frame, effective_at or moment.at)), stood)
    return {**body, **drawn}


_EMPTY: Final[Mapping[str, Any]] = {"teams": [], "objectives": []}
_NO_FRAME: Final = None


def score_trend(
    store: ViewStore,
    cycle_id: str,
    team_id: str | None = None,
    objective_id: str | None = None,
    *,
    moment: Moment,
    effective_at: datetime | None = None,
) -> dict[str, Any]:
    """Score and expected progress at the end of each slot, as known at ``moment``.

    A slot that has not ended by ``effective_at`` (default the moment) has no score; the last point
    is that instant itself. Each point is judged by what was in force then (RULES B1).
    """
    tree = tree_at(store, cycle_id, team_id, moment, objective_id)
    upto, alone = effective_at or moment.at, objective_id is not None
    points = [] if tree is None else list(_points(tree, upto, alone=alone))
    return {
        "position": moment.position,
        "as_of": moment.at,
        "effective_at": upto,
        "points": points,
    }


def _points(tree: Tree, upto: datetime, *, alone: bool) -> Iterable[dict[str, Any]]:
    for at in _instants(tree.frame, upto):
        when = judged(tree.frame, at)
        vote = _vote(tree.root, when, standings(tree.family, at), alone=alone)
        yield {
            "at": at,
            "score": rounded(vote.score) if at <= upto else None,
            "expected": rounded(vote.expected),
        }


def _instants(frame: Frame, upto: datetime) -> list[datetime]:
    """The ends of the slots as they were planned at each time, and ``upto``."""
    eras = (*(earlier for _, earlier in frame.earlier), frame)
    ends = {end for era in eras for end in _ends(era) if frame.at(end) is era}
    if frame.starts_at <= upto < frame.at(upto).ends_at:
        ends.add(upto)
    return sorted(ends)


def _ends(frame: Frame) -> Iterable[datetime]:
    for slot in frame.slots:
        yield min(instant(slot + DAY, time(), frame.timezone) - _TICK, frame.ends_at)


def _vote(node: Node, when: Judged, stood: Mapping[str, ObjectiveStanding], *, alone: bool) -> Vote:
    votes = [
        _vote_of(stood[each.state.objective_id], each, when)
        for each in node.objectives
        if alone or each.state.status_at(when.in_force) in VOTING
    ]
    if alone:
        return votes[0] if votes else _together((), when.frame)
    children = [_vote(child, when, stood, alone=alone) for child in node.teams]
    return _together(votes, when.frame, children, node.name)


def vote_of(tree: Tree, stood: Mapping[str, ObjectiveStanding], at: datetime) -> dict[str, Any]:
    """How the whole of a tree stood ``at`` an instant, as it is shown."""
    root = tree.root
    vote = _vote(root, judged(tree.frame, at), stood, alone=False)
    return _shown(root.id, root.name, root.kind, vote)


# --- the tree ----------------------------------------------------------------------------------


def tree_at(
    store: ViewStore,
    cycle_id: str,
    team_id: str | None,
    moment: Moment,
    objective_id: str | None = None,
) -> Tree | None:
    """The teams of a cycle with their objectives; None when the cycle is not known."""
    with store.reading() as look:
        one = {} if objective_id is None else {"objective_id": objective_id}
        wanted = (*SHOWN, _DROPPED) if objective_id is None else None
        among = [] if wanted is None else [OBJECTIVES.c.status.in_(wanted)]
        told = objectives_at(look, moment, *among, equals={"cycle_id": cycle_id, **one})
        related = family(look, moment, told, whole=bool(wanted))
        frame = related.frames.get(cycle_id) or frames_at(look, moment, [cycle_id]).get(cycle_id)
        teams = look.rows(TEAMS, moment, order_by=(TEAMS.c.formed_at_position,))
    if frame is None:
        return None
    root = _grown(teams, told, team_id) if wanted else Node(None, "", "", told)
    return Tree(root, frame, related)


def _grown(teams: Sequence[Mapping[str, Any]], told: Sequence[Told], team_id: str | None) -> Node:
    nodes = {row["team_id"]: Node(row["team_id"], row["name"], row["kind"]) for row in teams}
    parents = {row["team_id"]: row["parent_id"] for row in teams}
    tops = []
    for each in nodes.values():
        above = nodes.get(parents[each.id])
        if above is None or above is each:
            tops.append(each)
        else:
            above.teams.append(each)
    for objective in told:
        home = nodes.get(objective.state.team_id or "")
        if home is not None:
            home.objectives.append(objective)
    if team_id is not None:
        return nodes.get(team_id) or Node(team_id, "", "")
    return tops[0] if len(tops) == 1 else Node(None, "", "", teams=tops)


@dataclass(frozen=True, slots=True)
class _Look:
    """As of when, and the instant that is judged."""

    moment: Moment
    when: Judged


def _draw(
    node: Node, look: _Look, stood: Mapping[str, ObjectiveStanding]
) -> tuple[dict[str, Any], Vote]:
    """A team as a resource, and its vote for the team above. Teams without objectives are empty."""
    drawn = [_draw(child, look, stood) for child in node.teams]
    objectives, votes = [], []
    for each in node.objectives:
        standing = stood[each.state.objective_id]
        if each.state.status_at(look.when.in_force) in SHOWN:
            objectives.append(_objective(each, standing, look))
        votes.append(_vote_of(standing, each, look.when))
    vote = _together(votes, look.when.frame, [child for _, child in drawn], node.name)
    shown = _shown(node.id, node.name, node.kind, vote)
    return {**shown, "teams": [team for team, _ in drawn], "objectives": objectives}, vote


def _objective(told: Told, stood: ObjectiveStanding, look: _Look) -> dict[str, Any]:
    thing = render.objective(told.state, stood, told.version, look.moment.position)
    for shown in thing["key_results"]:
        known = told.state.key_results[shown["id"]]
        by_slot = slots_of(known, look.when.frame, look.when.moment)
        shown["trend"] = [
            {
                "at": each.effective_at,
                "score": rounded(score_at(known, each.effective_at, look.when.frame)),
            }
            for each in by_slot
        ]
        shown["confidences"] = [each.confidence for each in by_slot]
    return thing


def slots_of(key_result: KeyResult, frame: Frame, upto: datetime) -> list[CheckIn]:
    """The check-in that stands for each slot, in order; outside all slots each day is its own."""
    kept: dict[date, CheckIn] = {}
    for each in readings(key_result, upto):
        day = local_date(each.effective_at, frame.timezone)
        slot = slot_of(frame, day) or day
        held = kept.get(slot)
        if held is None or (held.effective_at, held.sequence) < (each.effective_at, each.sequence):
            kept[slot] = each
    return [kept[slot] for slot in sorted(kept)]


# --- rolling up --------------------------------------------------------------------------------


def _vote_of(stood: ObjectiveStanding, told: Told, when: Judged) -> Vote:
    """An objective's vote; what was not activated has none, what was dropped only one of two."""
    status = told.state.status_at(when.in_force)
    if status in VOTING:
        return Vote(
            stood.score,
            stood.expected,
            stood.coverage,
            stood.score_if_nothing_dropped,
            stood.status,
            told.state.title,
        )
    was_active = status == _DROPPED and told.activated_at is not None
    if_nothing_dropped = stood.score_if_nothing_dropped if was_active else None
    return Vote(None, None, None, if_nothing_dropped, None)


def _together(
    votes: Sequence[Vote], frame: Frame | None, children: Sequence[Vote] = (), name: str = ""
) -> Vote:
    """Equal votes of own objectives and of child teams, as the policy says."""
    mode = frame.policy.rollup if frame else "both"
    voting = voters(votes, children, mode, lambda each: each.score)
    said = [(each, each.status) for each in voting if each.status is not None]
    status = reason = None
    if said and frame:
        policy = frame.policy.status_rollup
        status = roll_up_status([each for _, each in said], policy)
        parts = [(vote.title, each.health) for vote, each in said]
        reason = whole_reason(status.health, parts, policy, _noun(votes, children))
    return Vote(
        score=mean((1, each.score) for each in voting),
        expected=mean((1, each.expected) for each in voting),
        coverage=mean((1, each.coverage) for each in voting),
        if_nothing_dropped=mean((1, each.if_nothing_dropped) for each in voting),
        status=status,
        title=name,
        reason=reason,
    )


def _noun(votes: Sequence[Vote], children: Sequence[Vote]) -> str:
    if any(each.status for each in children):
        return "part" if any(each.status for each in votes) else "team"
    return "objective"


def _shown(id_: str | None, name: str, kind: str, vote: Vote) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "kind": kind,
        "score": rounded(vote.score),
        "expected": rounded(vote.expected),
        "health": vote.status.health if vote.status else "pending",
        "health_reason": vote.reason or "No objective to go by yet",
        "coverage": rounded(vote.coverage),
        "score_if_nothing_dropped": rounded(vote.if_nothing_dropped),
    }


__all__ = ["Node", "Reading", "Tree", "score_trend", "scores", "slots_of", "tree_at", "vote_of"]
