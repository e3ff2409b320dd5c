"""Who owes what: opened by the clock's asks and by what people start, closed by what people do.

The cycle's clock asks and reminds; a check-in, a proposal, an answer or a grade pays. Actions and
obstacles owe from the moment they are opened. Nothing here decides who is late: the instant of the
question does.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Final

import orjson
from sqlalchemy import Column, Date, String, Text

from domain.cycle import cycle
from domain.cycle import milestones as m
from domain.cycle.calendar import instant
from domain.cycle.escalation import BLOCKER
from domain.cycle.policy import Phase
from domain.facts import Envelope, Fact
from domain.lean import action as a
from domain.lean import obstacle as o
from domain.lean.board import BoardFact
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    conversion,
    drafting,
    grading,
    leaving,
    objective,
    retarget,
)
from domain.okr import key_result as k
from domain.okr.roster import RosterFact
from domain.okr.stream import ObjectiveFact
from domain.people import team
from domain.people.person import PersonJoined
from projections.families import facts_of
from projections.projection import Projection
from projections.versions import Change, End, Instant, Put, Rows, versioned

OBLIGATION = versioned(
    "obligation",
    Column("person_id", String(36), primary_key=True),
    Column("asked", String(16), primary_key=True),
    Column("about_kind", String(32), primary_key=True),
    Column("about_id", String(36), primary_key=True, index=True),
    Column("title", Text),
    Column("objective_id", String(36), index=True),
    Column("cycle_id", String(36), index=True),
    Column("team_id", String(36)),
    Column("slot", Date),
    Column("since_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("level", String(16), nullable=False),
)
"""``person_id`` is empty when nobody in particular owes it (an obstacle without an owner)."""

THING = versioned(
    "obligation_thing",
    Column("kind", String(32), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("title", Text, nullable=False),
    Column("owner_id", String(36)),
    Column("team_id", String(36)),
    Column("objective_id", String(36)),
    Column("cycle_id", String(36)),
    Column("parent_id", String(36)),
    Column("leads", Text),
    Column("timezone", Text),
    Column("due_on", Date),
)
"""What is known of the things that obligations are about, to name them and to find reviewers."""

OVER_WHEN: Final[Mapping[Phase, tuple[str, ...]]] = MappingProxyType(
    {
        "run": ("objectives", "agreement", "commitment", "answer"),
        "grade": ("check_in", "adjustment"),
        "learn": ("grades",),
    }
)
"""Entering a phase ends what only made sense before it."""


def _known(rows: Rows, kind: str, id_: str) -> Mapping[str, Any]:
    return rows.get(THING, (kind, id_)) or {}


def _owe(
    rows: Rows,
    person_id: str | None,
    asked: str,
    kind: str,
    id_: str,
    *,
    at: datetime,
    due_at: datetime | None,
    level: str = "owner",
    slot: Any = None,
    cycle_id: str | None = None,
) -> Put:
    key = (person_id or "", asked, kind, id_)
    thing, held = _known(rows, kind, id_), rows.get(OBLIGATION, key)
    fresh = held is None or (slot is not None and held["slot"] != slot)
    return Put(
        OBLIGATION,
        key,
        {
            "title": thing.get("title"),
            "objective_id": thing.get("objective_id"),
            "cycle_id": cycle_id or thing.get("cycle_id"),
            "team_id": thing.get("team_id"),
            "slot": slot,
            "since_at": at if fresh or held is None else held["since_at"],
            "due_at": due_at if fresh or held is None else held["due_at"],
            "level": level,
        },
    )


def _paid(rows: Rows, asked: Iterable[str], **named: Any) -> Iterator[End]:
    wanted = frozenset(asked)
    for row in rows.where(OBLIGATION, **named):
        if row["asked"] in wanted:
            yield End(
                OBLIGATION, (row["person_id"], row["asked"], row["about_kind"], row["about_id"])
            )


def _thing(kind: str, id_: str, title: str, **known: Any) -> Put:
    columns = ("owner_id", "team_id", "objective_id", "cycle_id", "parent_id", "leads")
    values = {name: known.get(name) for name in (*columns, "timezone", "due_on")}
    return Put(THING, (kind, id_), {"title": title, **values})


# --- what the clock of a cycle asks -------------------------------------------------------------


def asked(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """The clock asked or reminded: one obligation a person and thing."""
    fact = envelope.fact
    assert isinstance(fact, m.PeopleAsked | m.PeopleReminded)
    level = fact.level if isinstance(fact, m.PeopleReminded) else "owner"
    for owed in fact.owed:
        for about in owed.about:
            yield _owe(
                rows,
                owed.person_id,
                fact.asked,
                about.kind,
                about.id,
                at=envelope.recorded_at,
                due_at=owed.due_at,
                level=level,
                slot=fact.slot,
                cycle_id=fact.cycle_id,
            )


def entered(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, m.PhaseEntered)
    over = OVER_WHEN.get(fact.phase, ())
    if over:
        yield from _paid(rows, over, cycle_id=fact.cycle_id)


def cycle_closed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, m.CycleClosed)
    for row in rows.where(OBLIGATION, cycle_id=fact.cycle_id):
        yield End(OBLIGATION, (row["person_id"], row["asked"], row["about_kind"], row["about_id"]))


# --- objectives -----------------------------------------------------------------------------------


def drafted(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, drafting.ObjectiveDrafted)
    yield _thing(
        "objective",
        fact.objective_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        objective_id=fact.objective_id,
        cycle_id=fact.cycle_id,
    )
    yield from _paid(rows, ("objectives",), about_id=fact.team_id)


def proposed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """The owner has answered; now the lead one level up owes an answer (catchball)."""
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveProposed)
    yield from _paid(rows, ("agreement", "commitment"), about_id=fact.objective_id)
    for reviewer in _reviewers(rows, _known(rows, "objective", fact.objective_id)):
        yield _owe(
            rows,
            reviewer,
            "answer",
            "objective",
            fact.objective_id,
            at=envelope.recorded_at,
            due_at=None,
        )


def countered(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveCountered)
    yield from _paid(rows, ("answer",), about_id=fact.objective_id)
    owner = _known(rows, "objective", fact.objective_id).get("owner_id")
    yield _owe(
        rows,
        owner,
        "agreement",
        "objective",
        fact.objective_id,
        at=envelope.recorded_at,
        due_at=None,
    )


def _reviewers(rows: Rows, thing: Mapping[str, Any]) -> list[str]:
    own = _known(rows, "team", thing.get("team_id") or "")
    above = _known(rows, "team", own.get("parent_id") or "")
    found: list[str] = orjson.loads(above.get("leads") or own.get("leads") or "[]")
    return found


def settled(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Agreed or withdrawn: nobody owes a word in the catchball any more."""
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveAgreed | catchball.ObjectiveWithdrawn)
    yield from _paid(rows, ("agreement", "commitment", "answer"), about_id=fact.objective_id)


