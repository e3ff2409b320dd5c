"""The view of rosters: history alone, for what a roster guards the objectives say themselves."""

from typing import Final

from domain.okr import roster
from domain.okr.roster import Roster
from domain.okr.roster_thing import THING
from projections.history.change import Change
from projections.okr import words
from projections.view import View, tell


def _place(fact: roster.RosterFact) -> Change:
    return Change("objective", fact.objective_id)


VIEW: Final[View[Roster]] = View(
    THING,
    telling=(
        tell(roster.PlaceClaimed, _place, words.place_claimed, technical=True),
        tell(roster.SupportClaimed, _place, words.support_claimed, technical=True),
        tell(roster.PlaceReleased, _place, words.place_released, technical=True),
    ),
    cycle="fact",
)
