"""The two activities of every clock: what is due next, and do it.

Plain functions on a thread pool, for the journal must not be touched from a coroutine. All writing
goes through ``journal.handle`` with derived command ids, so doing a thing again after a crash finds
it done.
"""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.due import Due
from journal.log import Journal
from projections.engine.view_store import ViewStore
from workflows.clock.clockwork import Clockworks
from workflows.clock.contracts import NEXT_DUE, PERFORM, Answer, NextDue, Step
from workflows.clock.liveness import beating
from workflows.clock.patience import patiently
from workflows.clock.server_clock import ServerClock
from workflows.clock.signing import Signer


@dataclass(frozen=True)
class Activities:
    """What the clocks need: the log, the views, the time, and what performing means."""

    journal: Journal
    views: ViewStore
    clock: ServerClock
    clockworks: Clockworks

    @activity.defn(name=NEXT_DUE)
    def next_due(self, stream: str) -> Answer:
        """Read only, strongly consistent: it folds the stream itself."""
        self._refuse_other_types(stream)
        with patiently():
            return self._answer(self._due(stream))

    @activity.defn(name=PERFORM)
    def perform(self, step: Step) -> Answer:
        """Do what is due, unless it was done, moved or put on hold in the meantime."""
        with patiently(), beating(f"{step.due.kind} {step.due.id}"):
            now = self.clock.now()
            due = self.clockworks.next_due(self.journal, step.stream, now)
            if due is None or due.kind == "hold" or not _same(due, step.due):
                return self._answer(due)
            signer = Signer(self.journal, due, now)
            self.clockworks.of(step.stream).perform(signer, self.views)
            after = self._due(step.stream)
        if after is not None and after.kind != "hold" and _same(after, step.due):
            # Handed out again at once it would spin; failing, it backs off and shows on every
            # dashboard as an activity that retries.
            raise ApplicationError(f"{signer.act} is still due", type="MilestoneStuck")
        return self._answer(after)

    def _due(self, stream: str) -> Due | None:
        return self.clockworks.next_due(self.journal, stream, self.clock.now())

    def _refuse_other_types(self, stream: str) -> None:
        """One dynamic workflow serves every name, so a wrong name would run like a right one.

        A kind that this release does not know is no wrong name: a newer worker may know it, so the
        question is asked again until that one takes over.
        """
        if not activity.in_activity():
            return
        name, expected = activity.info().workflow_type, self.clockworks.of(stream).workflow
        if name != expected:
            raise ApplicationError(
                f"the clock of {stream} is of the type {expected}, not {name}",
                type="WrongClock",
                non_retryable=True,
            )

    def _answer(self, due: Due | None) -> Answer:
        if due is None:
            return Answer()
        at = self.clock.on_server(due.at)
        return Answer(NextDue(due.id, due.kind, at, due.phase, due.generation))


def _same(due: Due, handed_out: NextDue) -> bool:
    return (due.id, due.generation) == (handed_out.id, handed_out.generation)
