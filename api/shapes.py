"""The shapes of answers, for ``openapi.json``. They document and are held to by a test.

Answers are written straight to bytes: validating each of them again would double the price of a
board (PERFORMANCE, where the time goes).
"""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(description="0..1, rounded half up to four digits.")]
Health = Literal[
    "pending", "on_track", "lagging", "at_risk", "outdated", "achieved", "missed", "closed"
]
ObjectiveState = Literal[
    "draft", "proposed", "agreed", "active", "graded", "closed", "dropped", "merged"
]
Item = TypeVar("Item")


class Shape(BaseModel):
    """An answer; more fields may come."""

    model_config = ConfigDict(extra="allow")


class Versioned(Shape):
    """A single thing: the version for If-Match, and the position of the log it reflects."""

    id: str
    version: int
    position: int


class Page(Shape, Generic[Item]):
    """A page of a list; go on with ``cursor=<next_cursor>`` until it is null."""

    items: list[Item]
    next_cursor: str | None
    position: int


class Thing(Shape):
    kind: str
    id: str


class Person(Shape):
    id: str
    name: str | None
    email: str | None


class PersonThing(Person, Versioned): ...


class Member(Shape):
    person_id: str
    role: Literal["lead", "member"]
    department: str | None
    level: str | None


class TeamItem(Shape):
    id: str
    name: str
    kind: Literal["company", "department", "team", "lean"]
    parent_id: str | None
    members: list[Member]


class Team(TeamItem, Versioned): ...


class Phase(Shape):
    name: Literal["draft", "align", "commit", "run", "grade", "learn"]
    starts_at: datetime
    ends_at: datetime
    state: Literal["done", "current", "coming"]


class CycleItem(Shape):
    id: str
    name: str
    state: Literal["planned", "drafting", "aligning", "active", "grading", "closed"]
    starts_on: date
    ends_on: date
    timezone: str


class Cycle(CycleItem, Versioned):
    policy: dict[str, Any]
    slots: list[date]
    phase: str | None
    phases: list[Phase]
    moves: list[str]


class CycleStatus(Cycle):
    waiting_for: list[dict[str, Any]]


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


class Why(Shape):
    id: str
    under: str | None
    answer: str
    evidence: str | None


class Cause(Shape):
    id: str
    category: str
    text: str


class ObstacleItem(Shape):
    id: str
    title: str
    about: Thing
    severity: Literal["low", "medium", "high"]
    owner_id: str | None
    state: str


class Obstacle(ObstacleItem, Versioned):
    whys: list[Why]
    causes: list[Cause]
    root_cause_id: str | None
    result: str | None
    evidence: str | None
    moves: list[str]


class WhyAnswered(Why, Versioned):
    obstacle_id: str


class CauseNoted(Cause, Versioned):
    obstacle_id: str


class ActionItem(Shape):
    id: str
    title: str
    kind: Literal["countermeasure", "kaizen", "follow_up"]
    team_id: str
    owner_id: str
    due_on: date | None
    state: str
    column: str | None


class Action(ActionItem, Versioned):
    moves: list[str]


class BoardColumn(Shape):
    key: str
    title: str
    wip_limit: int | None
    limit_mode: Literal["soft", "hard"]
    stage: Literal["ready", "active", "waiting", "done"]


class BoardDefinition(Versioned):
    columns: list[BoardColumn]


class Card(Shape):
    id: str
    kind: str
    title: str
    owner_id: str | None
    team_id: str


class Column(Shape):
    key: str
    title: str
    wip_limit: int | None
    count: int
    cards: list[Card]


class Board(Shape):
    position: int
    as_of: datetime | None
    columns: list[Column]


class TeamScore(Shape):
    id: str
    name: str
    score: Share | None
    expected: Share | None
    health: Health
    coverage: Share | None
    teams: list["TeamScore"]
    objectives: list[Objective]


class Scores(Shape):
    position: int
    as_of: datetime | None
    effective_at: datetime | None
    score: Share | None
    expected: Share | None
    health: Health
    coverage: Share | None
    score_if_nothing_dropped: Share | None
    teams: list[TeamScore]
    objectives: list[Objective]


class Trend(Shape):
    position: int
    points: list[dict[str, Any]]


class Obligation(Shape):
    person_id: str | None
    what: str
    about: Thing
    due_at: datetime | None


class Coverage(Shape):
    team_id: str
    departments: dict[str, list[str]]
    levels: dict[str, list[str]]
    position: int


class HistoryItem(Shape):
    position: int
    event_id: str
    type: str
    at: datetime
    effective_at: datetime | None
    actor: dict[str, Any]
    reason: str | None
    about: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    sentence: str
    correlation_id: str
    causation_id: str | None


class Timeline(Shape):
    position: int
    starts_at: datetime
    ends_at: datetime
    phases: list[Phase]
    buckets: list[dict[str, Any]]


class Neighbours(Shape):
    previous: int | None
    next: int | None


class Diff(Shape):
    view: Literal["board", "scores"]


class CloudEvent(Shape):
    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    position: int
    version: int
    actorkind: Literal["person", "workflow", "import", "system"]
    actorid: str
    data: dict[str, Any]


class Events(Shape):
    items: list[CloudEvent]
    next_after: int | None
    position: int


class Me(Shape):
    person_id: str | None
    name: str | None
    role: Literal["admin", "member", "auditor", "viewer"]
    may: list[str]
    mode: Literal["local", "keys"]


class System(Shape):
    name: str
    version: str
    mode: Literal["local", "keys"]
    simulated: bool
    head: int
    views: list[dict[str, Any]]
    clock: Literal["ok", "away"]
