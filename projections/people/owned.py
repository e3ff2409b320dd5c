"""What is still somebody's, or a team's: every open thing with the part one has in it.

One question a kind, each answered by an index on who owns it, however large the company is.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import or_

from domain.lean.action import Action
from domain.okr.moves import RUNNING
from domain.okr.stream import ObjectiveState
from domain.people.team import Team
from projections.cycle.cycle import CYCLES
from projections.cycle.cycle import STORED as CYCLE
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.versions import Row
from projections.lean.action import ACTION
from projections.lean.action import STORED as ACTION_STATE
from projections.lean.obstacle import OBSTACLE
from projections.notifications.rows import INTEREST
from projections.obligations.rows import SUBJECT
from projections.okr.objective import OBJECTIVES
from projections.okr.objective import STORED as OBJECTIVE
from projections.people.team import MEMBERS, TEAMS
from projections.people.team import STORED as TEAM

VIEWS: Final = ("okr", "lean", "people", "cycle", "obligations")
"""The views that are asked."""

OPEN_ACTIONS: Final = ("open", "doing", "reopened", "done", "verifying")
OPEN_OBSTACLES: Final = ("raised", "acknowledged")


class Owned(NamedTuple):
    """An open thing, and the part that somebody has in it. Key results name their objective."""

    kind: str
    id: str
    title: str
    role: str
    objective_id: str | None = None


def owned_by(look: Reading, person_id: str, moment: Moment) -> list[Owned]:
    """Everything open that was ``person_id``'s at a moment, kind by kind, by title."""
    found = (
        *_objectives(look, moment, "owner", OBJECTIVES.c.owner_id == person_id),
        *_objectives(look, moment, "reviewer", OBJECTIVES.c.reviewer_id == person_id),
        *_helped(look, moment, person_id),
        *_key_results(look, moment, person_id),
        *_actions(look, moment, ACTION.c.owner_id == person_id),
        *_obstacles(look, moment, person_id),
        *_led(look, moment, person_id),
        *_coordinated(look, moment, person_id),
    )
    return sorted(found, key=lambda one: (KINDS.index(one.kind), one.title, one.id, _rank(one)))


KINDS: Final = ("objective", "key_result", "action", "obstacle", "team", "cycle")


_ROLES: Final = ("owner", "reviewer", "contributor", "sponsor")


def _rank(one: Owned) -> int:
    """Who has several parts in a thing hears of the greatest first."""
    return _ROLES.index(one.role) if one.role in _ROLES else 0


def owned_by_team(look: Reading, team_id: str, moment: Moment) -> list[Owned]:
    """What is open in a team, and the teams below it."""
    teams = look.rows(TEAMS, moment, TEAMS.c.status == "formed", parent_id=team_id)
    return [
        *_objectives(look, moment, "team", OBJECTIVES.c.team_id == team_id),
        *_actions(look, moment, ACTION.c.team_id == team_id),
        *(Owned("team", row["team_id"], row["name"], "parent") for row in teams),
    ]


def _objectives(look: Reading, moment: Moment, role: str, whose: Any) -> Iterator[Owned]:
    for state in _open(look, look.rows(OBJECTIVES, moment, whose)):
        yield Owned("objective", state.objective_id, state.title, role)


def _helped(look: Reading, moment: Moment, person_id: str) -> Iterator[Owned]:
    """What somebody contributes to or sponsors; interests tell where to look for it."""
    c = INTEREST.c
    named = look.rows(
        INTEREST,
        moment,
        c.kind == "objective",
        or_(c.helps, c.sponsors),
        person_id=person_id,
    )
    ids = [row["id"] for row in named]
    rows = look.rows(OBJECTIVES, moment, OBJECTIVES.c.objective_id.in_(ids)) if ids else ()
    for state in _open(look, rows):
        if any(one.person_id == person_id for one in state.contributors):
            yield Owned("objective", state.objective_id, state.title, "contributor")
        if person_id in state.sponsor_ids:
            yield Owned("objective", state.objective_id, state.title, "sponsor")


def _key_results(look: Reading, moment: Moment, person_id: str) -> Iterator[Owned]:
    """Those with an owner of their own; the others go with their objective."""
    c = SUBJECT.c
    named = look.rows(SUBJECT, moment, c.kind == "key_result", owner_id=person_id)
    homes = {row["objective_id"] for row in named}
    objectives = look.rows(OBJECTIVES, moment, OBJECTIVES.c.objective_id.in_(homes))
    for state in _open(look, objectives):
        for one in state.live:
            if one.owner_id == person_id:
                yield Owned("key_result", one.id, one.title, "owner", state.objective_id)


def _open(look: Reading, rows: Iterable[Row]) -> Iterator[ObjectiveState]:
    """Of these objectives those that may still change hands: once grades are locked none does."""
    for row in rows:
        if row["status"] in RUNNING:
            state = OBJECTIVE.read(look.states, row)
            if is_open(state):
                yield state


def is_open(state: ObjectiveState) -> bool:
    """Whether an objective still needs somebody."""
    return state.status in RUNNING and not state.locked


def _actions(look: Reading, moment: Moment, whose: Any) -> Iterator[Owned]:
    for row in look.rows(ACTION, moment, whose, ACTION.c.status.in_(OPEN_ACTIONS)):
        if is_unsettled(ACTION_STATE.read(look.states, row)):
            yield Owned("action", row["action_id"], row["title"], "owner")


def is_unsettled(state: Action) -> bool:
    """Whether an action still needs somebody: until its effect is seen, or it is put away."""
    return state.status in OPEN_ACTIONS and state.archived_at is None


def _obstacles(look: Reading, moment: Moment, person_id: str) -> Iterator[Owned]:
    status = OBSTACLE.c.status.in_(OPEN_OBSTACLES)
    for row in look.rows(OBSTACLE, moment, status, owner_id=person_id):
        yield Owned("obstacle", row["obstacle_id"], row["title"], "owner")


def _led(look: Reading, moment: Moment, person_id: str) -> Iterator[Owned]:
    leads = look.rows(MEMBERS, moment, MEMBERS.c.role == "lead", person_id=person_id)
    teams = [row["team_id"] for row in leads]
    for row in look.rows(TEAMS, moment, TEAMS.c.team_id.in_(teams)) if teams else ():
        team: Team = TEAM.read(look.states, row)
        yield Owned("team", row["team_id"], team.name, "lead")


def _coordinated(look: Reading, moment: Moment, person_id: str) -> Iterator[Owned]:
    for row in look.rows(CYCLES, moment, CYCLES.c.status != "closed", coordinator_id=person_id):
        yield Owned("cycle", row["cycle_id"], CYCLE.read(look.states, row).name, "coordinator")
