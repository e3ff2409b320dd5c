"""What performing means for an obstacle and for an improvement action."""

from typing import Literal, assert_never, cast

from domain.ids import ActionId, ObstacleId
from domain.lean.action import AskEffect, RemindAction
from domain.lean.agenda import LEVEL_OF
from domain.lean.obstacle import EscalateObstacle, HelpLevel
from workflows.clock.signing import Hand


def escalate(hand: Hand) -> None:
    """The obstacle climbs one step of its help chain; the milestone is named after the level."""
    hand.write(
        EscalateObstacle(
            **hand.sign("escalate"),
            obstacle_id=ObstacleId(hand.thing_id),
            level=cast("HelpLevel", hand.due.id),
            milestone=hand.due.id,
        )
    )


def pursue(hand: Hand) -> None:
    """The action's owner, lead or sponsor is reminded, or the effect is asked for."""
    action_id = ActionId(hand.thing_id)
    match cast("Literal['remind', 'effect']", hand.due.kind):
        case "remind":
            hand.write(
                RemindAction(
                    **hand.sign("remind"),
                    action_id=action_id,
                    level=LEVEL_OF[hand.due.id],
                    milestone=hand.due.id,
                )
            )
        case "effect":
            hand.write(AskEffect(**hand.sign("ask"), action_id=action_id, milestone=hand.due.id))
        case kind:
            assert_never(kind)
