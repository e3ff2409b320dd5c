"""A check-in on a key result: what was true when, recorded once, corrected or withdrawn openly.

Nothing of it is ever lost: what was replaced or taken back stays readable (RULES B1).
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import AwareDatetime

from domain.ids import CheckInId, CycleId, KeyResultId
from domain.okr.measure import Reading
from domain.okr.stream import (
    CheckIn,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    Withdrawal,
)
from domain.text import SealedText

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
    note: SealedText | None = None
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
    note: SealedText | None = None
    effective_at: AwareDatetime
    late: bool = False


class CheckInWithdrawn(ObjectiveFact):
    """Taken back: wrong key result, nonsense. It stays readable and counts nowhere (RULES B1).

    ``late`` flags one that was learned after the grading deadline: it moves no grade (RULES B5).
    """

    TYPE: ClassVar[str] = "okr.check-in-withdrawn"
    key_result_id: KeyResultId
    check_in_id: CheckInId
    because: SealedText
    late: bool = False


# --- state -------------------------------------------------------------------------------------


Read = CheckInRecorded | CheckInCorrected | CheckInWithdrawn


def recorded(state: ObjectiveState, fact: CheckInRecorded) -> ObjectiveState:
    return evolve_all(state, (fact,))


def corrected(state: ObjectiveState, fact: CheckInCorrected) -> ObjectiveState:
    return evolve_all(state, (fact,))


def withdrawn(state: ObjectiveState, fact: CheckInWithdrawn) -> ObjectiveState:
    return evolve_all(state, (fact,))


def evolve_all(state: ObjectiveState, facts: Iterable[Read]) -> ObjectiveState:
    """The state after all of ``facts``, one after the other; it is copied once, however many."""
    read, sequence = dict[str, list[CheckIn]](), state.check_in_count
    for fact in facts:
        held = state.key_results.get(fact.key_result_id)
        if held is None:
            continue
        check_ins = read.setdefault(held.id, list(held.check_ins))
        if isinstance(fact, CheckInWithdrawn):
            _mark(check_ins, fact.check_in_id, withdrawn=Withdrawal(fact.because, fact.late))
        else:
            sequence += 1
            _add(check_ins, fact, sequence)
    if not read:
        return state
    now = {id_: replace(state.key_results[id_], check_ins=tuple(own)) for id_, own in read.items()}
    return replace(state, key_results={**state.key_results, **now}, check_in_count=sequence)


def _mark(check_ins: list[CheckIn], check_in_id: CheckInId, **said: Any) -> None:
    for place, each in enumerate(check_ins):
        if each.id == check_in_id:
            check_ins[place] = replace(each, **said)


def _add(check_ins: list[CheckIn], fact: CheckInRecorded | CheckInCorrected, sequence: int) -> None:
    """A further check-in of a key result; one that it corrects is marked."""
    corrects = fact.corrects if isinstance(fact, CheckInCorrected) else None
    if corrects is not None:
        _mark(check_ins, corrects, corrected_by=fact.check_in_id)
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
    """Also reads the cycle: its grading deadline and lock tell whether what is said is late."""

    cycle_id: CycleId
    check_in_id: CheckInId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"cycle/{self.cycle_id}")

    @property
    def subject(self) -> str:
        return self.check_in_id


class ReadingCommand(CheckInCommand):
    """Says what was read off."""

    reading: Reading
    confidence: Decimal | None = None
    note: str | None = None
    effective_at: AwareDatetime | None = None


class RecordCheckIn(ReadingCommand):
    """True since ``effective_at``, by default now."""


class CorrectCheckIn(ReadingCommand):
    """Needs a reason; ``effective_at`` and ``confidence`` are the corrected one's by default."""

    corrects: CheckInId


class WithdrawCheckIn(CheckInCommand):
    """Needs a reason."""
