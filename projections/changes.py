"""What each fact says about which thing: the thing and the fields it sets (before and after).

A change is about the smallest thing a person would name: a check-in is about its key result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.cycle import cycle as c
from domain.cycle import milestones as m
from domain.cycle.bounds import END_OF
from domain.cycle.policy import PHASES, Phase
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
from domain.okr.measure import Measure, Milestones, Reading
from domain.okr.stream import ObjectiveFact
from domain.people import person, team

Name = tuple[str, str]
"""The kind and the id of a thing."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact seen as a change of one thing.

    Attributes:
        sets: fields and their new values, ready for JSON.
        says: what a sentence needs beside them.
        refers: further words of the sentence, each a field of another thing.
        part: whose fields they are when it is a part without a name of its own: a membership, an
            answer to a why.
        read_at: when the fields were true. What was read later stands, whatever is learned since.
        was: what the fact itself says that stood before.
    """

    kind: str
    id: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)
    refers: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    part: Name | None = None
    read_at: datetime | None = None
    was: Mapping[str, Any] = field(default_factory=dict)


def change_of(fact: Fact) -> Change:
    """The change that ``fact`` is; every fact of the catalogue is one (a test says so)."""
    match fact:
        case person.PersonJoined():
            return Change("person", fact.person_id, {"state": "joined"})
        case team.TeamFormed():
            return Change("team", fact.team_id, {"title": fact.name, "kind": fact.kind})
        case team.MemberAdded():
            sets = {"role": fact.role, "department": fact.department, "level": fact.level}
            return _member(fact, sets)
        case team.MemberRemoved():
            return _member(fact, {"role": None})
        case m.CycleFact():
            return _cycle(fact)
        case ObjectiveFact():
            return _objective(fact)
        case roster.RosterFact():
            return Change("objective", fact.objective_id)
        case o.ObstacleFact():
            return _obstacle(fact)
        case a.ActionFact():
            return _action(fact)
        case b.BoardFact():
            return _board(fact)
        case _:
            raise LookupError(f"history does not know {fact.TYPE}")


def _member(fact: team.MemberAdded | team.MemberRemoved, sets: Mapping[str, Any]) -> Change:
    part = ("member", f"{fact.team_id}/{fact.person_id}")
    return Change("team", fact.team_id, sets, {"person": fact.person_id}, part=part)


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
            at = {milestone.id: milestone.at for milestone in fact.milestones}
            ends = {_end(phase): utc(at[END_OF[phase]]) for phase in PHASES if END_OF[phase] in at}
            return change({"timetable": fact.generation, **ends}, count=len(fact.milestones))
        case c.PhaseRescheduled():
            return change({_end(fact.phase): utc(fact.ends_at)}, phase=fact.phase)
        case m.MilestoneReached():
            return change({}, milestone=fact.milestone, late_by=fact.late_by)
        case m.PhaseEntered():
            return change({"phase": fact.phase, "state": fact.state})
        case m.PeopleAsked():
            return change({}, asked=fact.asked, people=_people(fact))
        case m.PeopleReminded():
            return change({}, asked=fact.asked, level=fact.level, people=_people(fact))
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


def _people(fact: m.PeopleAsked | m.PeopleReminded) -> list[str]:
    return list(dict.fromkeys(owed.person_id for owed in fact.owed))


def _end(phase: Phase) -> str:
    return f"{phase} ends"


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
            return Change(
                "key_result",
                fact.key_result_id,
                {"title": fact.title, "weight": plain(fact.weight), **_measured(fact.measure)},
            )
        case check_in.CheckInRecorded() | check_in.CheckInCorrected():
            return _read(fact)
        case retarget.KeyResultRetargeted():
            return Change(
                "key_result",
                fact.key_result_id,
                {"target": plain(fact.target)},
                {"why": fact.reason_code},
                was={"target": plain(fact.previous_target)},
            )
        case k.KeyResultReweighted():
            return Change("key_result", fact.key_result_id, {"weight": plain(fact.weight)})
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
        sets["confidence"] = plain(fact.confidence)
    return Change(
        "key_result",
        fact.key_result_id,
        sets,
        says,
        read_at=fact.effective_at,
    )


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
            under = {"under": ("why", fact.under, "answer")} if fact.under else {}
            return Change(
                "obstacle",
                fact.obstacle_id,
                {"answer": fact.answer, "evidence": fact.evidence},
                refers=under,
                part=("why", fact.why_id),
            )
        case o.CauseNoted():
            return change({}, category=fact.category, text=fact.text)
        case o.RootCauseChosen():
            return Change(
                "obstacle",
                fact.obstacle_id,
                {"root_cause_id": fact.why_id},
                refers={"root_cause": ("why", fact.why_id, "answer")},
            )
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
            team_name = {"team": ("team", fact.team_id, "title")}
            return Change("board", fact.team_id, {"columns": columns, **limits}, refers=team_name)
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


def utc(at: datetime) -> str:
    """An instant as text that sorts like time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def plain(number: Decimal | None) -> int | float | None:
    """A decimal as the JSON number with the same text."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _measured(measure: Measure) -> dict[str, Any]:
    """What a measure says: its kind, where it stands at first and where it is to go."""
    fields = measure.model_dump(mode="python")
    numbers = {
        "value": fields.get("baseline"),
        **{name: fields.get(name) for name in ("target", "lower", "upper")},
    }
    said = {"kind": measure.kind, "unit": fields.get("unit"), "milestones": _titles(measure)}
    said |= {name: plain(number) for name, number in numbers.items()}
    return {name: value for name, value in said.items() if value is not None}


def _titles(measure: Measure) -> dict[str, str] | None:
    if not isinstance(measure, Milestones):
        return None
    return {milestone.id: milestone.title for milestone in measure.milestones}
