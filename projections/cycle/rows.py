"""Cycles as rows; their timetables, long and seldom changed, have a table of their own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Text

from domain.cycle import cycle
from domain.cycle.cycle import Cycle
from domain.cycle.policy import CyclePolicy, Milestone
from domain.facts import Envelope
from projections.engine.projection import Projection
from projections.engine.versions import Changes, Instant, Put, Rows, as_json, versioned
from projections.families import facts_of

MILESTONES: Final = TypeAdapter(tuple[Milestone, ...])
DONE: Final = TypeAdapter(tuple[str, ...])

CYCLES = versioned(
    "cycles",
    Column("cycle_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("coordinator_id", Text),
    Column("status", Text, nullable=False),
    Column("phase", Text),
    Column("started_at", Instant),
    Column("paused", Boolean, nullable=False),
    Column("paused_since", Instant),
    Column("closed_at", Instant),
    Column("done", Text, nullable=False),
    Column("window_open", Boolean, nullable=False),
    Column("grading_locked", Boolean, nullable=False),
    Column("planned_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""``done`` are the ids of the milestones reached, as JSON."""

TIMETABLES = versioned(
    "timetables",
    Column("cycle_id", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("milestones", Text, nullable=False),
)


def cycle_state(row: Mapping[str, Any], timetable: Mapping[str, Any] | None) -> Cycle:
    """The folded cycle of a row and its timetable; without nudges, which only the clock needs."""
    return Cycle(
        cycle_id=row["cycle_id"],
        name=row["name"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        timezone=row["timezone"],
        policy=CyclePolicy.model_validate_json(row["policy"]),
        coordinator_id=row["coordinator_id"],
        status=row["status"],
        phase=row["phase"],
        started_at=row["started_at"],
        paused=row["paused"],
        paused_since=row["paused_since"],
        closed_at=row["closed_at"],
        generation=timetable["generation"] if timetable else 0,
        milestones=MILESTONES.validate_json(timetable["milestones"]) if timetable else (),
        done=frozenset(DONE.validate_json(row["done"])),
        window_open=row["window_open"],
        grading_locked=row["grading_locked"],
    )


def _columns(state: Cycle) -> dict[str, Any]:
    return {
        "name": state.name,
        "starts_on": state.starts_on,
        "ends_on": state.ends_on,
        "timezone": state.timezone,
        "policy": as_json(state.policy),
        "coordinator_id": state.coordinator_id,
        "status": state.status,
        "phase": state.phase,
        "started_at": state.started_at,
        "paused": state.paused,
        "paused_since": state.paused_since,
        "closed_at": state.closed_at,
        "done": as_json(sorted(state.done)),
        "window_open": state.window_open,
        "grading_locked": state.grading_locked,
    }


def _told(envelope: Envelope, rows: Rows) -> Changes:
    """A cycle has few facts: each is folded by the domain itself."""
    fact = envelope.fact
    assert isinstance(fact, cycle.CycleFact)
    key = (fact.cycle_id,)
    held = rows.get(CYCLES, key)
    timetable = rows.get(TIMETABLES, key)
    before = cycle_state(held, timetable) if held else replace(cycle.INITIAL)
    state = cycle.evolve(before, fact)
    yield Put(
        CYCLES,
        key,
        {
            **_columns(state),
            "planned_at_position": held["planned_at_position"] if held else envelope.position,
            "version": envelope.version,
        },
    )
    if (state.generation, state.milestones) != (before.generation, before.milestones):
        yield Put(
            TIMETABLES,
            key,
            {"generation": state.generation, "milestones": as_json(list(state.milestones))},
        )


CYCLE: Final = Projection(
    name="cycle",
    tables=(CYCLES, TIMETABLES),
    handlers=dict.fromkeys(facts_of(cycle.CycleFact), _told),
    kinds={"cycle": facts_of(cycle.CycleFact)},
)
