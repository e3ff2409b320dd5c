"""What an objective is to support: found in the log with all that stands above it (RULES B3)."""

from collections.abc import Sequence
from typing import Any

from api.core.references import homes_of_key_results, must_exist
from api.okr.objective_bodies import Support
from api.services import Services
from domain.ids import CycleId, ObjectiveId
from domain.okr import stream as okr
from domain.okr.supporting import home_of


def links(services: Services, supports: Sequence[Support]) -> dict[str, Any]:
    """The fields of a command that say what it supports. Raises 404 for what there is not."""
    for place, each in enumerate(supports):
        must_exist(services, each.kind, each.id, f"/supports/{place}")
    homes = homes_of_key_results(
        services, [each.id for each in supports if each.kind == "key_result"]
    )
    wished = tuple(
        okr.Support(
            **each.model_dump(exclude_none=True),
            objective_id=ObjectiveId(homes[each.id]) if each.kind == "key_result" else None,
        )
        for each in supports
    )
    direct = [home for each in wished if (home := home_of(each)) is not None]
    states = above(services, direct)
    return {
        "supports": wished,
        "above": tuple(ObjectiveId(each) for each in states),
        "above_cycles": tuple(dict.fromkeys(CycleId(states[each].cycle_id) for each in direct)),
    }


def above(services: Services, objective_ids: Sequence[str]) -> dict[str, okr.ObjectiveState]:
    """These objectives and all that they support, directly or through others."""
    found: dict[str, okr.ObjectiveState] = {}
    waiting = [*objective_ids]
    while waiting:
        each = waiting.pop()
        if each in found:
            continue
        found[each] = services.journal.state(f"objective/{each}")[0]
        homes = [home_of(one) or one.id for one in found[each].supports]
        untold = [one.id for one in found[each].supports if home_of(one) is None]
        known = homes_of_key_results(services, untold) if untold else {}
        waiting += [known.get(home, home) for home in homes]
    return found
