"""The objectives of a cycle as the log tells them, for whoever decides facts about all of them.

Which objectives stand in a cycle is on its roster, how each one stands is on its own stream. Both
are folded from the log, so nothing is missed that was recorded before the question, whatever state
the views are in.
"""

from functools import cached_property

from domain.okr.roster import PlaceClaimed, Roster
from domain.okr.stream import ObjectiveState
from journal.log import Journal


class Objectives:
    """The objectives of one cycle, read at the first question and the same ever after."""

    def __init__(self, journal: Journal, cycle_id: str) -> None:
        self._journal = journal
        self._cycle_id = cycle_id

    @cached_property
    def every(self) -> tuple[ObjectiveState, ...]:
        """All that were not dropped or merged, in a stable order."""
        roster: Roster = self._journal.state(f"roster/{self._cycle_id}")[0]
        return tuple(self._journal.state(f"objective/{id_}")[0] for id_ in sorted(roster.places))

    @cached_property
    def ever(self) -> tuple[ObjectiveState, ...]:
        """All that ever had a place in the cycle, in a stable order; those that left it too."""
        told = (each.fact for each in self._journal.read(f"roster/{self._cycle_id}"))
        ids = {fact.objective_id for fact in told if isinstance(fact, PlaceClaimed)}
        return tuple(self._journal.state(f"objective/{id_}")[0] for id_ in sorted(ids))

    def in_state(self, *statuses: str) -> tuple[ObjectiveState, ...]:
        """Those that are in one of these states."""
        return tuple(one for one in self.every if one.status in statuses)
