"""Whom the facts of an objective concern: who may agree, who owns it, who follows it.

Who comes to own one is told by rule (``projections/notifications/rows.py``).
"""

from typing import Final

from domain.okr import catchball, conversion, grading, leaving, retarget
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from projections.handling import Handling
from projections.notifications.concern import around, concern, who_owe
from projections.notifications.rows import Name


def _objective(fact: ObjectiveFact) -> Name:
    return "objective", fact.objective_id


def _key_result(
    fact: retarget.KeyResultRetargeted
    | k.KeyResultReweighted
    | k.KeyResultDropped
    | conversion.KeyResultConverted,
) -> Name:
    return "key_result", fact.key_result_id


CONCERNS: Final[tuple[Handling, ...]] = (
    concern(catchball.ObjectiveProposed, "proposed", _objective, who_owe("answer")),
    concern(catchball.ObjectiveCountered, "countered", _objective, around),
    concern(catchball.ObjectiveAgreed, "accepted", _objective, around),
    concern(grading.ObjectiveGraded, "changed", _objective, around),
    concern(leaving.ObjectiveDropped, "changed", _objective, around),
    concern(leaving.ObjectiveMerged, "changed", _objective, around),
    concern(retarget.KeyResultRetargeted, "changed", _key_result, around),
    concern(k.KeyResultReweighted, "changed", _key_result, around),
    concern(conversion.KeyResultConverted, "changed", _key_result, around),
    concern(k.KeyResultDropped, "changed", _key_result, around),
)
