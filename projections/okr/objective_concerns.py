"""Whom the facts of an objective concern: who may agree, owns it, contributes, follows it.

Who comes to own one is told by rule (``projections/notifications/rows.py``).
"""

from collections.abc import Collection, Iterator
from typing import Final

from domain.facts import Envelope
from domain.okr import (
    catchball,
    conversion,
    drafting,
    editing,
    grading,
    key_result_editing,
    leaving,
    measure_correction,
    retarget,
    returning,
)
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from projections.engine.versions import Change, Rows
from projections.handling import Handling, on
from projections.notifications.concern import around, concern, who_owe
from projections.notifications.rows import INTEREST, Name, interest, notified


def _objective(fact: ObjectiveFact) -> Name:
    return "objective", fact.objective_id


def _key_result(
    fact: retarget.KeyResultRetargeted
    | k.KeyResultReweighted
    | k.KeyResultDropped
    | conversion.KeyResultConverted
    | measure_correction.MeasureCorrected
    | key_result_editing.KeyResultRescheduled,
) -> Name:
    return "key_result", fact.key_result_id


def _drafted(fact: drafting.ObjectiveDrafted, envelope: Envelope, rows: Rows) -> Iterator[Change]:
    thing = _objective(fact)
    helping = [one.person_id for one in fact.contributors]
    yield from notified(envelope, rows, "assigned", thing, (*helping, fact.reviewer_id))
    yield from _now(rows, thing, "helps", helping)
    yield from _now(rows, thing, "sponsors", fact.sponsor_ids)


def _contributors_named(
    fact: editing.ContributorsNamed, envelope: Envelope, rows: Rows
) -> Iterator[Change]:
    """Who contributes from now on is told, who did before knows."""
    thing = _objective(fact)
    helping = [one.person_id for one in fact.contributors]
    before = _those(rows, thing, "helps")
    new = [person_id for person_id in helping if person_id not in before]
    yield from notified(envelope, rows, "assigned", thing, new)
    yield from _now(rows, thing, "helps", helping)


def _sponsors_named(fact: editing.SponsorsNamed, _: Envelope, rows: Rows) -> Iterator[Change]:
    yield from _now(rows, _objective(fact), "sponsors", fact.sponsor_ids)


def _reviewer_named(
    fact: editing.ReviewerNamed, envelope: Envelope, rows: Rows
) -> Iterator[Change]:
    yield from notified(envelope, rows, "assigned", _objective(fact), (fact.reviewer_id,))


def _those(rows: Rows, thing: Name, role: str) -> set[str]:
    """Who has a role in an objective."""
    kind, id_ = thing
    return {row["person_id"] for row in rows.where(INTEREST, id=id_, kind=kind) if row[role]}


def _now(rows: Rows, thing: Name, role: str, people: Collection[str]) -> Iterator[Change]:
    """These and no others have the role from now on."""
    for person_id in _those(rows, thing, role).difference(people):
        yield from interest(rows, person_id, thing, **{role: False})
    for person_id in people:
        yield from interest(rows, person_id, thing, **{role: True})


CONCERNS: Final[tuple[Handling, ...]] = (
    on(drafting.ObjectiveDrafted, _drafted),
    on(editing.ContributorsNamed, _contributors_named),
    on(editing.SponsorsNamed, _sponsors_named),
    on(editing.ReviewerNamed, _reviewer_named),
    concern(catchball.ObjectiveProposed, "proposed", _objective, who_owe("answer")),
    concern(catchball.ObjectiveCountered, "countered", _objective, around),
    concern(catchball.ObjectiveAgreed, "accepted", _objective, around),
    concern(grading.ObjectiveGraded, "changed", _objective, around),
    concern(editing.ObjectiveMoved, "changed", _objective, around),
    concern(leaving.ObjectiveDropped, "changed", _objective, around),
    concern(leaving.ObjectiveMerged, "changed", _objective, around),
    concern(leaving.ObjectiveDeleted, "changed", _objective, around),
    concern(returning.ObjectiveReinstated, "changed", _objective, around),
    concern(retarget.KeyResultRetargeted, "changed", _key_result, around),
    concern(k.KeyResultReweighted, "changed", _key_result, around),
    concern(conversion.KeyResultConverted, "changed", _key_result, around),
    concern(measure_correction.MeasureCorrected, "changed", _key_result, around),
    concern(key_result_editing.KeyResultRescheduled, "changed", _key_result, around),
    concern(k.KeyResultDropped, "changed", _key_result, around),
)
