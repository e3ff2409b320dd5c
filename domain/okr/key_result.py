"""A key result inside its objective: added, checked in, corrected, retargeted, reweighted, dropped."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from domain.ids import CheckInId, CycleId, KeyResultId, PersonId
from domain.okr.measure import Measure, Reading
from domain.okr.objective import ObjectiveCommand, ObjectiveFact

ReasonCode = Literal["external_change", "measurement_error", "scope_decision"]

# --- facts -------------------------------------------------------------------------------------


class KeyResultAdded(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-added"
    key_result_id: KeyResultId
    title: str
    measure: Measure
    weight: Decimal = Decimal(1)
    owner_id: PersonId | None = None
    due_on: date | None = None
    added_at: AwareDatetime
    carried_from: KeyResultId | None = None


class CheckInRecorded(ObjectiveFact):
    """``confidence`` is 0..1; ``backdated`` flags effective_at older than the grace (RULES B1)."""

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
    """A new reading that takes the place of ``corrects``, which stays readable (RULES B1)."""

    TYPE: ClassVar[str] = "okr.check-in-corrected"
    key_result_id: KeyResultId
    check_in_id: CheckInId
    corrects: CheckInId
    reading: Reading
    confidence: Decimal | None = None
    note: str | None = None
    effective_at: AwareDatetime
    late: bool = False


class KeyResultRetargeted(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-retargeted"
    key_result_id: KeyResultId
    target: Decimal
    previous_target: Decimal
    reason_code: ReasonCode


class KeyResultReweighted(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-reweighted"
    key_result_id: KeyResultId
    weight: Decimal
    previous_weight: Decimal


class KeyResultConverted(ObjectiveFact):
    """An established baseline becomes a normal measure; the lineage is this fact (RULES B2)."""

    TYPE: ClassVar[str] = "okr.key-result-converted"
    key_result_id: KeyResultId
    measure: Measure


class KeyResultDropped(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-dropped"
    key_result_id: KeyResultId
    dropped_at: AwareDatetime


# --- commands ----------------------------------------------------------------------------------


class KeyResultCommand(ObjectiveCommand):
    key_result_id: KeyResultId

    @property
    def subject(self) -> str:
        return self.key_result_id


class AddKeyResult(KeyResultCommand):
    title: str
    measure: Measure
    weight: Decimal = Decimal(1)
    owner_id: PersonId | None = None
    due_on: date | None = None


class RecordCheckIn(KeyResultCommand):
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


class CorrectCheckIn(KeyResultCommand):
    cycle_id: CycleId
    check_in_id: CheckInId
    corrects: CheckInId
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


class RetargetKeyResult(KeyResultCommand):
    """After activation: needs a reason and an approver other than the owner (RULES B9)."""

    target: Decimal
    reason_code: ReasonCode


class ReweightKeyResult(KeyResultCommand):
    weight: Decimal


class ConvertKeyResult(KeyResultCommand):
    measure: Measure


class DropKeyResult(KeyResultCommand): ...
