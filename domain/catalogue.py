"""Every fact and command there is, by name: written out, so that nothing depends on import order.

The wire name of a fact never changes and is never an import path. When a fact's fields change
shape, its ``SCHEMA`` goes up and an upcaster lifts the stored form one step at a time.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain.cycle import cycle
from domain.facts import Command, Fact
from domain.lean import action, board, obstacle
from domain.okr import key_result, objective, roster
from domain.people import person, team

_FACTS: tuple[type[Fact], ...] = (
    person.PersonJoined,
    team.TeamFormed,
    team.MemberAdded,
    team.MemberRemoved,
    cycle.CyclePlanned,
    cycle.CycleStarted,
    cycle.TimetablePublished,
    cycle.PhaseRescheduled,
    cycle.MilestoneReached,
    cycle.PhaseEntered,
    cycle.PeopleAsked,
    cycle.PeopleReminded,
    cycle.AdjustmentOpened,
    cycle.AdjustmentClosed,
    cycle.GradingLocked,
    cycle.CyclePaused,
    cycle.CycleResumed,
    cycle.CycleClosed,
    cycle.CycleReopened,
    objective.ObjectiveDrafted,
    objective.ObjectiveProposed,
    objective.ObjectiveCountered,
    objective.ObjectiveWithdrawn,
    objective.ObjectiveAgreed,
    objective.ObjectiveActivated,
    objective.ObjectiveDropped,
    objective.ObjectiveMerged,
    objective.ObjectiveGraded,
    objective.ObjectiveLeftUngraded,
    objective.GradesLocked,
    objective.ObjectiveClosed,
    objective.ObjectiveCarriedOver,
    key_result.KeyResultAdded,
    key_result.CheckInRecorded,
    key_result.CheckInCorrected,
    key_result.KeyResultRetargeted,
    key_result.KeyResultReweighted,
    key_result.KeyResultConverted,
    key_result.KeyResultDropped,
    roster.PlaceClaimed,
    roster.PlaceReleased,
    obstacle.ObstacleRaised,
    obstacle.ObstacleAcknowledged,
    obstacle.ObstacleEscalated,
    obstacle.WhyAnswered,
    obstacle.CauseNoted,
    obstacle.RootCauseChosen,
    obstacle.ObstacleResolved,
    obstacle.ObstacleReopened,
    action.ActionOpened,
    action.ActionMoved,
    action.ActionReminded,
    action.EffectAsked,
    action.ActionVerified,
    action.ActionReopened,
    board.BoardDefined,
    board.CardPlaced,
    board.LimitBreached,
)

FACTS: Mapping[str, type[Fact]] = MappingProxyType({fact.TYPE: fact for fact in _FACTS})
"""Every class of fact by its wire name."""

UPCASTERS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = MappingProxyType(
    {}
)
"""From (wire name, schema) of a stored fact to the fields of the next schema."""

COMMANDS: tuple[type[Command], ...] = (
    person.AddPerson,
    team.FormTeam,
    team.AddMember,
    team.RemoveMember,
    cycle.PlanCycle,
    cycle.StartCycle,
    cycle.PauseCycle,
    cycle.ResumeCycle,
    cycle.ReschedulePhase,
    cycle.CloseCycle,
    cycle.ReopenCycle,
    cycle.ReachMilestone,
    objective.DraftObjective,
    objective.ProposeObjective,
    objective.CounterObjective,
    objective.WithdrawObjective,
    objective.AcceptObjective,
    objective.ActivateObjective,
    objective.DropObjective,
    objective.MergeObjective,
    objective.GradeObjective,
    objective.LockGrades,
    objective.CloseObjective,
    objective.CarryOverObjective,
    key_result.AddKeyResult,
    key_result.RecordCheckIn,
    key_result.CorrectCheckIn,
    key_result.RetargetKeyResult,
    key_result.ReweightKeyResult,
    key_result.ConvertKeyResult,
    key_result.DropKeyResult,
    obstacle.RaiseObstacle,
    obstacle.AcknowledgeObstacle,
    obstacle.EscalateObstacle,
    obstacle.AnswerWhy,
    obstacle.NoteCause,
    obstacle.ChooseRootCause,
    obstacle.ResolveObstacle,
    obstacle.ReopenObstacle,
    action.OpenAction,
    action.MoveAction,
    action.RemindAction,
    action.AskEffect,
    action.VerifyAction,
    action.ReopenAction,
    board.DefineBoard,
)
"""Every class of command; each is dispatched by ``domain.deciders.decide``."""
