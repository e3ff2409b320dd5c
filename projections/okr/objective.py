"""The view of objectives: a row with the folded state, and their check-ins beside it.

No number that depends on the time of asking is stored: readers let the domain say how a state
stands (RULES B1-B4). Check-ins are many and nothing else of an objective changes with them, so they
are rows of their own, written without looking; readers fold them onto the state. The version of an
objective's stream is that of its row or of its last check-in, whichever is greater.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Integer, Text

from domain.facts import Envelope
from domain.okr import key_result as k
from domain.okr.check_in import CheckInCorrected, CheckInRecorded, CheckInWithdrawn, Read
from domain.okr.drafting import ObjectiveDrafted
from domain.okr.editing import ObjectiveMoved
from domain.okr.objective import ObjectiveActivated
from domain.okr.objective_thing import THING
from domain.okr.returning import ObjectiveDeactivated
from domain.okr.stream import ObjectiveState
from projections.engine.versions import (
    FIXED,
    Changes,
    End,
    Instant,
    Put,
    Row,
    Rows,
    as_json,
    versioned,
)
from projections.handling import on
from projections.okr import words
from projections.okr.objective_concerns import CONCERNS
from projections.okr.objective_found import FOUND
from projections.okr.objective_owes import OWES
from projections.okr.objective_telling import TELLING
from projections.stored import Stored
from projections.view import View

OBJECTIVES = versioned(
    "objectives",
    Column("objective_id", Text, primary_key=True),
    Column("cycle_id", Text, nullable=False),
    Column("team_id", Text),
    Column("owner_id", Text, nullable=False),
    Column("reviewer_id", Text),
    Column("status", Text, nullable=False),
    Column("status_since", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("drafted_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    found_by=("cycle_id", "team_id", "owner_id", "reviewer_id"),
)
"""``state`` is without check-ins; ``status_since`` is when the present status was reached."""

PLACES = versioned(
    "objective_places",
    Column("cycle_id", Text, primary_key=True, info=FIXED),
    Column("objective_id", Text, primary_key=True),
)
"""Which objectives stand in a cycle: one may move to another, so the past of a cycle is found by
this."""

KEY_RESULTS = versioned(
    "key_results",
    Column("objective_id", Text, primary_key=True, info=FIXED),
    Column("key_result_id", Text, primary_key=True),
    immutable=True,
    found_by=("key_result_id",),
)
"""In whose stream a key result lives; what it says is in the objective's state."""

CHECK_INS = versioned(
    "check_ins",
    Column("objective_id", Text, primary_key=True, info=FIXED),
    Column("version", Integer, primary_key=True),
    Column("key_result_id", Text, nullable=False),
    Column("check_in_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("corrects", Text),
    Column("fact", Text, nullable=False),
    immutable=True,
    found_by=("check_in_id",),
)
"""``version`` is that of the objective's stream, ``fact`` what was said and ``type`` its wire name;
a row is wrong once another one ``corrects`` it or withdraws its ``check_in_id``."""


def _reached(envelope: Envelope, before: Row | None, state: ObjectiveState) -> Mapping[str, Any]:
    """When the present status was reached, and when it was first worked at."""
    stays = before is not None and before["status"] == state.status
    activated_at = before["activated_at"] if before else None
    if isinstance(envelope.fact, ObjectiveActivated):
        activated_at = envelope.fact.activated_at or envelope.recorded_at
    elif isinstance(envelope.fact, ObjectiveDeactivated):
        activated_at = None
    return {
        "status_since": before["status_since"] if before and stays else envelope.recorded_at,
        "activated_at": activated_at,
    }


STORED: Final[Stored[ObjectiveState]] = Stored(
    THING,
    OBJECTIVES,
    TypeAdapter(ObjectiveState),
    columns=lambda state: {
        "cycle_id": state.cycle_id,
        "team_id": state.team_id,
        "owner_id": state.owner_id,
        "reviewer_id": state.reviewer_id,
        "status": state.status,
    },
    born=lambda envelope: {"drafted_at_position": envelope.position},
    also=_reached,
)


def _drafted(fact: ObjectiveDrafted, envelope: Envelope, rows: Rows) -> Changes:
    yield Put(PLACES, (fact.cycle_id, fact.objective_id), {})
    yield from STORED.fold(envelope, rows)


def _moved(fact: ObjectiveMoved, envelope: Envelope, rows: Rows) -> Changes:
    before = rows.get(OBJECTIVES, (fact.objective_id,))
    if before is not None and before["cycle_id"] != fact.cycle_id:
        yield End(PLACES, (before["cycle_id"], fact.objective_id))
        yield Put(PLACES, (fact.cycle_id, fact.objective_id), {})
    yield from STORED.fold(envelope, rows)


def _added(fact: k.KeyResultAdded, envelope: Envelope, rows: Rows) -> Changes:
    yield Put(KEY_RESULTS, (fact.objective_id, fact.key_result_id), {})
    yield from STORED.fold(envelope, rows)


def _read(fact: Read, envelope: Envelope, _: Rows) -> Changes:
    return (
        Put(
            CHECK_INS,
            (fact.objective_id, envelope.version),
            {
                "key_result_id": fact.key_result_id,
                "check_in_id": fact.check_in_id,
                "type": fact.TYPE,
                "corrects": fact.corrects if isinstance(fact, CheckInCorrected) else None,
                "fact": as_json(fact),
            },
        ),
    )


VIEW: Final[View[ObjectiveState]] = View(
    THING,
    "okr",
    tables=(OBJECTIVES, KEY_RESULTS, CHECK_INS, PLACES),
    stored=STORED,
    rows=(
        on(ObjectiveDrafted, _drafted),
        on(ObjectiveMoved, _moved),
        on(k.KeyResultAdded, _added),
        on(CheckInRecorded, _read),
        on(CheckInCorrected, _read),
        on(CheckInWithdrawn, _read),
    ),
    telling=TELLING,
    found=FOUND,
    owes=OWES,
    asks=words.ASKS,
    concerns=CONCERNS,
    cycle="thing",
    parts={"key_result": KEY_RESULTS, "check_in": CHECK_INS},
)
