"""An objective through one cycle: drafted, agreed in catchball, active, graded, closed (RULES B9).

This module puts the chapters of the stream together and owns its turning points: an agreed
objective is activated, a graded one is closed.
"""

from dataclasses import replace
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import CycleId
from domain.okr.moves import done_already, illegal
from domain.okr.stream import (
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
)
from domain.refusals import not_found
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class ObjectiveActivated(ObjectiveFact):
    """From here on check-ins are expected; facts stored long ago do not say since when."""

    TYPE: ClassVar[str] = "okr.objective-activated"
    activated_at: AwareDatetime | None = None


class ObjectiveClosed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-closed"


# --- state -------------------------------------------------------------------------------------


def activated(state: ObjectiveState, fact: ObjectiveActivated) -> ObjectiveState:
    return replace(state, status="active", activated_at=fact.activated_at)


def closed(state: ObjectiveState, fact: ObjectiveClosed) -> ObjectiveState:  # noqa: ARG001
    return replace(state, status="closed")


# --- commands ----------------------------------------------------------------------------------


class ActivateObjective(ObjectiveCommand):
    """With ``cycle_id`` (a person's wish) the cycle must not be closed."""

    cycle_id: CycleId | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        own = f"objective/{self.objective_id}"
        return (own,) if self.cycle_id is None else (own, f"cycle/{self.cycle_id}")


class CloseObjective(ObjectiveCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_activate(
    command: ActivateObjective, state: ObjectiveState, cycle: Cycle | None = None
) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.status == "active":
        return done_already(command, state, "activate")
    if state.status != "agreed":
        return illegal(state, "activate")
    if cycle is not None and cycle.status == "closed":
        detail = "The cycle is closed, so nothing in it begins. Carry the objective over instead."
        return Refusal(code="cycle-closed", detail=detail)
    return (ObjectiveActivated(objective_id=command.objective_id, activated_at=command.at),)


def decide_close(command: CloseObjective, state: ObjectiveState) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.status == "closed":
        return done_already(command, state, "close")
    if state.status == "graded" or (state.status == "active" and state.left_ungraded):
        return (ObjectiveClosed(objective_id=command.objective_id),)
    return illegal(state, "close")


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(ObjectiveActivated, activated), when(ObjectiveClosed, closed)),
    commands=(
        on(ActivateObjective, decide_activate, Cycle, permits="write"),
        on(CloseObjective, decide_close, permits="write"),
    ),
)
