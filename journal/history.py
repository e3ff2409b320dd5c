"""What happened, and what would have: one port over the log and over branches of it.

A branch is the log up to a position, followed by facts that nobody recorded. It lives in memory
alone and writes nothing, not even a key; whatever decides or folds on a ``History`` runs on it as
on the log. What-if questions and previews stand on it.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from domain.facts import Command, Envelope, Fact, Facts, Refusal
from domain.text import SealedText
from journal.append import Receipt
from journal.decider import Decider
from journal.ids import derived_id


class History(Protocol):
    """Facts in order, and the states that they fold to."""

    def state(self, stream: str, *, upto: int | None = None) -> tuple[Any, int]:
        """The folded state of a stream and its version, at a position or at the head."""
        ...

    def tail(self, after: int, limit: int = 500) -> Sequence[Envelope]:
        """At most ``limit`` facts after a position, in order, without gaps."""
        ...

    def head(self) -> int:
        """The last position."""
        ...


class Branch:
    """A history that goes on with hypothetical facts; for one thread.

    Args:
        history: what really happened; a branch of a branch is possible.
        decider: the domain.
        upto: the position at which the branch begins; the present head by default. What is recorded
            after it does not exist on the branch.

    ``root`` is where it begins, ``added`` are its own facts.
    """

    def __init__(self, history: History, decider: Decider, *, upto: int | None = None) -> None:
        head = history.head()
        self._history = history
        self._decider = decider
        self.root = head if upto is None else min(upto, head)
        self.added: list[Envelope] = []
        self._latest: dict[str, tuple[Any, int]] = {}

    def copy(self) -> "Branch":
        """A branch that begins where this one does and has come as far, and goes on by itself."""
        other = Branch(self._history, self._decider, upto=self.root)
        other.added, other._latest = self.added[:], dict(self._latest)
        return other

    # --- going on ------------------------------------------------------------------------------

    def handle(self, command: Command) -> Receipt | Refusal:
        """What the journal would answer to a command if the branch were the log."""
        decision = self.decide(command)
        return decision if isinstance(decision, Refusal) else self.add(command, decision)

    def decide(self, command: Command) -> Facts | Refusal:
        """What would follow from a command; the branch stays as it is."""
        states = tuple([self.state(stream)[0] for stream in command.reads])
        return self._decider.decide(command, states)

    def add(self, command: Command, facts: Sequence[Fact]) -> Receipt:
        """Goes on with facts as if they had followed from ``command``; the receipt that this would
        have given.
        """
        for index, fact in enumerate(facts):
            stream = fact.stream
            state, version = self.state(stream)
            self._latest[stream] = (self._decider.evolve(stream, state, fact), version + 1)
            self.added.append(self._envelope(command, index, fact, version + 1))
        subject = command.reads[0]
        return Receipt(
            command.command_id,
            command.subject,
            subject,
            self.state(subject)[1],
            self.head(),
            len(facts),
            "",
        )

    def _envelope(self, command: Command, index: int, fact: Fact, version: int) -> Envelope:
        return Envelope(
            self.head() + 1,
            fact.stream,
            version,
            fact,
            derived_id(command.command_id, str(index)),
            fact.SCHEMA,
            command.by,
            command.command_id,
            command.correlation_id or command.command_id,
            command.causation_id,
            command.at,
            None if command.reason is None else SealedText(command.reason),
            b"",
        )

    # --- a history -----------------------------------------------------------------------------

    def state(self, stream: str, *, upto: int | None = None) -> tuple[Any, int]:
        """The folded state of a stream and its version, at a position or at the head."""
        if upto is None or upto >= self.head():
            known = self._latest.get(stream)
            return self._before(stream, self.root) if known is None else known
        state, version = self._before(stream, min(upto, self.root))
        for envelope in self.added[: max(0, upto - self.root)]:
            if envelope.stream == stream:
                state = self._decider.evolve(stream, state, envelope.fact)
                version = envelope.version
        return state, version

    def _before(self, stream: str, upto: int) -> tuple[Any, int]:
        return self._history.state(stream, upto=upto)

    def tail(self, after: int, limit: int = 500) -> list[Envelope]:
        """At most ``limit`` facts after a position: recorded ones, then hypothetical ones."""
        wanted = min(limit, self.root - after)
        recorded = self._history.tail(after, wanted) if wanted > 0 else ()
        start = max(0, after - self.root)
        return [*recorded, *self.added[start : start + limit - len(recorded)]]

    def head(self) -> int:
        """The last position: that of the last hypothetical fact, or where the branch began."""
        return self.root + len(self.added)
