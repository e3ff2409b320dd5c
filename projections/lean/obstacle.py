"""The view of obstacles: a row with the folded state, their history, and who is to take them on."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Integer, Text

from domain.cycle.escalation import BLOCKER
from domain.facts import Envelope
from domain.lean import obstacle as o
from domain.lean.obstacle import Obstacle
from domain.lean.obstacle_thing import THING
from projections.engine.versions import FIXED, Instant, Rows, versioned
from projections.engine.versions import Change as RowChange
from projections.handling import on
from projections.history.change import Change
from projections.lean import words
from projections.lean.about import about_columns, within
from projections.notifications.concern import around, concern, nudge
from projections.notifications.rows import Name
from projections.obligations.rows import known, owe, paid, raised, subject
from projections.search.findable import Findable, placed
from projections.stored import Stored
from projections.view import View, tell

OBSTACLE = versioned(
    "obstacle",
    Column("obstacle_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner_id", Text),
    Column("about_kind", Text),
    Column("about_id", Text, info=FIXED),
    Column("raised_at", Instant, nullable=False),
    Column("raised_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

STORED: Final[Stored[Obstacle]] = Stored(
    THING,
    OBSTACLE,
    TypeAdapter(Obstacle),
    columns=lambda state: {
        "title": state.title,
        "severity": state.severity,
        "status": state.status,
        "owner_id": state.owner_id,
        **about_columns(state.about),
    },
    born=lambda envelope: {
        "raised_at": envelope.recorded_at,
        "raised_at_position": envelope.position,
    },
)

# --- what history tells ---------------------------------------------------------------------------


def _said(fact: o.ObstacleFact, **sets: Any) -> Change:
    return Change("obstacle", fact.obstacle_id, sets)


def _why_answered(fact: o.WhyAnswered) -> Change:
    return Change(
        "obstacle",
        fact.obstacle_id,
        {"answer": fact.answer, "evidence": fact.evidence},
        refers={"under": ("why", fact.under, "answer")} if fact.under else {},
        part=("why", fact.why_id),
    )


def _cause_noted(fact: o.CauseNoted) -> Change:
    says = {"category": fact.category, "text": fact.text}
    return Change("obstacle", fact.obstacle_id, {}, says)


def _root_cause_chosen(fact: o.RootCauseChosen) -> Change:
    return Change(
        "obstacle",
        fact.obstacle_id,
        {"root_cause_id": fact.why_id},
        refers={"root_cause": ("why", fact.why_id, "answer")},
    )


# --- what is owed ---------------------------------------------------------------------------------


def _raised(fact: o.ObstacleRaised, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    about = known(rows, fact.about.kind, fact.about.id)
    yield subject(
        "obstacle",
        fact.obstacle_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=about.get("team_id"),
        within=within(fact.about),
    )
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def _escalated(fact: o.ObstacleEscalated, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from raised(rows, fact.level, about_id=fact.obstacle_id, about_kind="obstacle")


def _taken(
    fact: o.ObstacleAcknowledged | o.ObstacleResolved, _: Envelope, rows: Rows
) -> Iterator[RowChange]:
    yield from paid(rows, ("obstacle",), about_id=fact.obstacle_id)


def _reopened(fact: o.ObstacleReopened, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def _waits(obstacle_id: str, at: datetime, rows: Rows) -> RowChange:
    """Somebody is to take it on before the help chain climbs for the first time."""
    owner = known(rows, "obstacle", obstacle_id).get("owner_id")
    due_at = at + BLOCKER[0][0]
    return owe(rows, owner, "obstacle", ("obstacle", obstacle_id), at=at, due_at=due_at)


def _name(fact: o.ObstacleFact) -> Name:
    return "obstacle", fact.obstacle_id


VIEW: Final[View[Obstacle]] = View(
    THING,
    "lean",
    tables=(OBSTACLE,),
    stored=STORED,
    telling=(
        tell(
            o.ObstacleRaised,
            lambda fact: _said(
                fact,
                title=fact.title,
                severity=fact.severity,
                state="raised",
                owner_id=fact.owner_id,
            ),
            words.raised,
        ),
        tell(
            o.ObstacleAcknowledged,
            lambda fact: _said(fact, state="acknowledged"),
            words.acknowledged,
        ),
        tell(o.ObstacleEscalated, lambda fact: _said(fact, level=fact.level), words.escalated),
        tell(o.WhyAnswered, _why_answered, words.why_answered),
        tell(o.CauseNoted, _cause_noted, words.cause_noted),
        tell(o.RootCauseChosen, _root_cause_chosen, words.root_cause_chosen),
        tell(
            o.ObstacleResolved,
            lambda fact: _said(fact, state="resolved", result=fact.result),
            words.resolved,
        ),
        tell(o.ObstacleReopened, lambda fact: _said(fact, state="raised"), words.reopened),
    ),
    found=Findable(
        places=(
            placed(o.ObstacleRaised, lambda fact: {"parent": (fact.about.kind, fact.about.id)}),
        ),
        over=("resolved",),
    ),
    owes=(
        on(o.ObstacleRaised, _raised),
        on(o.ObstacleEscalated, _escalated),
        on(o.ObstacleAcknowledged, _taken),
        on(o.ObstacleResolved, _taken),
        on(o.ObstacleReopened, _reopened),
    ),
    asks=words.OBSTACLE_ASKS,
    concerns=(
        nudge(o.ObstacleEscalated, _name, lambda fact: fact.level),
        concern(o.ObstacleAcknowledged, "changed", _name, around),
        concern(o.ObstacleResolved, "changed", _name, around),
        concern(o.ObstacleReopened, "changed", _name, around),
    ),
    awake=OBSTACLE.c.status != "resolved",
)
