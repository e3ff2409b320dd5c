"""One writer at a time in a process: many appends, one commit (ARCHITECTURE, write path).

Appends wait in one queue for the writer thread, first come first served, so no writer starves.
Whatever has gathered while the last commit was on its way to the disk goes into the next one, and
each append keeps its own success, conflict or error. On a calm log nobody waits, and then the
caller writes for itself: handing over to another thread and back would cost more than the append.

Invariant: whoever takes tickets, the thread or a caller, settles every one of them before it lets
go of the pen, whatever is raised meanwhile; and the thread ends for nothing but ``close``. So no
fault of a store outlives the appends that met it.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from eventsourcing.persistence import IntegrityError

from journal.append import Append, Outcome, Receipt
from journal.errors import JournalUnavailable

log = logging.getLogger(__name__)

BATCH = 200
"""Most appends in one commit: bounds how long another process waits for the write lock."""

GATHER_SECONDS = 0.005
"""Longest wait for appends that are about to come, while others wait for the commit."""

_TOO_LATE = "the log did not take the append in time"


class _Ticket:
    """One append on its way: the outcome or the error, and a lock that opens when it is there."""

    __slots__ = ("append", "deadline", "done", "error", "outcome", "settled", "tried")

    def __init__(self, append: Append, deadline: float) -> None:
        self.append = append
        self.deadline = deadline
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        self.tried = False
        self.settled = False
        self.done = Lock()

    def settle(self, outcome: Outcome | None, error: BaseException | None = None) -> None:
        """Gives the answer; the first one counts."""
        if self.settled:
            return
        self.outcome, self.error, self.settled = outcome, error, True
        if self.done.locked():
            self.done.release()


class Writer:
    """Runs ``commit`` (many appends, one transaction), never twice at the same time.

    Args:
        commit: appends a batch until a deadline on ``time.monotonic``'s scale; raises
            JournalUnavailable when nothing is known about its fate.
        find: looks a receipt up by command id (J7).
        guard: called before a commit when ``guard_every`` seconds have gone by; raises to refuse.
        told: called after a commit that stored something.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Append], float], list[Outcome]],
        find: Callable[[str], Receipt | None],
        guard: Callable[[], None],
        told: Callable[[], None],
        guard_every: float = 3600.0,
    ) -> None:
        self._commit = commit
        self._find = find
        self._guard = guard
        self._guard_every = guard_every
        self._guarded_at = time.monotonic()
        self._told = told
        self._queue: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._lock = Lock()
        self._pen = Lock()
        self._thread: Thread | None = None
        self._closed = False
        self._under_way = 0
        self._crowd = 1
        self._commit_seconds = 0.0

    def arrive(self) -> None:
        """Somebody has begun a command and will probably append soon."""
        with self._lock:
            self._under_way += 1

    def leave(self) -> None:
        """The command that had arrived is answered."""
        with self._lock:
            self._under_way -= 1

    def append(self, append: Append, deadline: float) -> Outcome:
        """Hands one append over and waits for its outcome.

        Args:
            deadline: on ``time.monotonic``'s scale; passing it raises JournalUnavailable, and
                whether the append was stored is then told by its receipt.
        """
        ticket = _Ticket(append, deadline)
        # Nobody else about, an empty queue and a free pen: nobody is overtaken.
        if self._under_way <= 1 and self._queue.empty() and self._pen.acquire(blocking=False):
            try:
                if self._closed:
                    raise JournalUnavailable("the journal is closed")
                self._settle([ticket])
            finally:
                self._pen.release()
        else:
            self._hand_over(ticket)
        if ticket.error is not None:
            raise ticket.error
        assert ticket.outcome is not None
        return ticket.outcome

    def _hand_over(self, ticket: _Ticket) -> None:
        if self._thread is None:
            self._start()
        ticket.done.acquire()
        self._queue.put(ticket)
        if not ticket.done.acquire(timeout=max(0.0, ticket.deadline - time.monotonic())):
            raise JournalUnavailable(_TOO_LATE)

    def alone(self, commit: Callable[[], list[Outcome]], deadline: float) -> list[Outcome]:
        """Runs a commit that stands for itself, between two commits of the queue.

        Raises:
            JournalUnavailable: it did not come to its turn until the deadline.
        """
        if not self._pen.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise JournalUnavailable(_TOO_LATE)
        try:
            if self._closed:
                raise JournalUnavailable("the journal is closed")
            self._look_at_the_guards()
            outcomes = commit()
            self._told()
            return outcomes
        finally:
            self._pen.release()

    def close(self) -> None:
        """Commits what was handed over before, then ends the thread."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()
        with self._pen:  # whoever is still writing for itself
            pass

    def _start(self) -> None:
        with self._lock:
            if self._closed:
                raise JournalUnavailable("the journal is closed")
            if self._thread is None:
                self._thread = Thread(target=self._run, name="journal-writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        ending = False
        while not ending:
            ticket = self._queue.get()
            ending = ticket is None
            with self._pen:
                batch: list[_Ticket] = []
                try:
                    ending = self._gather(ticket, batch)
                    self._write(batch)
                except BaseException as e:
                    log.exception("the writer failed; it goes on with the next appends")
                    for each in batch:
                        each.settle(None, e)

    def _write(self, batch: list[_Ticket]) -> None:
        """Settles a batch that came through the queue."""
        began = time.monotonic()
        if alive := _in_time(batch, began, JournalUnavailable(_TOO_LATE)):
            self._settle(alive)
            self._commit_seconds = time.monotonic() - began
            self._crowd = len(alive)

    def _gather(self, ticket: _Ticket | None, batch: list[_Ticket]) -> bool:
        """Everybody in the queue, and those who are about to join it.

        A commit costs the same for one as for many. So whoever is under way is waited for, but at
        most half as long as a commit takes: more would cost more than it saves.

        Args:
            batch: takes them up.

        Returns:
            whether the journal is closed after them.
        """
        until = time.monotonic() + min(GATHER_SECONDS, self._commit_seconds / 2)
        while ticket is not None:
            batch.append(ticket)
            if len(batch) == BATCH:
                break
            expected = max(self._under_way, self._crowd)
            patience = until - time.monotonic() if len(batch) < expected else 0.0
            try:
                ticket = self._queue.get(patience > 0, max(patience, 0.0))
            except Empty:
                break
        return ticket is None

    def _settle(self, batch: list[_Ticket]) -> None:
        """Commits a batch; every ticket is settled when this returns, and nothing is raised.

        After a lost connection, or with the log locked, it is tried again with those who still have
        time for that. A commit whose reply was lost is harmless: the next one finds its receipts.
        """
        try:
            self._look_at_the_guards()
            while batch:
                try:
                    # Not a moment longer than the first of them waits: what its caller was told to
                    # have failed must not be recorded afterwards.
                    until = min(ticket.deadline for ticket in batch)
                    outcomes = self._commit([ticket.append for ticket in batch], until)
                except JournalUnavailable as e:
                    pause = random.uniform(0.02, 0.1)  # noqa: S311 - jitter, no secret
                    batch = _in_time(batch, time.monotonic() + pause, e)
                    for ticket in batch:
                        ticket.tried = True
                    if batch:
                        time.sleep(pause)
                else:
                    self._hand_back(batch, outcomes)
                    return
        except IntegrityError as e:
            self._settle_singly(batch, e)
        except BaseException as e:
            for ticket in batch:
                ticket.settle(None, e)

    def _hand_back(self, batch: list[_Ticket], outcomes: list[Outcome]) -> None:
        own = [self._own(*each) for each in zip(batch, outcomes, strict=True)]
        if any(isinstance(outcome, Receipt) and not outcome.replayed for outcome in own):
            self._told()
        for ticket, outcome in zip(batch, own, strict=True):
            ticket.settle(outcome)

    @staticmethod
    def _own(ticket: _Ticket, outcome: Outcome) -> Outcome:
        """A receipt found by our own second try is this append's first answer, not a replay."""
        if ticket.tried and isinstance(outcome, Receipt) and outcome.replayed:
            same = outcome.fingerprint == ticket.append.receipt.fingerprint
            return outcome.again(replayed=not same)
        return outcome

    def _settle_singly(self, batch: list[_Ticket], error: IntegrityError) -> None:
        """One append broke a key: its receipt tells whether it is stored; the others go alone."""
        for ticket in batch:
            try:
                receipt = self._find(ticket.append.receipt.command_id)
            except BaseException as e:
                ticket.settle(None, e)
                continue
            if receipt is not None:
                ticket.settle(receipt)
            elif len(batch) == 1:
                ticket.settle(None, error)
            else:
                self._settle([ticket])

    def _look_at_the_guards(self) -> None:
        if time.monotonic() - self._guarded_at > self._guard_every:
            self._guard()
            self._guarded_at = time.monotonic()


def _in_time(batch: list[_Ticket], at: float, error: JournalUnavailable) -> list[_Ticket]:
    """Those whose deadline comes after ``at``. Nobody waits for the others any longer: they are
    settled with ``error``, and must not happen late.
    """
    alive = []
    for ticket in batch:
        if ticket.deadline > at:
            alive.append(ticket)
        else:
            ticket.settle(None, error)
    return alive
