"""What is said of a check-in, and what is refused: record, correct, withdraw (RULES B1, B5)."""

from datetime import datetime
from typing import Final

from domain.cycle.calendar import frame_of, local_date
from domain.cycle.cycle import Cycle
from domain.cycle.succession import opens_at
from domain.facts import Decision, Refusal
from domain.okr.check_in import (
    CheckInCommand,
    CheckInCorrected,
    CheckInRecorded,
    CheckInWithdrawn,
    CorrectCheckIn,
    ReadingCommand,
    RecordCheckIn,
    WithdrawCheckIn,
    corrected,
    recorded,
    withdrawn,
)
from domain.okr.dating import is_backdated, refuse_future
from domain.okr.measure_check import refuse_reading, refuse_share
from domain.okr.moves import illegal
from domain.okr.stream import CheckIn, KeyResult, ObjectiveState
from domain.refusals import blank, invalid, not_found, reason_required
from domain.text import SealedText, said
from domain.thing import Chapter, on, when


def decide_record(command: RecordCheckIn, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = _open_key_result(command, state, cycle)
    if isinstance(held, Refusal):
        return held
    if held.check_in(command.check_in_id):
        return ()
    if state.status not in {"active", "graded"}:
        return illegal(state, "check-in")
    effective_at = command.effective_at or command.at
    if refusal := _refuse_content(command, held, effective_at, cycle):
        return refusal
    effective_at = min(effective_at, command.at)
    fact = CheckInRecorded(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        check_in_id=command.check_in_id,
        reading=command.reading,
        confidence=command.confidence,
        note=said(command.note),
        effective_at=effective_at,
        backdated=is_backdated(effective_at, command.at, cycle),
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
    if refusal := _refuse_standing_no_more(wrong, "Correct"):
        return refusal
    if blank(command.reason):
        return reason_required("a correction says what was wrong")
    effective_at = command.effective_at or wrong.effective_at
    if refusal := _refuse_content(command, held, effective_at, cycle):
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
        note=said(command.note),
        effective_at=effective_at,
        late=_learned_late(command.at, state, cycle) or both_after_end,
    )
    return (fact,)


def decide_withdraw(command: WithdrawCheckIn, state: ObjectiveState, cycle: Cycle) -> Decision:
    held = _key_result(command, state, cycle)
    if isinstance(held, Refusal):
        return held
    wrong = held.check_in(command.check_in_id)
    if wrong is None:
        return not_found("check-in", command.check_in_id)
    if refusal := _refuse_closed(held, cycle):
        return refusal
    if state.status not in {"active", "graded"}:
        return illegal(state, "withdraw-check-in")
    if refusal := _refuse_standing_no_more(wrong, "Withdraw"):
        return refusal
    if command.reason is None or blank(command.reason):
        return reason_required("whoever reads it later wants to know why it was taken back")
    fact = CheckInWithdrawn(
        objective_id=command.objective_id,
        key_result_id=command.key_result_id,
        check_in_id=command.check_in_id,
        because=SealedText(command.reason.strip()),
        late=_learned_late(command.at, state, cycle),
    )
    return (fact,)


def _refuse_standing_no_more(check_in: CheckIn, wish: str) -> Refusal | None:
    """What was replaced or taken back stays as it is."""
    if check_in.withdrawn is not None:
        return Refusal(
            code="already-withdrawn",
            detail="The check-in was withdrawn; record a new one instead.",
            allowed=("check-in",),
        )
    if check_in.corrected_by is not None:
        return Refusal(
            code="already-corrected",
            detail=f"{wish} its latest correction instead: {check_in.corrected_by}.",
            extra={"corrected_by": check_in.corrected_by},
        )
    return None


def _open_key_result(
    command: CheckInCommand, state: ObjectiveState, cycle: Cycle
) -> KeyResult | Refusal:
    held = _key_result(command, state, cycle)
    if isinstance(held, Refusal) or held.check_in(command.check_in_id):
        return held  # said already: nothing that happened since takes it back
    return _refuse_closed(held, cycle) or held


def _refuse_closed(held: KeyResult, cycle: Cycle) -> Refusal | None:
    if cycle.status == "closed":
        return Refusal(
            code="cycle-closed", detail="The cycle is closed, so its check-ins stay as they are."
        )
    if held.dropped_at is not None:
        return Refusal(
            code="illegal-move",
            detail="The key result was dropped, so its check-ins stay as they are.",
        )
    return None


def _key_result(
    command: CheckInCommand, state: ObjectiveState, cycle: Cycle
) -> KeyResult | Refusal:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id or not cycle.exists:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    held = state.key_results.get(command.key_result_id)
    return not_found("key result", command.key_result_id) if held is None else held


def _refuse_content(
    command: ReadingCommand, held: KeyResult, effective_at: datetime, cycle: Cycle
) -> Refusal | None:
    refusal = refuse_future(effective_at, command.at, "A check-in tells what was true")
    if refusal := refusal or _refuse_before_drafting(command.effective_at, cycle):
        return refusal
    measure = held.measured_at(min(effective_at, command.at)).measure
    return refuse_reading(measure, command.reading) or refuse_share(
        command.confidence, "invalid-confidence", "Confidence", "/confidence"
    )


def _refuse_before_drafting(asked: datetime | None, cycle: Cycle) -> Refusal | None:
    """Before the cycle was to be drafted a reading is of another one (RULES B1)."""
    frame = frame_of(cycle)
    opens = opens_at(frame.starts_on, frame.policy, frame.timezone, frame.days)
    if asked is None or asked >= opens:
        return None
    day = local_date(opens, frame.timezone)
    detail = f"The cycle's drafting began on {day}: what was true before is of an earlier one."
    return invalid("invalid-effective-at", detail, "/effective_at")


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
    facts=(
        when(CheckInRecorded, recorded),
        when(CheckInCorrected, corrected),
        when(CheckInWithdrawn, withdrawn),
    ),
    commands=(
        on(RecordCheckIn, decide_record, Cycle, permits="write"),
        on(CorrectCheckIn, decide_correct, Cycle, permits="write"),
        on(WithdrawCheckIn, decide_withdraw, Cycle, permits="write"),
    ),
)
