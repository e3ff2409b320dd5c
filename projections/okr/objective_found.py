"""What is found of objectives and their key results: titles, and a key result by its objective."""

from typing import Final

from domain.okr import check_in, retarget
from domain.okr import key_result as k
from projections.search.findable import Findable, Place, placed


def _added(fact: k.KeyResultAdded) -> Place:
    return {"parent": ("objective", fact.objective_id), "owner_id": fact.owner_id}


FOUND: Final = Findable(
    parts=("key_result",),
    places=(placed(k.KeyResultAdded, _added, begins=True),),
    over=("dropped", "merged", "graded", "closed"),
    gone=("deleted",),
    # The commonest facts of all, and none of them ever changes a title.
    passes=(
        check_in.CheckInRecorded,
        check_in.CheckInCorrected,
        check_in.CheckInWithdrawn,
        retarget.KeyResultRetargeted,
        k.KeyResultReweighted,
    ),
)
