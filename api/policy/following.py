"""Which cycles are asked whether they take over a new version of a policy: those that are not over.

The view only says where to look; what a cycle goes by its own stream tells.
"""

from collections.abc import Collection
from typing import Final

from api.core.writing import Write
from api.services import Services
from domain.cycle.policy_adoption import FOLLOWING, FollowPolicy
from domain.ids import CycleId, PolicyId
from journal.draft import Draft
from journal.ids import derived_id
from projections.cycle.cycle import CYCLES

_PATIENCE: Final = 2.0
_VIEW: Final = "cycle"


def running(services: Services) -> tuple[CycleId, ...]:
    """The cycles that may follow a policy, as far as is known; of a draft also its own."""
    services.views.wait_for(services.journal.head(), _PATIENCE, (_VIEW,))
    present = services.views.moment(None, services.clock.now())
    with services.views.reading() as look:
        rows = look.rows(CYCLES, present, CYCLES.c.status.in_(FOLLOWING))
    found = dict.fromkeys(CycleId(row["cycle_id"]) for row in rows)
    if isinstance(services.journal, Draft):
        streams = (each.stream.partition("/") for each in services.journal.receipts)
        found |= dict.fromkeys(CycleId(each) for kind, _, each in streams if kind == "cycle")
    return tuple(found)


def follow_later(write: Write, reason: str | None, asked: Collection[CycleId]) -> None:
    """What was planned while the policy changed follows now, if it has not been ``asked``."""
    for cycle_id in running(write.services):
        if cycle_id not in asked:
            stamp = write.stamp(reason)
            stamp["command_id"] = derived_id(write.command_id, cycle_id)
            policy_id = PolicyId(write.thing_id)
            command = FollowPolicy(cycle_id=cycle_id, policy_id=policy_id, **stamp)
            write.services.journal.handle(command)
