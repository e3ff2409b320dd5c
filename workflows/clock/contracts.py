"""What crosses the border between workflows and activities: ids, instants and codes, nothing else.

Plain dataclasses with defaults, read tolerantly: a field this build does not know is ignored and
one it misses has a default, so an older worker can read what a newer one wrote and the other way
round. Fields are only ever added. No personal data, so erasing a person
needs nothing here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

TASK_QUEUE = "okr-clock"
NAMESPACE = "default"

NUDGE = "nudge"
SETTLED = "settled"
AGENDA = "agenda"

NEXT_DUE = "next_due"
PERFORM = "perform"
OPEN_NEXT_CYCLE = "open_next_cycle"
RECONCILE = "reconcile"

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def kind_of(stream: str) -> str:
    """The kind of a stream: ``cycle`` of ``cycle/01…``."""
    return stream.partition("/")[0]


@dataclass(frozen=True)
class Clock:
    """The whole input of a clock: whose clock it is and up to which position it owes a reading."""

    stream: str = ""
    wanted: int = 0


@dataclass(frozen=True)
class NextDue:
    """What the clock waits for; ``at`` is in the time of the Temporal server (ServerClock)."""

    id: str = ""
    kind: str = ""
    at: datetime = LONG_AGO
    phase: str = ""
    generation: int = 0


@dataclass(frozen=True)
class Answer:
    """What an activity says to the loop: the next thing due, or None when the stream is at rest."""

    due: NextDue | None = None


@dataclass(frozen=True)
class AgendaNote:
    """What the query tells an operator; ``wakes_at`` is None while the clock is busy.

    A clock at rest (``asked``, nothing due, all nudges read) is done.
    """

    stream: str = ""
    due: NextDue | None = None
    wanted: int = 0
    read: int = 0
    asked: bool = False
    wakes_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether this clock has nothing left to do."""
        return self.asked and self.due is None and self.read >= self.wanted


@dataclass(frozen=True)
class Step:
    """What performing needs: the stream and the due item as it was handed out."""

    stream: str = ""
    due: NextDue = NextDue()


@dataclass(frozen=True)
class RepairNote:
    """What a reconciliation found and did, in counts."""

    open: int = 0
    started: int = 0
    nudged: int = 0
    orphans: int = 0
    failed: int = 0


@dataclass(frozen=True)
class PlannerNote:
    """Which cycle the planner opened today, if any; ``refused`` is the code of a refusal."""

    opened: str = ""
    refused: str = ""
