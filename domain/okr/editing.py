"""An objective is edited: each kind of change is a fact of its own, unchanged values make none.

Free until activation; afterwards a reason is owed. What it is called, what is said about it, its
links and tags can be put right as long as it exists, for a typo in a closed quarter is still a
typo; everything else changes only while it runs.
"""

from dataclasses import replace
from typing import ClassVar

from domain.description import Description, Links
from domain.facts import Fact
from domain.ids import CycleId, ObjectiveId, PersonId, TeamId
from domain.okr.named import streams_named
from domain.okr.stream import (
    Ambition,
    Contributor,
    ObjectiveCommand,
    ObjectiveFact,
    ObjectiveState,
    Support,
)
from domain.okr.supporting import streams_above
from domain.okr.tags import Tags
from domain.text import SealedText
from domain.thing import when
from domain.title import Title

# --- facts -------------------------------------------------------------------------------------


class ObjectiveRenamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-renamed"
    title: str


class ObjectiveDescribed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-described"
    description: SealedText | None


class ObjectiveLinked(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-linked"
    links: Links


class ObjectiveTagged(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-tagged"
    tags: tuple[str, ...]


class ObjectiveReassigned(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.objective-reassigned"
    owner_id: PersonId


class ObjectiveMoved(ObjectiveFact):
    """To another team, to none (then it is its owner's personal objective), or another cycle."""

    TYPE: ClassVar[str] = "okr.objective-moved"
    team_id: TeamId | None
    cycle_id: CycleId


class ObjectiveAligned(ObjectiveFact):
    """All that it supports from now on."""

    TYPE: ClassVar[str] = "okr.objective-aligned"
    supports: tuple[Support, ...]


class AmbitionChanged(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.ambition-changed"
    ambition: Ambition


class ContributorsNamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.contributors-named"
    contributors: tuple[Contributor, ...]


class ReviewerNamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.reviewer-named"
    reviewer_id: PersonId | None


class SponsorsNamed(ObjectiveFact):
    TYPE: ClassVar[str] = "okr.sponsors-named"
    sponsor_ids: tuple[PersonId, ...]


# --- state -------------------------------------------------------------------------------------


def renamed(state: ObjectiveState, fact: ObjectiveRenamed) -> ObjectiveState:
    return replace(state, title=fact.title)


def described(state: ObjectiveState, fact: ObjectiveDescribed) -> ObjectiveState:
    return replace(state, description=fact.description)


def linked(state: ObjectiveState, fact: ObjectiveLinked) -> ObjectiveState:
    return replace(state, links=fact.links)


def tagged(state: ObjectiveState, fact: ObjectiveTagged) -> ObjectiveState:
    return replace(state, tags=fact.tags)


def reassigned(state: ObjectiveState, fact: ObjectiveReassigned) -> ObjectiveState:
    return replace(state, owner_id=fact.owner_id)


def moved(state: ObjectiveState, fact: ObjectiveMoved) -> ObjectiveState:
    return replace(state, team_id=fact.team_id, cycle_id=fact.cycle_id)


def aligned(state: ObjectiveState, fact: ObjectiveAligned) -> ObjectiveState:
    return replace(state, supports=fact.supports)


def ambition_changed(state: ObjectiveState, fact: AmbitionChanged) -> ObjectiveState:
    return replace(state, ambition=fact.ambition)


def contributors_named(state: ObjectiveState, fact: ContributorsNamed) -> ObjectiveState:
    return replace(state, contributors=fact.contributors)


def reviewer_named(state: ObjectiveState, fact: ReviewerNamed) -> ObjectiveState:
    return replace(state, reviewer_id=fact.reviewer_id)


def sponsors_named(state: ObjectiveState, fact: SponsorsNamed) -> ObjectiveState:
    return replace(state, sponsor_ids=fact.sponsor_ids)


STEPS = (
    when(ObjectiveRenamed, renamed),
    when(ObjectiveDescribed, described),
    when(ObjectiveLinked, linked),
    when(ObjectiveTagged, tagged),
    when(ObjectiveReassigned, reassigned),
    when(ObjectiveMoved, moved),
    when(ObjectiveAligned, aligned),
    when(AmbitionChanged, ambition_changed),
    when(ContributorsNamed, contributors_named),
    when(ReviewerNamed, reviewer_named),
    when(SponsorsNamed, sponsors_named),
)

# --- commands ----------------------------------------------------------------------------------


class EditObjective(ObjectiveCommand):
    """Only what is given changes. ``cycle_id`` is where it stands, ``into_cycle_id`` where it goes.

    Reads its cycle and the roster, for its title and its team have a place there, the cycle and
    the roster that it moves to, all who are named, and what it supports.
    """

    cycle_id: CycleId
    into_cycle_id: CycleId | None = None
    team_id: TeamId | None = None
    owner_id: PersonId | None = None
    title: Title = ""
    description: Description = None
    links: Links = ()
    tags: Tags = ()
    ambition: Ambition = "aspirational"
    supports: tuple[Support, ...] = ()
    above: tuple[ObjectiveId, ...] = ()
    above_cycles: tuple[CycleId, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    reviewer_id: PersonId | None = None
    sponsor_ids: tuple[PersonId, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        into = self.into_cycle_id
        place = () if into is None else (f"cycle/{into}", f"roster/{into}")
        here = (f"cycle/{self.cycle_id}", f"roster/{self.cycle_id}")
        own = (f"objective/{self.objective_id}", *here, *place)
        named = streams_named(self, self.owner_id, self.team_id)
        return tuple(dict.fromkeys((*own, *named, *streams_above(self))))


def facts_of(command: EditObjective, to: ObjectiveState, changes: frozenset[str]) -> list[Fact]:
    """One fact for each kind of change, from what the objective is ``to`` be."""
    id_ = command.objective_id
    facts: tuple[tuple[frozenset[str], Fact], ...] = (
        (frozenset({"title"}), ObjectiveRenamed(objective_id=id_, title=to.title)),
        (
            frozenset({"description"}),
            ObjectiveDescribed(objective_id=id_, description=to.description),
        ),
        (frozenset({"links"}), ObjectiveLinked(objective_id=id_, links=to.links)),
        (frozenset({"tags"}), ObjectiveTagged(objective_id=id_, tags=to.tags)),
        (frozenset({"owner_id"}), ObjectiveReassigned(objective_id=id_, owner_id=to.owner_id)),
        (
            frozenset({"team_id", "cycle_id"}),
            ObjectiveMoved(objective_id=id_, team_id=to.team_id, cycle_id=to.cycle_id),
        ),
        (frozenset({"supports"}), ObjectiveAligned(objective_id=id_, supports=to.supports)),
        (frozenset({"ambition"}), AmbitionChanged(objective_id=id_, ambition=to.ambition)),
        (
            frozenset({"contributors"}),
            ContributorsNamed(objective_id=id_, contributors=to.contributors),
        ),
        (frozenset({"reviewer_id"}), ReviewerNamed(objective_id=id_, reviewer_id=to.reviewer_id)),
        (frozenset({"sponsor_ids"}), SponsorsNamed(objective_id=id_, sponsor_ids=to.sponsor_ids)),
    )
    return [fact for aspects, fact in facts if aspects & changes]
