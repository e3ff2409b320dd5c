"""Rows back into the domain's own values: objectives with their parts, cycles as frames.

So a list shows what the single thing shows: both ask the domain the same question about the same
state. A version of an objective never changes, so its state is folded once and kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import exists, func, select

from domain.cycle.calendar import Frame, frame_of
from domain.cycle.cycle import Cycle
from domain.okr.alignment import VOTING, standings
from domain.okr.measure import Measure, Reading
from domain.okr.standing import ObjectiveStanding
from domain.okr.stream import (
    CheckIn,
    KeyResult,
    KeyResultGrade,
    Lean,
    ObjectiveState,
    Priority,
    Support,
)
from projections.cycle.rows import CYCLES, TIMETABLES, cycle_state
from projections.engine.versions import Row
from projections.engine.view_store import Moment
from projections.engine.view_store import Reading as Look
from projections.okr.rows import ALIGNMENTS, CHECK_INS, KEY_RESULTS, MEASURES, OBJECTIVES

SUPPORTS: TypeAdapter[tuple[Support, ...]] = TypeAdapter(tuple[Support, ...])


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
) -> list[Told]:
    """Objectives in the order they were drafted; four statements, however many there are."""
    c = OBJECTIVES.c
    rows = look.rows(
        OBJECTIVES, moment, *conditions, order_by=(c.drafted_at_position,), limit=limit, **equals
    )
    return told(look, moment, rows)


def told(look: Look, moment: Moment, rows: Sequence[Row]) -> list[Told]:
    """The states of objective rows."""
    if not rows:
        return []
    generation, known = look.generation(OBJECTIVES), _versions(look, moment, rows)
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
        parts = _parts(look, moment, [row["objective_id"] for row in missing])
        for row in missing:
            objective_id = row["objective_id"]
            state = _objective(row, parts.get(objective_id, {}))
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


def standings_at(
    look: Look,
    moment: Moment,
    shown: Sequence[Told],
    frames: Mapping[str, Frame],
    effective_at: datetime | None = None,
) -> dict[str, ObjectiveStanding]:
    """How the shown objectives stood, with the votes of those that support them."""
    by_cycle: dict[str, list[ObjectiveState]] = {}
    for each in family(look, moment, shown):
        by_cycle.setdefault(each.cycle_id, []).append(each)
    return {
        objective_id: stood
        for cycle_id, states in by_cycle.items()
        if cycle_id in frames
        for objective_id, stood in standings(
            states, frames[cycle_id], moment.at, effective_at
        ).items()
    }


def family(look: Look, moment: Moment, shown: Sequence[Told]) -> list[ObjectiveState]:
    """Objectives and all that support them, directly or through others, as they were drafted.

    Two statements a level of support, however many objectives there are; none without support.
    """
    a, found = ALIGNMENTS.c, {each.state.objective_id: each for each in shown}
    asked = [each for each in shown if each.supported]
    while asked:
        supporters = select(a.objective_id).where(
            look.alive(ALIGNMENTS, moment),
            a.supported_id.in_([each.state.objective_id for each in asked]),
        )
        rows = look.rows(
            OBJECTIVES,
            moment,
            OBJECTIVES.c.objective_id.in_(supporters),
            OBJECTIVES.c.cycle_id.in_({each.state.cycle_id for each in asked}),
            OBJECTIVES.c.status.in_(VOTING),
        )
        new = told(look, moment, [row for row in rows if row["objective_id"] not in found])
        found.update((each.state.objective_id, each) for each in new)
        asked = [each for each in new if each.supported]
    return [each.state for each in sorted(found.values(), key=lambda each: each.place)]


def _versions(look: Look, moment: Moment, rows: Sequence[Row]) -> dict[str, tuple[int, bool]]:
    """The stream version of each objective, the greatest that any of its rows carries, and
    whether another objective supports it.
    """
    wanted = [row["objective_id"] for row in rows]
    o, k, c = _BORN, KEY_RESULTS, CHECK_INS.c
    by_key_results = (
        select(func.max(k.c.version))
        .where(k.c.objective_id == o.c.objective_id, look.alive(k, moment))
        .correlate(o)
        .scalar_subquery()
    )
    # By position backwards: one index step, however many check-ins came later.
    by_check_ins = (
        select(c.version)
        .where(c.objective_id == o.c.objective_id, look.alive(CHECK_INS, moment))
        .order_by(c.since.desc())
        .limit(1)
        .correlate(o)
        .scalar_subquery()
    )
    supported = (
        exists()
        .where(ALIGNMENTS.c.supported_id == o.c.objective_id, look.alive(ALIGNMENTS, moment))
        .correlate(o)
    )
    found = look.connection.execute(
        select(o.c.objective_id, by_key_results, by_check_ins, supported).where(
            o.c.gen == look.generation(OBJECTIVES),
            # One row an objective, for its row never ends; by ``first`` SQLite would look through
            # every version of each.
            o.c.until.is_(None),
            o.c.objective_id.in_(wanted),
        )
    )
    parts = {name: (max(a or 0, b or 0), bool(named)) for name, a, b, named in found}
    return {
        row["objective_id"]: (max(row["version"], part), named)
        for row in rows
        for part, named in (parts[row["objective_id"]],)
    }


def _parts(
    look: Look, moment: Moment, objective_ids: Collection[str]
) -> dict[str, dict[str, KeyResult]]:
    """Key results with their check-ins, by objective."""
    check_ins: dict[tuple[str, str], list[CheckIn]] = {}
    c = CHECK_INS.c
    rows = look.connection.execute(
        select(
            c.objective_id, c.key_result_id, c.check_in_id, c.reading, c.confidence, c.note,
            c.effective_at, c.backdated, c.late, c.corrects,
        )
        .where(c.objective_id.in_(objective_ids), look.alive(CHECK_INS, moment))
        .order_by(c.objective_id, c.since)
    )  # fmt: skip
    for objective_id, group in groupby(rows, itemgetter(0)):
        own = list(group)
        corrected = {row.corrects: row.check_in_id for row in own if row.corrects is not None}
        for sequence, row in enumerate(own, 1):
            check_in = CheckIn(
                id=row.check_in_id,
                reading=_reading(row.reading),
                confidence=row.confidence,
                note=row.note,
                effective_at=row.effective_at,
                sequence=sequence,
                backdated=row.backdated,
                late=row.late,
                corrects=row.corrects,
                corrected_by=corrected.get(row.check_in_id),
            )
            check_ins.setdefault((objective_id, row.key_result_id), []).append(check_in)
    parts: dict[str, dict[str, KeyResult]] = {}
    k = KEY_RESULTS.c
    found = look.connection.execute(
        select(KEY_RESULTS)
        .where(k.objective_id.in_(objective_ids), look.alive(KEY_RESULTS, moment))
        .order_by(k.objective_id, k.place)
    ).mappings()
    for part in found:
        key = part["objective_id"], part["key_result_id"]
        parts.setdefault(key[0], {})[key[1]] = _key_result(part, tuple(check_ins.get(key, ())))
    return parts


def _objective(row: Row, key_results: Mapping[str, KeyResult]) -> ObjectiveState:
    return ObjectiveState(
        objective_id=row["objective_id"],
        cycle_id=row["cycle_id"],
        team_id=row["team_id"],
        owner_id=row["owner_id"],
        title=row["title"],
        ambition=row["ambition"],
        lean=Lean.model_validate_json(row["lean"]) if row["lean"] else None,
        priority=Priority.model_validate_json(row["priority"]) if row["priority"] else None,
        supports=_supports(row["supports"]),
        carried_from=row["carried_from"],
        status=row["status"],
        activated_at=row["activated_at"],
        key_results=key_results,
        round=row["round"],
        countered=row["countered"],
        grade=row["grade"],
        computed=row["computed"],
        locked=row["locked"],
        left_ungraded=row["left_ungraded"],
        merged_into=row["merged_into"],
        carried_into=row["carried_into"],
        check_in_count=sum(len(each.check_ins) for each in key_results.values()),
    )


def _key_result(row: Row, check_ins: tuple[CheckIn, ...]) -> KeyResult:
    return KeyResult(
        id=row["key_result_id"],
        title=row["title"],
        measure=_measure(row["measure"]),
        first_measure=_measure(row["first_measure"]),
        weight=row["weight"],
        owner_id=row["owner_id"],
        due_on=row["due_on"],
        added_at=row["added_at"],
        dropped_at=row["dropped_at"],
        check_ins=check_ins,
        grade=KeyResultGrade.model_validate_json(row["grade"]) if row["grade"] else None,
        carried_from=row["carried_from"],
        converted_from=_measure(row["converted_from"]) if row["converted_from"] else None,
    )


@lru_cache(maxsize=4096)
def _measure(text: str) -> Measure:
    return MEASURES.validate_json(text)


@lru_cache(maxsize=4096)
def _reading(text: str) -> Reading:
    return Reading.model_validate_json(text)


@lru_cache(maxsize=256)
def _supports(text: str) -> tuple[Support, ...]:
    return SUPPORTS.validate_json(text)


# --- cycles --------------------------------------------------------------------------------------


def cycles_at(
    look: Look, moment: Moment, cycle_ids: Iterable[str] | None = None
) -> dict[str, tuple[Cycle, int]]:
    """Folded cycles and their versions, by id, in the order they were planned."""
    among = [] if cycle_ids is None else [CYCLES.c.cycle_id.in_(list(cycle_ids))]
    rows = look.rows(CYCLES, moment, *among, order_by=(CYCLES.c.planned_at_position,))
    if not rows:
        return {}
    generation = look.generation(CYCLES)
    found: dict[str, tuple[Cycle, int]] = {}
    missing: list[Row] = []
    for row in rows:
        cycle = look.states.get(("cycle", generation, row["cycle_id"], row["version"]))
        if cycle is None:
            missing.append(row)
        else:
            found[row["cycle_id"]] = (cycle, row["version"])
    if missing:
        ids = [row["cycle_id"] for row in missing]
        tables = {
            row["cycle_id"]: row
            for row in look.rows(TIMETABLES, moment, TIMETABLES.c.cycle_id.in_(ids))
        }
        for row in missing:
            cycle = cycle_state(row, tables.get(row["cycle_id"]))
            look.states.put(("cycle", generation, row["cycle_id"], row["version"]), cycle)
            found[row["cycle_id"]] = (cycle, row["version"])
    return {row["cycle_id"]: found[row["cycle_id"]] for row in rows}


def frames_at(look: Look, moment: Moment, cycle_ids: Iterable[str]) -> dict[str, Frame]:
    """What scoring needs of each cycle."""
    wanted = set(cycle_ids)
    if not wanted:
        return {}
    return {
        cycle_id: frame_of(cycle)
        for cycle_id, (cycle, _) in cycles_at(look, moment, wanted).items()
    }
