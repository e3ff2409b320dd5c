"""A key result inside its objective: added, reweighted, dropped.

Its other chapters have modules of their own: check-in, retarget, conversion.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.cycle import Cycle
from domain.description import Description, Links, refuse_description, refuse_links
from domain.facts import Decision, Refusal
from domain.ids import KeyResultId, PersonId
from domain.okr.dating import DatedCommand, dated_since, effective, since_recorded
from domain.okr.in_force import Weighed, left, measured, with_weight
from domain.okr.key_result_editing import refuse_dates
from domain.okr.measure import Measure
from domain.okr.measure_check import refuse_measure, refuse_weight
from domain.okr.moves import BEFORE_ACTIVATION, RUNNING, editable, illegal
from domain.okr.stream import (
    Capacity,
    Indicator,
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.refusals import already_exists, blank, not_found, reason_required
from domain.text import SealedText
from domain.thing import Chapter, on, when
from domain.title import Title, refuse_title

# --- facts -------------------------------------------------------------------------------------


class KeyResultAdded(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-added"
    key_result_id: KeyResultId
    title: str
    measure: Measure
    weight: Decimal = Decimal(1)
    owner_id: PersonId | None = None
    due_on: date | None = None
    added_at: AwareDatetime
    carried_from: KeyResultId | None = None
    description: SealedText | None = None
    links: Links = ()
    starts_on: date | None = None
    indicator: Indicator | None = None
    capacity: Capacity | None = None


class KeyResultReweighted(ObjectiveFact):
    """Schema 1 did not say since when: since it was recorded."""

    TYPE: ClassVar[str] = "okr.key-result-reweighted"
    SCHEMA: ClassVar[int] = 2
    key_result_id: KeyResultId
    weight: Decimal
    previous_weight: Decimal
    effective_at: AwareDatetime
    backdated: bool = False


class KeyResultDropped(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-dropped"
    key_result_id: KeyResultId
    dropped_at: AwareDatetime
    backdated: bool = False


# --- state -------------------------------------------------------------------------------------


def added(state: ObjectiveState, fact: KeyResultAdded) -> ObjectiveState:
    key_result = KeyResult(
        id=fact.key_result_id,
        title=fact.title,
        measures=measured(fact.measure),
        weights=(Weighed(fact.weight),),
        owner_id=fact.owner_id,
        due_on=fact.due_on,
        added_at=fact.added_at,
        founding=state.status in BEFORE_ACTIVATION,
        carried_from=fact.carried_from,
        description=fact.description,
        links=fact.links,
        starts_on=fact.starts_on,
        indicator=fact.indicator,
        capacity=fact.capacity,
    )
    return replace(state, key_results={**state.key_results, key_result.id: key_result})


def reweighted(state: ObjectiveState, fact: KeyResultReweighted) -> ObjectiveState:
    since = dated_since(state, fact.effective_at)

    def step(held: KeyResult) -> KeyResult:
        return replace(held, weights=with_weight(held.weights, fact.weight, since))

    return with_key_result(state, fact.key_result_id, step)


def dropped(state: ObjectiveState, fact: KeyResultDropped) -> ObjectiveState:
    since = dated_since(state, fact.dropped_at)

    def step(held: KeyResult) -> KeyResult:
        return replace(held, absences=left(held.absences, fact.dropped_at, since))

    return with_key_result(state, fact.key_result_id, step)


# --- commands ----------------------------------------------------------------------------------


class AddKeyResult(KeyResultCommand):
    title: Title
    measure: Measure
    weight: Decimal = Decimal(1)
    owner_id: PersonId | None = None
    due_on: date | None = None
    description: Description = None
    links: Links = ()
    starts_on: date | None = None
    indicator: Indicator | None = None
    capacity: Capacity | None = None


class ReweightKeyResult(DatedCommand):
    weight: Decimal


class DropKeyResult(DatedCommand):
    """Needs a reason."""


# --- decisions ---------------------------------------------------------------------------------


def decide_add(command: AddKeyResult, state: ObjectiveState) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    fact = KeyResultAdded(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        title=command.title,
        measure=command.measure,
        weight=command.weight,
        owner_id=command.owner_id,
        due_on=command.due_on,
        added_at=command.at,
        description=command.description,
        links=command.links,
        starts_on=command.starts_on,
        indicator=command.indicator,
        capacity=command.capacity,
    )
    if held := state.key_results.get(command.key_result_id):
        if (held.title, held.first_measure) == (fact.title, fact.measure):
            return ()
        return already_exists("key result")
    if state.locked or state.status not in RUNNING:
        return illegal(state, "add-key-result")
    refusal = (
        refuse_title(command.title)
        or refuse_measure(command.measure)
        or refuse_weight(command.weight)
        or refuse_description(command.description)
        or refuse_links(command.links)
        or refuse_dates(command.starts_on, command.due_on)
    )
    return refusal or (fact,)


def decide_reweight(command: ReweightKeyResult, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = editable(command, state, "reweight")
    if isinstance(held, Refusal):
        return held
    since = effective(command, state, held, cycle)
    if isinstance(since, Refusal):
        return since
    previous = held.weight_at(since.at)
    if command.weight == previous:
        return ()
    return refuse_weight(command.weight) or (
        KeyResultReweighted(
            objective_id=command.objective_id,
            key_result_id=command.key_result_id,
            weight=command.weight,
            previous_weight=previous,
            effective_at=since.at,
            backdated=since.backdated,
        ),
    )


def decide_drop(command: DropKeyResult, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = editable(command, state, "drop")
    if isinstance(held, Refusal):
        return held
    if blank(command.reason):
        return reason_required("dropping a key result is explained")
    since = effective(command, state, held, cycle)
    if isinstance(since, Refusal):
        return since
    return (
        KeyResultDropped(
            objective_id=command.objective_id,
            key_result_id=command.key_result_id,
            dropped_at=since.at,
            backdated=since.backdated,
        ),
    )


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(
        when(KeyResultAdded, added),
        when(KeyResultReweighted, reweighted, lifts={1: since_recorded}),
        when(KeyResultDropped, dropped),
    ),
    commands=(
        on(AddKeyResult, decide_add, permits="write"),
        on(ReweightKeyResult, decide_reweight, Cycle, permits="write"),
        on(DropKeyResult, decide_drop, Cycle, permits="write"),
    ),
)
