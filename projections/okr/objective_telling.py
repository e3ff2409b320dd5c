"""What history tells of objectives, key results and check-ins.

A change is about the smallest thing a person would name: a check-in is about its key result. A
grade has more digits in the log than people see: it leaves here as it leaves everywhere, rounded
half up to four (RULES B5).
"""

from datetime import datetime
from typing import Any, Final

from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    leaving,
    measure_correction,
    objective,
    retarget,
    returning,
)
from domain.okr import key_result as k
from domain.okr.measure import Measure, Milestones, Reading
from domain.okr.rollup import display
from domain.okr.stream import ObjectiveFact
from projections.history.change import Change, Mark, utc
from projections.numbers import json_number
from projections.okr import words
from projections.okr.edit_telling import EDITS, shown_links
from projections.view import Telling, tell

# --- objectives -----------------------------------------------------------------------------------


def _said(fact: ObjectiveFact, **sets: Any) -> Change:
    return Change("objective", fact.objective_id, sets)


def _drafted(fact: drafting.ObjectiveDrafted) -> Change:
    sets: dict[str, Any] = {
        "title": fact.title,
        "state": "draft",
        "ambition": fact.ambition,
        "owner_id": fact.owner_id,
        "team_id": fact.team_id,
        "cycle_id": fact.cycle_id,
    }
    given: dict[str, Any] = {
        "description": fact.description,
        "links": shown_links(fact.links),
        "tags": list(fact.tags),
        "contributors": [each.person_id for each in fact.contributors],
        "reviewer_id": fact.reviewer_id,
        "sponsor_ids": list(fact.sponsor_ids),
    }
    sets |= {name: value for name, value in given.items() if value}
    says = {"carried": fact.carried_from is not None}
    return Change("objective", fact.objective_id, sets, says)


def _proposed(fact: catchball.ObjectiveProposed) -> Change:
    return Change("objective", fact.objective_id, {"state": "proposed"}, {"round": fact.round})


def _merged(fact: leaving.ObjectiveMerged) -> Change:
    into = ("objective", fact.into_id, "title")
    return Change("objective", fact.objective_id, {"state": "merged"}, refers={"into": into})


def _reinstated(fact: returning.ObjectiveReinstated) -> Change:
    return Change("objective", fact.objective_id, {"state": fact.status})


def _carried_over(fact: carry_over.ObjectiveCarriedOver) -> Change:
    sets = {"state": "closed", "carried_into": fact.into_objective_id}
    return Change("objective", fact.objective_id, sets, {"decision": fact.decision})


# --- key results ----------------------------------------------------------------------------------


def _added(fact: k.KeyResultAdded) -> Change:
    sets = {
        "title": fact.title,
        "weight": json_number(fact.weight),
        **_starting(fact.measure),
    }
    given = {
        "description": fact.description,
        "links": shown_links(fact.links),
        "owner_id": fact.owner_id,
        "starts_on": fact.starts_on and fact.starts_on.isoformat(),
        "due_on": fact.due_on and fact.due_on.isoformat(),
        "indicator": fact.indicator,
        "capacity": fact.capacity,
    }
    sets |= {name: value for name, value in given.items() if value}
    return Change("key_result", fact.key_result_id, sets)


def _read(fact: check_in.CheckInRecorded | check_in.CheckInCorrected) -> Change:
    says: dict[str, Any] = {"note": fact.note, "late": fact.late}
    if isinstance(fact, check_in.CheckInCorrected):
        says["corrects"] = fact.corrects
    sets = read_off(fact.reading)
    if fact.confidence is not None:
        sets["confidence"] = json_number(fact.confidence)
    return Change("key_result", fact.key_result_id, sets, says, read_at=fact.effective_at)


def _taken_back(fact: check_in.CheckInWithdrawn) -> Change:
    says = {"withdraws": fact.check_in_id, "because": fact.because, "late": fact.late}
    return Change("key_result", fact.key_result_id, says=says)


def _late(fact: check_in.CheckInRecorded) -> Mark | None:
    """Learned after the fact: too late for a grade, or back-dated before what was known."""
    return "late" if fact.late or fact.backdated else None


def read_off(reading: Reading) -> dict[str, Any]:
    """What a check-in read, under the name its kind of measure has."""
    if reading.value is not None:
        return {"value": json_number(reading.value)}
    if reading.milestone_ids is not None:
        return {"milestones_done": list(reading.milestone_ids)}
    if reading.done is not None:
        return {"done": reading.done}
    return {"zone": reading.zone}


def _retargeted(fact: retarget.KeyResultRetargeted) -> Change:
    return Change(
        "key_result",
        fact.key_result_id,
        {"target": json_number(fact.target)},
        {"why": fact.reason_code, **_since(fact.effective_at, fact.backdated)},
        was={"target": json_number(fact.previous_target)},
        since=fact.effective_at,
    )


