"""A check-in on a key result: what was true when, recorded once, corrected openly (RULES B1)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from pydantic import AwareDatetime

from domain.cycle.calendar import frame_of
from domain.cycle.cycle import Cycle
from domain.facts import Decision, Refusal
from domain.ids import CheckInId, CycleId, KeyResultId
from domain.okr.measure import Reading
from domain.okr.measure_check import refuse_reading, refuse_share
from domain.okr.moves import illegal
from domain.okr.stream import (
    CheckIn,
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
)
from domain.refusals import blank, invalid, not_found, reason_required
from domain.thing import Chapter, on, when

CLOCK_DRIFT = timedelta(minutes=5)  # clocks differ by this much; so little ahead means now

# --- facts -------------------------------------------------------------------------------------


class CheckInRecorded(ObjectiveFact):
    """``confidence`` is 0..1; ``backdated`` flags effective_at older than the grace (RULES B1).

    ``late`` flags a reading that never moves a grade: learned after the grading deadline, or true
    only after the end of the cycle (RULES B5).
    """

    TYPE: ClassVar[str] = "okr.check-in-recorded"
    key_result_id: KeyResultId
    check_in_id: CheckInId
    reading: Reading
    confidence: Decimal | None = None
    note: str | None = None
    effective_at: AwareDatetime
    backdated: bool = False
    late: bool = False


class CheckInCorrected(ObjectiveFact):
    """A new reading that takes the place of ``corrects``, which stays readable (RULES B1).

    One that takes a reading out of the cycle is not ``late``: it moves the grade (RULES B5).
    """

    TYPE: ClassVar[str] = "okr.check-in-corrected"
    key_result_id: KeyResultId
    check_in_id: CheckInId
    corrects: CheckInId
    reading: Reading
    confidence: Decimal | None = None
    note: str | None = None
    effective_at: AwareDatetime
    late: bool = False


# --- state -------------------------------------------------------------------------------------


Read = CheckInRecorded | CheckInCorrected


def recorded(state: ObjectiveState, fact: CheckInRecorded) -> ObjectiveState:
    return evolve_all(state, (fact,))


def corrected(state: ObjectiveState, fact: CheckInCorrected) -> ObjectiveState:
    return evolve_all(state, (fact,))


def evolve_all(state: ObjectiveState, facts: Iterable[Read]) -> ObjectiveState:
    """The state after all of ``facts``, one after the other; it is copied once, however many."""
    read, sequence = dict[str, list[CheckIn]](), state.check_in_count
    for fact in facts:
        held = state.key_results.get(fact.key_result_id)
        if held is not None:
            sequence += 1
            _add(read.setdefault(held.id, list(held.check_ins)), fact, sequence)
    if not read:
        return state
    now = {id_: replace(state.key_results[id_], check_ins=tuple(own)) for id_, own in read.items()}
    return replace(state, key_results={**state.key_results, **now}, check_in_count=sequence)


def _add(check_ins: list[CheckIn], fact: Read, sequence: int) -> None:
    """A further check-in of a key result; one that it corrects is marked."""
    corrects = fact.corrects if isinstance(fact, CheckInCorrected) else None
    if corrects is not None:
        for place, each in enumerate(check_ins):
            if each.id == corrects:
                check_ins[place] = replace(each, corrected_by=fact.check_in_id)
    check_ins.append(
        CheckIn(
            id=fact.check_in_id,
            reading=fact.reading,
            confidence=fact.confidence,
            note=fact.note,
            effective_at=fact.effective_at,
            sequence=sequence,
            backdated=isinstance(fact, CheckInRecorded) and fact.backdated,
            late=fact.late,
            corrects=corrects,
        )
    )


# --- commands ----------------------------------------------------------------------------------


class CheckInCommand(KeyResultCommand):
    """Also reads the cycle: its grading deadline and lock tell whether the reading is late."""

    cycle_id: CycleId
    check_in_id: CheckInId
    reading: Reading
    confidence: Decimal | None = None
    note: str | None = None
    effective_at: AwareDatetime | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"cycle/{self.cycle_id}")

    @property
    def subject(self) -> str:
        return self.check_in_id


class RecordCheckIn(CheckInCommand):
    """True since ``effective_at``, by default now."""


class CorrectCheckIn(CheckInCommand):
    """Needs a reason; ``effective_at`` and ``confidence`` are the corrected one's by default."""

    corrects: CheckInId


