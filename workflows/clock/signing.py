"""What a clock writes: commands whose ids come from the milestone they belong to.

``{stream}/{milestone}@{generation}/{verb}[/{thing}]`` is the business identity of an act. It never
holds a run id or a random number, so retries, a rebuilt clock and two racing workers all meet the
same receipt. ``generation`` counts re-plans: a milestone that moved may come again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from domain.due import Due
from domain.facts import Actor, Command, Refusal
from journal.append import Receipt
from journal.log import Journal
from workflows.clock.liveness import beat

log = logging.getLogger(__name__)


class Signature(TypedDict):
    """What every command of a clock carries."""

    command_id: str
    at: datetime
    by: Actor
    correlation_id: str


@dataclass(frozen=True)
class Signer:
    """Writes what is due as the clock of its stream, at the instant ``now``."""

    journal: Journal
    due: Due
    now: datetime

    @property
    def thing_id(self) -> str:
        """The id of the thing whose clock this is."""
        return self.due.stream.partition("/")[2]

    @property
    def act(self) -> str:
        """What everything written for this milestone has in common."""
        return self.act_of(self.due.id, self.due.generation)

    def act_of(self, milestone: str, generation: int) -> str:
        """What everything has in common that this clock wrote, or would write, for a milestone."""
        return f"{self.due.stream}/{milestone}@{generation}"

    def sign(self, verb: str, thing: str | None = None) -> Signature:
        """The signature of the command that does ``verb`` (to ``thing``) for this milestone."""
        return Signature(
            command_id="/".join((self.act, verb, *((thing,) if thing else ()))),
            at=self.now,
            by=Actor(kind="workflow", id=self.due.stream),
            correlation_id=self.act,
        )

    def write(self, command: Command) -> Receipt | Refusal:
        """Hand the command to the journal; a refusal is an answer, not an error."""
        beat(command.command_id)
        answer = self.journal.handle(command)
        if isinstance(answer, Refusal):
            log.info("%s was refused: %s (%s)", command.command_id, answer.code, answer.detail)
        return answer