def _reweighted(fact: k.KeyResultReweighted) -> Change:
    return Change(
        "key_result",
        fact.key_result_id,
        {"weight": json_number(fact.weight)},
        _since(fact.effective_at, fact.backdated),
        was={"weight": json_number(fact.previous_weight)},
        since=fact.effective_at,
    )


def _key_result_dropped(fact: k.KeyResultDropped) -> Change:
    says = _since(fact.dropped_at, fact.backdated)
    return Change(
        "key_result", fact.key_result_id, {"state": "dropped"}, says, since=fact.dropped_at
    )


def _converted(fact: conversion.KeyResultConverted) -> Change:
    since = fact.converted_at
    says = {} if since is None else _since(since, fact.backdated)
    return Change("key_result", fact.key_result_id, _starting(fact.measure), says, since=since)


def _since(at: datetime, backdated: bool) -> dict[str, Any]:
    """What counts from an earlier day on says so."""
    return {"since": utc(at)} if backdated else {}


def _starting(measure: Measure) -> dict[str, Any]:
    """What a measure says that is read from here on: its first value is its baseline."""
    said = _measured(measure)
    return {**said, "value": said["baseline"]} if "baseline" in said else said


def _measured(measure: Measure) -> dict[str, Any]:
    """What a measure says: its kind, where it stands at first and where it is to go."""
    fields = measure.model_dump(mode="python")
    numbers = {name: fields.get(name) for name in ("baseline", "target", "lower", "upper")}
    said = {"kind": measure.kind, "unit": fields.get("unit"), "milestones": _titles(measure)}
    said |= {name: json_number(number) for name, number in numbers.items()}
    return {name: value for name, value in said.items() if value is not None}


def _titles(measure: Measure) -> dict[str, str] | None:
    if not isinstance(measure, Milestones):
        return None
    return {milestone.id: milestone.title for milestone in measure.milestones}


TELLING: Final[tuple[Telling, ...]] = (
    tell(drafting.ObjectiveDrafted, _drafted, words.drafted),
    tell(catchball.ObjectiveProposed, _proposed, words.proposed),
    tell(
        catchball.ObjectiveCountered,
        lambda fact: _said(fact, state="draft", countered=fact.note),
        words.countered,
    ),
    tell(catchball.ObjectiveWithdrawn, lambda fact: _said(fact, state="draft"), words.withdrawn),
    tell(catchball.ObjectiveAgreed, lambda fact: _said(fact, state="agreed"), words.agreed),
    tell(objective.ObjectiveActivated, lambda fact: _said(fact, state="active"), words.activated),
    tell(
        leaving.ObjectiveDropped,
        lambda fact: _said(fact, state="dropped"),
        words.dropped,
        mark="drop",
    ),
    tell(leaving.ObjectiveMerged, _merged, words.merged, mark="drop"),
    tell(
        grading.ObjectiveGraded,
        lambda fact: _said(fact, state="graded", grade=json_number(display(fact.grade))),
        words.graded,
        mark="grade",
    ),
    tell(
        grading.ObjectiveLeftUngraded,
        lambda fact: _said(fact, grade=None),
        words.left_ungraded,
        mark="grade",
    ),
    tell(
        grading.GradesLocked,
        lambda fact: _said(fact, grades="locked"),
        words.grades_locked,
        mark="grade",
    ),
    tell(objective.ObjectiveClosed, lambda fact: _said(fact, state="closed"), words.closed),
    tell(carry_over.ObjectiveCarriedOver, _carried_over, words.carried_over),
    tell(k.KeyResultAdded, _added, words.key_result_added),
    tell(check_in.CheckInRecorded, _read, words.checked_in, mark=_late, folds=True),
    tell(check_in.CheckInCorrected, _read, words.corrected, mark="correction"),
    tell(check_in.CheckInWithdrawn, _taken_back, words.check_in_withdrawn, mark="correction"),
    tell(retarget.KeyResultRetargeted, _retargeted, words.retargeted, mark="target"),
    tell(
        measure_correction.MeasureCorrected,
        lambda fact: Change("key_result", fact.key_result_id, _measured(fact.measure)),
        words.measure_corrected,
        mark="correction",
    ),
    tell(
        k.KeyResultReweighted,
        _reweighted,
        words.reweighted,
    ),
    tell(
        conversion.KeyResultConverted,
        _converted,
        words.converted,
        mark="target",
    ),
    tell(
        k.KeyResultDropped,
        _key_result_dropped,
        words.key_result_dropped,
        mark="drop",
    ),
    tell(
        returning.KeyResultReinstated,
        lambda fact: Change("key_result", fact.key_result_id, {"state": None}),
        words.key_result_reinstated,
    ),
    tell(
        leaving.ObjectiveDeleted,
        lambda fact: _said(fact, state="deleted"),
        words.deleted,
        mark="drop",
    ),
    tell(returning.ObjectiveReinstated, _reinstated, words.reinstated),
    tell(
        returning.ObjectiveDeactivated,
        lambda fact: _said(fact, state="agreed"),
        words.deactivated,
    ),
    *EDITS,
)
