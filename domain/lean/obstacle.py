"""An obstacle: raised, climbed up the help chain, understood by 5 Whys, resolved (RULES B7, B9)."""

from typing import ClassVar, Literal

from domain.facts import Command, Fact, Thing
from domain.ids import CauseId, ObstacleId, PersonId, WhyId

Severity = Literal["low", "medium", "high"]
Category = Literal["people", "method", "machine", "material", "measurement", "environment"]
HelpLevel = Literal["owner", "coordinator", "sponsor"]

# --- facts -------------------------------------------------------------------------------------


class ObstacleFact(Fact):
    obstacle_id: ObstacleId

    @property
    def stream(self) -> str:
        return f"obstacle/{self.obstacle_id}"


class ObstacleRaised(ObstacleFact):
    TYPE: ClassVar[str] = "lean.obstacle-raised"
    title: str
    about: Thing
    severity: Severity
    owner_id: PersonId | None = None


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
    TYPE: ClassVar[str] = "lean.obstacle-reopened"


# --- commands ----------------------------------------------------------------------------------


class ObstacleCommand(Command):
    obstacle_id: ObstacleId

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"obstacle/{self.obstacle_id}",)


class RaiseObstacle(ObstacleCommand):
    title: str
    about: Thing
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
