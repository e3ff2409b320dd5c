"""Ways back for whoever moved too soon: what was dropped, merged or deleted is reinstated, what was
activated is agreed again while nobody has checked in.

Each is a fact of its own. Nothing is removed: both moves stay in history.
"""

from dataclasses import replace
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import CycleId, KeyResultId
from domain.okr.dating import dated_since, since_recorded
from domain.okr.drafting import place_in
from domain.okr.in_force import returned
from domain.okr.moves import RUNNING, checked_in, illegal
from domain.okr.roster import Roster, refuse_place
from domain.okr.stream import (
    KeyResult,
    KeyResultCommand,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
    ObjectiveStatus,
    Support,
    with_key_result,
)
from domain.refusals import blank, invalid, not_found, reason_required
from domain.thing import Chapter, on, when

# --- facts -------------------------------------------------------------------------------------


class ObjectiveReinstated(ObjectiveFact):
    """It is again what it was before it left, and supports again what it supported.

    Schema 1 did not say since when: since it was recorded.
    """

    TYPE: ClassVar[str] = "okr.objective-reinstated"
    SCHEMA: ClassVar[int] = 2
    status: ObjectiveStatus
    supports: tuple[Support, ...] = ()
    effective_at: AwareDatetime


class KeyResultReinstated(ObjectiveFact):
    """It counts again from then on. Schema 1 did not say since when: since it was recorded."""

    TYPE: ClassVar[str] = "okr.key-result-reinstated"
    SCHEMA: ClassVar[int] = 2
    key_result_id: KeyResultId
    effective_at: AwareDatetime


class ObjectiveDeactivated(ObjectiveFact):
    """Activated too soon: it is agreed on and no more."""

    TYPE: ClassVar[str] = "okr.objective-deactivated"


# --- state -------------------------------------------------------------------------------------


def reinstated(state: ObjectiveState, fact: ObjectiveReinstated) -> ObjectiveState:
    back = replace(state, status=fact.status, merged_into=None, left_as=None)
    since = dated_since(back, fact.effective_at)
    return replace(back, absences=returned(state.absences, since))


def key_result_reinstated(state: ObjectiveState, fact: KeyResultReinstated) -> ObjectiveState:
    since = dated_since(state, fact.effective_at)

    def step(held: KeyResult) -> KeyResult:
        return replace(held, absences=returned(held.absences, since))

    return with_key_result(state, fact.key_result_id, step)


def deactivated(state: ObjectiveState, fact: ObjectiveDeactivated) -> ObjectiveState:  # noqa: ARG001
    return replace(state, status="agreed", activated_at=None)


# --- commands ----------------------------------------------------------------------------------


class ReinstateObjective(ObjectiveCommand):
    """Reads the cycle and its roster too: is the cycle still open, the title still free?"""

    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"cycle/{self.cycle_id}",
            f"roster/{self.cycle_id}",
        )


class ReinstateKeyResult(KeyResultCommand): ...


class DeactivateObjective(ObjectiveCommand): ...


# --- decisions ---------------------------------------------------------------------------------


def decide_reinstate(
    command: ReinstateObjective, state: ObjectiveState, cycle: Cycle, roster: Roster
) -> Decision:
    if state.status is None:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id or not cycle.exists:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    if state.left_as is None or state.status not in {"dropped", "merged", "deleted"}:
        return illegal(state, "reinstate")
    if cycle.status == "closed":
        detail = "The cycle is closed, so the objective stays as it left it."
        return Refusal(code="cycle-closed", detail=detail)
    if state.left_as == "active" and blank(command.reason):
        return reason_required("what comes back moves the score of its team")
    place = place_in(state, command.cycle_id)
    if refusal := refuse_place(roster, place, cycle.policy_at(command.at).objectives_per_team):
        return refusal
    fact = ObjectiveReinstated(
        objective_id=command.objective_id,
        status=state.left_as,
        supports=state.supports,
        effective_at=command.at,
    )
    return (fact, place)


def decide_reinstate_key_result(command: ReinstateKeyResult, state: ObjectiveState) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    held = state.key_results.get(command.key_result_id)
    if held is None:
        return not_found("key result", command.key_result_id)
    if state.locked or state.status not in RUNNING:
        return illegal(state, "reinstate-key-result")
    if held.dropped_at is None:
        return Refusal("illegal-move", "The key result was not dropped, so it needs no way back.")
    if state.status == "active" and blank(command.reason):
        return reason_required("what comes back moves the score of its objective")
    fact = KeyResultReinstated(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        effective_at=command.at,
    )
    return (fact,)


def decide_deactivate(command: DeactivateObjective, state: ObjectiveState) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.locked or state.status != "active":
        return illegal(state, "deactivate")
    if checked_in(state):
        return Refusal(
            "illegal-move",
            "Somebody has checked in since the objective was activated. Withdraw the check-ins"
            " first, or drop the objective with a reason.",
            allowed=("withdraw-check-in", "drop"),
        )
    return (ObjectiveDeactivated(objective_id=command.objective_id),)


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(
        when(ObjectiveReinstated, reinstated, lifts={1: since_recorded}),
        when(KeyResultReinstated, key_result_reinstated, lifts={1: since_recorded}),
        when(ObjectiveDeactivated, deactivated),
    ),
    commands=(
        on(ReinstateObjective, decide_reinstate, Cycle, Roster, permits="write"),
        on(ReinstateKeyResult, decide_reinstate_key_result, permits="write"),
        on(DeactivateObjective, decide_deactivate, permits="write"),
    ),
)
