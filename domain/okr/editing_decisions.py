"""What of an objective may be edited, and what is refused of it (see ``editing``)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain.cycle.cycle import Cycle
from domain.description import refuse_description, refuse_links
from domain.editing import changed, given
from domain.facts import Decision, Fact, Refusal
from domain.okr.drafting import place_in, refuse_cycle
from domain.okr.editing import STEPS, EditObjective, facts_of
from domain.okr.moves import BEFORE_ACTIVATION, RUNNING, illegal
from domain.okr.named import refuse_named
from domain.okr.roster import Roster, refuse_place, release
from domain.okr.stream import ObjectiveState, Support
from domain.okr.supporting import Linked, link, taken_along
from domain.okr.tags import refuse_tags
from domain.people.person import Person
from domain.people.team import Team
from domain.refusals import blank, invalid, not_found, reason_required
from domain.thing import Chapter, on
from domain.title import refuse_title

WORDS: Final = frozenset({"title", "description", "links", "tags"})


def decide_edit(
    command: EditObjective, state: ObjectiveState, cycle: Cycle, roster: Roster, *others: Any
) -> Decision:
    if not state.exists:
        return not_found("objective", command.objective_id)
    if state.cycle_id != command.cycle_id:
        return invalid("invalid-cycle", "The objective stands in another cycle.", "/cycle_id")
    found: dict[str, Any] = dict(zip(command.reads, (state, cycle, roster, *others), strict=True))
    changes = _changes(command, state)
    if not changes:
        return ()
    if refusal := (
        _refuse_state(command, state, frozenset(changes))
        or _refuse_content(command, state, frozenset(changes), found)
    ):
        return refusal
    after = replace(state, **changes)
    linked = _linked(command, after, changes, found)
    if isinstance(linked, Refusal):
        return linked
    after = replace(after, supports=linked.supports)
    place = _placed(state, after, cycle, roster, found, command.at)
    if isinstance(place, Refusal):
        return place
    return (*facts_of(command, after, frozenset(changes)), *place, *linked.claims)


def _changes(command: EditObjective, state: ObjectiveState) -> dict[str, Any]:
    """What is to become other than it is, by field of the state."""
    changes: Mapping[str, Any] = changed(
        command,
        title=state.title,
        description=state.description,
        links=state.links,
        tags=state.tags,
        owner_id=state.owner_id,
        team_id=state.team_id,
        ambition=state.ambition,
        contributors=state.contributors,
        reviewer_id=state.reviewer_id,
        sponsor_ids=state.sponsor_ids,
    )
    if given(command, "supports") and _said(command.supports) != _said(state.supports):
        changes = {**changes, "supports": command.supports}
    if command.into_cycle_id in (None, state.cycle_id):
        return dict(changes)
    return {**changes, "cycle_id": command.into_cycle_id}


def _said(supports: Iterable[Support]) -> list[tuple[str, str, Decimal]]:
    """What people say of links; the rest of each is what it was made under."""
    return [(each.kind, each.id, each.weight) for each in supports]


def _linked(
    command: EditObjective,
    after: ObjectiveState,
    changes: Mapping[str, Any],
    found: Mapping[str, Any],
) -> Linked | Refusal:
    """What it supports, if that changes; what it supported before is left as it is."""
    if "supports" not in changes:
        return Linked(after.supports)
    return link(command, after.objective_id, after.cycle_id, found)


def _refuse_state(
    command: EditObjective, state: ObjectiveState, changes: frozenset[str]
) -> Refusal | None:
    if not changes <= WORDS and (state.locked or state.status not in RUNNING):
        return illegal(state, "edit")
    if "cycle_id" in changes and state.status not in BEFORE_ACTIVATION:
        return illegal(state, "move")
    if state.status not in BEFORE_ACTIVATION and blank(command.reason):
        return reason_required("others have agreed to the objective as it is")
    return None


def _refuse_content(
    command: EditObjective,
    state: ObjectiveState,
    changes: frozenset[str],
    found: dict[str, Person | Team],
) -> Refusal | None:
    if "title" in changes and (refusal := refuse_title(command.title)):
        return refusal
    if "owner_id" in changes and command.owner_id is None:
        return invalid("owner-needed", "An objective has an owner. Name another one.", "/owner_id")
    return (
        refuse_description(command.description)
        or refuse_links(command.links)
        or refuse_tags(command.tags)
        or refuse_named(command, command.owner_id, command.team_id, found, held=state)
    )


def _placed(
    state: ObjectiveState,
    after: ObjectiveState,
    cycle: Cycle,
    roster: Roster,
    found: dict[str, Any],
    at: datetime,
) -> tuple[Fact, ...] | Refusal:
    """Its place on the roster follows its title, its team and its cycle."""
    place = place_in(after, after.cycle_id)
    if after.cycle_id != state.cycle_id:
        next_cycle: Cycle = found[f"cycle/{after.cycle_id}"]
        taken: Roster = found[f"roster/{after.cycle_id}"]
        refusal = refuse_cycle(next_cycle, after.cycle_id, "/cycle_id")
        limit = next_cycle.policy_at(at).objectives_per_team
        if refusal := refusal or refuse_place(taken, place, limit):
            return refusal
        along = taken_along(roster, state, after.cycle_id)
        return (*release(roster, state.cycle_id, state.objective_id), place, *along)
    held = roster.places.get(state.objective_id)
    if held is None or held.claim == place:
        return ()
    return refuse_place(roster, place, cycle.policy_at(at).objectives_per_team) or (place,)


CHAPTER: Final[Chapter[ObjectiveState]] = Chapter(
    facts=STEPS,
    commands=(on(EditObjective, decide_edit, Cycle, Roster, Person, Team, permits="write"),),
)
