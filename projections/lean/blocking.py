"""What stands in the way of things although nobody marked them as blocked: obstacles about them."""

from collections.abc import Collection, Iterator
from typing import Any

from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.lean.obstacle import OBSTACLE


def open_obstacles_about(
    look: Reading, moment: Moment, kinds: Collection[str], ids: Collection[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each open obstacle about one of these things is about, and how cards tell of it; the
    first that was raised comes first.
    """
    c = OBSTACLE.c
    wanted = (c.status != "resolved", c.about_kind.in_(kinds), c.about_id.in_(list(ids)))
    for row in look.rows(OBSTACLE, moment, *wanted, order_by=(c.raised_at_position,)):
        obstacle = {"kind": "obstacle", "id": row["obstacle_id"], "title": row["title"]}
        held = {"reason": row["title"], "since": row["raised_at"], "waits_for": obstacle}
        yield row["about_id"], held
