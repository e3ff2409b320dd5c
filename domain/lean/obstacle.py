"""An obstacle: raised, climbed up the help chain, understood by 5 Whys, resolved (RULES B7, B9).

How it is understood and how it is edited are chapters of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Final, Literal

from pydantic import AwareDatetime

from domain.description import Description, Links
from domain.facts import Command, Fact, Pointer
from domain.ids import CauseId, ObstacleId, PersonId, WhyId
from domain.text import SealedText
from domain.title import Title

Severity = Literal["low", "medium", "high"]
Category = Literal["people", "method", "machine", "material", "measurement", "environment"]
HelpLevel = Literal["owner", "coordinator", "sponsor"]
ObstacleStatus = Literal["raised", "acknowledged", "resolved"]
ObstacleType = Literal["resource", "dependency", "clarity", "priority", "external"]
Source = Literal["person", "clock"]
Ending = Literal["checked_in", "dropped", "cycle_closed"]

SILENCE: Final = "No check-in two weeks in a row"
"""What the clock raises; nobody has to resolve it, for the next check-in is the answer."""

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
    type: ObstacleType | None = None
    next_action: SealedText | None = None
    source: Source | None = None


class ObstacleAcknowledged(ObstacleFact):
    """Somebody took it: the climb up the help chain stops.

    Who takes it owns it from then on; an ObstacleReassigned in the same append says so.
    """

    TYPE: ClassVar[str] = "lean.obstacle-acknowledged"


class ObstacleReleased(ObstacleFact):
    """Who took it gives it back: the help chain climbs again from here."""

    TYPE: ClassVar[str] = "lean.obstacle-released"
    released_at: AwareDatetime


class ObstacleEscalated(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-escalated"
    level: HelpLevel
    milestone: str


class ObstacleResolved(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-resolved"
    result: SealedText
    evidence: SealedText


class ObstacleEnded(ObstacleFact):
    """What the clock had raised is over by itself; there is nothing to prove."""

    TYPE: ClassVar[str] = "lean.obstacle-ended"
    because: Ending


class ObstacleReopened(ObstacleFact):
    """It came back: the help chain climbs again from here, what was understood stays."""

    TYPE: ClassVar[str] = "lean.obstacle-reopened"
    reopened_at: AwareDatetime | None = None


# --- state -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """One answer; ``under`` is the answer it explains, None for the symptom itself."""

    under: WhyId | None
    answer: SealedText
    evidence: SealedText | None


@dataclass(frozen=True, slots=True)
class Cause:
    """One bone of the fishbone."""

    category: Category
    text: SealedText


@dataclass(frozen=True, slots=True)
class Obstacle:
    """``waiting_since`` starts the help chain, ``reached`` is what of it was climbed.

    ``raised_at`` is when it was first raised: coming back starts the chain anew, not its story.
    ``owner_before`` had it when somebody took it, and has it again if that one gives it back.
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
    root_causes: tuple[WhyId, ...] = ()
    result: SealedText | None = None
    evidence: SealedText | None = None
    ended: Ending | None = None
    source: Source = "person"
    type: ObstacleType | None = None
    next_action: SealedText | None = None
    owner_before: PersonId | None = None
    description: SealedText | None = None
    links: Links = ()

    @property
    def exists(self) -> bool:
        """Whether it was ever raised."""
        return self.obstacle_id is not None


INITIAL = Obstacle()


def raised(state: Obstacle, fact: ObstacleRaised) -> Obstacle:  # noqa: ARG001
    # Facts of the first release do not say who raised it; only the clock began with these words.
    told_by_title: Source = "clock" if fact.title.startswith(f"{SILENCE}: ") else "person"
    return Obstacle(
        obstacle_id=fact.obstacle_id,
        title=fact.title,
        about=fact.about,
        severity=fact.severity,
        owner_id=fact.owner_id,
        raised_at=fact.raised_at,
        waiting_since=fact.raised_at,
        source=fact.source or told_by_title,
        type=fact.type,
        next_action=fact.next_action,
    )


def acknowledged(state: Obstacle, fact: ObstacleAcknowledged) -> Obstacle:  # noqa: ARG001
    return replace(state, status="acknowledged", owner_before=state.owner_id)


def released(state: Obstacle, fact: ObstacleReleased) -> Obstacle:
    return _waiting(state, fact.released_at)


def escalated(state: Obstacle, fact: ObstacleEscalated) -> Obstacle:
    return replace(state, reached=state.reached | {fact.milestone})


def resolved(state: Obstacle, fact: ObstacleResolved) -> Obstacle:
    return replace(state, status="resolved", result=fact.result, evidence=fact.evidence)


def ended(state: Obstacle, fact: ObstacleEnded) -> Obstacle:
    return replace(state, status="resolved", ended=fact.because)


def reopened(state: Obstacle, fact: ObstacleReopened) -> Obstacle:
    return replace(_waiting(state, fact.reopened_at), result=None, evidence=None, ended=None)


def _waiting(state: Obstacle, since: datetime | None) -> Obstacle:
    """The help chain begins anew, at its first step."""
    return replace(
        state,
        status="raised",
        waiting_since=since,
        generation=state.generation + 1,
        reached=frozenset(),
    )


_UNDERSTANDING = ("whys", "causes", "root-causes", "root-cause", "resolve")
_MOVES: Mapping[ObstacleStatus, tuple[str, ...]] = {
    "raised": ("take", "acknowledge", *_UNDERSTANDING),
    "acknowledged": ("release", *_UNDERSTANDING),
    "resolved": ("reopen",),
}
"""``acknowledge`` and ``root-cause`` are the names that ``take`` and ``root-causes`` had first."""


def moves(state: Obstacle) -> tuple[str, ...]:
    """What people may do with the obstacle now; its words they may always edit."""
    return _MOVES[state.status] if state.exists else ()


# --- commands ----------------------------------------------------------------------------------


class ObstacleCommand(Command):
    obstacle_id: ObstacleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"obstacle/{self.obstacle_id}",)


class RaiseObstacle(ObstacleCommand):
    title: Title
    about: Pointer
    severity: Severity
    owner_id: PersonId | None = None
    type: ObstacleType | None = None
    next_action: str | None = None
    description: Description = None
    links: Links = ()


class AcknowledgeObstacle(ObstacleCommand):
    @property
    def reads(self) -> tuple[str, ...]:
        return (f"obstacle/{self.obstacle_id}", f"person/{self.by.id}")


class ReleaseObstacle(ObstacleCommand): ...


class EscalateObstacle(ObstacleCommand):
    level: HelpLevel
    milestone: str


class ResolveObstacle(ObstacleCommand):
    result: str
    evidence: str


class EndObstacle(ObstacleCommand):
    because: Ending


class ReopenObstacle(ObstacleCommand): ...
