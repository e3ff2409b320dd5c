"""An objective through one cycle: drafted, agreed in catchball, active, graded, closed (RULES B9)."""

from decimal import Decimal
from typing import ClassVar, Literal

from domain.facts import Command, Fact, Value
from domain.ids import CycleId, KeyResultId, ObjectiveId, PersonId, TeamId

Ambition = Literal["committed", "aspirational"]


class Lean(Value):
    principles: tuple[Literal["waste_reduction", "customer_focus", "continuous_improvement"], ...] = ()
    wastes: tuple[
        Literal["transport", "inventory", "motion", "waiting", "overproduction", "overprocessing", "defects", "skills"], ...
    ] = ()
    metric: str | None = None


class Priority(Value):
    """Facts for ranking, each 1..5 (RULES B8, seed rule)."""

    impact: int
    value: int
    resources: int
    risk: int


class Support(Value):
    """This objective supports another objective or key result, with a weight."""

    kind: Literal["objective", "key_result"]
    id: str
    weight: Decimal = Decimal(1)


class KeyResultGrade(Value):
    key_result_id: KeyResultId
    computed: Decimal | None
    owner_grade: Decimal | None = None
    agreed_grade: Decimal
    reason: str | None = None


# --- facts -------------------------------------------------------------------------------------


class ObjectiveFact(Fact):
    objective_id: ObjectiveId

    @property
    def stream(self) -> str:
        return f"objective/{self.objective_id}"


class ObjectiveDrafted(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-drafted"
    cycle_id: CycleId
    team_id: TeamId
    owner_id: PersonId
    title: str
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()
    carried_from: ObjectiveId | None = None


class ObjectiveProposed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-proposed"
    round: int = 1


class ObjectiveCountered(ObjectiveFact):
    """Catchball: the reviewer answers with a counter-proposal; the owner proposes again."""

    TYPE: ClassVar[str] = "okr.objective-countered"
    note: str


class ObjectiveWithdrawn(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-withdrawn"


class ObjectiveAgreed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-agreed"


class ObjectiveActivated(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-activated"


class ObjectiveDropped(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-dropped"


class ObjectiveMerged(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-merged"
    into_id: ObjectiveId


class ObjectiveGraded(ObjectiveFact):
    """Judged grades; ``computed`` and ``grade`` are 0..1, None when nothing could be computed."""

    TYPE: ClassVar[str] = "okr.objective-graded"
    key_results: tuple[KeyResultGrade, ...]
    computed: Decimal | None
    grade: Decimal


class ObjectiveLeftUngraded(ObjectiveFact):
    """The grading deadline passed without a judgement: said plainly, no number invented."""

    TYPE: ClassVar[str] = "okr.objective-left-ungraded"


class GradesLocked(ObjectiveFact):
    """From here on a grade changes only by an explicit regrade with a reason (RULES B5, freeze)."""

    TYPE: ClassVar[str] = "okr.grades-locked"


class ObjectiveClosed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-closed"


class ObjectiveCarriedOver(ObjectiveFact):
    """Closes the old side of a carry-over; the new side is an ObjectiveDrafted with carried_from."""

    TYPE: ClassVar[str] = "okr.objective-carried-over"
    into_cycle_id: CycleId
    into_objective_id: ObjectiveId
    decision: Literal["keep", "modify"]


# --- commands ----------------------------------------------------------------------------------


class ObjectiveCommand(Command):
    objective_id: ObjectiveId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}",)


class DraftObjective(ObjectiveCommand):
    """Reads the cycle and its roster too: cycle open? title free? room for one more? no loop?"""

    cycle_id: CycleId
    team_id: TeamId
    owner_id: PersonId
    title: str
    ambition: Ambition
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"cycle/{self.cycle_id}",
            f"roster/{self.cycle_id}",
            f"team/{self.team_id}",
            f"person/{self.owner_id}",
        )


class ProposeObjective(ObjectiveCommand): ...


class CounterObjective(ObjectiveCommand):
    note: str


class WithdrawObjective(ObjectiveCommand): ...


class AcceptObjective(ObjectiveCommand): ...


class ActivateObjective(ObjectiveCommand): ...


class DropObjective(ObjectiveCommand):
    """Reads the roster too, to give the title and the place free. Needs a reason."""

    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"roster/{self.cycle_id}")


class MergeObjective(ObjectiveCommand):
    into_id: ObjectiveId
    cycle_id: CycleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"objective/{self.into_id}",
            f"roster/{self.cycle_id}",
        )


class GradeKeyResult(Value):
    key_result_id: KeyResultId
    owner_grade: Decimal | None = None
    agreed_grade: Decimal
    reason: str | None = None


class GradeObjective(ObjectiveCommand):
    """Also reads the cycle: computed grades need its dates, slots and grading deadline."""

    cycle_id: CycleId
    key_results: tuple[GradeKeyResult, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}", f"cycle/{self.cycle_id}")


class LockGrades(ObjectiveCommand): ...


class CloseObjective(ObjectiveCommand): ...


class CarryOverObjective(ObjectiveCommand):
    """Closes ``objective_id`` and drafts ``into_objective_id`` in the next cycle, in one append."""

    into_cycle_id: CycleId
    into_objective_id: ObjectiveId
    key_result_ids: tuple[KeyResultId, ...]
    new_key_result_ids: tuple[KeyResultId, ...]
    decision: Literal["keep", "modify"]
    why: str

    @property
    def reads(self) -> tuple[str, ...]:
        return (
            f"objective/{self.objective_id}",
            f"objective/{self.into_objective_id}",
            f"cycle/{self.into_cycle_id}",
            f"roster/{self.into_cycle_id}",
        )
