"""The descriptor of an obstacle."""

from dataclasses import replace
from typing import Final

from domain.facts import Pointer
from domain.lean import obstacle, obstacle_decisions
from domain.lean.agenda import obstacle_due
from domain.lean.obstacle import Obstacle
from domain.relation import ABOUT, Relation, makes
from domain.thing import Thing, on, when


def _about(fact: obstacle.ObstacleRaised) -> tuple[Relation, ...]:
    return (Relation(ABOUT, Pointer(kind="obstacle", id=fact.obstacle_id), fact.about),)


THING: Final[Thing[Obstacle]] = Thing(
    "obstacle",
    obstacle.INITIAL,
    facts=(
        when(obstacle.ObstacleRaised, obstacle.raised),
        when(
            obstacle.ObstacleAcknowledged,
            lambda state, fact: replace(state, status="acknowledged"),  # noqa: ARG005
        ),
        when(obstacle.ObstacleEscalated, obstacle.escalated),
        when(obstacle.WhyAnswered, obstacle.why_answered),
        when(obstacle.CauseNoted, obstacle.cause_noted),
        when(
            obstacle.RootCauseChosen,
            lambda state, fact: replace(state, root_cause_id=fact.why_id),
        ),
        when(obstacle.ObstacleResolved, obstacle.resolved),
        when(obstacle.ObstacleReopened, obstacle.reopened),
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
    discussed=True,
    relations=(makes(obstacle.ObstacleRaised, _about),),
)
