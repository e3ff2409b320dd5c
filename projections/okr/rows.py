"""Objectives, key results and check-ins as rows, the way their facts tell them.

No number that depends on the time of asking is stored: readers fold a row and its parts back into
the domain's own state and let the domain say how it stands (RULES B1-B4). Every fact of an
objective leaves its stream version in one of the three tables, so the greatest of them is the
objective's, and (objective, version) names one state for good.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Text

from domain.facts import Envelope, Fact
from domain.okr import check_in, conversion, key_result, objective, retarget
from domain.okr.measure import Measure
from domain.okr.moves import BEFORE_ACTIVATION
from domain.okr.stream import ObjectiveFact
from projections.engine.projection import Projection
from projections.engine.versions import (
    FIXED,
    Changes,
    Exact,
    Instant,
    Put,
    Rows,
    as_json,
    versioned,
)
from projections.families import facts_of

F = TypeVar("F", bound=ObjectiveFact)
MEASURES: Final[TypeAdapter[Measure]] = TypeAdapter(Measure)

OBJECTIVES = versioned(
    "objectives",
    Column("objective_id", Text, primary_key=True),
    Column("cycle_id", Text, nullable=False, info=FIXED),
    Column("team_id", Text, nullable=False, info=FIXED),
    Column("owner_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("ambition", Text, nullable=False),
    Column("lean", Text),
    Column("priority", Text),
    Column("supports", Text, nullable=False),
    Column("carried_from", Text),
    Column("status", Text, nullable=False),
    Column("status_since", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("round", Integer, nullable=False),
    Column("countered", Text),
    Column("grade", Exact),
    Column("computed", Exact),
    Column("locked", Boolean, nullable=False),
    Column("left_ungraded", Boolean, nullable=False),
    Column("merged_into", Text),
    Column("carried_into", Text),
    Column("drafted_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""``drafted_at_position`` orders lists; ``status_since`` is when the present status was reached."""

