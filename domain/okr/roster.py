"""The roster of a cycle: which objectives stand in it. A guard for rules that span objectives.

Unique titles, at most so many objectives a team, no loops in the alignment (RULES B3).
"""

from typing import ClassVar

from domain.facts import Fact
from domain.ids import CycleId, ObjectiveId, TeamId


class RosterFact(Fact):
    cycle_id: CycleId
    objective_id: ObjectiveId

    @property
    def stream(self) -> str:
        return f"roster/{self.cycle_id}"


class PlaceClaimed(RosterFact):
    TYPE: ClassVar[str] = "okr.place-claimed"
    team_id: TeamId
    title_key: str
    supports: tuple[str, ...] = ()


class PlaceReleased(RosterFact):
    TYPE: ClassVar[str] = "okr.place-released"