# --- decisions ---------------------------------------------------------------------------------


def decide_record(command: RecordCheckIn, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = _open_key_result(command, state, cycle)
    if isinstance(held, Refusal):
        return held
    if held.check_in(command.check_in_id):
        return ()
    if state.status not in {"active", "graded"}:
        return illegal(state, "check-in")
    effective_at = command.effective_at or command.at
    if refusal := _refuse_content(command, held, effective_at):
        return refusal
    effective_at = min(effective_at, command.at)
    grace = timedelta(days=cycle.policy.backdating_grace_days)
    fact = CheckInRecorded(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        check_in_id=command.check_in_id,
        reading=command.reading,
        confidence=command.confidence,
        note=command.note,
        effective_at=effective_at,
        backdated=command.at - effective_at > grace,
        late=_learned_late(command.at, state, cycle) or _after_end(effective_at, cycle),
    )
    return (fact,)


def decide_correct(command: CorrectCheckIn, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = _open_key_result(command, state, cycle)
    if isinstance(held, Refusal):
        return held
    if held.check_in(command.check_in_id):
        return ()
    if state.status not in {"active", "graded"}:
        return illegal(state, "correct")
    wrong = held.check_in(command.corrects)
    if wrong is None:
        return not_found("check-in", command.corrects)
    if wrong.corrected_by is not None:
        return Refusal(
            code="already-corrected",
            detail=f"Correct its latest correction instead: {wrong.corrected_by}.",
            extra={"corrected_by": wrong.corrected_by},
        )
    if blank(command.reason):
        return reason_required("a correction says what was wrong")
    effective_at = command.effective_at or wrong.effective_at
    if refusal := _refuse_content(command, held, effective_at):
        return refusal
    effective_at = min(effective_at, command.at)
    both_after_end = _after_end(wrong.effective_at, cycle) and _after_end(effective_at, cycle)
    fact = CheckInCorrected(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        check_in_id=command.check_in_id,
        corrects=command.corrects,
        reading=command.reading,
        confidence=wrong.confidence if command.confidence is None else command.confidence,
        note=command.note,
        effective_at=effective_at,
        late=_learned_late(command.at, state, cycle) or both_after_end,
    )
    return (fact,)


def _open_key_result(
    command: CheckInCommand, state: ObjectiveState, cycle: Cycle
) -> KeyResult | Refusal:
    if state.status is None:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id or not cycle.exists:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    held = state.key_results.get(command.key_result_id)
    if held is None:
        return not_found("key result", command.key_result_id)
    if held.check_in(command.check_in_id):
        return held  # said already: nothing that happened since takes it back
    if cycle.status == "closed":
        return Refusal(code="cycle-closed", detail="The cycle is closed.")
    if held.dropped_at is not None:
        return Refusal(code="illegal-move", detail="The key result was dropped.")
    return held


def _refuse_content(
    command: CheckInCommand, held: KeyResult, effective_at: datetime
) -> Refusal | None:
    # Compared this way round: adding to the last representable instant would overflow.
    if effective_at - command.at > CLOCK_DRIFT:
        return invalid(
            "invalid-effective-at",
            "A check-in tells what was true: effective_at lies in the future.",
            "/effective_at",
        )
    return refuse_reading(held.measure, command.reading) or refuse_share(
        command.confidence, "invalid-confidence", "Confidence", "/confidence"
    )


def _learned_late(at: datetime, state: ObjectiveState, cycle: Cycle) -> bool:
    """Learned after the grading deadline or the lock: it never moves a grade (RULES B5)."""
    if state.locked or cycle.grading_locked:
        return True
    deadline = frame_of(cycle).grading_deadline
    return deadline is not None and at > deadline


def _after_end(effective_at: datetime, cycle: Cycle) -> bool:
    """True only after the end of the cycle: it tells nothing of this one (RULES B5)."""
    return effective_at > frame_of(cycle).last_instant


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=(when(CheckInRecorded, recorded), when(CheckInCorrected, corrected)),
    commands=(
        on(RecordCheckIn, decide_record, Cycle, permits="write"),
        on(CorrectCheckIn, decide_correct, Cycle, permits="write"),
    ),
)
