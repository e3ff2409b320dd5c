"""What actions and obstacles ask of people, from the moment they are opened until they are done."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, Final

from domain.cycle.calendar import instant, local_date
from domain.cycle.escalation import BLOCKER
from domain.facts import Envelope
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.lean.agenda import NEW_TURN_DAYS, WORKDAYS
from projections.engine.versions import Change, Rows
from projections.obligations.rows import known, owe, paid, raised, thing

END_OF_WORK: Final = time(18)


# --- actions --------------------------------------------------------------------------------------


def action_opened(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionOpened)
    yield thing(
        "action",
        fact.action_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        timezone=fact.timezone,
        due_on=fact.due_on,
    )
    yield from _owed(fact.action_id, envelope.recorded_at, rows)


def action_moved(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Done work is owed no more; work that comes back is owed again, and its effect is not."""
    fact = envelope.fact
    assert isinstance(fact, a.ActionMoved)
    if fact.stage == "done":
        yield from paid(rows, ("action",), about_id=fact.action_id)
    else:
        yield from paid(rows, ("effect",), about_id=fact.action_id)
        yield from _owed(fact.action_id, envelope.recorded_at, rows)


def action_reminded(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionReminded)
    yield from raised(rows, fact.level, about_id=fact.action_id, about_kind="action")


def effect_asked(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.EffectAsked)
    at = envelope.recorded_at
    owner = known(rows, "action", fact.action_id).get("owner_id")
    yield owe(rows, owner, "effect", ("action", fact.action_id), at=at, due_at=at)


def action_verified(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionVerified)
    yield from paid(rows, ("effect", "action"), about_id=fact.action_id)


def action_reopened(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionReopened)
    yield from paid(rows, ("effect",), about_id=fact.action_id)
    yield from _owed(fact.action_id, envelope.recorded_at, rows)


def _owed(action_id: str, at: datetime, rows: Rows) -> Iterator[Change]:
    """Unfinished work with a due date is owed by its owner."""
    action = known(rows, "action", action_id)
    if action.get("due_on") is not None:
        due_at = _due_at(action, at)
        yield owe(rows, action["owner_id"], "action", ("action", action_id), at=at, due_at=due_at)


def _due_at(action: Mapping[str, Any], begun: datetime) -> datetime:
    """The end of work on the due date; what begins after it has the days of a new turn."""
    today, due_on = local_date(begun, action["timezone"]), action["due_on"]
    day = (
        due_on if WORKDAYS.on_or_after(due_on) >= today else WORKDAYS.shifted(today, NEW_TURN_DAYS)
    )
    return instant(day, END_OF_WORK, action["timezone"])


# --- obstacles ------------------------------------------------------------------------------------


def obstacle_raised(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleRaised)
    about = known(rows, fact.about.kind, fact.about.id)
    yield thing(
        "obstacle",
        fact.obstacle_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=about.get("team_id"),
    )
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def obstacle_escalated(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleEscalated)
    yield from raised(rows, fact.level, about_id=fact.obstacle_id, about_kind="obstacle")


def obstacle_taken(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleAcknowledged | o.ObstacleResolved)
    yield from paid(rows, ("obstacle",), about_id=fact.obstacle_id)


def obstacle_reopened(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleReopened)
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def _waits(obstacle_id: str, at: datetime, rows: Rows) -> Change:
    """Somebody is to take it on before the help chain climbs for the first time."""
    owner = known(rows, "obstacle", obstacle_id).get("owner_id")
    due_at = at + BLOCKER[0][0]
    return owe(rows, owner, "obstacle", ("obstacle", obstacle_id), at=at, due_at=due_at)