KEY_RESULTS = versioned(
    "key_results",
    Column("objective_id", Text, primary_key=True),
    Column("key_result_id", Text, primary_key=True, index=True),
    Column("place", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("first_measure", Text, nullable=False),
    Column("converted_from", Text),
    Column("weight", Exact, nullable=False),
    Column("owner_id", Text),
    Column("due_on", Date),
    Column("added_at", Instant, nullable=False),
    Column("dropped_at", Instant),
    Column("carried_from", Text),
    Column("grade", Text),
    Column("version", Integer, nullable=False),
)
"""``place`` is the stream version that added it; ``grade`` the judged grade as JSON (RULES B5)."""

CHECK_INS = versioned(
    "check_ins",
    Column("objective_id", Text, primary_key=True, info=FIXED),
    Column("version", Integer, primary_key=True),
    Column("key_result_id", Text, nullable=False),
    Column("check_in_id", Text, nullable=False, index=True),
    Column("reading", Text, nullable=False),
    Column("confidence", Exact),
    Column("note", Text),
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("backdated", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("corrects", Text),
    immutable=True,
)
"""``version`` is that of the objective's stream; a row is wrong once another ``corrects`` it."""

ALIGNMENTS = versioned(
    "alignments",
    Column("supported_id", Text, primary_key=True, info=FIXED),
    Column("objective_id", Text, primary_key=True),
    immutable=True,
)
"""Which objective supports which other one; the weights are with the supporter."""


def _drafted(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001 - nothing was before
    fact = _of(objective.ObjectiveDrafted, envelope)
    yield Put(
        OBJECTIVES,
        (fact.objective_id,),
        {
            "cycle_id": fact.cycle_id,
            "team_id": fact.team_id,
            "owner_id": fact.owner_id,
            "title": fact.title,
            "ambition": fact.ambition,
            "lean": as_json(fact.lean),
            "priority": as_json(fact.priority),
            "supports": as_json(fact.supports),
            "carried_from": fact.carried_from,
            "status": "draft",
            "status_since": envelope.recorded_at,
            "activated_at": None,
            "round": 0,
            "countered": None,
            "grade": None,
            "computed": None,
            "locked": False,
            "left_ungraded": False,
            "merged_into": None,
            "carried_into": None,
            "drafted_at_position": envelope.position,
            "version": envelope.version,
        },
    )
    for supported_id in dict.fromkeys(s.id for s in fact.supports if s.kind == "objective"):
        yield Put(ALIGNMENTS, (supported_id, fact.objective_id), {})


def _moved(envelope: Envelope, rows: Rows, status: str, **values: Any) -> Changes:
    """The objective enters ``status``, unless it is there already."""
    key = (_of(ObjectiveFact, envelope).objective_id,)
    held = rows.get(OBJECTIVES, key)
    if held is not None and held["status"] == status:
        return _told(envelope, **values)
    return _told(envelope, status=status, status_since=envelope.recorded_at, **values)


def _told(envelope: Envelope, **values: Any) -> Changes:
    """A further version of the objective itself."""
    key = (_of(ObjectiveFact, envelope).objective_id,)
    yield Put(OBJECTIVES, key, {**values, "version": envelope.version})


def _proposed(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveProposed, envelope)
    return _moved(envelope, rows, "proposed", round=fact.round, countered=None)


def _countered(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveCountered, envelope)
    return _moved(envelope, rows, "draft", countered=fact.note)


def _withdrawn(envelope: Envelope, rows: Rows) -> Changes:
    return _moved(envelope, rows, "draft")


def _agreed(envelope: Envelope, rows: Rows) -> Changes:
    return _moved(envelope, rows, "agreed", countered=None)


def _activated(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveActivated, envelope)
    at = fact.activated_at or envelope.recorded_at
    return _moved(envelope, rows, "active", activated_at=at)


def _dropped(envelope: Envelope, rows: Rows) -> Changes:
    return _moved(envelope, rows, "dropped")


def _merged(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveMerged, envelope)
    return _moved(envelope, rows, "merged", merged_into=fact.into_id)


def _closed(envelope: Envelope, rows: Rows) -> Changes:
    return _moved(envelope, rows, "closed")


def _carried_over(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveCarriedOver, envelope)
    return _moved(envelope, rows, "closed", carried_into=fact.into_objective_id)


def _graded(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(objective.ObjectiveGraded, envelope)
    yield from _moved(
        envelope, rows, "graded", grade=fact.grade, computed=fact.computed, left_ungraded=False
    )
    for each in fact.key_results:
        key = (fact.objective_id, each.key_result_id)
        if rows.get(KEY_RESULTS, key) is not None:
            yield Put(KEY_RESULTS, key, {"grade": as_json(each), "version": envelope.version})


def _left_ungraded(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    return _told(envelope, left_ungraded=True)


def _locked(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    return _told(envelope, locked=True)


def _added(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = _of(key_result.KeyResultAdded, envelope)
    measure = as_json(fact.measure)
    yield Put(
        KEY_RESULTS,
        (fact.objective_id, fact.key_result_id),
        {
            "place": envelope.version,
            "title": fact.title,
            "measure": measure,
            "first_measure": measure,
            "converted_from": None,
            "weight": fact.weight,
            "owner_id": fact.owner_id,
            "due_on": fact.due_on,
            "added_at": fact.added_at,
            "dropped_at": None,
            "carried_from": fact.carried_from,
            "grade": None,
            "version": envelope.version,
        },
    )


def _retargeted(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(retarget.KeyResultRetargeted, envelope)
    key = (fact.objective_id, fact.key_result_id)
    held, whole = rows.get(KEY_RESULTS, key), rows.get(OBJECTIVES, (fact.objective_id,))
    if held is None or whole is None:
        return
    measure = as_json(retarget.retargeted(MEASURES.validate_json(held["measure"]), fact.target))
    # Before activation the target is still being agreed on: then it is the first one too.
    first = {"first_measure": measure} if whole["status"] in BEFORE_ACTIVATION else {}
    yield Put(KEY_RESULTS, key, {"measure": measure, **first, "version": envelope.version})


def _reweighted(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = _of(key_result.KeyResultReweighted, envelope)
    key = (fact.objective_id, fact.key_result_id)
    yield Put(KEY_RESULTS, key, {"weight": fact.weight, "version": envelope.version})


def _converted(envelope: Envelope, rows: Rows) -> Changes:
    fact = _of(conversion.KeyResultConverted, envelope)
    key = (fact.objective_id, fact.key_result_id)
    held = rows.get(KEY_RESULTS, key)
    if held is None:
        return
    measure = as_json(fact.measure)
    yield Put(
        KEY_RESULTS,
        key,
        {
            "measure": measure,
            "first_measure": measure,
            "converted_from": held["measure"],
            "version": envelope.version,
        },
    )


def _key_result_dropped(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = _of(key_result.KeyResultDropped, envelope)
    key = (fact.objective_id, fact.key_result_id)
    yield Put(KEY_RESULTS, key, {"dropped_at": fact.dropped_at, "version": envelope.version})


def _checked_in(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = _of(check_in.CheckInRecorded, envelope)
    return (_read(envelope, fact, corrects=None, backdated=fact.backdated),)


def _corrected(envelope: Envelope, rows: Rows) -> Changes:  # noqa: ARG001
    fact = _of(check_in.CheckInCorrected, envelope)
    return (_read(envelope, fact, corrects=fact.corrects, backdated=False),)


def _read(
    envelope: Envelope,
    fact: check_in.CheckInRecorded | check_in.CheckInCorrected,
    *,
    corrects: str | None,
    backdated: bool,
) -> Put:
    return Put(
        CHECK_INS,
        (fact.objective_id, envelope.version),
        {
            "key_result_id": fact.key_result_id,
            "check_in_id": fact.check_in_id,
            "reading": as_json(fact.reading),
            "confidence": fact.confidence,
            "note": fact.note,
            "effective_at": fact.effective_at,
            "recorded_at": envelope.recorded_at,
            "backdated": backdated,
            "late": fact.late,
            "corrects": corrects,
        },
    )


def _of(kind: type[F], envelope: Envelope) -> F:
    assert isinstance(envelope.fact, kind)
    return envelope.fact


HANDLERS: Final[Mapping[type[Fact], Any]] = {
    objective.ObjectiveDrafted: _drafted,
    objective.ObjectiveProposed: _proposed,
    objective.ObjectiveCountered: _countered,
    objective.ObjectiveWithdrawn: _withdrawn,
    objective.ObjectiveAgreed: _agreed,
    objective.ObjectiveActivated: _activated,
    objective.ObjectiveDropped: _dropped,
    objective.ObjectiveMerged: _merged,
    objective.ObjectiveGraded: _graded,
    objective.ObjectiveLeftUngraded: _left_ungraded,
    objective.GradesLocked: _locked,
    objective.ObjectiveClosed: _closed,
    objective.ObjectiveCarriedOver: _carried_over,
    key_result.KeyResultAdded: _added,
    key_result.CheckInRecorded: _checked_in,
    key_result.CheckInCorrected: _corrected,
    key_result.KeyResultRetargeted: _retargeted,
    key_result.KeyResultReweighted: _reweighted,
    key_result.KeyResultConverted: _converted,
    key_result.KeyResultDropped: _key_result_dropped,
}

OKR: Final = Projection(
    name="okr",
    tables=(OBJECTIVES, KEY_RESULTS, CHECK_INS, ALIGNMENTS),
    handlers=HANDLERS,
    kinds={"objective": facts_of(ObjectiveFact)},
)
