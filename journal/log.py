"""The journal: the only way into the log, and the way to read it (ARCHITECTURE, write path).

``handle`` looks the receipt up, folds the streams that the command reads, decides, and appends
facts and receipt in one transaction that holds only while every stream read stands still.
"""

import math
import random
import time
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

from domain.facts import Command, Envelope, Fact, Facts, Refusal
from journal.append import Append, Outcome, Receipt, Row, Stale, first_answer
from journal.clock import Clock, ClockAhead
from journal.decider import Decider
from journal.errors import JournalUnavailable
from journal.fact_batch import FactBatch
from journal.folding import Folding
from journal.growth import wait_for_growth
from journal.header import Header, header
from journal.history import Branch
from journal.hot_streams import Gates
from journal.keys import KeyRing
from journal.mapper import FactMapper
from journal.port import Store
from journal.states import Folded
from journal.together import (
    DEADLINE_SECONDS,
    Answer,
    Rejected,
    Together,
    Wish,
    as_seen,
    contended,
    foretold,
)
from journal.writer import BATCH, Writer

T = TypeVar("T")

TRIES = 8

CACHE = 400_000
"""Facts that the kept states are folded of: about 200 MB, and that only in a company of thousands
of busy objectives. States of one stream share most of what they hold.
"""


class Journal:
    """One log. Safe for any number of threads; call it from threads, never from a coroutine (J16).

    Args:
        store: an opened store, see ``journal.store.open_journal``.
        decider: the domain.
        keys: seal and open private words; closed together with the journal.
        cache: how many facts the kept states may be folded of, of the present and of the past each.
        clock: tells when facts are recorded; without one they keep the time of their command.
    """

    def __init__(
        self,
        store: Store,
        decider: Decider,
        keys: KeyRing,
        *,
        cache: int = CACHE,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._decider = decider
        self.keys = keys
        self._mapper = FactMapper(decider.facts, decider.upcasters, keys)
        self._folding = Folding(store, decider, self._mapper.fact, cache)
        self._gates = Gates()
        self._clock = clock
        self._together = Together(
            decider,
            self._gates,
            self._loaded,
            self._encoded,
            self._append_together,
            self._folding.keep,
            self._look_back,
            self.handle,
        )

        def append(batch: Sequence[Append], until: float) -> list[Outcome]:
            return store.append(batch, clock=clock, until=until)

        self._writer = Writer(append, store.receipt, store.check, store.hints.tell)
        self._closed = False

    # --- writing -------------------------------------------------------------------------------

    def handle(
        self,
        command: Command,
        *,
        expected: int | None = None,
        fingerprint: str = "",
        until: float | None = None,
    ) -> Receipt | Refusal:
        """Decides the command and records what follows from it, exactly once.

        One deadline holds for all of it, with every lock that is waited for and every try: five
        seconds, or less if ``until`` comes earlier.

        Args:
            command: a repeated command id gets the first answer again.
            expected: version of the subject's stream that the sender saw; another one is refused
                with ``stale-version``.
            fingerprint: digest of the request behind the command.
            until: on ``time.monotonic``'s scale: when the sender has to be answered.

        Raises:
            KeyReused: the command id came before with another fingerprint.
            JournalUnavailable, DiskFull: nothing is known to be recorded; the same command may be
                sent again.
            UnstorableValue: a value that the log cannot carry.
        """
        deadline = min(until or math.inf, time.monotonic() + DEADLINE_SECONDS)
        wish = (command, expected, fingerprint, deadline)
        answer: Receipt | Refusal | Stale | None = self._under_way(self._on_known_states, *wish)
        for attempt in range(TRIES):
            if isinstance(answer, Receipt | Refusal):
                return answer
            if time.monotonic() > deadline:
                raise JournalUnavailable("the command could not be recorded in time")
            # States at hand that were old are no lost race; a second miss is one.
            lost = (answer.stream,) if answer and attempt else ()
            if lost:
                time.sleep(random.uniform(0, 0.002 * attempt))  # noqa: S311 - jitter, no secret
            if not lost and self._gates.calm:
                answer = self._under_way(self._on_fresh_states, *wish)
                continue
            with self._gates.passing(command.reads, lost, deadline):
                answer = self._under_way(self._on_fresh_states, *wish)
        if not isinstance(answer, Stale):
            assert answer is not None
            return answer
        return contended(answer)

    def _under_way(self, attempt: Callable[..., T], *wish: Any) -> T:
        """Lets the writer know that an append is probably coming."""
        self._writer.arrive()
        try:
            return attempt(*wish)
        finally:
            self._writer.leave()

    def _on_known_states(
        self, command: Command, expected: int | None, fingerprint: str, deadline: float
    ) -> Receipt | Stale | None:
        """Decides on the states at hand and appends at once: the store tells if they were old, or
        if the command was answered before. Whatever else comes out has to be decided on fresh ones.
        """
        reads = command.reads
        folded = [each for stream in reads if (each := self._folding.kept(stream))]
        if len(folded) < len(reads) or not self._gates.calm:
            return None
        if expected is not None and expected != folded[0].version:
            return None
        decision = self._decider.decide(command, tuple([each.state for each in folded]))
        if isinstance(decision, Refusal):
            return None
        known = dict(zip(reads, folded, strict=True))
        return self._record(command, decision, known, fingerprint, deadline)

    def _on_fresh_states(
        self, command: Command, expected: int | None, fingerprint: str, deadline: float
    ) -> Receipt | Refusal | Stale:
        """Looks the receipt up, folds what is new, decides, appends."""
        reads = command.reads
        known = [self._folding.start(stream) for stream in reads]
        loaded = self._store.load(
            command.command_id,
            [(stream, folded.version) for stream, folded in zip(reads, known, strict=True)],
            deadline,
        )
        if loaded.receipt is not None:
            return first_answer(loaded.receipt, fingerprint)
        folded = [
            self._folding.on(stream, start, rows)
            for stream, start, rows in zip(reads, known, loaded.rows, strict=True)
        ]
        decision = self._decider.decide(command, tuple([each.state for each in folded]))
        decision = as_seen(decision, expected, folded[0].version)
        if isinstance(decision, Refusal):
            return decision
        states = dict(zip(reads, folded, strict=True))
        return self._record(command, decision, states, fingerprint, deadline)

    def _record(
        self,
        command: Command,
        facts: Facts,
        folded: dict[str, Folded],
        fingerprint: str,
        deadline: float,
    ) -> Receipt | Stale:
        versions = {stream: each.version for stream, each in folded.items()}
        append, again = self._encoded(command, facts, versions, fingerprint)
        outcome = self._writer.append(append, deadline)
        if isinstance(outcome, Stale):
            self._look_back(outcome, versions)
            return outcome
        if outcome.replayed:
            return first_answer(outcome, fingerprint)
        self._folding.advance(again, folded, outcome.position)
        return outcome

    def _encoded(
        self, command: Command, facts: Facts, versions: Mapping[str, int], fingerprint: str
    ) -> tuple[Append, list[Fact]]:
        """What goes into the store for a command, and its facts as they will be read back."""
        if unread := {fact.stream for fact in facts} - versions.keys():
            raise ValueError(f"{type(command).__name__} writes what it does not read: {unread}")
        encoded = self._mapper.encode(command, facts, versions)
        subject = command.reads[0]
        own = sum(stored[0] == subject for stored, _ in encoded)
        receipt = Receipt(
            command.command_id,
            command.subject,
            subject,
            versions[subject] + own,
            0,
            len(encoded),
            fingerprint,
        )
        stored = tuple([each for each, _ in encoded])
        return Append(receipt, tuple(versions.items()), stored), [fact for _, fact in encoded]

    def _look_back(self, stale: Stale, versions: Mapping[str, int]) -> None:
        """Drops what was folded if it is not in this log: then the log was restored."""
        if stale.version < versions[stale.stream]:
            self.forget()

    # --- writing much --------------------------------------------------------------------------

    def handle_many(
        self,
        commands: Sequence[Command | Wish],
        *,
        atomic: bool = True,
        dry_run: bool = False,
        fingerprint: str = "",
    ) -> tuple[Answer, ...] | Rejected:
        """Decides commands one after the other, each on what the ones before it lead to, and
        records all that follows in one transaction, with a receipt for each.

        Args:
            atomic: the first command that cannot be recorded rejects all; otherwise each has its
                own answer, and every 200 have a transaction.
            dry_run: answers what would happen now; nothing is written.
            fingerprint: digest of the request behind the commands; a ``Wish`` has its own, and the
                version its sender saw.

        Returns:
            the answers in the order of the commands, an error of a command's own in its place.
            Repeated command ids get their first answers again.

        Raises:
            JournalUnavailable, DiskFull: nothing is known to be recorded; the same commands may be
                sent again.
        """
        wishes = [
            each if isinstance(each, Wish) else Wish(each, None, fingerprint) for each in commands
        ]
        if dry_run:
            branch = Branch(self, self._decider)
            return foretold(branch, wishes, self.receipt, self._mapper.check, atomic)
        if atomic:
            return self._together.handle(wishes)
        answers: list[Answer] = []
        for start in range(0, len(wishes), BATCH):
            answers += self._together.each(wishes[start : start + BATCH])
        return tuple(answers)

    def _loaded(
        self, command: Command, known: Container[str], fingerprint: str, deadline: float
    ) -> Receipt | dict[str, Folded]:
        """A command's receipt, or the states of those streams it reads that are not known yet."""
        starts = {each: self._folding.start(each) for each in command.reads if each not in known}
        wanted = [(stream, folded.version) for stream, folded in starts.items()]
        loaded = self._store.load(command.command_id, wanted, deadline)
        if loaded.receipt is not None:
            return first_answer(loaded.receipt, fingerprint)
        return {
            stream: self._folding.on(stream, start, rows)
            for (stream, start), rows in zip(starts.items(), loaded.rows, strict=True)
        }

    def _append_together(self, appends: Sequence[Append], deadline: float) -> list[Outcome]:
        def commit() -> list[Outcome]:
            return self._store.append(appends, clock=self._clock, until=deadline, together=True)

        return self._writer.alone(commit, deadline)

    # --- reading -------------------------------------------------------------------------------

    def receipt(self, command_id: str) -> Receipt | None:
        """The first answer to a command, None if it was never recorded."""
        return self._store.receipt(command_id)

    def state(self, stream: str, *, upto: int | None = None) -> tuple[Any, int]:
        """The folded state of a stream and its version.

        Args:
            upto: a position: the state as the log knew it there; the latest by default.
        """
        return self._folding.state(stream, upto)

    def forget(self) -> None:
        """Drops every kept state: for who finds that the log is not the one it was."""
        self._folding.forget()

    def read(self, stream: str, *, after: int = 0, upto: int | None = None) -> list[Envelope]:
        """The facts of a stream at positions after ``after``, up to and with ``upto``."""
        envelope = self._mapper.envelope
        return [envelope(row) for row in self._store.rows(stream, after, upto)]

    def read_together(
        self, streams: Collection[str], *, upto: int, but: Container[str] = ()
    ) -> list[Envelope]:
        """The facts of several streams up to and with ``upto``, in the log's order; one look.

        Args:
            but: wire names of facts that are left out, and not even decoded.
        """
        envelope = self._mapper.envelope
        rows = self._store.rows_of(streams, upto) if streams else ()
        return [envelope(row) for row in rows if row[3] not in but]

    def tail(self, after: int, limit: int = 500) -> list[Envelope]:
        """At most ``limit`` facts of the whole log after position ``after``, in order, no gaps."""
        envelope = self._mapper.envelope
        return [envelope(row) for row in self._store.tail(after, limit)]

    def batch(self, after: int, limit: int = 500) -> FactBatch:
        """The same facts as ``tail``, for whoever looks at each once, or at some, and goes on."""
        return FactBatch(self._store.tail(after, limit), self._mapper.envelope)

    def rows(self, after: int, limit: int = 500) -> Sequence[Row]:
        """The same facts as ``tail``, undecoded: also those that this release cannot read."""
        return self._store.tail(after, limit)

    def envelope(self, row: Row) -> Envelope:
        """The fact of a row with everything the log knows about it. Raises UnreadableFact."""
        return self._mapper.envelope(row)

    def header(self, row: Row) -> Header:
        """What the log knows about a row's fact, which itself is not read."""
        return header(row)

    def event_id(self, position: int) -> str | None:
        """The id of the fact at a position; None for 0 and beyond the head.

        It names the fact for ever: another id at the same position means another log.
        """
        if position < 1:
            return None
        found = self._store.tail(position - 1, 1)
        return header(found[0]).event_id if found else None

    def head(self) -> int:
        """The last position of the log; 0 when it is empty."""
        return self._folding.head()

    def wait(self, after: int, timeout: float) -> int:
        """Waits until the log is longer than ``after`` or ``timeout`` seconds are over.

        Returns:
            the head, which may still be ``after``.
        """
        return wait_for_growth(self._store, after, timeout, lambda: self._closed)

    def clock_ahead(self) -> ClockAhead:
        """How far this log's clocks are ahead of this machine's; a boot and a doctor look at it."""
        before = datetime.now(UTC)
        theirs = self._store.now()
        after = datetime.now(UTC)
        last = self._store.last_instant() or after
        return ClockAhead(max(timedelta(0), last - after), theirs - (before + (after - before) / 2))

    def integrity(self, seconds: float | None = None) -> tuple[str, ...]:
        """What of the log is damaged, in words; empty when nothing was found.

        From the first finding on every append raises LogDamaged; what can be read still is.

        Args:
            seconds: looks for so long at most; at everything by default.
        """
        return self._store.integrity(seconds)

    def check(self) -> None:
        """Raises LogUnguarded when a trigger that keeps the log append-only is gone (J12)."""
        self._store.check()

    def close(self) -> None:
        """Commits what was handed over, wakes who waits, closes every connection."""
        self._closed = True
        self._writer.close()
        self._store.hints.tell()
        self._store.close()
        self.keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
