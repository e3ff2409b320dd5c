"""The stream of an objective: what its facts and commands share, and what they fold to.

One stream holds an objective, its key results and their check-ins, because they are judged
together. The modules beside this one each own a chapter of it (drafting, catchball, key result,
check-in, grading, carry-over); ``objective`` puts the chapters together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, Literal

from domain.cycle.calendar import Frame, instant, local_date
from domain.cycle.policy import Supporters
from domain.description import Links
from domain.facts import Command, Fact, Value
from domain.ids import CheckInId, CycleId, KeyResultId, ObjectiveId, PersonId, TeamId
from domain.okr.in_force import Absence, Judged, Measured, Weighed, at_moment
from domain.okr.measure import Measure, Reading
from domain.text import SealedText

Ambition = Literal["committed", "aspirational"]
ObjectiveStatus = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged", "deleted"
]
"""``deleted`` is a draft that was taken back: shown nowhere but in history and the past."""
GONE: Final = frozenset({"dropped", "merged"})
"""It left its cycle early; a deleted draft was never there."""
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
    """This objective supports another objective or key result, with a weight (RULES B3).

    ``objective_id`` is whose key result it is. ``votes_in`` is what the supported side's policy
    said of supporters from other cycles when the link was made; None in links that are older than
    the question, which count inside one cycle only.
    """

    kind: Literal["objective", "key_result"]
    id: str
    weight: Decimal = Decimal(1)
    objective_id: ObjectiveId | None = None
    votes_in: Supporters | None = None


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
class KeyResult:
    """One key result: how it was measured when, what it weighed when, and when it was away.

    ``founding``: it was added before its objective was activated, so it exists from the start of
    the cycle where it does not say ``starts_on`` itself; any other one from the day it was added.
    """

    id: KeyResultId
    title: str
    measures: tuple[Measured, ...]
    weights: tuple[Weighed, ...]
    owner_id: PersonId | None
    due_on: date | None
    added_at: datetime
    founding: bool = True
    absences: tuple[Absence, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    grade: KeyResultGrade | None = None
    carried_from: KeyResultId | None = None
    converted_from: Measure | None = None
    converted_at: datetime | None = None
    measure_corrected: bool = False
    description: SealedText | None = None
    links: Links = ()
    starts_on: date | None = None
    indicator: Indicator | None = None
    capacity: Capacity | None = None

    @property
    def measure(self) -> Measure:
        """How it is measured by now."""
        return self.measures[-1].measure

    @property
    def first_measure(self) -> Measure:
        """The same measure with the target it was activated with (RULES B9)."""
        return self.measures[-1].first_measure

    @property
    def weight(self) -> Decimal:
        """What it weighs by now."""
        return self.weights[-1].weight

    @property
    def dropped_at(self) -> datetime | None:
        """Since when it is dropped; None while it is not."""
        last = self.absences[-1] if self.absences else None
        return None if last is None or last.until is not None else last.dropped_at

    def measured_at(self, moment: datetime) -> Measured:
        """How it was measured at ``moment`` (RULES B1)."""
        return at_moment(self.measures, moment)

    def weight_at(self, moment: datetime) -> Decimal:
        """What it weighed at ``moment`` (RULES B1)."""
        return at_moment(self.weights, moment).weight

    def absence_at(self, moment: datetime) -> Absence | None:
        """Its being dropped at ``moment``; None while it is not, or was reinstated."""
        return next((each for each in self.absences if each.covers(moment)), None)

    def starts(self, frame: Frame) -> date:
        """The day from which on it exists in the cycle of ``frame`` (RULES B1)."""
        if self.starts_on is not None:
            return self.starts_on
        return frame.starts_on if self.founding else local_date(self.added_at, frame.timezone)

    def begun_at(self, when: Judged) -> bool:
        """Whether it had begun to exist, dropped since or not (RULES B1)."""
        starts = self.starts(when.frame)
        if starts <= when.frame.starts_on:
            return True
        return instant(starts, time(), when.frame.timezone) <= when.in_force

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
    absences: tuple[Absence, ...] = ()

    def status_at(self, moment: datetime) -> ObjectiveStatus | None:
        """What it was at ``moment`` as far as leaving goes: it is dropped from a moment on (B1)."""
        if any(each.covers(moment) for each in self.absences):
            return self.status if self.status in GONE else "dropped"
        return self.left_as if self.status in GONE else self.status

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
