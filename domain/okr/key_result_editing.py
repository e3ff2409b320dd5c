"""A key result is edited: what it is called, whose it is, when it is due; never how it is measured.

Free until its objective is active, with a reason afterwards; its words as long as it exists.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Final

from domain.description import Description, Links
from domain.facts import Refusal, Value
from domain.ids import KeyResultId, PersonId
from domain.okr.measure import Measure, Milestones
from domain.okr.stream import (
    Capacity,
    Indicator,
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.refusals import invalid
from domain.text import SealedText
from domain.thing import Step, when
from domain.title import Title

# --- facts -------------------------------------------------------------------------------------


class KeyResultRenamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-renamed"
    key_result_id: KeyResultId
    title: str


class KeyResultDescribed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-described"
    key_result_id: KeyResultId
    description: SealedText | None


class KeyResultLinked(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.key-result-linked"
    key_result_id: KeyResultId
    links: Links


class KeyResultReassigned(ObjectiveFact):
    """None: whoever owns the objective."""

    TYPE: ClassVar[str] = "okr.key-result-reassigned"
    key_result_id: KeyResultId
    owner_id: PersonId | None


class KeyResultRescheduled(ObjectiveFact):
    """None: as the cycle, and as it was added."""

    TYPE: ClassVar[str] = "okr.key-result-rescheduled"
    key_result_id: KeyResultId
    starts_on: date | None
    due_on: date | None


class IndicatorNamed(ObjectiveFact):
    """Whether it leads (moves first, can be acted on) or lags (tells the outcome)."""

    TYPE: ClassVar[str] = "okr.indicator-named"
    key_result_id: KeyResultId
    indicator: Indicator | None


class CapacityJudged(ObjectiveFact):
    """Whether there are people and time for it."""

    TYPE: ClassVar[str] = "okr.capacity-judged"
    key_result_id: KeyResultId
    capacity: Capacity | None


class MilestoneRenamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.milestone-renamed"
    key_result_id: KeyResultId
    milestone_id: str
    title: str


# --- state -------------------------------------------------------------------------------------


def _with(*fields: str) -> Callable[[ObjectiveState, Any], ObjectiveState]:
    """The key result takes over these fields of a fact."""

    def step(state: ObjectiveState, fact: Any) -> ObjectiveState:
        said = {name: getattr(fact, name) for name in fields}
        return with_key_result(state, fact.key_result_id, lambda held: replace(held, **said))

    return step


def milestone_renamed(state: ObjectiveState, fact: MilestoneRenamed) -> ObjectiveState:
    def step(held: KeyResult) -> KeyResult:
        named = tuple(
            replace(
                each,
                measure=_titled(each.measure, fact),
                first_measure=_titled(each.first_measure, fact),
            )
            for each in held.measures
        )
        return replace(held, measures=named)

    return with_key_result(state, fact.key_result_id, step)


def _titled(measure: Measure, fact: MilestoneRenamed) -> Measure:
    if not isinstance(measure, Milestones):
        return measure
    named = tuple(
        each.model_copy(update={"title": fact.title}) if each.id == fact.milestone_id else each
        for each in measure.milestones
    )
    return measure.model_copy(update={"milestones": named})


STEPS: Final[tuple[Step[ObjectiveState], ...]] = (
    when(KeyResultRenamed, _with("title")),
    when(KeyResultDescribed, _with("description")),
    when(KeyResultLinked, _with("links")),
    when(KeyResultReassigned, _with("owner_id")),
    when(KeyResultRescheduled, _with("starts_on", "due_on")),
    when(IndicatorNamed, _with("indicator")),
    when(CapacityJudged, _with("capacity")),
    when(MilestoneRenamed, milestone_renamed),
)

# --- commands ----------------------------------------------------------------------------------


class MilestoneTitle(Value):
    """Another title for a milestone."""

    id: str
    title: Title


class EditKeyResult(KeyResultCommand):
    """Only what is given changes; reads its new owner too, if one is named."""

    title: Title = ""
    description: Description = None
    links: Links = ()
    owner_id: PersonId | None = None
    starts_on: date | None = None
    due_on: date | None = None
    indicator: Indicator | None = None
    capacity: Capacity | None = None
    milestones: tuple[MilestoneTitle, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        own = f"objective/{self.objective_id}"
        return (own,) if self.owner_id is None else (own, f"person/{self.owner_id}")


# --- rules -------------------------------------------------------------------------------------


def refuse_dates(starts_on: date | None, due_on: date | None) -> Refusal | None:
    """A key result is due after it starts."""
    if starts_on is not None and due_on is not None and due_on < starts_on:
        return invalid("invalid-dates", "A key result is due after it starts.", "/due_on")
    return None
