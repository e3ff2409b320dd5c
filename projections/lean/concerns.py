"""Whom the facts of obstacles and actions concern: who owns or follows them, whom a clock calls.

Who comes to own one is told by rule (``projections/notifications/rows.py``).
"""

from collections.abc import Iterator
from typing import Final

from domain.facts import Envelope
from domain.lean import action as a
from domain.lean import action_editing, action_holding, action_leaving, obstacle_editing
from domain.lean import obstacle as o
from projections.engine.versions import Change, Put, Rows
from projections.handling import Handling, on
from projections.notifications.concern import around, concern, nudge, owner
from projections.notifications.rows import Name
from projections.obligations.rows import SUBJECT


def _obstacle(fact: o.ObstacleFact) -> Name:
    return "obstacle", fact.obstacle_id


def _action(fact: a.ActionFact) -> Name:
    return "action", fact.action_id


def _raised(
    fact: o.ObstacleRaised | obstacle_editing.ObstacleRelated, _: Envelope, __: Rows
) -> Iterator[Change]:
    """Escalations find its team and its cycle by what it is about."""
    yield Put(SUBJECT, _obstacle(fact), {"within": f"{fact.about.kind}/{fact.about.id}"})


def _opened(
    fact: a.ActionOpened | action_editing.ActionRelated, _: Envelope, __: Rows
) -> Iterator[Change]:
    within = None if fact.about is None else f"{fact.about.kind}/{fact.about.id}"
    yield Put(SUBJECT, _action(fact), {"within": within})


OBSTACLE_CONCERNS: Final[tuple[Handling, ...]] = (
    on(o.ObstacleRaised, _raised),
    on(obstacle_editing.ObstacleRelated, _raised),
    nudge(o.ObstacleEscalated, _obstacle, lambda fact: fact.level),
    concern(o.ObstacleAcknowledged, "changed", _obstacle, around),
    concern(o.ObstacleResolved, "changed", _obstacle, around),
    concern(o.ObstacleReopened, "changed", _obstacle, around),
    concern(o.ObstacleReleased, "changed", _obstacle, around),
    concern(o.ObstacleEnded, "changed", _obstacle, around),
    concern(obstacle_editing.ObstacleReassessed, "changed", _obstacle, around),
)
ACTION_CONCERNS: Final[tuple[Handling, ...]] = (
    on(a.ActionOpened, _opened),
    on(action_editing.ActionRelated, _opened),
    nudge(a.ActionReminded, _action, lambda fact: fact.level),
    concern(a.EffectAsked, "asked", _action, owner),
    concern(a.ActionVerified, "changed", _action, around),
    concern(a.ActionReopened, "changed", _action, around),
    concern(action_holding.ActionBlocked, "changed", _action, around),
    concern(action_holding.ActionUnblocked, "changed", _action, around),
    concern(action_leaving.ActionCancelled, "changed", _action, around),
    concern(action_editing.ActionRescheduled, "changed", _action, around),
    concern(action_editing.ActionTransferred, "changed", _action, around),
)