def graded(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, grading.ObjectiveGraded | grading.ObjectiveLeftUngraded)
    yield from _paid(rows, ("grades",), about_id=fact.objective_id)


def left(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Dropped, merged, closed or carried over: nothing about the objective is owed any more."""
    fact = envelope.fact
    assert isinstance(fact, ObjectiveFact)
    for row in rows.where(OBLIGATION, objective_id=fact.objective_id):
        yield End(OBLIGATION, (row["person_id"], row["asked"], row["about_kind"], row["about_id"]))


def key_result_added(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, k.KeyResultAdded)
    whole = _known(rows, "objective", fact.objective_id)
    yield _thing(
        "key_result",
        fact.key_result_id,
        fact.title,
        owner_id=fact.owner_id or whole.get("owner_id"),
        team_id=whole.get("team_id"),
        objective_id=fact.objective_id,
        cycle_id=whole.get("cycle_id"),
    )


def checked_in(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(
        fact, check_in.CheckInRecorded | check_in.CheckInCorrected | k.KeyResultDropped
    )
    yield from _paid(rows, ("check_in",), about_id=fact.key_result_id)


# --- teams, so that reviewers are known -----------------------------------------------------------


def formed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, team.TeamFormed)
    leads = _known(rows, "team", fact.team_id).get("leads") or "[]"
    yield _thing(
        "team",
        fact.team_id,
        fact.name,
        team_id=fact.team_id,
        parent_id=fact.parent_id,
        leads=leads,
    )


def membership(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, team.MemberAdded | team.MemberRemoved)
    known = _known(rows, "team", fact.team_id)
    others = [one for one in orjson.loads(known.get("leads") or "[]") if one != fact.person_id]
    leads = isinstance(fact, team.MemberAdded) and fact.role == "lead"
    now = [*others, fact.person_id] if leads else others
    yield Put(THING, ("team", fact.team_id), {**known, "leads": orjson.dumps(now).decode()})


# --- improvement --------------------------------------------------------------------------------


def action_opened(envelope: Envelope, _rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, a.ActionOpened)
    yield _thing(
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
    thing = _known(rows, "action", fact.action_id)
    if fact.stage == "done":
        yield from _paid(rows, ("action",), about_id=fact.action_id)
    elif thing.get("due_on") is not None:
        due_at = instant(thing["due_on"], time(18), thing["timezone"])
        yield _owe(
            rows,
            thing["owner_id"],
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
    owner = _known(rows, "action", fact.action_id).get("owner_id")
    yield _owe(
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
    yield from _paid(rows, ("effect", "action"), about_id=fact.action_id)


def obstacle_raised(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleRaised)
    about = _known(rows, fact.about.kind, fact.about.id)
    yield _thing(
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
    yield from _paid(rows, ("obstacle",), about_id=fact.obstacle_id)


def obstacle_reopened(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, o.ObstacleReopened)
    owner = _known(rows, "obstacle", fact.obstacle_id).get("owner_id")
    yield _owe(
        rows,
        owner,
        "obstacle",
        "obstacle",
        fact.obstacle_id,
        at=envelope.recorded_at,
        due_at=envelope.recorded_at + BLOCKER[0][0],
    )


HANDLERS: dict[type[Fact], Any] = {
    m.PeopleAsked: asked,
    m.PeopleReminded: asked,
    m.PhaseEntered: entered,
    m.CycleClosed: cycle_closed,
    drafting.ObjectiveDrafted: drafted,
    catchball.ObjectiveProposed: proposed,
    catchball.ObjectiveCountered: countered,
    catchball.ObjectiveAgreed: settled,
    catchball.ObjectiveWithdrawn: settled,
    grading.ObjectiveGraded: graded,
    grading.ObjectiveLeftUngraded: graded,
    leaving.ObjectiveDropped: left,
    leaving.ObjectiveMerged: left,
    objective.ObjectiveClosed: left,
    carry_over.ObjectiveCarriedOver: left,
    k.KeyResultAdded: key_result_added,
    k.KeyResultDropped: checked_in,
    check_in.CheckInRecorded: checked_in,
    check_in.CheckInCorrected: checked_in,
    team.TeamFormed: formed,
    team.MemberAdded: membership,
    team.MemberRemoved: membership,
    a.ActionOpened: action_opened,
    a.ActionMoved: action_moved,
    a.ActionReminded: action_reminded,
    a.EffectAsked: effect_asked,
    a.ActionVerified: action_verified,
    o.ObstacleRaised: obstacle_raised,
    o.ObstacleEscalated: obstacle_escalated,
    o.ObstacleAcknowledged: obstacle_taken,
    o.ObstacleResolved: obstacle_taken,
    o.ObstacleReopened: obstacle_reopened,
}

OBLIGATIONS = Projection(
    name="obligations",
    tables=(OBLIGATION, THING),
    handlers=HANDLERS,
    ignored=facts_of(PersonJoined, RosterFact, BoardFact)
    | {
        cycle.CyclePlanned,
        cycle.CycleStarted,
        cycle.CyclePaused,
        cycle.CycleResumed,
        cycle.CycleReopened,
        cycle.PhaseRescheduled,
        m.TimetablePublished,
        m.MilestoneReached,
        m.AdjustmentOpened,
        m.AdjustmentClosed,
        m.GradingLocked,
        objective.ObjectiveActivated,
        grading.GradesLocked,
        k.KeyResultReweighted,
        conversion.KeyResultConverted,
        retarget.KeyResultRetargeted,
        a.ActionReopened,
        o.WhyAnswered,
        o.CauseNoted,
        o.RootCauseChosen,
    },
)
