"""The clock of an obstacle: it climbs its help chain until somebody takes it."""

from typing import Final, cast

from domain.ids import ObstacleId
from domain.lean.obstacle import EscalateObstacle, HelpLevel
from domain.lean.obstacle_thing import THING
from projections.awake import awake
from projections.engine.view_store import ViewStore
from projections.lean import obstacle
from workflows.clock.clockwork import Awake, Clockwork
from workflows.clock.signing import Signer


def escalate(signer: Signer, _views: ViewStore) -> None:
    """The obstacle climbs one step of its help chain; the milestone is named after the level."""
    signer.write(
        EscalateObstacle(
            **signer.sign("escalate"),
            obstacle_id=ObstacleId(signer.thing_id),
            level=cast("HelpLevel", signer.due.id),
            milestone=signer.due.id,
        )
    )


CLOCK: Final = Clockwork(
    THING, workflow="ObstacleWorkflow", perform=escalate, awake=Awake("lean", awake(obstacle.VIEW))
)
