"""The descriptor of an obstacle."""

from typing import Final

from domain.facts import Pointer
from domain.lean import fishbone, five_whys, obstacle, obstacle_decisions, obstacle_editing
from domain.lean.agenda import obstacle_due
from domain.lean.obstacle import Obstacle
from domain.people.person import Person
from domain.relation import ABOUT, Ended, Relation, ends, makes
from domain.thing import Thing, on, when


def _about(
    fact: obstacle.ObstacleRaised | obstacle_editing.ObstacleRelated,
) -> tuple[Relation, ...]:
    return (Relation(ABOUT, Pointer(kind="obstacle", id=fact.obstacle_id), fact.about),)


def _about_no_more(fact: obstacle_editing.ObstacleRelated) -> tuple[Ended, ...]:
    return (Ended(ABOUT, Pointer(kind="obstacle", id=fact.obstacle_id)),)


THING: Final[Thing[Obstacle]] = Thing(
    "obstacle",
    obstacle.INITIAL,
    facts=(
        when(obstacle.ObstacleRaised, obstacle.raised),
        when(obstacle.ObstacleAcknowledged, obstacle.acknowledged),
        when(obstacle.ObstacleReleased, obstacle.released),
        when(obstacle.ObstacleEscalated, obstacle.escalated),
        when(obstacle.ObstacleResolved, obstacle.resolved),
        when(obstacle.ObstacleEnded, obstacle.ended),
        when(obstacle.ObstacleReopened, obstacle.reopened),
    ),
    commands=(
        on(obstacle.RaiseObstacle, obstacle_decisions.decide_raise, permits="write"),
        on(
            obstacle.AcknowledgeObstacle,
            obstacle_decisions.decide_acknowledge,
            Person,
            permits="write",
        ),
        on(obstacle.ReleaseObstacle, obstacle_decisions.decide_release, permits="write"),
        on(obstacle.EscalateObstacle, obstacle_decisions.decide_escalate, permits="clock"),
        on(obstacle.ResolveObstacle, obstacle_decisions.decide_resolve, permits="write"),
        on(obstacle.EndObstacle, obstacle_decisions.decide_end, permits="clock"),
        on(obstacle.ReopenObstacle, obstacle_decisions.decide_reopen, permits="write"),
    ),
    chapters=(five_whys.CHAPTER, fishbone.CHAPTER, obstacle_editing.CHAPTER),
    due=obstacle_due,
    about=True,
    discussed=True,
    relations=(
        makes(obstacle.ObstacleRaised, _about),
        ends(obstacle_editing.ObstacleRelated, _about_no_more),
        makes(obstacle_editing.ObstacleRelated, _about),
    ),
)
