"""The two activities of every clock: what is due next, and do it.

Plain functions on a thread pool, for the journal must not be touched from a coroutine (JOURNAL
J16). All writing goes through ``journal.handle`` with derived command ids, so doing a thing again
after a crash finds it done.
"""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.due import Due
from journal.log import Journal
from projections.engine.view_store import ViewStore
from workflows.clock import agenda, cycle_steps, lean_steps
from workflows.clock.contracts import NEXT_DUE, PERFORM, Answer, NextDue, Step, kind_of
from workflows.clock.owing import Owing
from workflows.clock.server_clock import ServerClock
from workflows.clock.signing import Hand


@dataclass(frozen=True)
class Activities:
    """What the clocks need: the log, the views they ask who owes what, and the time."""

    journal: Journal
    views: ViewStore
    clock: ServerClock

    @activity.defn(name=NEXT_DUE)
    def next_due(self, stream: str) -> Answer:
        """Read only, strongly consistent: it folds the stream itself."""
        return self._answer(agenda.next_due(self.journal, stream, self.clock.now()))

    @activity.defn(name=PERFORM)
    def perform(self, step: Step) -> Answer:
        """Do what is due, unless it was done, moved or put on hold in the meantime."""
        now = self.clock.now()
        due = agenda.next_due(self.journal, step.stream, now)
        if due is None or due.kind == "hold" or not _same(due, step.due):
            return self._answer(due)
        hand = Hand(self.journal, due, now)
        match kind_of(step.stream):
            case "cycle":
                cycle_steps.perform(hand, Owing(self.journal, self.views, hand.thing_id, now))
            case "obstacle":
                lean_steps.escalate(hand)
            case "action":
                lean_steps.pursue(hand)
            case kind:
                raise LookupError(f"streams of kind {kind!r} have no clock")
        after = agenda.next_due(self.journal, step.stream, self.clock.now())
        if after is not None and after.kind != "hold" and _same(after, step.due):
            # Handed out again at once it would spin; failing, it backs off and shows on every
            # dashboard as an activity that retries.
            raise ApplicationError(f"{hand.act} is still due", type="MilestoneStuck")
        return self._answer(after)

    def _answer(self, due: Due | None) -> Answer:
        if due is None:
            return Answer()
        at = self.clock.on_server(due.at)
        return Answer(NextDue(due.id, due.kind, at, due.phase, due.generation))


def _same(due: Due, handed_out: NextDue) -> bool:
    return (due.id, due.generation) == (handed_out.id, handed_out.generation)
