"""What each fact says about which thing: the thing and the fields it sets (before and after).

A change is about the smallest thing a person would name: a check-in is about its key result.
"""

from collections.abc import Mapping
from typing import Any

from domain.cycle import asked
from domain.cycle import cycle as c
from domain.cycle import milestones as m
from domain.cycle.bounds import END_OF
from domain.cycle.policy import PHASES, Phase
from domain.facts import Fact
from domain.lean import action as a
from domain.lean import board as b
from domain.lean import obstacle as o
from domain.okr import roster
from domain.okr.stream import ObjectiveFact
from domain.people import person, team
from projections.history.change import Change, utc
from projections.lean.changes import of_action, of_board, of_obstacle
from projections.okr.changes import of_objective


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
        case asked.OwedListed():
            says = {"asked": fact.asked, "level": fact.level, "people": _people(fact)}
            return Change("cycle", fact.cycle_id, {}, says)
        case ObjectiveFact():
            return of_objective(fact)
        case roster.RosterFact():
            return Change("objective", fact.objective_id)
        case o.ObstacleFact():
            return of_obstacle(fact)
        case a.ActionFact():
            return of_action(fact)
        case b.BoardFact():
            return of_board(fact)
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
            return change({}, asked=fact.asked, people=_people(fact), count=fact.people)
        case m.PeopleReminded():
            return change(
                {}, asked=fact.asked, level=fact.level, people=_people(fact), count=fact.people
            )
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


def _people(fact: m.PeopleAsked | m.PeopleReminded | asked.OwedListed) -> list[str]:
    return list(dict.fromkeys(owed.person_id for owed in fact.owed))


def _end(phase: Phase) -> str:
    return f"{phase} ends"
