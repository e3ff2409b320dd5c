"""A whole quarter as commands, short but complete: the ground that random commands are tried on."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle, PlanCycle, ReopenCycle, StartCycle
from domain.cycle.milestones import ReachMilestone
from domain.cycle.policy import CyclePolicy
from domain.cycle.timetable import timetable
from domain.facts import Actor, Command, Pointer
from domain.lean.action import AskEffect, MoveAction, OpenAction, RemindAction, VerifyAction
from domain.lean.board import DEFAULT_COLUMNS, DefineBoard
from domain.lean.fishbone import NoteCause
from domain.lean.five_whys import AnswerWhy, ChooseRootCause
from domain.lean.obstacle import (
    AcknowledgeObstacle,
    EscalateObstacle,
    RaiseObstacle,
    ResolveObstacle,
)
from domain.okr.catchball import AcceptObjective, ProposeObjective
from domain.okr.check_in import RecordCheckIn, WithdrawCheckIn
from domain.okr.conversion import ConvertKeyResult
from domain.okr.drafting import DraftObjective
from domain.okr.editing import EditObjective
from domain.okr.grading import GradeKeyResult, GradeObjective, LockGrades
from domain.okr.key_result import AddKeyResult, DropKeyResult
from domain.okr.key_result_editing import EditKeyResult
from domain.okr.leaving import DeleteObjective
from domain.okr.measure import Binary, Metric, Percentage, Reading
from domain.okr.measure_correction import CorrectMeasure
from domain.okr.objective import ActivateObjective, CloseObjective
from domain.okr.returning import DeactivateObjective, ReinstateKeyResult
from domain.people.person import AddPerson
from domain.people.team import AddMember, FormTeam

START = datetime(2025, 11, 28, 8, tzinfo=UTC)
END = datetime(2026, 4, 20, 8, tzinfo=UTC)
PLAN = {
    "name": "2026 Q1",
    "starts_on": date(2026, 1, 1),
    "ends_on": date(2026, 3, 31),
    "timezone": "Europe/Berlin",
    "policy": CyclePolicy(holidays=(date(2026, 1, 1),)),
}


def said(wish: type[Command], day: float, /, *, by: str = "a", **fields: Any) -> Command:
    """A command of person ``by``, so many days after the start of the story."""
    at = START + timedelta(days=day)
    actor = Actor(kind="person", id=by)
    return wish(command_id=f"{wish.__name__}-{day}", at=at, by=actor, reason="why", **fields)


_EFFECT = {"result": "0.4 %", "evidence": "log"}
_GRADE = GradeKeyResult(key_result_id="a", agreed_grade=Decimal("0.7"), reason="judged")

_PEOPLE: tuple[Command, ...] = (
    said(AddPerson, 0, person_id="a"),
    said(AddPerson, 0.01, person_id="b"),
    said(FormTeam, 0.02, team_id="a", name="Fulfilment", kind="company"),
    said(AddMember, 0.03, team_id="a", person_id="a", role="lead"),
    said(DefineBoard, 0.04, team_id="a", columns=DEFAULT_COLUMNS),
    said(PlanCycle, 0.05, cycle_id="a", **PLAN),
    said(StartCycle, 0.06, cycle_id="a"),
    said(DraftObjective, 5, objective_id="a", cycle_id="a", team_id="a", owner_id="b",
         title="Ship on time", ambition="committed"),
    said(AddKeyResult, 6, objective_id="a", key_result_id="a", title="Late parcels, per cent",
         measure=Metric(kind="decrease", baseline=Decimal(9), target=Decimal(2))),
    said(EditObjective, 7, objective_id="a", cycle_id="a", title="Ship on time, every day",
         tags=("flow",), reviewer_id="a"),
    said(DraftObjective, 8, objective_id="b", cycle_id="a", owner_id="b", title="Learn Dutch",
         ambition="aspirational"),
    said(EditObjective, 8.1, objective_id="b", cycle_id="a", team_id="a"),
    said(EditObjective, 8.2, objective_id="b", cycle_id="a", team_id=None),
    said(DeleteObjective, 8.3, objective_id="b", cycle_id="a"),
    said(AddKeyResult, 9, objective_id="a", key_result_id="b", title="Picked by voice, per cent",
         measure=Percentage(kind="percentage")),
    said(ProposeObjective, 20, objective_id="a"),
    said(AcceptObjective, 22, objective_id="a"),
    said(ActivateObjective, 36, objective_id="a"),
    said(DeactivateObjective, 36.1, objective_id="a"),
    said(ActivateObjective, 36.2, objective_id="a"),
    said(RecordCheckIn, 42, objective_id="a", cycle_id="a", key_result_id="a", check_in_id="a",
         reading=Reading(value=Decimal(7)), confidence=Decimal("0.5")),
    said(RecordCheckIn, 42.1, objective_id="a", cycle_id="a", key_result_id="b", check_in_id="b",
         reading=Reading(value=Decimal(40))),
    said(RecordCheckIn, 42.2, objective_id="a", cycle_id="a", key_result_id="a", check_in_id="c",
         reading=Reading(value=Decimal(40))),
    said(WithdrawCheckIn, 42.3, objective_id="a", cycle_id="a", key_result_id="a",
         check_in_id="c"),
    said(CorrectMeasure, 42.4, by="c", objective_id="a", key_result_id="a",
         measure=Metric(kind="decrease", baseline=Decimal(8), target=Decimal(2))),
    said(ConvertKeyResult, 42.5, objective_id="a", cycle_id="a", key_result_id="b",
         measure=Binary(kind="binary")),
    said(EditKeyResult, 42.6, objective_id="a", key_result_id="a", title="Late parcels",
         due_on=date(2026, 3, 20)),
    said(DropKeyResult, 42.7, objective_id="a", cycle_id="a", key_result_id="b"),
    said(ReinstateKeyResult, 42.8, objective_id="a", key_result_id="b"),
    said(DropKeyResult, 42.9, objective_id="a", cycle_id="a", key_result_id="b"),
    said(RaiseObstacle, 43, obstacle_id="a", title="Labels", severity="high",
         about=Pointer(kind="key_result", id="a")),
    said(EscalateObstacle, 43.9, obstacle_id="a", level="owner", milestone="owner"),
    said(AcknowledgeObstacle, 44, obstacle_id="a"),
    said(AnswerWhy, 45, obstacle_id="a", why_id="a", answer="The printer is slow"),
    said(AnswerWhy, 45.1, obstacle_id="a", why_id="b", under="a", answer="Nobody cleans it"),
    said(NoteCause, 45.2, obstacle_id="a", cause_id="a", category="machine", text="Printer"),
    said(ChooseRootCause, 45.3, obstacle_id="a", why_id="b"),
    said(OpenAction, 46, action_id="a", team_id="a", owner_id="b", title="Clean it each shift",
         kind="countermeasure", due_on=date(2026, 1, 30)),
    said(OpenAction, 46.1, action_id="b", team_id="a", owner_id="b", title="Buy a spare",
         kind="kaizen"),
    said(MoveAction, 47, action_id="a", team_id="a", column="doing"),
    said(RemindAction, 50, action_id="a", level="owner", milestone="half-time"),
    said(MoveAction, 55, action_id="a", team_id="a", column="done"),
    said(AskEffect, 69, action_id="a", milestone="effect"),
    said(VerifyAction, 70, action_id="a", team_id="a", effective=False, **_EFFECT),
    said(MoveAction, 71, action_id="a", team_id="a", column="done"),
    said(VerifyAction, 86, action_id="a", team_id="a", effective=True, **_EFFECT),
    said(ResolveObstacle, 87, obstacle_id="a", **_EFFECT),
    said(GradeObjective, 125.3, objective_id="a", cycle_id="a", key_results=(_GRADE,)),
    said(LockGrades, 130.1, objective_id="a"),
    said(CloseObjective, 138.2, objective_id="a"),
    said(ReopenCycle, 142, cycle_id="a"),
)  # fmt: skip

_CLOCK: tuple[Command, ...] = tuple(
    ReachMilestone(
        command_id=f"cycle/a/{milestone.id}@1/reach",
        at=milestone.at,
        by=Actor(kind="workflow", id="cycle/a"),
        cycle_id="a",
        milestone=milestone.id,
        generation=1,
    )
    for milestone in timetable(frame_of(Cycle(**PLAN)), START + timedelta(days=0.06))
)

COMMANDS: tuple[Command, ...] = tuple(sorted((*_PEOPLE, *_CLOCK), key=lambda one: one.at))
