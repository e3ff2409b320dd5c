"""What history tells of edits: what was there before, and what is there now."""

from datetime import date
from typing import Any, Final

from domain.description import Links
from domain.okr import editing, key_result_editing
from domain.okr.stream import ObjectiveFact
from projections.history.change import Change
from projections.numbers import json_number
from projections.okr import words
from projections.view import Telling, tell


def shown_links(links: Links) -> list[dict[str, str]]:
    """Links as data."""
    return [each.model_dump() for each in links]


def _of(fact: ObjectiveFact, **sets: Any) -> Change:
    return Change("objective", fact.objective_id, sets)


def _part(fact: Any, **sets: Any) -> Change:
    return Change("key_result", fact.key_result_id, sets)


def _reassigned(fact: editing.ObjectiveReassigned) -> Change:
    sets = {"owner_id": fact.owner_id}
    return Change("objective", fact.objective_id, sets, {"people": [fact.owner_id]})


def _moved(fact: editing.ObjectiveMoved) -> Change:
    refers: dict[str, tuple[str, str, str]] = {"cycle": ("cycle", fact.cycle_id, "title")}
    if fact.team_id is not None:
        refers["team"] = ("team", fact.team_id, "title")
    sets = {"team_id": fact.team_id, "cycle_id": fact.cycle_id}
    return Change("objective", fact.objective_id, sets, refers=refers)


def _aligned(fact: editing.ObjectiveAligned) -> Change:
    supports = [{"kind": each.kind, "id": each.id} for each in fact.supports]
    refers = {
        f"supported_{index}": (each.kind, each.id, "title")
        for index, each in enumerate(fact.supports)
    }
    return Change("objective", fact.objective_id, {"supports": supports}, refers=refers)


def _contributors(fact: editing.ContributorsNamed) -> Change:
    people = [each.person_id for each in fact.contributors]
    shares = {
        each.person_id: json_number(each.share)
        for each in fact.contributors
        if each.share is not None
    }
    sets = {"contributors": people, **({"shares": shares} if shares else {})}
    return Change("objective", fact.objective_id, sets, {"people": people})


def _reviewer(fact: editing.ReviewerNamed) -> Change:
    people = [] if fact.reviewer_id is None else [fact.reviewer_id]
    sets = {"reviewer_id": fact.reviewer_id}
    return Change("objective", fact.objective_id, sets, {"people": people})


def _sponsors(fact: editing.SponsorsNamed) -> Change:
    people = list(fact.sponsor_ids)
    return Change("objective", fact.objective_id, {"sponsor_ids": people}, {"people": people})


def _part_reassigned(fact: key_result_editing.KeyResultReassigned) -> Change:
    people = [] if fact.owner_id is None else [fact.owner_id]
    sets = {"owner_id": fact.owner_id}
    return Change("key_result", fact.key_result_id, sets, {"people": people})


def _rescheduled(fact: key_result_editing.KeyResultRescheduled) -> Change:
    return _part(fact, starts_on=_day(fact.starts_on), due_on=_day(fact.due_on))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _milestone(fact: key_result_editing.MilestoneRenamed) -> Change:
    part = ("milestone", f"{fact.key_result_id}/{fact.milestone_id}")
    sets = {"milestone": fact.title}
    return Change("key_result", fact.key_result_id, sets, part=part)


EDITS: Final[tuple[Telling, ...]] = (
    tell(editing.ObjectiveRenamed, lambda fact: _of(fact, title=fact.title), words.renamed),
    tell(
        editing.ObjectiveDescribed,
        lambda fact: _of(fact, description=fact.description),
        words.described,
    ),
    tell(
        editing.ObjectiveLinked,
        lambda fact: _of(fact, links=shown_links(fact.links)),
        words.linked,
    ),
    tell(editing.ObjectiveTagged, lambda fact: _of(fact, tags=list(fact.tags)), words.tagged),
    tell(editing.ObjectiveReassigned, _reassigned, words.reassigned),
    tell(editing.ObjectiveMoved, _moved, words.moved),
    tell(editing.ObjectiveAligned, _aligned, words.aligned),
    tell(
        editing.AmbitionChanged,
        lambda fact: _of(fact, ambition=fact.ambition),
        words.ambition_changed,
    ),
    tell(editing.ContributorsNamed, _contributors, words.contributors_named),
    tell(editing.ReviewerNamed, _reviewer, words.reviewer_named),
    tell(editing.SponsorsNamed, _sponsors, words.sponsors_named),
    tell(
        key_result_editing.KeyResultRenamed,
        lambda fact: _part(fact, title=fact.title),
        words.renamed,
    ),
    tell(
        key_result_editing.KeyResultDescribed,
        lambda fact: _part(fact, description=fact.description),
        words.described,
    ),
    tell(
        key_result_editing.KeyResultLinked,
        lambda fact: _part(fact, links=shown_links(fact.links)),
        words.linked,
    ),
    tell(key_result_editing.KeyResultReassigned, _part_reassigned, words.reassigned),
    tell(key_result_editing.KeyResultRescheduled, _rescheduled, words.rescheduled),
    tell(
        key_result_editing.IndicatorNamed,
        lambda fact: _part(fact, indicator=fact.indicator),
        words.indicator_named,
    ),
    tell(
        key_result_editing.CapacityJudged,
        lambda fact: _part(fact, capacity=fact.capacity),
        words.capacity_judged,
    ),
    tell(key_result_editing.MilestoneRenamed, _milestone, words.milestone_renamed),
)
