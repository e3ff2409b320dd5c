"""Every view there is, written out; the order is the one in which people read about them."""

from typing import Final

from projections.cycle.rows import CYCLE
from projections.engine.projection import Projection
from projections.history.rows import HISTORY_VIEW
from projections.lean.rows import LEAN
from projections.obligations.view import OBLIGATIONS
from projections.okr.rows import OKR
from projections.people.rows import PEOPLE_AND_TEAMS

PROJECTIONS: Final[tuple[Projection, ...]] = (
    OKR,
    PEOPLE_AND_TEAMS,
    CYCLE,
    LEAN,
    OBLIGATIONS,
    HISTORY_VIEW,
)
