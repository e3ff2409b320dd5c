"""The agenda loop: one timer, one signal, two activities. All business clocks share it.

A workflow holds no domain state. It asks the journal what is due next, waits for that moment or for
news, performs, and is told the next thing due. Lose the whole Temporal database and nothing is
lost: a new run asks the same question and gets the same answer.

Nothing runs in parallel in here, so there are no locks, no task groups, no shields, and nothing to
clean up when an operator cancels.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from workflows.clock.contracts import (
        AGENDA,
        NEXT_DUE,
        NUDGE,
        PERFORM,
        SETTLED,
        AgendaNote,
        Answer,
        Clock,
        NextDue,
        Step,
    )

WEEK: Final = timedelta(days=7)
FARTHEST_POSITION: Final = 2**53

PHASE: Final = SearchAttributeKey.for_keyword("OkrPhase")
DUE: Final = SearchAttributeKey.for_datetime("OkrDue")
PAUSED: Final = SearchAttributeKey.for_bool("OkrPaused")

# No limit of attempts: a clock outlives any outage of the journal.
PATIENTLY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
)


class AgendaLoop:
    """The state of a waiting clock; each business workflow inherits it and calls ``follow``."""

    def __init__(self) -> None:
        self.stream = ""
        self.wanted = 0  # the greatest position anybody has nudged with
        self.read = 0  # what `wanted` was before the journal was last asked
        self.due: NextDue | None = None
        self.page: str | None = None  # the phase this run began in
        self.asked = False
        self.wakes_at: datetime | None = None  # None while busy
        self.shown: tuple[str, object, bool] | None = None

    @workflow.signal(name=NUDGE)
    def nudge(self, position: int) -> None:
        """News up to ``position``. Idempotent and free of order, so at-least-once is enough."""
        self.wanted = max(self.wanted, position)

    @workflow.update(name=SETTLED)
    async def settled(self, position: int) -> Answer:
        """Wait until the clock has read ``position`` and is armed again; answers what for."""
        self.wanted = max(self.wanted, position)
        await workflow.wait_condition(lambda: self.read >= position)
        return Answer(self.due)

    @settled.validator
    def check_position(self, position: int) -> None:
        if not 0 <= position <= FARTHEST_POSITION:
            raise ValueError(f"no log has a position {position}")

    @workflow.query(name=AGENDA)
    def agenda(self) -> AgendaNote:
        """For operators: what this clock waits for, and whether it has read all its nudges."""
        return AgendaNote(self.stream, self.due, self.wanted, self.read, self.asked, self.wakes_at)

    async def follow(self, clock: Clock) -> None:
        """Live until the stream has nothing due any more."""
        self.stream = clock.stream
        self.wanted = max(self.wanted, clock.wanted)
        await self.ask()
        while self.due is not None or self.wanted > self.read:
            if self.due is None or not await self.reached(self.due):
                await self.ask()
            else:
                await self.perform(self.due)
            if self.due is not None and self.read >= self.wanted:
                await self.turn_page_if_full(self.due)
        # Nothing may follow this line but the return: a nudge that came meanwhile would be lost.
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def ask(self) -> None:
        """Ask the journal what is due next.

        ``read`` becomes what ``wanted`` was *before* the call, not the position the journal
        answers: a journal restored from a backup has lower positions and must not spin the loop.
        """
        wanted = self.wanted
        answer = await workflow.execute_activity(
            NEXT_DUE,
            self.stream,
            result_type=Answer,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=PATIENTLY,
            summary="what is due next?",
        )
        self.take(answer, wanted)

    async def perform(self, due: NextDue) -> None:
        """Do what is due; the receipt carries the next thing due, which saves asking for it."""
        wanted = self.wanted
        answer = await workflow.execute_activity(
            PERFORM,
            Step(self.stream, due),
            result_type=Answer,
            start_to_close_timeout=timedelta(seconds=60),
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=PATIENTLY,
            summary=f"{due.kind} {due.id}",
        )
        self.take(answer, wanted)

    async def reached(self, due: NextDue) -> bool:
        """Wait for the moment; False when news came first, or a week went by without a word.

        A long wait asks again every week, so new holidays and new time-zone data take effect
        although nobody touched the workflow.
        """
        now = workflow.now()
        left = due.at - now
        if left <= timedelta(0):
            return self.read >= self.wanted
        self.wakes_at = now + min(left, WEEK)
        try:
            await workflow.wait_condition(
                lambda: self.wanted > self.read or is_build_new(),
                timeout=min(left, WEEK),
                timeout_summary=f"waiting for {due.id}",
            )
        except TimeoutError:
            self.wakes_at = None
            return left <= WEEK
        self.wakes_at = None
        return False

    def take(self, answer: Answer, wanted: int) -> None:
        """Keep the answer and show it to operators; an upsert is an event, so only on change."""
        self.due, self.read, self.asked = answer.due, wanted, True
        workflow.set_current_details(self.described())
        if self.due is None:
            return
        if self.page is None:
            self.page = self.due.phase
        shown = (self.due.phase, self.due.at, self.due.kind == "hold")
        if shown == self.shown:
            return
        before = self.shown or (None, None, None)
        changes: list[SearchAttributeUpdate[Any]] = []
        if before[0] != shown[0] and self.due.phase:
            changes.append(PHASE.value_set(self.due.phase))
        if before[1] != shown[1]:
            changes.append(DUE.value_set(self.due.at))
        if before[2] != shown[2]:
            changes.append(PAUSED.value_set(shown[2]))
        self.shown = shown
        workflow.upsert_search_attributes(changes)

    async def turn_page_if_full(self, due: NextDue) -> None:
        """Begin a new run at a phase turn, when the server suggests it, or for a new build.

        Short runs keep replay cheap, and a pinned run changes builds only here.
        """
        new_build = is_build_new()
        suggested = workflow.info().is_continue_as_new_suggested()
        turned = due.phase != self.page and due.kind != "hold"  # a pause is no phase
        if not (turned or new_build or suggested):
            return
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(
            Clock(self.stream, self.wanted),
            initial_versioning_behavior=(
                workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE if new_build else None
            ),
        )

    def described(self) -> str:
        """A few lines of Markdown for Temporal's own page."""
        if self.due is None:
            return f"**{self.stream}**\n\nNothing is due: this clock is done."
        return (
            f"**{self.stream}**\n\n"
            f"- next: `{self.due.id}` ({self.due.kind})\n"
            f"- at: {self.due.at.isoformat()}\n"
            f"- phase: {self.due.phase or 'none'}, generation {self.due.generation}"
        )


def is_build_new() -> bool:
    """Whether a newer build became current; a run learns it only when something wakes it."""
    return workflow.info().is_target_worker_deployment_version_changed()
