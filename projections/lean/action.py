"""The view of improvement actions: a row with the folded state, their history, and who owes what.

Work is owed from the moment it is opened until it is done, then its effect until it is judged.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Date, Integer, Text

from domain.cycle.calendar import instant, local_date
from domain.facts import Envelope
from domain.lean import action as a
from domain.lean import action_editing as e
from domain.lean import action_holding as h
from domain.lean import action_leaving as gone
from domain.lean import board as b
from domain.lean.action import Action, ActionFact
from domain.lean.action_leaving import leaves_sight_at
from domain.lean.action_thing import THING
from domain.lean.agenda import NEW_TURN_DAYS, WORKDAYS
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Instant, Put, Row, Rows, versioned
from projections.handling import on
from projections.history.change import Change
from projections.lean import words
from projections.lean.about import about_columns, named
from projections.lean.concerns import ACTION_CONCERNS
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
    transferred,
)
from projections.search.findable import Findable, Place, placed
from projections.stored import Stored
from projections.view import View, tell

ACTION = versioned(
    "action",
    Column("action_id", Text, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("about_kind", Text),
    Column("about_id", Text),
    Column("due_on", Date),
    Column("opened_at", Instant, nullable=False),
    Column("opened_at_position", BigInteger, nullable=False),
    Column("started_at", Instant),
    Column("leaves_sight_at", Instant),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    found_by=("team_id", "owner_id"),
)
"""``started_at`` is when the card first left the ready columns; coming back keeps it (RULES B6).
From ``leaves_sight_at`` on it is on no board. Which actions a team had at some moment the relations
know, for an action may go to another team."""

END_OF_WORK: Final = time(18)


def _started(envelope: Envelope, before: Row | None, _: Action) -> Mapping[str, Any]:
    started_at = before["started_at"] if before else None
    fact = envelope.fact
    if started_at is None and isinstance(fact, a.ActionMoved) and fact.stage != "ready":
        started_at = envelope.recorded_at
    return {"started_at": started_at}


STORED: Final[Stored[Action]] = Stored(
    THING,
    ACTION,
    TypeAdapter(Action),
    columns=lambda state: {
        "team_id": state.team_id,
        "title": state.title,
        "kind": state.kind,
        "status": state.status,
        "owner_id": state.owner_id,
        **about_columns(state.about),
        "due_on": state.due_on,
        "leaves_sight_at": leaves_sight_at(state),
    },
    born=lambda envelope: {
        "opened_at": envelope.recorded_at,
        "opened_at_position": envelope.position,
    },
    also=_started,
)

# --- what history tells ---------------------------------------------------------------------------


def _said(fact: ActionFact, **sets: Any) -> Change:
    return Change("action", fact.action_id, sets)


def _opened_change(fact: a.ActionOpened) -> Change:
    sets = {
        "title": fact.title,
        "kind": fact.kind,
        "column": fact.column,
        "owner_id": fact.owner_id,
        "team_id": fact.team_id,
        "due_on": fact.due_on and fact.due_on.isoformat(),
        "about": named(fact.about),
    }
    return Change("action", fact.action_id, sets)


def _related(fact: e.ActionRelated) -> Change:
    refers = {"thing": (fact.about.kind, fact.about.id, "title")} if fact.about else {}
    return Change("action", fact.action_id, {"about": named(fact.about)}, refers=refers)


def _transferred_change(fact: e.ActionTransferred) -> Change:
    return Change(
        "action",
        fact.action_id,
        {"team_id": fact.team_id, "column": fact.column},
        refers={
            "team": ("team", fact.team_id, "title"),
            "from": ("team", fact.from_team_id, "title"),
        },
    )


def _blocked(fact: h.ActionBlocked) -> Change:
    waits = fact.waits_for
    says = {"waits_on": fact.waits_on}
    refers = {"waits_for": (waits.kind, waits.id, "title")} if waits else {}
    return Change("action", fact.action_id, {"blocked": fact.reason}, says, refers)


def _checklist(fact: h.ChecklistWritten) -> Change:
    done = sum(item.done for item in fact.items)
    lines = [{"text": item.text, "done": item.done} for item in fact.items]
    says = {"done": done, "count": len(lines)}
    return Change("action", fact.action_id, {"checklist": lines}, says)


# --- what is found --------------------------------------------------------------------------------

STATE_IN: Final[Mapping[b.Stage, str]] = MappingProxyType(
    {"ready": "open", "active": "doing", "waiting": "doing", "done": "done"}
)
"""What moving a card says of the work, for whoever looks for it by name."""


def _placed(fact: a.ActionOpened) -> Place:
    return {"state": "open", **_about(fact)}


def _about(fact: a.ActionOpened | e.ActionRelated) -> Place:
    return {"parent": None if fact.about is None else (fact.about.kind, fact.about.id)}


# --- what is owed ---------------------------------------------------------------------------------


def _opened(fact: a.ActionOpened, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield subject(
        "action",
        fact.action_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        timezone=fact.timezone,
        due_on=fact.due_on,
    )
    yield from _owed(fact.action_id, envelope.recorded_at, rows)


def _moved(fact: a.ActionMoved, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    """Done work is owed no more; work that comes back is owed again, and its effect is not."""
    if fact.stage == "done":
        yield from paid(rows, ("action",), about_id=fact.action_id)
    else:
        yield from paid(rows, ("effect",), about_id=fact.action_id)
        yield from _owed(fact.action_id, envelope.recorded_at, rows)


def _reminded(fact: a.ActionReminded, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from raised(rows, fact.level, about_id=fact.action_id, about_kind="action")


def _effect_asked(fact: a.EffectAsked, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    at = envelope.recorded_at
    owner = known(rows, "action", fact.action_id).get("owner_id")
    yield owe(rows, owner, "effect", ("action", fact.action_id), at=at, due_at=at)


def _verified(fact: a.ActionVerified, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from paid(rows, ("effect", "action"), about_id=fact.action_id)


def _reopened(fact: a.ActionReopened, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from paid(rows, ("effect",), about_id=fact.action_id)
    yield from _owed(fact.action_id, envelope.recorded_at, rows)


def _archived(
    fact: gone.ActionArchived | gone.ActionCancelled, _: Envelope, rows: Rows
) -> Iterator[RowChange]:
    yield from paid(rows, ("effect", "action"), about_id=fact.action_id)


def _renamed(fact: e.ActionRenamed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from renamed(rows, ("action", fact.action_id), fact.title)


def _reassigned(fact: e.ActionReassigned, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from taken_over(rows, ("action", fact.action_id), fact.owner_id)


def _transferred(fact: e.ActionTransferred, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from transferred(rows, ("action", fact.action_id), fact.team_id)


def _rescheduled(fact: e.ActionRescheduled, envelope: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield Put(SUBJECT, ("action", fact.action_id), {"due_on": fact.due_on})
    if fact.reminds:
        yield from paid(rows, ("action",), about_id=fact.action_id)
        yield from _owed(fact.action_id, envelope.recorded_at, rows)


def _owed(action_id: str, at: datetime, rows: Rows) -> Iterator[RowChange]:
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


VIEW: Final[View[Action]] = View(
    THING,
    "lean",
    tables=(ACTION,),
    stored=STORED,
    telling=(
        tell(a.ActionOpened, _opened_change, words.opened),
        tell(a.ActionMoved, lambda fact: _said(fact, column=fact.column), words.moved),
        tell(
            a.ActionReminded,
            lambda fact: Change("action", fact.action_id, {}, {"level": fact.level}),
            words.reminded,
        ),
        tell(a.EffectAsked, lambda fact: _said(fact, state="verifying"), words.effect_asked),
        tell(
            a.ActionVerified,
            lambda fact: _said(fact, effective=fact.effective, result=fact.result),
            words.verified,
        ),
        tell(a.ActionReopened, lambda fact: _said(fact, state="reopened"), words.reopened),
        tell(h.ActionBlocked, _blocked, words.blocked),
        tell(h.ActionUnblocked, lambda fact: _said(fact, blocked=None), words.unblocked),
        tell(h.ChecklistWritten, _checklist, words.checklist_written),
        tell(gone.ActionCancelled, lambda fact: _said(fact, state="cancelled"), words.cancelled),
        tell(gone.ActionArchived, lambda fact: _said(fact, archived=True), words.archived),
        tell(gone.ActionUnarchived, lambda fact: _said(fact, archived=False), words.unarchived),
        tell(e.ActionRenamed, lambda fact: _said(fact, title=fact.title), words.renamed),
        tell(
            e.ActionDescribed,
            lambda fact: _said(fact, description=fact.description),
            words.described,
        ),
        tell(e.ActionLinked, lambda fact: _said(fact, links=linked(fact.links)), words.linked),
        tell(
            e.ActionReassigned,
            lambda fact: reassigned("action", fact.action_id, fact.owner_id),
            words.reassigned,
        ),
        tell(
            e.ActionRescheduled,
            lambda fact: _said(fact, due_on=fact.due_on and fact.due_on.isoformat()),
            words.rescheduled,
        ),
        tell(e.ActionReclassified, lambda fact: _said(fact, kind=fact.kind), words.reclassified),
        tell(e.ActionRelated, _related, words.related),
        tell(e.ActionTransferred, _transferred_change, words.transferred),
    ),
    found=Findable(
        places=(
            placed(a.ActionOpened, _placed),
            placed(e.ActionRelated, _about),
            placed(a.ActionMoved, lambda fact: {"state": STATE_IN[fact.stage]}),
            placed(a.ActionVerified, lambda _: {"state": "verified"}),
        ),
        over=("done", "verifying", "verified", "cancelled"),
        passes=(a.ActionReminded,),
    ),
    owes=(
        on(a.ActionOpened, _opened),
        on(a.ActionMoved, _moved),
        on(a.ActionReminded, _reminded),
        on(a.EffectAsked, _effect_asked),
        on(a.ActionVerified, _verified),
        on(a.ActionReopened, _reopened),
        on(gone.ActionCancelled, _archived),
        on(gone.ActionArchived, _archived),
        on(e.ActionRenamed, _renamed),
        on(e.ActionReassigned, _reassigned),
        on(e.ActionRescheduled, _rescheduled),
        on(e.ActionTransferred, _transferred),
    ),
    asks=words.ACTION_ASKS,
    concerns=ACTION_CONCERNS,
    awake=ACTION.c.status.not_in(("verified", "cancelled")),
)
