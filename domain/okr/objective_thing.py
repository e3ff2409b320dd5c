"""The descriptor of an objective, with its key results and their check-ins."""

from typing import Final

from domain.facts import Pointer
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    key_result,
    leaving,
    objective,
    retarget,
)
from domain.okr.stream import INITIAL, ObjectiveState
from domain.relation import CARRIED_FROM, SUPPORTS, Ended, Relation, ends, makes
from domain.thing import Part, Thing


def _drafted(fact: drafting.ObjectiveDrafted) -> tuple[Relation, ...]:
    """Whom it supports, with the weight of its vote, and what it goes on with."""
    own = Pointer(kind="objective", id=fact.objective_id)
    supports = tuple(
        Relation(SUPPORTS, own, Pointer(kind=each.kind, id=each.id), each.weight)
        for each in fact.supports
    )
    if fact.carried_from is None:
        return supports
    before = Pointer(kind="objective", id=fact.carried_from)
    return (*supports, Relation(CARRIED_FROM, own, before))


def _added(fact: key_result.KeyResultAdded) -> tuple[Relation, ...]:
    if fact.carried_from is None:
        return ()
    own = Pointer(kind="key_result", id=fact.key_result_id)
    return (Relation(CARRIED_FROM, own, Pointer(kind="key_result", id=fact.carried_from)),)


def _left(fact: leaving.ObjectiveDropped | leaving.ObjectiveMerged) -> tuple[Ended, ...]:
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
        check_in.CHAPTER,
        retarget.CHAPTER,
        conversion.CHAPTER,
        grading.CHAPTER,
        carry_over.CHAPTER,
        leaving.CHAPTER,
    ),
    about=True,
    discussed=True,
    parts=(Part("key_result", about=True, discussed=True), Part("check_in", discussed=True)),
    relations=(
        makes(drafting.ObjectiveDrafted, _drafted),
        makes(key_result.KeyResultAdded, _added),
        ends(leaving.ObjectiveDropped, _left),
        ends(leaving.ObjectiveMerged, _left),
    ),
)
