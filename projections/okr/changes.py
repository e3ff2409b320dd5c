"""What the facts of objectives and key results change (see ``changes``).

A grade has more digits in the log than people see: it leaves here as it leaves everywhere,
rounded half up to four (RULES B5).
"""

from collections.abc import Mapping
from typing import Any

from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    leaving,
    objective,
    retarget,
)
from domain.okr import key_result as k
from domain.okr.measure import Measure, Milestones, Reading
from domain.okr.rollup import display
from domain.okr.stream import ObjectiveFact
from projections.history.change import Change
from projections.numbers import json_number


def of_objective(fact: ObjectiveFact) -> Change:
    def change(sets: Mapping[str, Any], **says: Any) -> Change:
        return Change("objective", fact.objective_id, sets, says)

    def state(name: str, **says: Any) -> Change:
        return change({"state": name}, **says)

    match fact:
        case drafting.ObjectiveDrafted():
            return change(
                {
                    "title": fact.title,
                    "state": "draft",
                    "ambition": fact.ambition,
                    "owner_id": fact.owner_id,
                    "team_id": fact.team_id,
                    "cycle_id": fact.cycle_id,
                },
                carried=fact.carried_from is not None,
            )
        case catchball.ObjectiveProposed():
            return state("proposed", round=fact.round)
        case catchball.ObjectiveCountered():
            return change({"state": "draft", "countered": fact.note})
        case catchball.ObjectiveWithdrawn():
            return state("draft")
        case catchball.ObjectiveAgreed():
            return state("agreed")
        case objective.ObjectiveActivated():
            return state("active")
        case leaving.ObjectiveDropped():
            return state("dropped")
        case leaving.ObjectiveMerged():
            into = ("objective", fact.into_id, "title")
            return Change(
                "objective", fact.objective_id, {"state": "merged"}, refers={"into": into}
            )
        case grading.ObjectiveGraded():
            return change({"state": "graded", "grade": json_number(display(fact.grade))})
        case grading.ObjectiveLeftUngraded():
            return change({"grade": None})
        case grading.GradesLocked():
            return change({"grades": "locked"})
        case objective.ObjectiveClosed():
            return state("closed")
        case carry_over.ObjectiveCarriedOver():
            return change(
                {"state": "closed", "carried_into": fact.into_objective_id},
                decision=fact.decision,
            )
        case _:
            return _key_result(fact)


def _key_result(fact: ObjectiveFact) -> Change:
    match fact:
        case k.KeyResultAdded():
            return Change(
                "key_result",
                fact.key_result_id,
                {
                    "title": fact.title,
                    "weight": json_number(fact.weight),
                    **_measured(fact.measure),
                },
            )
        case check_in.CheckInRecorded() | check_in.CheckInCorrected():
            return _read(fact)
        case retarget.KeyResultRetargeted():
            return Change(
                "key_result",
                fact.key_result_id,
                {"target": json_number(fact.target)},
                {"why": fact.reason_code},
                was={"target": json_number(fact.previous_target)},
            )
        case k.KeyResultReweighted():
            return Change("key_result", fact.key_result_id, {"weight": json_number(fact.weight)})
        case conversion.KeyResultConverted():
            return Change("key_result", fact.key_result_id, _measured(fact.measure))
        case k.KeyResultDropped():
            return Change("key_result", fact.key_result_id, {"state": "dropped"})
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _read(fact: check_in.CheckInRecorded | check_in.CheckInCorrected) -> Change:
    says: dict[str, Any] = {"note": fact.note, "late": fact.late}
    if isinstance(fact, check_in.CheckInCorrected):
        says["corrects"] = fact.corrects
    sets = read_off(fact.reading)
    if fact.confidence is not None:
        sets["confidence"] = json_number(fact.confidence)
    return Change(
        "key_result",
        fact.key_result_id,
        sets,
        says,
        read_at=fact.effective_at,
    )


def read_off(reading: Reading) -> dict[str, Any]:
    """What a check-in read, under the name its kind of measure has."""
    if reading.value is not None:
        return {"value": json_number(reading.value)}
    if reading.milestone_ids is not None:
        return {"milestones_done": list(reading.milestone_ids)}
    if reading.done is not None:
        return {"done": reading.done}
    return {"zone": reading.zone}


def _measured(measure: Measure) -> dict[str, Any]:
    """What a measure says: its kind, where it stands at first and where it is to go."""
    fields = measure.model_dump(mode="python")
    numbers = {
        "value": fields.get("baseline"),
        **{name: fields.get(name) for name in ("target", "lower", "upper")},
    }
    said = {"kind": measure.kind, "unit": fields.get("unit"), "milestones": _titles(measure)}
    said |= {name: json_number(number) for name, number in numbers.items()}
    return {name: value for name, value in said.items() if value is not None}


def _titles(measure: Measure) -> dict[str, str] | None:
    if not isinstance(measure, Milestones):
        return None
    return {milestone.id: milestone.title for milestone in measure.milestones}
