"""What the facts of obstacles, actions and boards change (see ``changes``)."""

from collections.abc import Mapping
from typing import Any

from domain.lean import action as a
from domain.lean import board as b
from domain.lean import obstacle as o
from projections.history.change import Change


def of_obstacle(fact: o.ObstacleFact) -> Change:
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


def of_action(fact: a.ActionFact) -> Change:
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


def of_board(fact: b.BoardFact) -> Change:
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
