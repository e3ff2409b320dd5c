"""The shapes of objectives and key results as they go out, and of their check-ins."""

from datetime import datetime
from typing import Any, Literal

from api.core.shapes import Health, Shape, Share, Versioned

ObjectiveState = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged"
]


class Grade(Shape):
    computed: Share | None
    owner_grade: Share | None
    agreed_grade: Share
    reason: str | None


class KeyResult(Shape):
    id: str
    title: str
    measure: dict[str, Any]
    weight: float
    value: float | None
    reading: dict[str, Any] | None
    raw: float | None
    progress: Share | None
    expected: Share | None
    health: Health
    confidence: Share | None
    last_check_in_at: datetime | None
    grade: Grade | None


class KeyResultThing(KeyResult, Versioned):
    objective_id: str


class CheckInItem(Shape):
    id: str
    value: float | None
    milestone_ids: list[str] | None
    done: bool | None
    zone: str | None
    confidence: Share | None
    note: str | None
    effective_at: datetime
    backdated: bool
    late: bool
    corrects: str | None
    corrected_by: str | None


class CheckIn(CheckInItem, Versioned):
    objective_id: str
    key_result_id: str
    raw: float | None
    progress: Share | None
    expected: Share | None
    health: Health
    objective_progress: Share | None
    key_result: KeyResult


class KeyResultHistory(KeyResultThing):
    check_ins: list[CheckInItem]


class KeyResultStory(KeyResult):
    check_ins: list[CheckInItem]


class Preview(Shape):
    value: float | None
    raw: float | None
    progress: Share | None
    expected: Share | None
    health: Health
    objective_progress: Share | None


class Supporter(Shape):
    id: str
    title: str
    team_id: str
    state: ObjectiveState
    weight: float
    weight_share: int | None
    progress: Share | None
    expected: Share | None
    health: Health


class Objective(Shape):
    id: str
    cycle_id: str
    team_id: str
    owner_id: str
    title: str
    ambition: Literal["committed", "aspirational"]
    state: ObjectiveState
    progress: Share | None
    raw: float | None
    expected: Share | None
    health: Health
    confidence: Share | None
    coverage: Share | None
    key_results: list[KeyResult]
    supported_by: list[Supporter]


class ObjectiveThing(Objective, Versioned):
    moves: list[str]


class ObjectiveStory(ObjectiveThing):
    key_results: list[KeyResultStory]  # type: ignore[assignment]
