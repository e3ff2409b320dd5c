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
    grading,
    leaving,
    objective,
)
from domain.okr import key_result as k
from domain.okr.stream import ObjectiveFact
from projections.engine.versions import Change, End, Rows
from projections.handling import Handling, on
from projections.obligations.rows import OBLIGATION, known, over, owe, paid, subject


def _drafted(fact: drafting.ObjectiveDrafted, _: Envelope, rows: Rows) -> Iterator[Change]:
    yield subject(
        "objective",
        fact.objective_id,
        fact.title,
        owner_id=fact.owner_id,
        team_id=fact.team_id,
        objective_id=fact.objective_id,
        cycle_id=fact.cycle_id,
    )
    yield from paid(rows, ("objectives",), about_id=fact.team_id, cycle_id=fact.cycle_id)


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
        owner_id=fact.owner_id or whole.get("owner_id"),
        team_id=whole.get("team_id"),
        objective_id=fact.objective_id,
        cycle_id=whole.get("cycle_id"),
    )


def _checked_in(
    fact: check_in.CheckInRecorded | check_in.CheckInCorrected, _: Envelope, rows: Rows
) -> Iterator[Change]:
    """Pays, unless the reading is from before the slot that was asked for (RULES B4)."""
    part = known(rows, "key_result", fact.key_result_id)
    cycle_id = part.get("cycle_id") or ""
    key = (part.get("owner_id") or "", "check_in", "key_result", fact.key_result_id, cycle_id)
    # Findable by its key: this is the fact that comes most often, and the clock asks the owner.
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
    on(objective.ObjectiveClosed, _left),
    on(carry_over.ObjectiveCarriedOver, _left),
    on(k.KeyResultAdded, _added),
    on(k.KeyResultDropped, _dropped),
    on(check_in.CheckInRecorded, _checked_in),
    on(check_in.CheckInCorrected, _checked_in),
)
