"""What comes in about objectives: drafts, edits, and what the moves say."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from api.core.descriptions import Description, Links, links_of
from api.core.fields import AsArray, Id, Number, Request, Text, Title, Word
from domain.editing import given
from domain.okr import stream as okr
from domain.text import said


class Lean(Request):
    principles: Annotated[tuple[okr.Principle, ...], AsArray]
    wastes: Annotated[tuple[okr.Waste, ...], AsArray] = ()
    metric: Word | None = None


class Priority(Request):
    """Facts for ranking, each 1..5 (RULES B8)."""

    impact: int
    value: int
    resources: int
    risk: int


class Support(Request):
    kind: Literal["objective", "key_result"]
    id: Id
    weight: Number | None = None


Supports = Annotated[tuple[Support, ...], AsArray, Field(max_length=20)]


class Contributor(Request):
    """Somebody who works on it beside the owner; `share` 0..1 of the work."""

    person_id: Id
    share: Number | None = None


Contributors = Annotated[tuple[Contributor, ...], AsArray, Field(max_length=50)]
People = Annotated[tuple[Id, ...], AsArray, Field(max_length=50)]
Tags = Annotated[tuple[Word, ...], AsArray, Field(max_length=20)]


class NewObjective(Request):
    """Without a team it is its owner's personal objective."""

    cycle_id: Id
    team_id: Id | None = None
    owner_id: Id
    title: Title
    ambition: Literal["committed", "aspirational"]
    lean: Lean | None = None
    priority: Priority | None = None
    supports: Supports = ()
    description: Description | None = None
    links: Links = ()
    tags: Tags = ()
    contributors: Contributors = ()
    reviewer_id: Id | None = None
    sponsor_ids: People = ()
    reason: Text | None = None

    def wishes(self) -> dict[str, object]:
        """The fields of ``DraftObjective``, but for what it supports."""
        return {
            "cycle_id": self.cycle_id,
            "team_id": self.team_id,
            "owner_id": self.owner_id,
            "title": self.title,
            "ambition": self.ambition,
            "lean": okr.Lean(**self.lean.model_dump()) if self.lean else None,
            "priority": okr.Priority(**self.priority.model_dump()) if self.priority else None,
            "description": said(self.description),
            "links": links_of(self.links),
            "tags": self.tags,
            "contributors": contributors_of(self.contributors),
            "reviewer_id": self.reviewer_id,
            "sponsor_ids": self.sponsor_ids,
        }


class ObjectiveEdit(Request):
    """Only what is given changes. Once it is active, a reason is needed."""

    title: Title | None = None
    description: Description | None = None
    links: Links = ()
    tags: Tags = ()
    owner_id: Id | None = None
    team_id: Id | None = None
    cycle_id: Id | None = None
    ambition: Literal["committed", "aspirational"] | None = None
    supports: Supports = ()
    contributors: Contributors = ()
    reviewer_id: Id | None = None
    sponsor_ids: People = ()
    reason: Text | None = None

    def changes(self) -> Mapping[str, Any]:
        """The fields of ``EditObjective`` that were given, but for what it supports."""
        domain = {
            "description": said(self.description),
            "links": links_of(self.links),
            "contributors": contributors_of(self.contributors),
            "into_cycle_id": self.cycle_id,
        }
        names = {name: name for name in type(self).model_fields if name not in _APART}
        names["cycle_id"] = "into_cycle_id"
        return {
            wish: domain[wish] if wish in domain else getattr(self, name)
            for name, wish in names.items()
            if given(self, name)
        }


_APART = frozenset({"supports", "reason"})


class Counter(Request):
    """The reviewer's counter-proposal in catchball."""

    note: Text
    reason: Text | None = None


class Merge(Request):
    into_id: Id
    reason: Text | None = None


class KeyResultGrade(Request):
    id: Id
    owner_grade: Number | None = None
    agreed_grade: Number
    reason: Text | None = None


class Grade(Request):
    key_results: Annotated[tuple[KeyResultGrade, ...], AsArray, Field(max_length=100)]
    reason: Text | None = None


class CarryOver(Request):
    into_cycle_id: Id
    key_result_ids: Annotated[tuple[Id, ...], AsArray, Field(max_length=100)]
    decision: Literal["keep", "modify"]
    why: Text
    reason: Text | None = None


def contributors_of(contributors: tuple[Contributor, ...]) -> tuple[okr.Contributor, ...]:
    """The contributors of a request as the domain has them."""
    return tuple(okr.Contributor(**each.model_dump()) for each in contributors)
