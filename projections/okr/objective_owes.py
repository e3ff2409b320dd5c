"""What people do about what a cycle asks of them: draft, answer, check in, grade, or leave it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from domain.cycle.calendar import SLOT_REACH, local_date
from domain.facts import Envelope
from domain.okr import (
    carry_over,
    catchball,
    check_in,
    drafting,
    editing,
    grading,
    key_result_editing,
    leaving,
    objective,
    returning,
)
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from projections.engine.versions import Change, End, Put, Rows
from projections.handling import Handling, on
from projections.obligations.rows import (
    OBLIGATION,
    SUBJECT,
    handed_over,
    key_of,
    known,
    over,
    owe,
    paid,
    retitled,
    subject,
)


def _drafted(fact: drafting.ObjectiveDrafted, _: Envelope, rows: Rows) -> Iterator[Change]:
    yield subject(
        "objective",
        fact.objective_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        objective_id=fact.objective_id,
        cycle_id=fact.cycle_id,
        reviewer_id=fact.reviewer_id,
    )
    if fact.team_id is not None:
        yield from paid(rows, ("objectives",), about_id=fact.team_id, cycle_id=fact.cycle_id)


def _renamed(fact: editing.ObjectiveRenamed, _: Envelope, rows: Rows) -> Iterator[Change]:
    yield from retitled(rows, "objective", fact.objective_id, fact.title)


def _reassigned(fact: editing.ObjectiveReassigned, _: Envelope, rows: Rows) -> Iterator[Change]:
    """What the owner owes about it goes over; key results with an owner of their own stay."""
    old = known(rows, "objective", fact.objective_id).get("owner_id")
    parts = [
        row["id"]
        for row in rows.where(SUBJECT, objective_id=fact.objective_id)
        if row["kind"] == "key_result" and row["owner_id"] is None
    ]
    yield Put(SUBJECT, ("objective", fact.objective_id), {"owner_id": fact.owner_id})
    for id_ in (fact.objective_id, *parts):
        yield from handed_over(rows, old, fact.owner_id, about_id=id_)


def _moved(fact: editing.ObjectiveMoved, _: Envelope, rows: Rows) -> Iterator[Change]:
    """In another cycle nothing is asked of it yet; another team has other leads, same owner."""
    before = known(rows, "objective", fact.objective_id)
    where = {"team_id": fact.team_id, "cycle_id": fact.cycle_id}
    for row in rows.where(SUBJECT, objective_id=fact.objective_id):
        yield Put(SUBJECT, (row["kind"], row["id"]), where)
    if before.get("cycle_id") != fact.cycle_id:
        yield from over(rows, objective_id=fact.objective_id)
        return
    for row in rows.where(OBLIGATION, objective_id=fact.objective_id):
        yield Put(OBLIGATION, key_of(row), {"team_id": fact.team_id})


def _reviewer_named(fact: editing.ReviewerNamed, _: Envelope, rows: Rows) -> Iterator[Change]:
    """Who was asked to answer before hands that over."""
    old = known(rows, "objective", fact.objective_id).get("reviewer_id")
    yield Put(SUBJECT, ("objective", fact.objective_id), {"reviewer_id": fact.reviewer_id})
    if old is not None and fact.reviewer_id is not None:
        about = {"about_id": fact.objective_id, "asked": "answer"}
        yield from handed_over(rows, old, fact.reviewer_id, **about)


def _proposed(
    fact: catchball.ObjectiveProposed, envelope: Envelope, rows: Rows
) -> Iterator[Change]:
    """The owner has answered; now the lead one level up owes an answer (catchball)."""
    yield from paid(rows, ("agreement", "commitment"), about_id=fact.objective_id)
    for reviewer in _reviewers(rows, known(rows, "objective", fact.objective_id)):
        yield _asks(rows, reviewer, "answer", fact, envelope)


def _countered(
    fact: catchball.ObjectiveCountered, envelope: Envelope, rows: Rows
) -> Iterator[Change]:
    yield from paid(rows, ("answer",), about_id=fact.objective_id)
    owner = known(rows, "objective", fact.objective_id).get("owner_id")
    yield _asks(rows, owner, "agreement", fact, envelope)


def _asks(
    rows: Rows, person_id: str | None, asked: str, fact: ObjectiveFact, envelope: Envelope
) -> Change:
    about = ("objective", fact.objective_id)
    return owe(rows, person_id, asked, about, at=envelope.recorded_at, due_at=None)


def _reviewers(rows: Rows, whole: Mapping[str, Any]) -> list[str]:
    """Whom the objective names, else the leads one level up."""
    if (reviewer := whole.get("reviewer_id")) is not None:
        return [reviewer]
    own = known(rows, "team", whole.get("team_id") or "")
    above = known(rows, "team", own.get("parent_id") or "")
    leads: list[str] = orjson.loads(above.get("leads") or own.get("leads") or "[]")
    return leads


def _settled(
    fact: catchball.ObjectiveAgreed | catchball.ObjectiveWithdrawn, _: Envelope, rows: Rows
) -> Iterator[Change]:
    """Agreed or withdrawn: nobody owes a word in the catchball any more."""
    yield from paid(rows, ("agreement", "commitment", "answer"), about_id=fact.objective_id)


def _graded(
    fact: grading.ObjectiveGraded | grading.ObjectiveLeftUngraded, _: Envelope, rows: Rows
) -> Iterator[Change]:
    yield from paid(rows, ("grades",), about_id=fact.objective_id)


def _left(fact: ObjectiveFact, _: Envelope, rows: Rows) -> Iterator[Change]:
    """Dropped, merged, closed or carried over: nothing about the objective is owed any more."""
    yield from over(rows, objective_id=fact.objective_id)


def _added(fact: k.KeyResultAdded, _: Envelope, rows: Rows) -> Iterator[Change]:
    whole = known(rows, "objective", fact.objective_id)
    yield subject(
        "key_result",
        fact.key_result_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=whole.get("team_id"),
        objective_id=fact.objective_id,
        cycle_id=whole.get("cycle_id"),
    )


def _part_renamed(
    fact: key_result_editing.KeyResultRenamed, _: Envelope, rows: Rows
) -> Iterator[Change]:
    yield from retitled(rows, "key_result", fact.key_result_id, fact.title)


def _part_reassigned(
    fact: key_result_editing.KeyResultReassigned, _: Envelope, rows: Rows
) -> Iterator[Change]:
    old = _owner(rows, known(rows, "key_result", fact.key_result_id))
    new = fact.owner_id or known(rows, "objective", fact.objective_id).get("owner_id")
    yield Put(SUBJECT, ("key_result", fact.key_result_id), {"owner_id": fact.owner_id})
    yield from handed_over(rows, old, new, about_id=fact.key_result_id)


def _owner(rows: Rows, part: Mapping[str, Any]) -> str | None:
    """A key result without an owner of its own is its objective's owner's."""
    own: str | None = part.get("owner_id")
    return own or known(rows, "objective", part.get("objective_id")).get("owner_id")


def _checked_in(
    fact: check_in.CheckInRecorded | check_in.CheckInCorrected, _: Envelope, rows: Rows
) -> Iterator[Change]:
    """Pays, unless the reading is from before the slot that was asked for (RULES B4)."""
    part = known(rows, "key_result", fact.key_result_id)
    cycle_id = part.get("cycle_id") or ""
    key = (_owner(rows, part) or "", "check_in", "key_result", fact.key_result_id, cycle_id)
    # Found by its key: this is the fact that comes most often, and the clock asks the owner.
    row = rows.get(OBLIGATION, key)
    if row is None:
        return
    timezone = known(rows, "cycle", cycle_id).get("timezone") or "UTC"
    read_on = local_date(fact.effective_at, timezone)
    if row["slot"] is None or read_on >= row["slot"] - SLOT_REACH:
        yield End(OBLIGATION, key)


def _dropped(fact: k.KeyResultDropped, _: Envelope, rows: Rows) -> Iterator[Change]:
    yield from over(rows, about_id=fact.key_result_id, about_kind="key_result")


OWES: Final[tuple[Handling, ...]] = (
    on(drafting.ObjectiveDrafted, _drafted),
    on(catchball.ObjectiveProposed, _proposed),
    on(catchball.ObjectiveCountered, _countered),
    on(catchball.ObjectiveAgreed, _settled),
    on(catchball.ObjectiveWithdrawn, _settled),
    on(grading.ObjectiveGraded, _graded),
    on(grading.ObjectiveLeftUngraded, _graded),
    on(leaving.ObjectiveDropped, _left),
    on(leaving.ObjectiveMerged, _left),
    on(leaving.ObjectiveDeleted, _left),
    on(returning.ObjectiveDeactivated, _left),
    on(editing.ObjectiveRenamed, _renamed),
    on(editing.ObjectiveReassigned, _reassigned),
    on(editing.ObjectiveMoved, _moved),
    on(editing.ReviewerNamed, _reviewer_named),
    on(key_result_editing.KeyResultRenamed, _part_renamed),
    on(key_result_editing.KeyResultReassigned, _part_reassigned),
    on(objective.ObjectiveClosed, _left),
    on(carry_over.ObjectiveCarriedOver, _left),
    on(k.KeyResultAdded, _added),
    on(k.KeyResultDropped, _dropped),
    on(check_in.CheckInRecorded, _checked_in),
    on(check_in.CheckInCorrected, _checked_in),
)
