"""Alignment: an objective that supports another one of its cycle votes in its score (RULES B3).

It votes once it was activated, with the weight of the link. Who supports a key result is shown and
votes nowhere: a key result is measured.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Final

from domain.cycle.calendar import Frame
from domain.okr.standing import ObjectiveStanding, Supporter, objective_standing
from domain.okr.stream import ObjectiveState

VOTING: Final = frozenset({"active", "graded", "closed"})
"""Only what was activated has a score that counts for others."""


def votes_of(state: ObjectiveState) -> dict[str, Decimal]:
    """The objectives in whose scores this one votes, each with the weight of its vote."""
    if state.status not in VOTING:
        return {}
    return {each.id: each.weight for each in state.supports if each.kind == "objective"}


def standings(
    states: Iterable[ObjectiveState],
    frame: Frame,
    at: datetime,
    effective_at: datetime | None = None,
) -> dict[str, ObjectiveStanding]:
    """How objectives of one cycle stood at ``effective_at`` (default ``at``), as known at ``at``.

    Whoever supports one of ``states`` must be among them, or has no vote.
    """
    known: dict[str, ObjectiveState] = {state.objective_id: state for state in states}
    links: dict[str, dict[str, Decimal]] = {}
    for state in known.values():
        for supported_id, weight in votes_of(state).items():
            if supported_id in known:
                links.setdefault(supported_id, {})[state.objective_id] = weight
    found: dict[str, ObjectiveStanding] = {}
    for objective_id in _supporters_first(known, links):
        supporters = [
            Supporter(known[each], weight, found[each])
            for each, weight in links.get(objective_id, {}).items()
            if each in found
        ]
        found[objective_id] = objective_standing(
            known[objective_id], frame, at, effective_at, supporters
        )
    return found


def _supporters_first(
    known: Collection[str], links: Mapping[str, Collection[str]]
) -> Collection[str]:
    """The ids of ``known``, each after those that support it.

    Drafting refuses loops. In one that came from elsewhere the first drafted lacks a vote, and
    every page still answers.
    """
    if not links:
        return known
    try:
        return tuple(
            TopologicalSorter({each: links.get(each, ()) for each in known}).static_order()
        )
    except CycleError:
        return known
