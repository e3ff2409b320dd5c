"""The stream of an objective: what its facts and commands share, and what they fold to.

One stream holds an objective, its key results and their check-ins, because they are judged
together. The modules beside this one each own a chapter of it (drafting, catchball, key result,
check-in, grading, carry-over); ``objective`` puts the chapters together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.description import Links
from domain.facts import Command, Fact, Value
from domain.ids import CheckInId, CycleId, KeyResultId, ObjectiveId, PersonId, TeamId
from domain.okr.measure import Measure, Reading
from domain.text import SealedText

Ambition = Literal["committed", "aspirational"]
ObjectiveStatus = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged", "deleted"
]
"""``deleted`` is a draft that was taken back: shown nowhere but in history and the past."""
Indicator = Literal["leading", "lagging"]
Capacity = Literal["fits", "tight", "exceeds"]
Principle = Literal["waste_reduction", "customer_focus", "continuous_improvement"]
Waste = Literal[
    "transport",
    "inventory",
    "motion",
    "waiting",
    "overproduction",
    "overprocessing",
    "defects",
    "skills",
]


class Lean(Value):
    """How an objective serves lean: principles, the wastes it fights (RULES B7), its metric."""

    principles: tuple[Principle, ...] = ()
    wastes: tuple[Waste, ...] = ()
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


class Contributor(Value):
    """Somebody who works on the objective beside its owner; ``share`` 0..1 of the work, if said."""

    person_id: PersonId
    share: Decimal | None = None


class KeyResultGrade(Value):
    """A judged grade, 0..1; ``computed`` is None when nothing could be computed (RULES B5)."""

    key_result_id: KeyResultId
    computed: Decimal | None
    owner_grade: Decimal | None = None
    agreed_grade: Decimal
    reason: SealedText | None = None


class ObjectiveFact(Fact):
    """Any fact of an objective's stream."""

    objective_id: ObjectiveId

    @property
    def stream(self) -> str:
        return f"objective/{self.objective_id}"


class ObjectiveCommand(Command):
    """Any wish about an objective; reads its stream first."""

    objective_id: ObjectiveId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"objective/{self.objective_id}",)


class KeyResultCommand(ObjectiveCommand):
    """Any wish about one key result of an objective."""

    key_result_id: KeyResultId

    @property
    def subject(self) -> str:
        return self.key_result_id


NO_OBJECTIVE, NO_CYCLE = ObjectiveId(""), CycleId("")
NO_TEAM, NO_PERSON = TeamId(""), PersonId("")

# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a check-in was taken back; a ``late`` one moves no grade (RULES B1, B5)."""

    reason: SealedText
    late: bool = False


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One reading. ``sequence`` is its place in the log order of the stream (RULES B1)."""

    id: CheckInId
    reading: Reading
    confidence: Decimal | None
    note: SealedText | None
    effective_at: datetime
    sequence: int
    backdated: bool = False
    late: bool = False
    corrects: CheckInId | None = None
    corrected_by: CheckInId | None = None
    withdrawn: Withdrawal | None = None

    @property
    def stands(self) -> bool:
        """Whether it was neither replaced nor taken back."""
        return self.corrected_by is None and self.withdrawn is None


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a key result was measured before it was converted: it reads what was true then (B1)."""

    measure: Measure
    first_measure: Measure
    until: datetime


@dataclass(frozen=True, slots=True)
class InForce:
    """How a key result is measured at a moment; ``since`` is its conversion, None from the start.

    ``first_measure`` is the same measure before any retarget.
    """

    measure: Measure
    first_measure: Measure
    since: datetime | None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """One key result; ``first_measure`` keeps the target it was activated with (RULES B9)."""

    id: KeyResultId
    title: str
    measure: Measure
    first_measure: Measure
    weight: Decimal
    owner_id: PersonId | None
    due_on: date | None
    added_at: datetime
    dropped_at: datetime | None = None
    check_ins: tuple[CheckIn, ...] = ()
    grade: KeyResultGrade | None = None
    carried_from: KeyResultId | None = None
    converted_from: Measure | None = None
    converted_at: datetime | None = None
    earlier: tuple[Earlier, ...] = ()
    measure_corrected: bool = False
    description: SealedText | None = None
    links: Links = ()
    starts_on: date | None = None
    indicator: Indicator | None = None
    capacity: Capacity | None = None

    def measured_at(self, moment: datetime) -> InForce:
        """The measure that was in force at ``moment`` (RULES B1)."""
        since = None
        for each in self.earlier:
            if moment < each.until:
                return InForce(each.measure, each.first_measure, since)
            since = each.until
        return InForce(self.measure, self.first_measure, since)

    def check_in(self, check_in_id: str) -> CheckIn | None:
        """The check-in with this id, corrected ones included."""
        return next((each for each in self.check_ins if each.id == check_in_id), None)


@dataclass(frozen=True, slots=True)
class ObjectiveState:
    """An objective as its facts tell it; ``status`` is None while it is not drafted.

    Without a team it is its owner's personal objective. ``left_as`` is what it was before it was
    dropped, merged or deleted.
    """

    objective_id: ObjectiveId = NO_OBJECTIVE
    cycle_id: CycleId = NO_CYCLE
    team_id: TeamId | None = NO_TEAM
    owner_id: PersonId = NO_PERSON
    title: str = ""
    ambition: Ambition = "aspirational"
    lean: Lean | None = None
    priority: Priority | None = None
    supports: tuple[Support, ...] = ()
    carried_from: ObjectiveId | None = None
    status: ObjectiveStatus | None = None
    activated_at: datetime | None = None
    key_results: Mapping[str, KeyResult] = field(default_factory=dict)
    round: int = 0
    countered: SealedText | None = None
    grade: Decimal | None = None
    computed: Decimal | None = None
    locked: bool = False
    left_ungraded: bool = False
    merged_into: ObjectiveId | None = None
    carried_into: ObjectiveId | None = None
    check_in_count: int = 0
    description: SealedText | None = None
    links: Links = ()
    tags: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    reviewer_id: PersonId | None = None
    sponsor_ids: tuple[PersonId, ...] = ()
    left_as: ObjectiveStatus | None = None

    @property
    def exists(self) -> bool:
        """Whether it was ever drafted, and the draft not deleted."""
        return self.status not in {None, "deleted"}

    @property
    def live(self) -> tuple[KeyResult, ...]:
        """Key results that were not dropped, in the order they were added."""
        return tuple(each for each in self.key_results.values() if each.dropped_at is None)


INITIAL = ObjectiveState()


def with_key_result(
    state: ObjectiveState, key_result_id: str, step: Callable[[KeyResult], KeyResult]
) -> ObjectiveState:
    """``state`` with one key result taken a step further; unchanged when there is no such one."""
    held = state.key_results.get(key_result_id)
    if held is None:
        return state
    return replace(state, key_results={**state.key_results, key_result_id: step(held)})
