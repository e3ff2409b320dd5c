"""Who hears of what is overdue, when, and how often (RULES B9, escalation default).

Days are working days for what a cycle or an action asks; an obstacle blocks people and climbs by
the hour.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from domain.cycle.calendar import DAY, local_date
from domain.cycle.policy import Level, Owed
from domain.facts import Pointer
from domain.ids import PersonId

REMIND_AFTER: Final = 1  # the owner again
REVIEWER_AFTER: Final = 3  # grace, then the one who reviews: the team's lead

OVERDUE: Final[tuple[tuple[int, Level], ...]] = (
    (0, "owner"),
    (REMIND_AFTER, "owner"),
    (REVIEWER_AFTER, "lead"),
    (7, "coordinator"),
    (14, "sponsor"),
)
"""Days after the due date, and who hears of it then."""

BLOCKER: Final[tuple[tuple[timedelta, Level], ...]] = (
    (timedelta(hours=20), "owner"),
    (timedelta(hours=24), "coordinator"),
    (timedelta(hours=48), "sponsor"),
)
"""Time since an obstacle was raised, and who hears of it while nobody has taken it."""

RANK: Final[Mapping[Level, int]] = {"owner": 0, "lead": 1, "coordinator": 2, "sponsor": 3}
"""How high a level stands; a nudge may repeat within a day only when this rises."""

Nudges = Mapping[tuple[PersonId, Pointer], tuple[datetime, Level]]
"""The last nudge of each person about each subject: when, and at which level."""


def still_to_nudge(
    owed: Iterable[Owed], level: Level, at: datetime, timezone: str, lists: Iterable[Nudges]
) -> tuple[Owed, ...]:
    """What is left of ``owed`` at the instant ``at`` when nobody hears twice a day of one subject.

    A day is a local date in ``timezone``. Who heard of it, by any of ``lists``, at lower levels
    only, hears again.
    """
    today = local_date(at, timezone)
    ranks: dict[tuple[PersonId, Pointer], int] = {}
    for nudges in lists:
        for key, (when, heard_at) in nudges.items():
            if local_date(when, timezone) == today:
                ranks[key] = max(ranks.get(key, 0), RANK[heard_at])

    def is_news(person: PersonId, subject: Pointer) -> bool:
        heard = ranks.get((person, subject))
        return heard is None or RANK[level] > heard

    kept = (
        one.model_copy(update={"about": tuple(t for t in one.about if is_news(one.person_id, t))})
        for one in owed
    )
    return tuple(one for one in kept if one.about)


def noted(nudges: Nudges, owed: Iterable[Owed], level: Level, at: datetime) -> Nudges:
    """``nudges`` with those of ``owed`` at ``at``; what is older than two days is forgotten."""
    recent = {key: heard for key, heard in nudges.items() if heard[0] > at - 2 * DAY}
    return recent | {(one.person_id, thing): (at, level) for one in owed for thing in one.about}
