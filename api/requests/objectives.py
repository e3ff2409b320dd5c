"""Bodies about objectives: drafting, catchball, grading, carry-over."""

from typing import Annotated, Literal

from pydantic import Field

from api.fields import AsArray, Id, Number, Request, Text, Title, Word
from domain.okr import stream as okr


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


class NewObjective(Request):
    cycle_id: Id
    team_id: Id
    owner_id: Id
    title: Title
    ambition: Literal["committed", "aspirational"]
    lean: Lean | None = None
    priority: Priority | None = None
    supports: Annotated[tuple[Support, ...], AsArray, Field(max_length=20)] = ()

    def wishes(self) -> dict[str, object]:
        """The fields of ``DraftObjective``."""
        return {
            "cycle_id": self.cycle_id,
            "team_id": self.team_id,
            "owner_id": self.owner_id,
            "title": self.title,
            "ambition": self.ambition,
            "lean": okr.Lean(**self.lean.model_dump()) if self.lean else None,
            "priority": okr.Priority(**self.priority.model_dump()) if self.priority else None,
            "supports": tuple(
                okr.Support(**each.model_dump(exclude_none=True)) for each in self.supports
            ),
        }


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
