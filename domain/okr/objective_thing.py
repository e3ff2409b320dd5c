"""The descriptor of an objective, with its key results and their check-ins."""

from typing import Final

from domain.facts import Pointer
from domain.okr import (
    carry_over,
    catchball,
    check_in_decisions,
    conversion,
    drafting,
    editing,
    editing_decisions,
    grading,
    key_result,
    key_result_editing_decisions,
    leaving,
    measure_correction,
    objective,
    retarget,
    returning,
)
from domain.okr.stream import INITIAL, ObjectiveState, Support
from domain.relation import CARRIED_FROM, SUPPORTS, Ended, Relation, ends, makes
from domain.thing import Part, Thing


def _drafted(fact: drafting.ObjectiveDrafted) -> tuple[Relation, ...]:
    """Whom it supports, with the weight of its vote, and what it goes on with."""
    own = Pointer(kind="objective", id=fact.objective_id)
    supports = _supports(own, fact.supports)
    if fact.carried_from is None:
        return supports
    before = Pointer(kind="objective", id=fact.carried_from)
    return (*supports, Relation(CARRIED_FROM, own, before))


def _added(fact: key_result.KeyResultAdded) -> tuple[Relation, ...]:
    if fact.carried_from is None:
        return ()
    own = Pointer(kind="key_result", id=fact.key_result_id)
    return (Relation(CARRIED_FROM, own, Pointer(kind="key_result", id=fact.carried_from)),)


def _aligned(fact: editing.ObjectiveAligned) -> tuple[Relation, ...]:
    own = Pointer(kind="objective", id=fact.objective_id)
    return _supports(own, fact.supports)


def _unaligned(fact: editing.ObjectiveAligned) -> tuple[Ended, ...]:
    return (Ended(SUPPORTS, Pointer(kind="objective", id=fact.objective_id)),)


def _reinstated(fact: returning.ObjectiveReinstated) -> tuple[Relation, ...]:
    own = Pointer(kind="objective", id=fact.objective_id)
    return _supports(own, fact.supports)


def _supports(own: Pointer, supports: tuple[Support, ...]) -> tuple[Relation, ...]:
    return tuple(
        Relation(SUPPORTS, own, Pointer(kind=each.kind, id=each.id), each.weight)
        for each in supports
    )


def _left(
    fact: leaving.ObjectiveDropped | leaving.ObjectiveMerged | leaving.ObjectiveDeleted,
) -> tuple[Ended, ...]:
    """What left its cycle early supports nobody any more; where it came from stays true."""
    return (Ended(SUPPORTS, Pointer(kind="objective", id=fact.objective_id)),)


THING: Final[Thing[ObjectiveState]] = Thing(
    "objective",
    INITIAL,
    chapters=(
        drafting.CHAPTER,
        catchball.CHAPTER,
        objective.CHAPTER,
        key_result.CHAPTER,
        check_in_decisions.CHAPTER,
        retarget.CHAPTER,
        conversion.CHAPTER,
        grading.CHAPTER,
        carry_over.CHAPTER,
        leaving.CHAPTER,
        returning.CHAPTER,
        editing_decisions.CHAPTER,
        key_result_editing_decisions.CHAPTER,
        measure_correction.CHAPTER,
    ),
    about=True,
    discussed=True,
    gone=lambda state: state.status == "deleted",
    parts=(Part("key_result", about=True, discussed=True), Part("check_in", discussed=True)),
    relations=(
        makes(drafting.ObjectiveDrafted, _drafted),
        makes(key_result.KeyResultAdded, _added),
        ends(editing.ObjectiveAligned, _unaligned),
        makes(editing.ObjectiveAligned, _aligned),
        ends(leaving.ObjectiveDropped, _left),
        ends(leaving.ObjectiveMerged, _left),
        ends(leaving.ObjectiveDeleted, _left),
        makes(returning.ObjectiveReinstated, _reinstated),
    ),
)
