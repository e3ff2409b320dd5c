"""The ladder: what a clock climbs, rung by rung, each at its instant.

A thing lays its rungs out from its policy and its state; which of them were climbed its facts tell.
What is overdue comes first and in order, whatever time it is. A new generation (a re-plan, a thing
that came back) climbs afresh: who begins one forgets what was climbed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.due import Due


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: ``at`` this instant the clock does what ``kind`` means.

    ``level`` says who hears of it, where somebody does; ``phase`` groups rungs.
    """

    id: str
    at: datetime
    kind: str
    level: str | None = None
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one stream in order, and the ids of those that were ``reached``.

    ``generation`` counts how often the ladder was laid anew; an act of an older one means nothing.
    """

    stream: str
    rungs: Iterable[Rung]
    reached: Collection[str] = ()
    generation: int = 0

    def due(self) -> Due | None:
        """The first rung that was not reached, as what the clock waits for; None at the top."""
        for rung in self.rungs:
            if rung.id not in self.reached:
                return Due(
                    stream=self.stream,
                    id=rung.id,
                    kind=rung.kind,
                    at=rung.at,
                    phase=rung.phase,
                    generation=self.generation,
                )
        return None
