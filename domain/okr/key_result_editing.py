"""A key result is edited: what it is called, whose it is, when it is due; never how it is measured.

Free until its objective is active, with a reason afterwards; its words as long as it exists.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Final

from domain.description import Description, Links, refuse_description, refuse_links
from domain.editing import changed
from domain.facts import Decision, Fact, Refusal, Value
from domain.ids import KeyResultId, PersonId
from domain.okr.measure import Measure, Milestones
from domain.okr.moves import BEFORE_ACTIVATION, editable
from domain.okr.stream import (
    Capacity,
    Indicator,
    KeyResult,
    KeyResultCommand,
    ObjectiveFact,
    ObjectiveState,
    with_key_result,
)
from domain.people.person import INITIAL as NOBODY
from domain.people.person import Person, refuse_person
from domain.refusals import blank, invalid, not_found, reason_required
from domain.text import SealedText
from domain.thing import Chapter, Step, on, when
from domain.title import Title, refuse_title

WORDS: Final = frozenset({"title", "description", "links", "milestones"})

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
        return replace(
            held,
            measure=_titled(held.measure, fact),
            first_measure=_titled(held.first_measure, fact),
        )

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


# --- decisions ---------------------------------------------------------------------------------


def decide_edit_key_result(
    command: EditKeyResult, state: ObjectiveState, owner: Person | None = None
) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    held = state.key_results.get(command.key_result_id)
    if held is None:
        return not_found("key result", command.key_result_id)
    changes = _changes(command, held)
    if isinstance(changes, Refusal):
        return changes
    if not changes:
        return ()
    refusal = _refuse_state(command, state, frozenset(changes)) or _refuse_content(
        command, frozenset(changes), replace(held, **_own(changes)), owner
    )
    return refusal or tuple(_facts(command, held, changes))


def _changes(command: EditKeyResult, held: KeyResult) -> Mapping[str, Any] | Refusal:
    known = (
        {each.id: each.title for each in held.measure.milestones}
        if isinstance(held.measure, Milestones)
        else {}
    )
    for index, each in enumerate(command.milestones):
        if each.id not in known:
            return not_found("milestone", each.id, f"/milestones/{index}/id")
    titles = {each.id: each.title for each in command.milestones if each.title != known[each.id]}
    changes = changed(
        command,
        title=held.title,
        description=held.description,
        links=held.links,
        owner_id=held.owner_id,
        starts_on=held.starts_on,
        due_on=held.due_on,
        indicator=held.indicator,
        capacity=held.capacity,
    )
    return {**changes, "milestones": titles} if titles else changes


def _own(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a key result has of its own: milestones belong to its measure."""
    return {name: value for name, value in changes.items() if name != "milestones"}


def _refuse_state(
    command: EditKeyResult, state: ObjectiveState, changes: frozenset[str]
) -> Refusal | None:
    if not changes <= WORDS:
        held = editable(command, state, "edit")
        if isinstance(held, Refusal):
            return held
    if state.status not in BEFORE_ACTIVATION and blank(command.reason):
        return reason_required("others have agreed to the key result as it is")
    return None


def _refuse_content(
    command: EditKeyResult, changes: frozenset[str], after: KeyResult, owner: Person | None
) -> Refusal | None:
    if "title" in changes and (refusal := refuse_title(command.title)):
        return refusal
    if "owner_id" in changes and command.owner_id is not None:
        refusal = refuse_person(owner or NOBODY, command.owner_id, "/owner_id")
        if refusal:
            return refusal
    for index, each in enumerate(command.milestones):
        if refusal := refuse_title(each.title, f"/milestones/{index}/title"):
            return refusal
    return (
        refuse_description(command.description)
        or refuse_links(command.links)
        or refuse_dates(after.starts_on, after.due_on)
    )


def refuse_dates(starts_on: date | None, due_on: date | None) -> Refusal | None:
    """A key result is due after it starts."""
    if starts_on is not None and due_on is not None and due_on < starts_on:
        return invalid("invalid-dates", "A key result is due after it starts.", "/due_on")
    return None


def _facts(command: EditKeyResult, held: KeyResult, changes: Mapping[str, Any]) -> list[Fact]:
    """One fact for each kind of change."""
    own = {"objective_id": command.objective_id, "key_result_id": command.key_result_id}
    facts: list[Fact] = []
    if "title" in changes:
        facts.append(KeyResultRenamed(**own, title=command.title))
    if "description" in changes:
        facts.append(KeyResultDescribed(**own, description=command.description))
    if "links" in changes:
        facts.append(KeyResultLinked(**own, links=command.links))
    if "owner_id" in changes:
        facts.append(KeyResultReassigned(**own, owner_id=command.owner_id))
    if changes.keys() & {"starts_on", "due_on"}:
        starts_on = changes.get("starts_on", held.starts_on)
        due_on = changes.get("due_on", held.due_on)
        facts.append(KeyResultRescheduled(**own, starts_on=starts_on, due_on=due_on))
    if "indicator" in changes:
        facts.append(IndicatorNamed(**own, indicator=command.indicator))
    if "capacity" in changes:
        facts.append(CapacityJudged(**own, capacity=command.capacity))
    titles: Mapping[str, str] = changes.get("milestones", {})
    facts += [
        MilestoneRenamed(**own, milestone_id=id_, title=title) for id_, title in titles.items()
    ]
    return facts


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=STEPS,
    commands=(on(EditKeyResult, decide_edit_key_result, Person, permits="write"),),
)
