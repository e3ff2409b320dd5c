"""Carry-over: an objective ends in one cycle and starts anew in the next, in one append (RULES B9).

A new id with its lineage, chosen key results from where they stand, no check-ins copied, score
back at 0. Nothing is carried by default.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Final, Literal

from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import CycleId, KeyResultId, ObjectiveId
from domain.okr.drafting import ObjectiveDrafted, place_of, refuse_cycle
from domain.okr.key_result import KeyResultAdded
from domain.okr.measure import EstablishBaseline, Measure, Metric, Milestones
from domain.okr.measure_check import refuse_measure
from domain.okr.moves import illegal
from domain.okr.roster import Roster, refuse_place
from domain.okr.scoring import counted, latest, value_of
from domain.okr.stream import (
    KeyResult,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
)
from domain.refusals import already_exists, blank, invalid, not_found, reason_required
from domain.text import SealedText
from domain.thing import Chapter, on, when

Start = Literal["last", "original"]

# --- facts -------------------------------------------------------------------------------------


class ObjectiveCarriedOver(ObjectiveFact):
    """Closes the old side; the new side is an ObjectiveDrafted with ``carried_from``."""

    TYPE: ClassVar[str] = "okr.objective-carried-over"
    into_cycle_id: CycleId
    into_objective_id: ObjectiveId
    decision: Literal["keep", "modify"]
    why: SealedText | None = None


# --- state -------------------------------------------------------------------------------------


def carried_over(state: ObjectiveState, fact: ObjectiveCarriedOver) -> ObjectiveState:
    return replace(state, status="closed", carried_into=fact.into_objective_id)


# --- commands ----------------------------------------------------------------------------------


class CarryOverObjective(ObjectiveCommand):
    """Closes ``objective_id`` and drafts ``into_objective_id`` in the next cycle, in one append.

    ``baseline`` is the policy of RULES B9: where metrics start, at their last effective value or
    at their original baseline.
    """

    into_cycle_id: CycleId
    into_objective_id: ObjectiveId
    key_result_ids: tuple[KeyResultId, ...]
    new_key_result_ids: tuple[KeyResultId, ...]
    decision: Literal["keep", "modify"]
    why: str
    baseline: Start = "last"

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"objective/{self.into_objective_id}",
            f"cycle/{self.into_cycle_id}",
            f"roster/{self.into_cycle_id}",
        )


# --- decisions ---------------------------------------------------------------------------------


def decide_carry_over(
    command: CarryOverObjective,
    state: ObjectiveState,
    into: ObjectiveState,
    cycle: Cycle,
    roster: Roster,
) -> Decision:
    if state.carried_into is not None and state.carried_into == command.into_objective_id:
        return ()
    if refusal := _refuse_carry(command, state, into, cycle):
        return refusal
    drafted = ObjectiveDrafted(
        objective_id=command.into_objective_id,
        cycle_id=command.into_cycle_id,
        team_id=state.team_id,
        owner_id=state.owner_id,
        title=state.title,
        ambition=state.ambition,
        lean=state.lean,
        priority=state.priority,
        carried_from=command.objective_id,
        description=state.description,
        links=state.links,
        tags=state.tags,
        contributors=state.contributors,
        reviewer_id=state.reviewer_id,
        sponsor_ids=state.sponsor_ids,
    )
    place = place_of(drafted)
    if refusal := refuse_place(roster, place, cycle.policy_at(command.at).objectives_per_team):
        return refusal
    added = _restart_all(command, state)
    if isinstance(added, Refusal):
        return added
    carried = ObjectiveCarriedOver(
        objective_id=command.objective_id,
        into_cycle_id=command.into_cycle_id,
        into_objective_id=command.into_objective_id,
        decision=command.decision,
        why=SealedText(command.why.strip()),
    )
    return (carried, drafted, *added, place)


def _refuse_carry(
    command: CarryOverObjective, state: ObjectiveState, into: ObjectiveState, cycle: Cycle
) -> Refusal | None:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.status not in {"active", "graded", "closed"} or state.carried_into is not None:
        return illegal(state, "carry-over")
    if command.into_cycle_id == state.cycle_id:
        return invalid("invalid-cycle", "Carry over into another cycle.", "/into_cycle_id")
    if into.status is not None or command.into_objective_id == command.objective_id:
        return already_exists("objective")
    if blank(command.why):
        return reason_required("a carry-over is explained in one line", "/why")
    return refuse_cycle(cycle, command.into_cycle_id, "/into_cycle_id") or _refuse_ids(
        command, state
    )


def _refuse_ids(command: CarryOverObjective, state: ObjectiveState) -> Refusal | None:
    chosen, fresh = command.key_result_ids, command.new_key_result_ids
    if not chosen:
        return invalid(
            "invalid-carry-over",
            "Nothing would go on: choose at least one key result to carry over."
            " To end the objective here, close or drop it instead.",
            "/key_result_ids",
        )
    if len(set(chosen)) < len(chosen):
        return invalid("invalid-carry-over", "A key result is named twice.", "/key_result_ids")
    if len(set(fresh)) != len(chosen) or len(fresh) != len(chosen):
        return invalid(
            "invalid-carry-over", "Each carried key result gets one new id.", "/new_key_result_ids"
        )
    for index, key_result_id in enumerate(chosen):
        pointer = f"/key_result_ids/{index}"
        held = state.key_results.get(key_result_id)
        if held is None:
            return not_found("key result", key_result_id, pointer)
        if held.dropped_at is not None:
            return invalid("invalid-carry-over", "A dropped key result stays behind.", pointer)
    return None


def _restart_all(
    command: CarryOverObjective, state: ObjectiveState
) -> tuple[KeyResultAdded, ...] | Refusal:
    added: list[KeyResultAdded] = []
    pairs = zip(command.key_result_ids, command.new_key_result_ids, strict=True)
    for index, (old_id, new_id) in enumerate(pairs):
        held, pointer = state.key_results[old_id], f"/key_result_ids/{index}"
        measure = restarted(held, command.at, command.baseline)
        if measure is None or refuse_measure(measure):
            return invalid(
                "degenerate-measure",
                f"'{held.title}' is reached: from where it stands there is no way to go."
                " Leave it behind, or carry it over from its original baseline.",
                pointer,
            )
        added.append(
            KeyResultAdded(
                objective_id=command.into_objective_id,
                key_result_id=new_id,
                title=held.title,
                measure=measure,
                weight=held.weight,
                owner_id=held.owner_id,
                added_at=command.at,
                carried_from=old_id,
                description=held.description,
                links=held.links,
                indicator=held.indicator,
            )
        )
    return tuple(added)


def restarted(key_result: KeyResult, at: datetime, start: Start = "last") -> Measure | None:
    """The measure that a carried key result starts with; None when nothing is left to do.

    A metric starts at its last effective value, so ``reach`` becomes ``increase`` or ``decrease``;
    its phased targets belong to the old cycle. Milestones already done stay behind.
    """
    measure, last = key_result.measured_at(at).measure, latest(counted(key_result, at))
    match measure:
        case Metric():
            value = value_of(measure, last.reading if last else None)
            baseline = measure.baseline if start == "original" or value is None else value
            return _from(measure, baseline)
        case Milestones() if start == "last" and last is not None:
            done = frozenset(last.reading.milestone_ids or ())
            left = tuple(each for each in measure.milestones if each.id not in done)
            return measure.model_copy(update={"milestones": left}) if left else None
        case EstablishBaseline() if start == "last" and last is not None:
            return None
        case _:
            return measure


def _from(metric: Metric, baseline: Decimal | None) -> Metric:
    kind = metric.kind
    if kind == "reach" and baseline != 0:
        kind = "increase" if metric.target > 0 else "decrease"
    return metric.model_copy(update={"kind": kind, "baseline": baseline, "phases": ()})


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(ObjectiveCarriedOver, carried_over),),
    commands=(
        on(CarryOverObjective, decide_carry_over, ObjectiveState, Cycle, Roster, permits="write"),
    ),
)
