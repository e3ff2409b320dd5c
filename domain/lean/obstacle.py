"""An obstacle: raised, climbed up the help chain, understood by 5 Whys, resolved (RULES B7, B9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from domain.facts import Command, Fact, Pointer
from domain.ids import CauseId, ObstacleId, PersonId, WhyId

Severity = Literal["low", "medium", "high"]
Category = Literal["people", "method", "machine", "material", "measurement", "environment"]
HelpLevel = Literal["owner", "coordinator", "sponsor"]
ObstacleStatus = Literal["raised", "acknowledged", "resolved"]

# --- facts -------------------------------------------------------------------------------------


class ObstacleFact(Fact):
    obstacle_id: ObstacleId

    @property
    def stream(self) -> str:
        return f"obstacle/{self.obstacle_id}"


class ObstacleRaised(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-raised"
    title: str
    about: Pointer
    severity: Severity
    owner_id: PersonId | None = None
    raised_at: AwareDatetime | None = None


class ObstacleAcknowledged(ObstacleFact):
    """Somebody took it: the climb up the help chain stops."""

    TYPE: ClassVar[str] = "lean.obstacle-acknowledged"


class ObstacleEscalated(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-escalated"
    level: HelpLevel
    milestone: str


class WhyAnswered(ObstacleFact):
    """One node of the 5-Whys tree; ``under`` is the answer it explains (None: the symptom)."""

    TYPE: ClassVar[str] = "lean.why-answered"
    why_id: WhyId
    under: WhyId | None = None
    answer: str
    evidence: str | None = None


class CauseNoted(ObstacleFact):
    TYPE: ClassVar[str] = "lean.cause-noted"
    cause_id: CauseId
    category: Category
    text: str


class RootCauseChosen(ObstacleFact):
    TYPE: ClassVar[str] = "lean.root-cause-chosen"
    why_id: WhyId


class ObstacleResolved(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-resolved"
    result: str
    evidence: str


class ObstacleReopened(ObstacleFact):
    """It came back: the help chain climbs again from here, what was understood stays."""

    TYPE: ClassVar[str] = "lean.obstacle-reopened"
    reopened_at: AwareDatetime | None = None


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """One answer; ``under`` is the answer it explains, None for the symptom itself."""

    under: WhyId | None
    answer: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One bone of the fishbone."""

    category: Category
    text: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``waiting_since`` starts the help chain, ``reached`` is what of it was climbed.

    ``raised_at`` is when it was first raised: coming back starts the chain anew, not its story.
    """

    obstacle_id: ObstacleId | None = None
    title: str = ""
    about: Pointer | None = None
    severity: Severity = "low"
    owner_id: PersonId | None = None
    status: ObstacleStatus = "raised"
    raised_at: datetime | None = None
    waiting_since: datetime | None = None
    generation: int = 0
    reached: frozenset[str] = frozenset()
    whys: Mapping[WhyId, Why] = field(default_factory=dict)
    causes: Mapping[CauseId, Cause] = field(default_factory=dict)
    root_cause_id: WhyId | None = None
    result: str | None = None
    evidence: str | None = None

    @property
    def exists(self) -> bool:
        """Whether it was ever raised."""
        return self.obstacle_id is not None


INITIAL = Obstacle()


def raised(state: Obstacle, fact: ObstacleRaised) -> Obstacle:  # noqa: ARG001
    return Obstacle(
        obstacle_id=fact.obstacle_id,
        title=fact.title,
        about=fact.about,
        severity=fact.severity,
        owner_id=fact.owner_id,
        raised_at=fact.raised_at,
        waiting_since=fact.raised_at,
    )


def escalated(state: Obstacle, fact: ObstacleEscalated) -> Obstacle:
    return replace(state, reached=state.reached | {fact.milestone})


def why_answered(state: Obstacle, fact: WhyAnswered) -> Obstacle:
    why = Why(fact.under, fact.answer, fact.evidence)
    return replace(state, whys={**state.whys, fact.why_id: why})


def cause_noted(state: Obstacle, fact: CauseNoted) -> Obstacle:
    cause = Cause(fact.category, fact.text)
    return replace(state, causes={**state.causes, fact.cause_id: cause})


def resolved(state: Obstacle, fact: ObstacleResolved) -> Obstacle:
    return replace(state, status="resolved", result=fact.result, evidence=fact.evidence)


def reopened(state: Obstacle, fact: ObstacleReopened) -> Obstacle:
    return replace(
        state,
        status="raised",
        waiting_since=fact.reopened_at,
        generation=state.generation + 1,
        reached=frozenset(),
        result=None,
        evidence=None,
    )


_UNDERSTANDING = ("whys", "causes", "root-cause", "resolve")
_MOVES: Mapping[ObstacleStatus, tuple[str, ...]] = {
    "raised": ("acknowledge", *_UNDERSTANDING),
    "acknowledged": _UNDERSTANDING,
    "resolved": ("reopen",),
}


def moves(state: Obstacle) -> tuple[str, ...]:
    """What people may do with the obstacle now."""
    return _MOVES[state.status] if state.exists else ()


# --- commands ----------------------------------------------------------------------------------


class ObstacleCommand(Command):
    obstacle_id: ObstacleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"obstacle/{self.obstacle_id}",)


class RaiseObstacle(ObstacleCommand):
    title: str
    about: Pointer
    severity: Severity
    owner_id: PersonId | None = None


class AcknowledgeObstacle(ObstacleCommand): ...


class EscalateObstacle(ObstacleCommand):
    level: HelpLevel
    milestone: str


class AnswerWhy(ObstacleCommand):
    why_id: WhyId
    under: WhyId | None = None
    answer: str
    evidence: str | None = None

    @property
    def subject(self) -> str:
        return self.why_id


class NoteCause(ObstacleCommand):
    cause_id: CauseId
    category: Category
    text: str

    @property
    def subject(self) -> str:
        return self.cause_id


class ChooseRootCause(ObstacleCommand):
    why_id: WhyId


class ResolveObstacle(ObstacleCommand):
    result: str
    evidence: str


class ReopenObstacle(ObstacleCommand): ...
