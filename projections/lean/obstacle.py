"""The view of obstacles: a row with the folded state, their history, and who is to take them on."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Integer, Text

from domain.cycle.escalation import BLOCKER
from domain.facts import Envelope
from domain.lean import fishbone, five_whys
from domain.lean import obstacle as o
from domain.lean import obstacle_editing as e
from domain.lean.obstacle import Obstacle, ObstacleFact, Severity
from domain.lean.obstacle_thing import THING
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Instant, Put, Row, Rows, versioned
from projections.handling import on
from projections.history.change import Change
from projections.lean import words
from projections.lean.about import about_columns, named
from projections.lean.concerns import OBSTACLE_CONCERNS
from projections.lean.edits import linked, reassigned
from projections.obligations.rows import (
    SUBJECT,
    known,
    owe,
    paid,
    raised,
    renamed,
    subject,
    taken_over,
)
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
    Column("about_id", Text),
    Column("source", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("raised_at_position", BigInteger, nullable=False),
    Column("gravity", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    found_by=("about_id", "owner_id"),
)
"""``gravity`` is a place in the order of severity, the newest first within one; no two share it.
What an obstacle was about at some moment the relations know, for it may turn out otherwise."""

RANK: Final[Mapping[Severity, int]] = {"low": 1, "medium": 2, "high": 3}
_BEYOND_ANY_LOG: Final = 10**15


def _gravity(envelope: Envelope, before: Row | None, state: Obstacle) -> Mapping[str, Any]:
    raised_at = before["raised_at_position"] if before else envelope.position
    return {"gravity": RANK[state.severity] * _BEYOND_ANY_LOG + raised_at}


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
        "source": state.source,
    },
    born=lambda envelope: {
        "raised_at": envelope.recorded_at,
        "raised_at_position": envelope.position,
    },
    also=_gravity,
)

# --- what history tells ---------------------------------------------------------------------------


def _said(fact: ObstacleFact, **sets: Any) -> Change:
    return Change("obstacle", fact.obstacle_id, sets)


def _raised_change(fact: o.ObstacleRaised) -> Change:
    return _said(
        fact,
        title=fact.title,
        severity=fact.severity,
        state="raised",
        owner_id=fact.owner_id,
        about=named(fact.about),
        **({"type": fact.type} if fact.type else {}),
        **({"next_action": fact.next_action} if fact.next_action else {}),
    )


def _why(fact: five_whys.WhyAnswered | five_whys.WhyReworded, under: str | None) -> Change:
    return Change(
        "obstacle",
        fact.obstacle_id,
        {"answer": fact.answer, "evidence": fact.evidence},
        refers={"under": ("why", under, "answer")} if under else {},
        part=("why", fact.why_id),
    )


def _why_withdrawn(fact: five_whys.WhyWithdrawn) -> Change:
    gone = {"answer": None}
    return Change("obstacle", fact.obstacle_id, gone, part=("why", fact.why_id))


def _cause(fact: fishbone.CauseNoted | fishbone.CauseReworded) -> Change:
    sets = {"category": fact.category, "cause": fact.text}
    return Change("obstacle", fact.obstacle_id, sets, part=("cause", fact.cause_id))


def _cause_withdrawn(fact: fishbone.CauseWithdrawn) -> Change:
    return Change("obstacle", fact.obstacle_id, {"cause": None}, part=("cause", fact.cause_id))


def _root_cause(fact: five_whys.RootCauseChosen | five_whys.RootCauseUnmarked) -> Change:
    chosen = isinstance(fact, five_whys.RootCauseChosen)
    return Change(
        "obstacle",
        fact.obstacle_id,
        {"root_cause_id": fact.why_id if chosen else None},
        refers={"root_cause": ("why", fact.why_id, "answer")},
    )


def _related(fact: e.ObstacleRelated) -> Change:
    refers = {"thing": (fact.about.kind, fact.about.id, "title")}
    return Change("obstacle", fact.obstacle_id, {"about": named(fact.about)}, refers=refers)


# --- what is owed ---------------------------------------------------------------------------------


def _raised(fact: o.ObstacleRaised, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    about = known(rows, fact.about.kind, fact.about.id)
    yield subject(
        "obstacle",
        fact.obstacle_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=about.get("team_id"),
    )
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def _escalated(fact: o.ObstacleEscalated, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from raised(rows, fact.level, about_id=fact.obstacle_id, about_kind="obstacle")


def _taken(
    fact: o.ObstacleAcknowledged | o.ObstacleResolved | o.ObstacleEnded, _: Envelope, rows: Rows
) -> Iterator[RowChange]:
    yield from paid(rows, ("obstacle",), about_id=fact.obstacle_id)


def _renamed(fact: e.ObstacleRenamed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from renamed(rows, ("obstacle", fact.obstacle_id), fact.title)


def _reassigned(fact: e.ObstacleReassigned, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from taken_over(rows, ("obstacle", fact.obstacle_id), fact.owner_id)


def _related_team(fact: e.ObstacleRelated, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    team_id = known(rows, fact.about.kind, fact.about.id).get("team_id")
    yield Put(SUBJECT, ("obstacle", fact.obstacle_id), {"team_id": team_id})


def _waits_again(
    fact: o.ObstacleReopened | o.ObstacleReleased, envelope: Envelope, rows: Rows
) -> Iterator[RowChange]:
    yield _waits(fact.obstacle_id, envelope.recorded_at, rows)


def _waits(obstacle_id: str, at: datetime, rows: Rows) -> RowChange:
    """Somebody is to take it on before the help chain climbs for the first time."""
    owner = known(rows, "obstacle", obstacle_id).get("owner_id")
    due_at = at + BLOCKER[0][0]
    return owe(rows, owner, "obstacle", ("obstacle", obstacle_id), at=at, due_at=due_at)


VIEW: Final[View[Obstacle]] = View(
    THING,
    "lean",
    tables=(OBSTACLE,),
    stored=STORED,
    telling=(
        tell(o.ObstacleRaised, _raised_change, words.raised),
        tell(
            o.ObstacleAcknowledged,
            lambda fact: _said(fact, state="acknowledged"),
            words.acknowledged,
        ),
        tell(o.ObstacleReleased, lambda fact: _said(fact, state="raised"), words.released),
        tell(o.ObstacleEscalated, lambda fact: _said(fact, level=fact.level), words.escalated),
        tell(five_whys.WhyAnswered, lambda fact: _why(fact, fact.under), words.why_answered),
        tell(five_whys.WhyReworded, lambda fact: _why(fact, None), words.why_reworded),
        tell(five_whys.WhyWithdrawn, _why_withdrawn, words.why_withdrawn),
        tell(fishbone.CauseNoted, _cause, words.cause_noted),
        tell(fishbone.CauseReworded, _cause, words.cause_reworded),
        tell(fishbone.CauseWithdrawn, _cause_withdrawn, words.cause_withdrawn),
        tell(five_whys.RootCauseChosen, _root_cause, words.root_cause_chosen),
        tell(five_whys.RootCauseUnmarked, _root_cause, words.root_cause_unmarked),
        tell(
            o.ObstacleResolved,
            lambda fact: _said(fact, state="resolved", result=fact.result),
            words.resolved,
        ),
        tell(
            o.ObstacleEnded,
            lambda fact: Change(
                "obstacle", fact.obstacle_id, {"state": "resolved"}, {"because": fact.because}
            ),
            words.ended,
        ),
        tell(o.ObstacleReopened, lambda fact: _said(fact, state="raised"), words.reopened),
        tell(e.ObstacleRenamed, lambda fact: _said(fact, title=fact.title), words.renamed),
        tell(
            e.ObstacleDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(e.ObstacleLinked, lambda fact: _said(fact, links=linked(fact.links)), words.linked),
        tell(
            e.ObstacleReassessed,
            lambda fact: _said(fact, severity=fact.severity),
            words.reassessed,
        ),
        tell(e.ObstacleClassified, lambda fact: _said(fact, type=fact.type), words.classified),
        tell(
            e.ObstacleReassigned,
            lambda fact: reassigned("obstacle", fact.obstacle_id, fact.owner_id),
            words.reassigned,
        ),
        tell(
            e.NextActionNamed,
            lambda fact: _said(fact, next_action=fact.next_action),
            words.next_action_named,
        ),
        tell(e.ObstacleRelated, _related, words.related),
    ),
    found=Findable(
        places=(
            placed(o.ObstacleRaised, lambda fact: {"parent": (fact.about.kind, fact.about.id)}),
            placed(e.ObstacleRelated, lambda fact: {"parent": (fact.about.kind, fact.about.id)}),
        ),
        over=("resolved",),
    ),
    owes=(
        on(o.ObstacleRaised, _raised),
        on(o.ObstacleEscalated, _escalated),
        on(o.ObstacleAcknowledged, _taken),
        on(o.ObstacleResolved, _taken),
        on(o.ObstacleEnded, _taken),
        on(o.ObstacleReleased, _waits_again),
        on(o.ObstacleReopened, _waits_again),
        on(e.ObstacleRenamed, _renamed),
        on(e.ObstacleReassigned, _reassigned),
        on(e.ObstacleRelated, _related_team),
    ),
    asks=words.OBSTACLE_ASKS,
    concerns=OBSTACLE_CONCERNS,
    awake=OBSTACLE.c.status != "resolved",
)
