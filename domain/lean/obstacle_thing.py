"""The descriptor of an obstacle."""

from typing import Final

from domain.facts import Pointer
from domain.lean import obstacle, obstacle_decisions
from domain.lean.agenda import obstacle_due
from domain.lean.obstacle import Obstacle
from domain.relation import ABOUT, Relation, makes
from domain.thing import Thing, each, on


def _about(fact: obstacle.ObstacleRaised) -> tuple[Relation, ...]:
    return (Relation(ABOUT, Pointer(kind="obstacle", id=fact.obstacle_id), fact.about),)


THING: Final[Thing[Obstacle]] = Thing(
    "obstacle",
    obstacle.INITIAL,
    facts=(
        each(
            obstacle.evolve,
            obstacle.ObstacleRaised,
            obstacle.ObstacleAcknowledged,
            obstacle.ObstacleEscalated,
            obstacle.WhyAnswered,
            obstacle.CauseNoted,
            obstacle.RootCauseChosen,
            obstacle.ObstacleResolved,
            obstacle.ObstacleReopened,
        ),
    ),
    commands=(
        on(obstacle.RaiseObstacle, obstacle_decisions.decide_raise, permits="write"),
        on(obstacle.AcknowledgeObstacle, obstacle_decisions.decide_acknowledge, permits="write"),
        on(obstacle.EscalateObstacle, obstacle_decisions.decide_escalate, permits="clock"),
        on(obstacle.AnswerWhy, obstacle_decisions.decide_answer, permits="write"),
        on(obstacle.NoteCause, obstacle_decisions.decide_note, permits="write"),
        on(obstacle.ChooseRootCause, obstacle_decisions.decide_choose, permits="write"),
        on(obstacle.ResolveObstacle, obstacle_decisions.decide_resolve, permits="write"),
        on(obstacle.ReopenObstacle, obstacle_decisions.decide_reopen, permits="write"),
    ),
    due=obstacle_due,
    about=True,
    relations=(makes(obstacle.ObstacleRaised, _about),),
)
