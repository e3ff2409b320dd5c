"""The journal: the only way into the log, and the way to read it (ARCHITECTURE, write path).

``handle`` looks the receipt up, folds the streams that the command reads, decides, and appends
facts and receipt in one transaction that holds only while every stream read stands still.
"""

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

from domain.facts import Command, Envelope, Fact, Facts, Refusal
from journal.append import Append, Receipt, Row, Stale
from journal.clock import Clock
from journal.decider import Decider
from journal.errors import KeyReused
from journal.fact_batch import FactBatch
from journal.gates import Gates
from journal.growth import wait_for_growth
from journal.header import Header, header
from journal.mapper import FactMapper
from journal.port import Store
from journal.stamps import Stamps, as_told
from journal.states import Folded, States
from journal.writer import Writer

T = TypeVar("T")

DEADLINE_SECONDS = 5.0
TRIES = 8


class Journal:
    """One log. Safe for any number of threads; call it from threads, never from a coroutine (J16).

    Args:
        store: an opened store, see ``journal.store.open_journal``.
        decider: the domain.
        cache: how many folded states are kept.
        clock: tells when facts are recorded; without one they keep the time of their command.
    """

    def __init__(
        self,
        store: Store,
        decider: Decider,
        *,
        cache: int = 10_000,
        clock: Clock | None = None,
    ) -> None:
        self._store = store
        self._decider = decider
        self._mapper = FactMapper(decider.facts, decider.upcasters)
        self._states = States(cache)
        self._gates = Gates()
        stamp = as_told if clock is None else Stamps(clock)
        append = partial(store.append, stamp=stamp)
        self._writer = Writer(append, store.receipt, store.check, store.hints.tell)
        self._closed = False

    # --- writing -------------------------------------------------------------------------------

    def handle(
        self, command: Command, *, expected: int | None = None, fingerprint: str = ""
    ) -> Receipt | Refusal:
        """Decides the command and records what follows from it, exactly once.

        Args:
            command: a repeated command id gets the first answer again.
            expected: version of the subject's stream that the sender saw; another one is refused
                with ``stale-version``.
            fingerprint: digest of the request behind the command.

        Raises:
            KeyReused: the command id came before with another fingerprint.
            JournalUnavailable, DiskFull: nothing is known to be recorded; the same command may be
                sent again.
            UnstorableValue: a value that the log cannot carry.
        """
        deadline = time.monotonic() + DEADLINE_SECONDS
        wish = (command, expected, fingerprint, deadline)
        answer: Receipt | Refusal | Stale | None = self._under_way(self._on_known_states, *wish)
        for attempt in range(TRIES):
            if isinstance(answer, Receipt | Refusal):
                return answer
            # States at hand that were old are no lost race; a second miss is one.
            lost = (answer.stream,) if answer and attempt else ()
            if lost:
                time.sleep(random.uniform(0, 0.002 * attempt))  # noqa: S311 - jitter, no secret
            if not lost and self._gates.calm:
                answer = self._under_way(self._on_fresh_states, *wish)
                continue
            left = max(0.0, deadline - time.monotonic())
            with self._gates.passing(command.reads, lost, left):
                answer = self._under_way(self._on_fresh_states, *wish)
        if not isinstance(answer, Stale):
            assert answer is not None
            return answer
        return Refusal(
            code="contended",
            detail="Others kept changing the same thing; look at it again, then repeat.",
            extra={"stream": answer.stream, "current_version": answer.version},
        )

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
        folded = [each for stream in reads if (each := self._states.get(stream))]
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
        known = [self._folded(stream) for stream in reads]
        loaded = self._store.load(
            command.command_id,
            [(stream, folded.version) for stream, folded in zip(reads, known, strict=True)],
        )
        if loaded.receipt is not None:
            return _same(loaded.receipt, fingerprint)
        folded = [
            self._fold(stream, start, rows)
            for stream, start, rows in zip(reads, known, loaded.rows, strict=True)
        ]
        decision = self._decider.decide(command, tuple([each.state for each in folded]))
        if expected is not None and expected != folded[0].version:
            if isinstance(decision, Refusal) and decision.kind in ("missing", "forbidden"):
                return decision
            return _stale_version(expected, folded[0].version)
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
        if unread := {fact.stream for fact in facts} - versions.keys():
            raise ValueError(f"{type(command).__name__} writes what it does not read: {unread}")
        encoded = self._mapper.encode(command, facts, versions)
        subject = command.reads[0]
        own = sum(stored.originator_id == subject for stored, _ in encoded)
        outcome = self._writer.append(
            Append(
                Receipt(
                    command.command_id,
                    command.subject,
                    subject,
                    versions[subject] + own,
                    0,
                    len(encoded),
                    fingerprint,
                ),
                tuple(versions.items()),
                tuple(stored for stored, _ in encoded),
            ),
            deadline,
        )
        if isinstance(outcome, Stale):
            return outcome
        if outcome.replayed:
            return _same(outcome, fingerprint)
        self._advance([fact for _, fact in encoded], folded, outcome.position)
        return outcome

    def _advance(self, facts: list[Fact], folded: dict[str, Folded], last: int) -> None:
        """Folds our own facts on, as they were read back from the stored bytes.

        What was read and not touched stood still until ``last``, or the append were stale.
        """
        now = {stream: each._replace(known_upto=last) for stream, each in folded.items()}
        for position, fact in enumerate(facts, last - len(facts) + 1):
            stream = fact.stream
            before = now[stream]
            state = self._decider.evolve(stream, before.state, fact)
            now[stream] = Folded(state, before.version + 1, position, last)
        for stream, each in now.items():
            self._states.put(stream, each)

    # --- reading -------------------------------------------------------------------------------

    def receipt(self, command_id: str) -> Receipt | None:
        """The first answer to a command, None if it was never recorded."""
        return self._store.receipt(command_id)

    def state(self, stream: str, *, upto: int | None = None) -> tuple[Any, int]:
        """The folded state of a stream and its version.

        Args:
            upto: a position: the state as the log knew it there; the latest by default.
        """
        known = self._folded(stream)
        if upto is None:
            folded = self._fold(stream, known, self._store.newer(stream, known.version))
            return folded.state, folded.version
        if known.position <= upto <= known.known_upto:  # asked by who has just written here
            return known.state, known.version
        if known.position > upto:
            known = self._unknown(stream)
        rows = self._store.rows(stream, known.position, upto)
        folded = self._fold(stream, known, rows, keep=False)
        return folded.state, folded.version

    def read(self, stream: str, *, after: int = 0, upto: int | None = None) -> list[Envelope]:
        """The facts of a stream at positions after ``after``, up to and with ``upto``."""
        envelope = self._mapper.envelope
        return [envelope(row) for row in self._store.rows(stream, after, upto)]

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
        return self._store.head()

    def wait(self, after: int, timeout: float) -> int:
        """Waits until the log is longer than ``after`` or ``timeout`` seconds are over.

        Returns:
            the head, which may still be ``after``.
        """
        return wait_for_growth(self._store, after, timeout, lambda: self._closed)

    def check(self) -> None:
        """Raises LogUnguarded when a trigger that keeps the log append-only is gone (J12)."""
        self._store.check()

    def close(self) -> None:
        """Commits what was handed over, wakes who waits, closes every connection."""
        self._closed = True
        self._writer.close()
        self._store.hints.tell()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- folding -------------------------------------------------------------------------------

    def _folded(self, stream: str) -> Folded:
        return self._states.get(stream) or self._unknown(stream)

    def _unknown(self, stream: str) -> Folded:
        return Folded(self._decider.initial(stream), 0, 0, 0)

    def _fold(
        self, stream: str, start: Folded, rows: Sequence[Row], *, keep: bool = True
    ) -> Folded:
        if not rows:
            return start
        evolve, decode, state = self._decider.evolve, self._mapper.fact, start.state
        for row in rows:
            state = evolve(stream, state, decode(row))
        last, _, version, *_ = rows[-1]
        folded = Folded(state, version, last, last)
        if keep:
            self._states.put(stream, folded)
        return folded


def _same(receipt: Receipt, fingerprint: str) -> Receipt:
    if receipt.fingerprint != fingerprint:
        raise KeyReused(receipt.command_id)
    return receipt


def _stale_version(expected: int, current: int) -> Refusal:
    return Refusal(
        code="stale-version",
        detail=f"You saw version {expected}; it is at version {current} now.",
        extra={"current_version": current},
    )
