"""Cycles and their phases as they are shown, in lists and alone: the contract's field names."""

from typing import Any

from domain.cycle.bounds import END_OF
from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle
from domain.cycle.cycle import moves as cycle_moves
from domain.cycle.policy import PHASES
from domain.cycle.policy_adoption import OWN

Resource = dict[str, Any]


def cycle(state: Cycle, version: int, position: int | None) -> Resource:
    """A cycle with its slots and its phases; who it waits for is a view's to say."""
    frame = frame_of(state)
    return {
        "id": state.cycle_id,
        "name": state.name,
        "state": state.status,
        "starts_on": state.starts_on,
        "ends_on": state.ends_on,
        "timezone": state.timezone,
        "policy": policy(state),
        "coordinator_id": state.coordinator_id,
        "description": state.description,
        "links": [link.model_dump() for link in state.links],
        "slots": list(frame.slots),
        "phase": state.phase,
        "phases": phases(state),
        "paused": state.paused,
        "paused_since": state.paused_since,
        "adjustment_open": state.window_open,
        "grading_locked": state.grading_locked,
        "moves": list(cycle_moves(state)),
        "version": version,
        "position": position,
    }


def policy(state: Cycle) -> Resource:
    """The policy with the working days that hold: its own, else those of the organisation.

    ``id`` and ``version`` name it; a cycle's own has no id, and its versions are its own.
    """
    own, days, name = state.policy, frame_of(state).days, state.policy_name or OWN
    return {
        **own.model_dump(),
        "id": name.policy_id,
        "version": name.version,
        "pinned": name.pinned,
        "workdays": sorted(days.weekdays) if own.workdays is None else list(own.workdays),
        "holidays": sorted(days.holidays) if own.holidays is None else list(own.holidays),
    }


def phases(state: Cycle) -> list[Resource]:
    """The phases in order, each ``done``, ``current`` or ``coming``; empty before the start."""
    at = {milestone.id: milestone.at for milestone in state.milestones}
    now = PHASES.index(state.phase) if state.phase else -1
    rows = []
    for index, name in enumerate(PHASES):
        starts, ends = at.get(f"{name}.open"), at.get(END_OF[name])
        if starts is None or ends is None:
            continue
        over = state.status == "closed" or index < now
        standing = "done" if over else "current" if index == now else "coming"
        rows.append({"name": name, "starts_at": starts, "ends_at": ends, "state": standing})
    return rows
