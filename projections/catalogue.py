"""Every view there is, written out: the default that composition roots hand down."""

from typing import Final

from projections.cycle import asked, cycle
from projections.desk import desk
from projections.engine.projection import Projection
from projections.history.rows import history
from projections.lean import action, board, obstacle
from projections.obligations.view import obligations
from projections.okr import objective, roster
from projections.people import organisation, person, team
from projections.policy import policy
from projections.relations.rows import relations
from projections.search.rows import search
from projections.talk import comment
from projections.view import Views

VIEWS: Final = Views(
    (
        objective.VIEW,
        roster.VIEW,
        organisation.VIEW,
        person.VIEW,
        team.VIEW,
        policy.VIEW,
        cycle.VIEW,
        asked.VIEW,
        obstacle.VIEW,
        action.VIEW,
        board.VIEW,
        comment.VIEW,
        desk.VIEW,
    ),
    derived=(obligations, history, relations, search),
)

PROJECTIONS: Final[tuple[Projection, ...]] = VIEWS.projections
"""What the store keeps, in the order in which people read about it."""
