"""What an obstacle and an action wait for next (RULES B9, escalation)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final, Literal

from domain.cycle.calendar import WorkingDays, instant, local_date
from domain.cycle.escalation import BLOCKER, REVIEWER_AFTER
from domain.due import Due
from domain.ladder import Ladder, Rung
from domain.lean.action import Action
from domain.lean.obstacle import Obstacle

NUDGE_AT: Final = time(9)
WORKDAYS: Final = WorkingDays()
NEW_TURN_DAYS: Final = 5  # working days for an action that begins after its due date

LEVEL_OF: Final[Mapping[str, Literal["owner", "lead", "sponsor"]]] = MappingProxyType(
    {
        "half-time": "owner",
        "due": "owner",
        "overdue-lead": "lead",
        "overdue-sponsor": "sponsor",
        "effect-reminder": "owner",
    }
)
"""Who hears of each reminder of an action. The other milestone, ``effect``, asks for the effect."""


def obstacle_due(obstacle: Obstacle, now: datetime) -> Due | None:  # noqa: ARG001
    """The next climb of the help chain, while nobody has taken or resolved the obstacle.

    ``id`` is the level that hears of it: owner, coordinator, sponsor.
    """
    if obstacle.status != "raised" or obstacle.waiting_since is None:
        return None
    since = obstacle.waiting_since
    rungs = (Rung(level, since + waited, "escalate", level) for waited, level in BLOCKER)
    stream = f"obstacle/{obstacle.obstacle_id}"
    return Ladder(stream, rungs, obstacle.reached, obstacle.generation).due()


def action_due(action: Action, now: datetime) -> Due | None:
    """The next reminder of open work, or the question for the effect of work that is done.

    Half-time nudge, due, overdue to the lead after 2 working days and to the sponsor after 5; then
    ``verify_after_days`` after it was done the effect is asked for, and once more.
    """
    rungs = (
        Rung(id_, at, "effect" if id_ == "effect" else "remind", LEVEL_OF.get(id_))
        for id_, at in _steps(action, now)
    )
    return Ladder(f"action/{action.action_id}", rungs, action.reached, action.generation).due()


def _steps(action: Action, now: datetime) -> Iterator[tuple[str, datetime]]:
    def at(day: date) -> datetime:
        return instant(day, NUDGE_AT, action.timezone)

    if action.archived_at is not None:
        return
    match action.status:
        case "open" | "doing" | "reopened":
            if action.due_on is None or action.begun_at is None:
                return
            begun = local_date(action.begun_at, action.timezone)
            due = WORKDAYS.on_or_after(action.due_on)
            if due < begun:
                due = WORKDAYS.shifted(begun, NEW_TURN_DAYS)
            half = WORKDAYS.between(begun, due) // 2
            # Half-time tells nothing any more once the action itself is due.
            if half and now < at(due) and "due" not in action.reached:
                yield "half-time", at(WORKDAYS.shifted(begun, half))
            yield "due", at(due)
            yield "overdue-lead", at(WORKDAYS.shifted(due, 2))
            yield "overdue-sponsor", at(WORKDAYS.shifted(due, 5))
        case "done":
            if action.finished_at is not None:
                finished = local_date(action.finished_at, action.timezone)
                day = WORKDAYS.on_or_after(finished + timedelta(days=action.verify_after_days))
                yield "effect", max(at(day), action.finished_at)
        case "verifying":
            if action.effect_asked_at is not None:
                asked = local_date(action.effect_asked_at, action.timezone)
                yield "effect-reminder", at(WORKDAYS.shifted(asked, REVIEWER_AFTER))
        case "verified" | "cancelled":
            return
