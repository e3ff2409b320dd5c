"""The clock of an obstacle: it climbs its help chain until somebody takes it."""

from collections.abc import Iterator
from typing import Final, cast

from domain.ids import ObstacleId
from domain.lean.obstacle import EscalateObstacle, HelpLevel, Obstacle
from domain.lean.obstacle_thing import THING
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.engine.view_store import ViewStore
from projections.lean.rows import OBSTACLE, OBSTACLES
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


def unresolved(look: Reading, moment: Moment) -> Iterator[tuple[str, Obstacle]]:
    """Obstacles that are still in the way."""
    for row in look.rows(OBSTACLE, moment, OBSTACLE.c.status != "resolved"):
        yield row["obstacle_id"], OBSTACLES.validate_json(row["state"])


CLOCK: Final = Clockwork(
    THING, workflow="ObstacleWorkflow", perform=escalate, awake=Awake("lean", unresolved)
)
