"""How an objective leaves its cycle early: dropped, merged, or deleted as a draft (RULES B9)."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.facts import Decision, Refusal
from domain.ids import CycleId, ObjectiveId
from domain.okr.dating import dated_since, since_recorded
from domain.okr.in_force import left
from domain.okr.moves import RUNNING, illegal
from domain.okr.roster import Roster, release
from domain.okr.stream import ObjectiveCommand, ObjectiveFact, ObjectiveState
from domain.refusals import blank, invalid, not_found, reason_required
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class ObjectiveDropped(ObjectiveFact):
    """It counts until then. Schema 1 did not say since when: since it was recorded."""

    TYPE: ClassVar[str] = "okr.objective-dropped"
    SCHEMA: ClassVar[int] = 2
    effective_at: AwareDatetime


class ObjectiveMerged(ObjectiveFact):
    """It counts until then. Schema 1 did not say since when: since it was recorded."""

    TYPE: ClassVar[str] = "okr.objective-merged"
    SCHEMA: ClassVar[int] = 2
    into_id: ObjectiveId
    effective_at: AwareDatetime


class ObjectiveDeleted(ObjectiveFact):
    """A draft that nobody wants any more: shown nowhere but in history and the past."""

    TYPE: ClassVar[str] = "okr.objective-deleted"


# --- state -------------------------------------------------------------------------------------


def dropped(state: ObjectiveState, fact: ObjectiveDropped) -> ObjectiveState:
    return replace(_gone(state, fact.effective_at), status="dropped")


def merged(state: ObjectiveState, fact: ObjectiveMerged) -> ObjectiveState:
    return replace(_gone(state, fact.effective_at), status="merged", merged_into=fact.into_id)


def _gone(state: ObjectiveState, at: datetime) -> ObjectiveState:
    absences = left(state.absences, at, dated_since(state, at))
    return replace(state, left_as=state.status, absences=absences)


def deleted(state: ObjectiveState, fact: ObjectiveDeleted) -> ObjectiveState:  # noqa: ARG001
    return replace(state, status="deleted", left_as=state.status)


# --- commands ----------------------------------------------------------------------------------


class Leaving(ObjectiveCommand):
    """Reads the roster too, to give the title and the place free."""

    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"roster/{self.cycle_id}")


class DropObjective(Leaving):
    """Needs a reason."""


class DeleteObjective(Leaving):
    """Only a draft."""


class MergeObjective(ObjectiveCommand):
    """Into another objective of the same cycle that is still going on."""

    into_id: ObjectiveId
    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"objective/{self.into_id}",
            f"roster/{self.cycle_id}",
        )


# --- decisions ---------------------------------------------------------------------------------


def decide_drop(command: DropObjective, state: ObjectiveState, roster: Roster) -> Decision:
    if refusal := _refuse_leaving(state, "drop", command.cycle_id, command.objective_id):
        return refusal
    if blank(command.reason):
        return reason_required("dropping an objective is explained")
    fact = ObjectiveDropped(objective_id=command.objective_id, effective_at=command.at)
    return (fact, *release(roster, command.cycle_id, command.objective_id))


def decide_delete(command: DeleteObjective, state: ObjectiveState, roster: Roster) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    if state.status != "draft":
        return illegal(state, "delete")
    fact = ObjectiveDeleted(objective_id=command.objective_id)
    return (fact, *release(roster, command.cycle_id, command.objective_id))


def decide_merge(
    command: MergeObjective, state: ObjectiveState, into: ObjectiveState, roster: Roster
) -> Decision:
    if refusal := _refuse_leaving(state, "merge", command.cycle_id, command.objective_id):
        return refusal
    if command.into_id == command.objective_id:
        return invalid("invalid-merge", "An objective is merged into another one.", "/into_id")
    if not into.exists:
        return not_found("objective", command.into_id, "/into_id")
    if into.cycle_id != state.cycle_id or into.status not in RUNNING:
        return invalid(
            "invalid-merge",
            f"Merge into a running objective of the same cycle; that one is {into.status}.",
            "/into_id",
        )
    fact = ObjectiveMerged(
        objective_id=command.objective_id, into_id=command.into_id, effective_at=command.at
    )
    return (fact, *release(roster, command.cycle_id, command.objective_id))


def _refuse_leaving(
    state: ObjectiveState, wish: str, cycle_id: CycleId, objective_id: ObjectiveId
) -> Refusal | None:
    if not state.exists:
        return not_found("objective", objective_id)
    if state.cycle_id != cycle_id:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    if state.locked or state.status not in RUNNING:
        return illegal(state, wish)
    return None


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(
        when(ObjectiveDropped, dropped, lifts={1: since_recorded}),
        when(ObjectiveMerged, merged, lifts={1: since_recorded}),
        when(ObjectiveDeleted, deleted),
    ),
    commands=(
        on(DeleteObjective, decide_delete, Roster, permits="write"),
        on(DropObjective, decide_drop, Roster, permits="write"),
        on(MergeObjective, decide_merge, ObjectiveState, Roster, permits="write"),
    ),
)
