"""Rows back into the domain's own values: objectives with their parts, cycles as frames.

So a list shows what the single thing shows: both ask the domain the same question about the same
state. A version of an objective never changes, so its state is folded once and kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import Cycle
from domain.okr.check_in import (
    CheckInCorrected,
    CheckInRecorded,
    CheckInWithdrawn,
    Read,
    evolve_all,
)
from domain.okr.stream import ObjectiveState
from domain.relation import SUPPORTS
from projections.cycle import cycle
from projections.cycle.cycle import CYCLES
from projections.engine.moment import Moment
from projections.engine.reading import Reading as Look
from projections.engine.versions import Row
from projections.okr.objective import CHECK_INS, OBJECTIVES, PLACES, STORED
from projections.relations.pages import sources

_READ: Final[Mapping[str, type[Read]]] = {
    each.TYPE: each for each in (CheckInRecorded, CheckInCorrected, CheckInWithdrawn)
}
_BORN: Final = OBJECTIVES.alias("born")
"""Made once: an alias copies every column, which takes as long as the statement it is for."""


@dataclass(frozen=True, slots=True)
class Told:
    """An objective as the views tell it at a moment; ``supported``: whether any other names it."""

    state: ObjectiveState
    version: int
    status_since: datetime
    activated_at: datetime | None
    place: int
    supported: bool


def objectives_at(
    look: Look,
    moment: Moment,
    *conditions: Any,
    equals: Mapping[str, Any],
    limit: int | None = None,
    newest: bool = False,
) -> list[Told]:
    """Objectives in the order they were drafted, or the newest first; four statements, however many
    there are.

    Five of the past of a cycle, for objectives may have come from another one. Deleted drafts are
    nowhere.
    """
    c = OBJECTIVES.c
    wanted = [c.status != "deleted", *conditions]
    if "cycle_id" in equals and not look.is_current(OBJECTIVES, moment):
        placed = look.rows(PLACES, moment, cycle_id=equals["cycle_id"])
        wanted.append(c.objective_id.in_([row["objective_id"] for row in placed]))
    order = c.drafted_at_position.desc() if newest else c.drafted_at_position
    rows = look.rows(OBJECTIVES, moment, *wanted, order_by=(order,), limit=limit, **equals)
    return told(look, moment, rows)


def told(look: Look, moment: Moment, rows: Sequence[Row]) -> list[Told]:
    """The states of objective rows."""
    if not rows:
        return []
    generation, known = look.generation(OBJECTIVES, moment), _versions(look, moment, rows)
    versions = {objective_id: version for objective_id, (version, _) in known.items()}
    found: dict[str, ObjectiveState] = {}
    missing: list[Row] = []
    for row in rows:
        objective_id = row["objective_id"]
        state = look.states.get(("objective", generation, objective_id, versions[objective_id]))
        if state is None:
            missing.append(row)
        else:
            found[objective_id] = state
    if missing:
        check_ins = _check_ins(look, moment, [row["objective_id"] for row in missing])
        for row in missing:
            objective_id = row["objective_id"]
            bare = STORED.adapter.validate_json(row["state"], context=look.states.opener)
            state = evolve_all(bare, check_ins.get(objective_id, ()))
            look.states.put(("objective", generation, objective_id, versions[objective_id]), state)
            found[objective_id] = state
    return [
        Told(
            found[row["objective_id"]],
            versions[row["objective_id"]],
            row["status_since"],
            row["activated_at"],
            row["drafted_at_position"],
            known[row["objective_id"]][1],
        )
        for row in rows
    ]


def _versions(look: Look, moment: Moment, rows: Sequence[Row]) -> dict[str, tuple[int, bool]]:
    """The stream version of each objective, its row's or that of its last check-in, and whether
    another objective supports it.
    """
    o, c = _BORN, CHECK_INS.c
    # By position backwards: one index step, however many check-ins came later.
    by_check_ins = (
        select(c.version)
        .where(c.objective_id == o.c.objective_id, look.alive(CHECK_INS, moment))
        .order_by(c.since.desc())
        .limit(1)
        .correlate(o)
        .scalar_subquery()
    )
    supported = sources(look, moment, SUPPORTS, "objective", o.c.objective_id).correlate(o).exists()
    found = look.connection.execute(
        select(o.c.objective_id, by_check_ins, supported).where(
            o.c.gen == look.generation(OBJECTIVES, moment),
            # One row an objective, for its row never ends; by ``first`` SQLite would look through
            # every version of each.
            o.c.until.is_(None),
            o.c.objective_id.in_([row["objective_id"] for row in rows]),
        )
    )
    parts = {name: (version or 0, bool(named)) for name, version, named in found}
    return {
        row["objective_id"]: (max(row["version"], version), named)
        for row in rows
        for version, named in (parts[row["objective_id"]],)
    }


def _check_ins(look: Look, moment: Moment, objective_ids: Collection[str]) -> dict[str, list[Read]]:
    """The check-ins of objectives as they were recorded, in that order."""
    c = CHECK_INS.c
    rows = look.connection.execute(
        select(c.objective_id, c.type, c.fact)
        .where(c.objective_id.in_(objective_ids), look.alive(CHECK_INS, moment))
        .order_by(c.objective_id, c.since)
    )
    found: dict[str, list[Read]] = {}
    for objective_id, type_, text in rows:
        found.setdefault(objective_id, []).append(
            _READ[type_].model_validate_json(text, context=look.states.opener)
        )
    return found


# --- cycles --------------------------------------------------------------------------------------


def cycles_at(
    look: Look, moment: Moment, cycle_ids: Iterable[str] | None = None
) -> dict[str, tuple[Cycle, int]]:
    """Folded cycles and their versions, by id, in the order they were planned."""
    among = [] if cycle_ids is None else [CYCLES.c.cycle_id.in_(list(cycle_ids))]
    rows = look.rows(CYCLES, moment, *among, order_by=(CYCLES.c.planned_at_position,))
    return {row["cycle_id"]: (cycle.STORED.read(look.states, row), row["version"]) for row in rows}


def frames_at(look: Look, moment: Moment, cycle_ids: Iterable[str]) -> dict[str, Frame]:
    """What scoring needs of each cycle."""
    wanted = set(cycle_ids)
    if not wanted:
        return {}
    return {
        cycle_id: frame_of(state)
        for cycle_id, (state, _) in cycles_at(look, moment, wanted).items()
    }
