"""What each fact says about which thing: the thing and the fields it sets (before and after).

``about`` is the smallest thing a person would name: a check-in is about its key result. ``sets``
holds JSON-ready values; ``says`` what a sentence needs beside them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.cycle import cycle as c
from domain.cycle import milestones as m
from domain.facts import Fact
from domain.lean import action as a
from domain.lean import board as b
from domain.lean import obstacle as o
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
    roster,
)
from domain.okr import key_result as k
from domain.okr.measure import Milestones, Reading
from domain.okr.stream import ObjectiveFact
from domain.people import person, team


@dataclass(frozen=True, slots=True)
class Change:
    """One fact seen as a change of one thing."""

    kind: str
    id: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)


def change_of(fact: Fact) -> Change:
    """The change that ``fact`` is; every fact of the catalogue is one (a test says so)."""
    match fact:
        case person.PersonJoined():
            return Change("person", fact.person_id, {"state": "joined"})
        case team.TeamFormed():
            return Change("team", fact.team_id, {"title": fact.name, "kind": fact.kind})
        case team.MemberAdded():
            sets = {f"member {fact.person_id}": fact.role}
            return Change("team", fact.team_id, sets, {"person": fact.person_id, "role": fact.role})
        case team.MemberRemoved():
            gone = {f"member {fact.person_id}": None}
            return Change("team", fact.team_id, gone, {"person": fact.person_id})
        case m.CycleFact():
            return _cycle(fact)
        case ObjectiveFact():
            return _objective(fact)
        case roster.PlaceClaimed() | roster.PlaceReleased():
            return Change("objective", fact.objective_id)
        case o.ObstacleFact():
            return _obstacle(fact)
        case a.ActionFact():
            return _action(fact)
        case b.BoardFact():
            return _board(fact)
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _cycle(fact: m.CycleFact) -> Change:
    def change(sets: Mapping[str, Any], **says: Any) -> Change:
        return Change("cycle", fact.cycle_id, sets, says)

    match fact:
        case c.CyclePlanned():
            return change(
                {
                    "title": fact.name,
                    "starts_on": fact.starts_on.isoformat(),
                    "ends_on": fact.ends_on.isoformat(),
                    "state": "planned",
                }
            )
        case c.CycleStarted():
            return change({"started": True})
        case m.TimetablePublished():
            return change({"timetable": fact.generation}, count=len(fact.milestones))
        case c.PhaseRescheduled():
            return change({f"{fact.phase} ends": fact.ends_at.isoformat()}, phase=fact.phase)
        case m.MilestoneReached():
            return change({}, milestone=fact.milestone, late_by=fact.late_by)
        case m.PhaseEntered():
            return change({"phase": fact.phase, "state": fact.state})
        case m.PeopleAsked():
            people = [owed.person_id for owed in fact.owed]
            return change({}, asked=fact.asked, people=people)
        case m.PeopleReminded():
            people = [owed.person_id for owed in fact.owed]
            return change({}, asked=fact.asked, level=fact.level, people=people)
        case m.AdjustmentOpened():
            return change({"adjustment": "open"})
        case m.AdjustmentClosed():
            return change({"adjustment": "closed"})
        case m.GradingLocked():
            return change({"grades": "locked"})
        case c.CyclePaused():
            return change({"paused": True})
        case c.CycleResumed():
            return change({"paused": False}, days=fact.shifted_working_days)
        case m.CycleClosed():
            return change({"state": "closed"})
        case c.CycleReopened():
            return change({"state": "grading"})
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _objective(fact: ObjectiveFact) -> Change:
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
                },
                carried=fact.carried_from is not None,
            )
        case catchball.ObjectiveProposed():
            return state("proposed", round=fact.round)
        case catchball.ObjectiveCountered():
            return change({"countered": fact.note})
        case catchball.ObjectiveWithdrawn():
            return state("draft")
        case catchball.ObjectiveAgreed():
            return state("agreed")
        case objective.ObjectiveActivated():
            return state("active")
        case leaving.ObjectiveDropped():
            return state("dropped")
        case leaving.ObjectiveMerged():
            return state("merged", into=fact.into_id)
        case grading.ObjectiveGraded():
            return change({"state": "graded", "grade": plain(fact.grade)})
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
            measure = fact.measure.model_dump(mode="python")
            return Change(
                "key_result",
                fact.key_result_id,
                {
                    "title": fact.title,
                    "kind": measure["kind"],
                    "weight": plain(fact.weight),
                    "unit": measure.get("unit"),
                    "value": plain(measure.get("baseline")),
                    "target": plain(measure.get("target")),
                    "milestones": _titles(fact.measure),
                },
            )
        case check_in.CheckInRecorded() | check_in.CheckInCorrected():
            sets = {**read_off(fact.reading)}
            if fact.confidence is not None:
                sets["confidence"] = plain(fact.confidence)
            corrects = fact.corrects if isinstance(fact, check_in.CheckInCorrected) else None
            return Change(
                "key_result",
                fact.key_result_id,
                sets,
                {"note": fact.note, "late": fact.late, "corrects": corrects},
            )
        case retarget.KeyResultRetargeted():
            return Change(
                "key_result",
                fact.key_result_id,
                {"target": plain(fact.target)},
                {"why": fact.reason_code},
            )
        case k.KeyResultReweighted():
            return Change("key_result", fact.key_result_id, {"weight": plain(fact.weight)})
        case conversion.KeyResultConverted():
            measure = fact.measure.model_dump(mode="python")
            sets = {"kind": measure["kind"], "target": plain(measure.get("target"))}
            return Change("key_result", fact.key_result_id, sets)
        case k.KeyResultDropped():
            return Change("key_result", fact.key_result_id, {"state": "dropped"})
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _obstacle(fact: o.ObstacleFact) -> Change:
    def change(sets: Mapping[str, Any], **says: Any) -> Change:
        return Change("obstacle", fact.obstacle_id, sets, says)

    match fact:
        case o.ObstacleRaised():
            sets = {"title": fact.title, "severity": fact.severity, "state": "raised"}
            return change({**sets, "owner_id": fact.owner_id})
        case o.ObstacleAcknowledged():
            return change({"state": "acknowledged"})
        case o.ObstacleEscalated():
            return change({"level": fact.level})
        case o.WhyAnswered():
            return change({f"why {fact.why_id}": fact.answer}, answer=fact.answer)
        case o.CauseNoted():
            return change({}, category=fact.category, text=fact.text)
        case o.RootCauseChosen():
            return change({"root_cause": fact.why_id}, why=fact.why_id)
        case o.ObstacleResolved():
            return change({"state": "resolved", "result": fact.result})
        case o.ObstacleReopened():
            return change({"state": "raised"})
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _action(fact: a.ActionFact) -> Change:
    def change(sets: Mapping[str, Any], **says: Any) -> Change:
        return Change("action", fact.action_id, sets, says)

    match fact:
        case a.ActionOpened():
            due = fact.due_on and fact.due_on.isoformat()
            sets = {"title": fact.title, "column": fact.column, "owner_id": fact.owner_id}
            return change({**sets, "due_on": due}, kind=fact.kind)
        case a.ActionMoved():
            return change({"column": fact.column})
        case a.ActionReminded():
            return change({}, level=fact.level)
        case a.EffectAsked():
            return change({"state": "verifying"})
        case a.ActionVerified():
            return change({"effective": fact.effective, "result": fact.result})
        case a.ActionReopened():
            return change({"state": "reopened"})
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _board(fact: b.BoardFact) -> Change:
    match fact:
        case b.BoardDefined():
            limits = {
                f"limit {column.title}": column.wip_limit
                for column in fact.columns
                if column.wip_limit is not None
            }
            columns = " · ".join(column.title for column in fact.columns)
            return Change("board", fact.team_id, {"columns": columns, **limits})
        case b.CardPlaced():
            return Change("action", fact.action_id, {}, {"column": fact.column})
        case b.LimitBreached():
            says = {"column": fact.column, "limit": fact.wip_limit, "count": fact.count}
            return Change("action", fact.action_id, {}, says)
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def read_off(reading: Reading) -> dict[str, Any]:
    """What a check-in read, under the name its kind of measure has."""
    if reading.value is not None:
        return {"value": plain(reading.value)}
    if reading.milestone_ids is not None:
        return {"milestones_done": list(reading.milestone_ids)}
    if reading.done is not None:
        return {"done": reading.done}
    return {"zone": reading.zone}


def plain(number: Decimal | None) -> int | float | None:
    """A decimal as the JSON number with the same text."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _titles(measure: object) -> dict[str, str] | None:
    if not isinstance(measure, Milestones):
        return None
    return {milestone.id: milestone.title for milestone in measure.milestones}
