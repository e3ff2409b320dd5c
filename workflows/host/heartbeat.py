"""The sign of life of the workers, in the database of the views: every host can see it.

One row serves all workers: the clocks run as long as any of them gives signs.
"""

from typing import Final, Literal

from sqlalchemy.exc import SQLAlchemyError

from projections.engine.errors import ViewsDamaged
from projections.engine.followers import Followers
from projections.engine.holder import holder

WORKER: Final = "worker"
"""Its name among the followers; it has no position in the log."""

STALE_AFTER: Final = 60.0
"""Seconds without a sign of life after which the clocks count as away."""


def give_sign(followers: Followers) -> None:
    """A worker of this process lives, and Temporal answers it."""
    followers.beat(WORKER, holder())


def clock_status(followers: Followers) -> Literal["ok", "away"]:
    """Whether a worker, on any host, reached Temporal within the last minute."""
    try:
        age = followers.age(WORKER)
    except (SQLAlchemyError, ViewsDamaged):
        return "away"
    return "ok" if age is not None and age < STALE_AFTER else "away"
