"""Every view there is, written out; the order is the one in which people read about them."""

from typing import Final

from projections.cycle import CYCLE
from projections.history import HISTORY_VIEW
from projections.lean import LEAN
from projections.obligations import OBLIGATIONS
from projections.okr import OKR
from projections.people import PEOPLE_AND_TEAMS
from projections.projection import Projection

PROJECTIONS: Final[tuple[Projection, ...]] = (
    OKR,
    PEOPLE_AND_TEAMS,
    CYCLE,
    LEAN,
    OBLIGATIONS,
    HISTORY_VIEW,
)
