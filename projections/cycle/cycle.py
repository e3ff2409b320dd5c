"""The view of cycles: a row with the folded state, their history, and what their clock asks for."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Text

from domain.cycle import cycle as c
from domain.cycle import editing as e
from domain.cycle import milestones as m
from domain.cycle import policy_adoption as a
from domain.cycle.bounds import END_OF
from domain.cycle.cycle import Cycle
from domain.cycle.cycle_thing import THING
from domain.cycle.policy import PHASES, Phase
from domain.facts import Envelope
from projections.cycle import words
from projections.cycle.asked import called, opened, people_of
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Put, Rows, versioned
from projections.handling import on
from projections.history.change import Change, shown_links, utc
from projections.obligations.rows import SUBJECT, over, paid, retitled, subject
from projections.policy.policy import changes
from projections.search.findable import Findable, placed
from projections.stored import Stored
from projections.view import View, tell

CYCLES = versioned(
    "cycles",
    Column("cycle_id", Text, primary_key=True),
    Column("starts_on", Date, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("awake", Boolean, nullable=False),
    Column("coordinator_id", Text),
    Column("planned_at_position", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    found_by=("coordinator_id",),
)


def _awake(state: Cycle) -> bool:
    """A cycle closed before its time still has its close to perform."""
    return state.status != "planned" and (state.status != "closed" or "close" not in state.done)


STORED: Final[Stored[Cycle]] = Stored(
    THING,
    CYCLES,
    TypeAdapter(Cycle),
    columns=lambda state: {
        "starts_on": state.starts_on,
        "timezone": state.timezone,
        "status": state.status,
        "awake": _awake(state),
        "coordinator_id": state.coordinator_id,
    },
    born=lambda envelope: {"planned_at_position": envelope.position},
)

# --- what history tells ---------------------------------------------------------------------------


def _said(fact: m.CycleFact, **sets: Any) -> Change:
    return Change("cycle", fact.cycle_id, sets)


def _planned_change(fact: c.CyclePlanned) -> Change:
    return _said(
        fact,
        title=fact.name,
        starts_on=fact.starts_on.isoformat(),
        ends_on=fact.ends_on.isoformat(),
        state="planned",
        coordinator_id=fact.coordinator_id,
    )


def _adopted(fact: c.CalendarAdopted) -> Change:
    holidays = [day.isoformat() for day in fact.holidays]
    return _said(fact, workdays=list(fact.workdays), holidays=holidays)


def _published(fact: m.TimetablePublished) -> Change:
    at = {milestone.id: milestone.at for milestone in fact.milestones}
    ends = {_end(phase): utc(at[END_OF[phase]]) for phase in PHASES if END_OF[phase] in at}
    sets = {"timetable": fact.generation, **ends}
    return Change("cycle", fact.cycle_id, sets, {"count": len(fact.milestones)})


def _rescheduled(fact: c.PhaseRescheduled) -> Change:
    sets = {_end(fact.phase): utc(fact.ends_at)}
    return Change("cycle", fact.cycle_id, sets, {"phase": fact.phase})


def _reached(fact: m.MilestoneReached) -> Change:
    says = {"milestone": fact.milestone, "late_by": fact.late_by}
    return Change("cycle", fact.cycle_id, {}, says)


def _asked_change(fact: m.PeopleAsked) -> Change:
    says = {"asked": fact.asked, "people": people_of(fact.owed), "count": fact.people}
    return Change("cycle", fact.cycle_id, {}, says)


def _reminded_change(fact: m.PeopleReminded) -> Change:
    says = {
        "asked": fact.asked,
        "level": fact.level,
        "people": people_of(fact.owed),
        "count": fact.people,
    }
    return Change("cycle", fact.cycle_id, {}, says)


def _resumed(fact: c.CycleResumed) -> Change:
    says = {"days": fact.shifted_working_days}
    return Change("cycle", fact.cycle_id, {"paused": False}, says)


def _reassigned(fact: e.CycleReassigned) -> Change:
    says = {"person": fact.coordinator_id} if fact.coordinator_id else {}
    return Change("cycle", fact.cycle_id, {"coordinator_id": fact.coordinator_id}, says)


def _policy_adopted(fact: a.PolicyAdopted) -> Change:
    was, now = changes(fact.before, fact.values)
    says = {
        "own": fact.policy_id is None,
        "version": fact.version,
        "changed": list(now),
        "from": utc(fact.effective_from),
        "backdated": fact.backdated,
    }
    refers = {"policy": ("policy", fact.policy_id, "title")} if fact.policy_id else {}
    return Change("cycle", fact.cycle_id, now, says, refers, was=was)


def _end(phase: Phase) -> str:
    return f"{phase} ends"


# --- what is owed ---------------------------------------------------------------------------------

OVER_WHEN: Final[Mapping[Phase, tuple[str, ...]]] = MappingProxyType(
    {
        "run": ("objectives", "agreement", "commitment", "answer"),
        "grade": ("check_in", "adjustment"),
        "learn": ("grades",),
    }
)
"""Entering a phase ends what only made sense before it."""


def _planned(fact: c.CyclePlanned, _: Envelope, __: Rows) -> Iterator[RowChange]:
    yield subject(
        "cycle",
        fact.cycle_id,
        fact.name,
        owner_id=fact.coordinator_id,
        cycle_id=fact.cycle_id,
        timezone=fact.timezone,
    )


def _renamed(fact: e.CycleRenamed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    return retitled(rows, "cycle", fact.cycle_id, fact.name)


def _coordinated(fact: e.CycleReassigned, _: Envelope, __: Rows) -> Iterator[RowChange]:
    yield Put(SUBJECT, ("cycle", fact.cycle_id), {"owner_id": fact.coordinator_id})


def _asked(
    fact: m.PeopleAsked | m.PeopleReminded, envelope: Envelope, rows: Rows
) -> Iterator[RowChange]:
    """What the asks of schema 1 listed themselves; later ones list it in pages of their own."""
    level = fact.level if isinstance(fact, m.PeopleReminded) else None
    return opened(fact, level, envelope, rows)


def _called(
    fact: m.PeopleAsked | m.PeopleReminded, envelope: Envelope, rows: Rows
) -> Iterator[RowChange]:
    level = fact.level if isinstance(fact, m.PeopleReminded) else None
    return called(fact, fact.milestone, level, envelope, rows)


def _entered(fact: m.PhaseEntered, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    asked_before = OVER_WHEN.get(fact.phase, ())
    if asked_before:
        yield from paid(rows, asked_before, cycle_id=fact.cycle_id)


def _closed(fact: m.CycleClosed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from over(rows, cycle_id=fact.cycle_id)


VIEW: Final[View[Cycle]] = View(
    THING,
    "cycle",
    tables=(CYCLES,),
    stored=STORED,
    telling=(
        tell(c.CyclePlanned, _planned_change, words.planned),
        tell(c.CalendarAdopted, _adopted, words.calendar_adopted, mark="policy"),
        tell(c.CycleStarted, lambda fact: _said(fact, started=True), words.started),
        tell(m.TimetablePublished, _published, words.timetable_published, technical=True),
        tell(c.PhaseRescheduled, _rescheduled, words.rescheduled, mark="policy"),
        tell(m.MilestoneReached, _reached, words.milestone_reached, technical=True),
        tell(
            m.PhaseEntered,
            lambda fact: _said(fact, phase=fact.phase, state=fact.state),
            words.phase_entered,
        ),
        tell(m.PeopleAsked, _asked_change, words.asked, technical=True),
        tell(m.PeopleReminded, _reminded_change, words.reminded, technical=True),
        tell(
            m.AdjustmentOpened, lambda fact: _said(fact, adjustment="open"), words.adjustment_opened
        ),
        tell(
            m.AdjustmentClosed,
            lambda fact: _said(fact, adjustment="closed"),
            words.adjustment_closed,
        ),
        tell(
            m.GradingLocked,
            lambda fact: _said(fact, grades="locked"),
            words.grading_locked,
            mark="grade",
        ),
        tell(c.CyclePaused, lambda fact: _said(fact, paused=True), words.paused),
        tell(c.CycleResumed, _resumed, words.resumed),
        tell(m.CycleClosed, lambda fact: _said(fact, state="closed"), words.closed),
        tell(e.CycleRenamed, lambda fact: _said(fact, title=fact.name), words.renamed),
        tell(e.CycleReassigned, _reassigned, words.reassigned),
        tell(
            e.CycleDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(e.CycleLinked, lambda fact: _said(fact, links=shown_links(fact.links)), words.linked),
        tell(a.PolicyAdopted, _policy_adopted, words.policy_adopted, mark="policy"),
        tell(c.CycleReopened, lambda fact: _said(fact, state="grading"), words.reopened),
    ),
    found=Findable(
        places=(placed(c.CyclePlanned, lambda fact: {"cycle_id": fact.cycle_id}),),
        over=("closed",),
        passes=(m.PeopleAsked, m.PeopleReminded, m.MilestoneReached),
    ),
    owes=(
        on(c.CyclePlanned, _planned),
        on(e.CycleRenamed, _renamed),
        on(e.CycleReassigned, _coordinated),
        on(m.PeopleAsked, _asked),
        on(m.PeopleReminded, _asked),
        on(m.PhaseEntered, _entered),
        on(m.CycleClosed, _closed),
    ),
    asks=words.ASKS,
    concerns=(
        on(m.PeopleAsked, _called),
        on(m.PeopleReminded, _called),
    ),
    cycle="fact",
    awake=CYCLES.c.awake.is_(True),
)
