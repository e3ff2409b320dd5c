"""The shapes of objectives and key results as they go out, and of their check-ins."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.core.descriptions import Described
from api.core.shapes import Health, Shape, Share, Versioned

ObjectiveState = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged", "deleted"
]


class Actor(Shape):
    kind: str
    id: str
    name: str | None


class Grade(Shape):
    computed: Share | None
    owner_grade: Share | None
    agreed_grade: Share
    reason: str | None


class Contributor(Shape):
    person_id: str
    share: Share | None


class Supporter(Shape):
    """An objective that supports the shown thing; without `weight_share` it has no vote there."""

    id: str
    title: str
    cycle_id: str
    cycle_name: str
    team_id: str | None
    state: ObjectiveState
    weight: float
    weight_share: int | None
    progress: Share | None
    expected: Share | None
    health: Health


class KeyResult(Described):
    id: str
    title: str
    owner_id: str | None
    starts_on: date | None
    due_on: date | None
    indicator: Literal["leading", "lagging"] | None
    capacity: Literal["fits", "tight", "exceeds"] | None
    corrected: Annotated[bool, Field(description="The measure was corrected from its start.")]
    converted_from: dict[str, Any] | None
    converted_at: datetime | None
    measure: dict[str, Any]
    weight: float
    value: float | None
    reading: dict[str, Any] | None
    raw: float | None
    progress: Share | None
    expected: Share | None
    health: Health
    health_reason: str
    confidence: Share | None
    last_check_in_at: datetime | None
    grade: Grade | None
    supported_by: list[Supporter]


class KeyResultThing(KeyResult, Versioned):
    objective_id: str


class KeyResultAlone(KeyResultThing):
    """A key result with where it stands, for a page of its own."""

    objective_title: str
    objective_state: ObjectiveState
    cycle_id: str
    team_id: str | None
    check_ins: list["CheckInItem"]


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
    after_due: Annotated[bool, Field(description="True only after the key result was due.")]
    corrects: str | None
    corrected_by: str | None
    withdrawn: bool
    withdrawn_reason: str | None


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


class Objective(Described):
    id: str
    cycle_id: str
    team_id: str | None
    owner_id: str
    title: str
    tags: list[str]
    contributors: list[Contributor]
    reviewer_id: str | None
    sponsor_ids: list[str]
    ambition: Literal["committed", "aspirational"]
    state: ObjectiveState
    progress: Share | None
    raw: float | None
    expected: Share | None
    health: Health
    health_reason: str
    confidence: Share | None
    coverage: Share | None
    key_results: list[KeyResult]
    supported_by: list[Supporter]


class Warned(Shape):
    """What may be wrong and was done all the same: `pointer` is a place in the objective."""

    code: str
    detail: str
    key_result_id: Annotated[str | None, Field(default=None)]
    pointer: Annotated[str | None, Field(default=None)]


class ObjectiveThing(Objective, Versioned):
    """`warnings` name what it supports outside its own time, and grades that rest on nothing."""

    moves: list[str]
    warnings: list[Warned]


class GradedObjective(ObjectiveThing):
    """`warnings` name grades that rest on nothing, too: nobody ever checked in."""


class Origin(Shape):
    """What a carried-over objective was carried over from."""

    objective_id: str
    title: str
    cycle_id: str
    cycle_name: str


class ObjectiveStory(ObjectiveThing):
    key_results: list[KeyResultStory]  # type: ignore[assignment]
    origin: Origin | None


class SeriesPoint(Shape):
    """What one check-in read; ``progress`` and ``expected`` as they stood after it."""

    at: datetime
    value: float | None
    progress: Share | None
    expected: Share | None
    confidence: Share | None
    note: str | None
    check_in_id: str
    actor: Actor
    corrected: bool
    withdrawn: bool
    late: bool
    after_due: bool


class SeriesTarget(Shape):
    """What was aimed at from then on; null where a measure has no single target."""

    since: Annotated[datetime, Field(alias="from")]
    target: float | None
    baseline: float | None


class SeriesMark(Shape):
    at: datetime
    kind: Literal["retarget", "reweight", "drop", "reinstate", "correction", "conversion"]
    event_id: str
    sentence: str


class Series(Shape):
    position: int
    points: list[SeriesPoint]
    targets: list[SeriesTarget]
    marks: list[SeriesMark]
