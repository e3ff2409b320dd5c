"""What of a key result may be edited, and what is refused of it (see ``key_result_editing``)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from domain.description import refuse_description, refuse_links
from domain.editing import changed
from domain.facts import Decision, Fact, Refusal
from domain.okr.key_result_editing import (
    STEPS,
    CapacityJudged,
    EditKeyResult,
    IndicatorNamed,
    KeyResultDescribed,
    KeyResultLinked,
    KeyResultReassigned,
    KeyResultRenamed,
    KeyResultRescheduled,
    MilestoneRenamed,
    refuse_dates,
)
from domain.okr.measure import Milestones
from domain.okr.moves import BEFORE_ACTIVATION, editable
from domain.okr.stream import KeyResult, ObjectiveState
from domain.people.person import INITIAL as NOBODY
from domain.people.person import Person, refuse_person
from domain.refusals import blank, not_found, reason_required
from domain.thing import Chapter, on
from domain.title import refuse_title

WORDS: Final = frozenset({"title", "description", "links", "milestones"})


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
