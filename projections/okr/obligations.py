"""What a cycle's clock asks of people, and what people do about it: check in, answer, grade."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from domain.cycle import cycle
from domain.cycle import milestones as m
from domain.cycle.asked import OwedListed
from domain.cycle.calendar import SLOT_REACH, local_date
from domain.cycle.policy import Phase
from domain.facts import Envelope
from domain.okr import catchball, check_in, drafting, grading
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from domain.people import team
from projections.engine.versions import Change, End, Put, Rows
from projections.obligations.rows import OBLIGATION, THING, known, over, owe, paid, thing

OVER_WHEN: Final[Mapping[Phase, tuple[str, ...]]] = MappingProxyType(
    {
        "run": ("objectives", "agreement", "commitment", "answer"),
        "grade": ("check_in", "adjustment"),
        "learn": ("grades",),
    }
)
"""Entering a phase ends what only made sense before it."""


# --- what the clock of a cycle asks -------------------------------------------------------------


def planned(envelope: Envelope, _rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, cycle.CyclePlanned)
    yield thing("cycle", fact.cycle_id, fact.name, cycle_id=fact.cycle_id, timezone=fact.timezone)


def asked(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """The clock asked or reminded: one obligation a person and thing that it lists."""
    fact = envelope.fact
    assert isinstance(fact, m.PeopleAsked | m.PeopleReminded | OwedListed)
    level = None if isinstance(fact, m.PeopleAsked) else fact.level
    for owed in fact.owed:
        for about in owed.about:
            yield owe(
                rows,
                owed.person_id,
                fact.asked,
                (about.kind, about.id),
                at=envelope.recorded_at,
                due_at=owed.due_at,
                level=level or "owner",
                slot=fact.slot,
                cycle_id=fact.cycle_id,
            )


def entered(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, m.PhaseEntered)
    asked_before = OVER_WHEN.get(fact.phase, ())
    if asked_before:
        yield from paid(rows, asked_before, cycle_id=fact.cycle_id)


def cycle_closed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, m.CycleClosed)
    yield from over(rows, cycle_id=fact.cycle_id)


# --- objectives -----------------------------------------------------------------------------------


def drafted(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, drafting.ObjectiveDrafted)
    yield thing(
        "objective",
        fact.objective_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        objective_id=fact.objective_id,
        cycle_id=fact.cycle_id,
    )
    yield from paid(rows, ("objectives",), about_id=fact.team_id, cycle_id=fact.cycle_id)


def proposed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """The owner has answered; now the lead one level up owes an answer (catchball)."""
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveProposed)
    yield from paid(rows, ("agreement", "commitment"), about_id=fact.objective_id)
    for reviewer in _reviewers(rows, known(rows, "objective", fact.objective_id)):
        yield owe(
            rows,
            reviewer,
            "answer",
            ("objective", fact.objective_id),
            at=envelope.recorded_at,
            due_at=None,
        )


def countered(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveCountered)
    yield from paid(rows, ("answer",), about_id=fact.objective_id)
    owner = known(rows, "objective", fact.objective_id).get("owner_id")
    yield owe(
        rows,
        owner,
        "agreement",
        ("objective", fact.objective_id),
        at=envelope.recorded_at,
        due_at=None,
    )


def _reviewers(rows: Rows, thing: Mapping[str, Any]) -> list[str]:
    own = known(rows, "team", thing.get("team_id") or "")
    above = known(rows, "team", own.get("parent_id") or "")
    found: list[str] = orjson.loads(above.get("leads") or own.get("leads") or "[]")
    return found


def settled(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Agreed or withdrawn: nobody owes a word in the catchball any more."""
    fact = envelope.fact
    assert isinstance(fact, catchball.ObjectiveAgreed | catchball.ObjectiveWithdrawn)
    yield from paid(rows, ("agreement", "commitment", "answer"), about_id=fact.objective_id)


def graded(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, grading.ObjectiveGraded | grading.ObjectiveLeftUngraded)
    yield from paid(rows, ("grades",), about_id=fact.objective_id)


def left(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Dropped, merged, closed or carried over: nothing about the objective is owed any more."""
    fact = envelope.fact
    assert isinstance(fact, ObjectiveFact)
    yield from over(rows, objective_id=fact.objective_id)


def key_result_added(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, k.KeyResultAdded)
    whole = known(rows, "objective", fact.objective_id)
    yield thing(
        "key_result",
        fact.key_result_id,
        fact.title,
        owner_id=fact.owner_id or whole.get("owner_id"),
        team_id=whole.get("team_id"),
        objective_id=fact.objective_id,
        cycle_id=whole.get("cycle_id"),
    )


def checked_in(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    """Pays, unless the reading is from before the slot that was asked for (RULES B4)."""
    fact = envelope.fact
    assert isinstance(fact, check_in.CheckInRecorded | check_in.CheckInCorrected)
    part = known(rows, "key_result", fact.key_result_id)
    cycle_id = part.get("cycle_id") or ""
    key = (part.get("owner_id") or "", "check_in", "key_result", fact.key_result_id, cycle_id)
    # Found by its key: this is the fact that comes most often, and the clock asks the owner.
    held = rows.get(OBLIGATION, key)
    if held is None:
        return
    timezone = known(rows, "cycle", cycle_id).get("timezone") or "UTC"
    read_on = local_date(fact.effective_at, timezone)
    if held["slot"] is None or read_on >= held["slot"] - SLOT_REACH:
        yield End(OBLIGATION, key)


def key_result_dropped(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, k.KeyResultDropped)
    yield from over(rows, about_id=fact.key_result_id, about_kind="key_result")


# --- teams, so that reviewers are known -----------------------------------------------------------


def formed(envelope: Envelope, rows: Rows) -> Iterator[Change]:
    fact = envelope.fact
    assert isinstance(fact, team.TeamFormed)
    leads = known(rows, "team", fact.team_id).get("leads") or "[]"
    yield thing(
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
    before = known(rows, "team", fact.team_id)
    others = [one for one in orjson.loads(before.get("leads") or "[]") if one != fact.person_id]
    leads = isinstance(fact, team.MemberAdded) and fact.role == "lead"
    now = [*others, fact.person_id] if leads else others
    yield Put(THING, ("team", fact.team_id), {**before, "leads": orjson.dumps(now).decode()})
