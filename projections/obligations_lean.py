"""What actions and obstacles ask of people, from the moment they are opened until they are done."""

from collections.abc import Iterator
from datetime import time

from domain.cycle.calendar import instant
from domain.cycle.escalation import BLOCKER
from domain.facts import Envelope
from domain.lean import action as a
from domain.lean import obstacle as o
from projections.obligation_rows import OBLIGATION, known, owe, paid, thing
from projections.versions import Change, Put, Rows


def action_opened(envelope: Envelope, _rows: Rows) -> Iterator[Change]:
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
    if fact.due_on is not None:
        yield Put(
            OBLIGATION,
            (fact.owner_id, "action", "action", fact.action_id),
            {
                "title": fact.title,
                "objective_id": None,
                "cycle_id": None,
                "team_id": fact.team_id,
                "slot": None,
                "since_at": envelope.recorded_at,
                "due_at": instant(fact.due_on, time(18), fact.timezone),
                "level": "owner",
            },
        )


def action_moved(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Done work is owed no more; work that comes back is owed again."""
    fact = envelope.fact
    assert isinstance(fact, a.ActionMoved)
    action = known(rows, "action", fact.action_id)
    if fact.stage == "done":
        yield from paid(rows, ("action",), about_id=fact.action_id)
    elif action.get("due_on") is not None:
        due_at = instant(action["due_on"], time(18), action["timezone"])
        yield owe(
            rows,
            action["owner_id"],
            "action",
            "action",
            fact.action_id,
            at=envelope.recorded_at,
            due_at=due_at,
        )


def action_reminded(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionReminded)
    for row in rows.where(OBLIGATION, about_id=fact.action_id):
        key = (row["person_id"], row["asked"], row["about_kind"], row["about_id"])
        yield Put(OBLIGATION, key, {**row, "level": fact.level})


def effect_asked(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.EffectAsked)
    owner = known(rows, "action", fact.action_id).get("owner_id")
    yield owe(
        rows,
        owner,
        "effect",
        "action",
        fact.action_id,
        at=envelope.recorded_at,
        due_at=envelope.recorded_at,
    )


def action_verified(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionVerified)
    yield from paid(rows, ("effect", "action"), about_id=fact.action_id)


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
        objective_id=about.get("objective_id"),
    )
    yield Put(
        OBLIGATION,
        (fact.owner_id or "", "obstacle", "obstacle", fact.obstacle_id),
        {
            "title": fact.title,
            # An obstacle outlives its objective, so it is not ended with it.
            "objective_id": None,
            "cycle_id": None,
            "team_id": about.get("team_id"),
            "slot": None,
            "since_at": envelope.recorded_at,
            "due_at": envelope.recorded_at + BLOCKER[0][0],
            "level": "owner",
        },
    )


def obstacle_escalated(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleEscalated)
    for row in rows.where(OBLIGATION, about_id=fact.obstacle_id):
        key = (row["person_id"], row["asked"], row["about_kind"], row["about_id"])
        yield Put(OBLIGATION, key, {**row, "level": fact.level})


def obstacle_taken(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleAcknowledged | o.ObstacleResolved)
    yield from paid(rows, ("obstacle",), about_id=fact.obstacle_id)


def obstacle_reopened(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleReopened)
    owner = known(rows, "obstacle", fact.obstacle_id).get("owner_id")
    yield owe(
        rows,
        owner,
        "obstacle",
        "obstacle",
        fact.obstacle_id,
        at=envelope.recorded_at,
        due_at=envelope.recorded_at + BLOCKER[0][0],
    )
