"""Folds streams to their states, from what is kept of them and what the store has beyond that."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.facts import Fact
from journal.append import Row
from journal.decider import Decider
from journal.port import Store
from journal.states import Folded, Past, States


class Folding:
    """The states of one log. Safe for any number of threads.

    Args:
        decode: a row's fact.
        facts: how many facts the kept states of the present may be folded of; an eighth for those
            of the past.
    """

    def __init__(
        self, store: Store, decider: Decider, decode: Callable[[Row], Fact], facts: int
    ) -> None:
        self._store = store
        self._decider = decider
        self._decode = decode
        self._states = States(facts)
        self._past = Past(facts // 8)
        self._reached = 0  # a position that the log is known to have come to

        self.kept = self._states.get
        """The latest state at hand of a stream, None if there is none."""
        self.keep = self._states.put
        """Takes a state that was folded elsewhere."""

    def start(self, stream: str) -> Folded:
        """The state at hand, or the one before the first fact: what newer rows are folded on."""
        return self._states.get(stream) or self._unknown(stream)

    def on(self, stream: str, start: Folded, rows: Sequence[Row]) -> Folded:
        """The state after further rows of a stream; it is kept."""
        if not rows:
            return start
        folded = self._folded(stream, start, rows)
        self._states.put(stream, folded)
        return folded

    def advance(self, facts: Sequence[Fact], folded: Mapping[str, Folded], last: int) -> None:
        """Folds our own facts on, as they were read back from the stored bytes.

        What was read and not touched stood still until ``last``, or the append were stale.
        """
        now = dict(folded)
        for position, fact in enumerate(facts, last - len(facts) + 1):
            stream = fact.stream
            before = now[stream]
            state = self._decider.evolve(stream, before.state, fact)
            now[stream] = Folded(state, before.version + 1, position, last)
        for stream, each in now.items():
            known = each if each.known_upto == last else each._replace(known_upto=last)
            self._states.put(stream, known)

    def state(self, stream: str, upto: int | None) -> tuple[Any, int]:
        """The state of a stream and its version, at a position or the latest."""
        known = self.start(stream)
        if upto is None:
            known = self.on(stream, known, self._store.newer(stream, known.version))
        elif not known.answers(upto):  # asked by somebody else than who has just written here
            known = self._then(stream, known, upto)
        return known.state, known.version

    def _then(self, stream: str, latest: Folded, upto: int) -> Folded:
        """The state at a position of the past, from the nearest one before it that is kept."""
        known = self._past.before(stream, upto) or self._unknown(stream)
        if known.answers(upto):
            return known
        if known.position < latest.position <= upto:
            known = latest
        # Only a past that is complete can be kept; what is still to come may change the answer.
        complete = upto <= self._reached or upto <= self.head()
        rows = self._store.rows(stream, known.position, upto)
        folded = self._folded(stream, known, rows) if rows else known
        if complete:
            folded = folded._replace(known_upto=max(upto, folded.known_upto))
            self._past.put(stream, folded)
        return folded

    def head(self) -> int:
        """The last position of the log; if it was shortened, what is kept may not be in it."""
        before = self._reached
        head = self._store.head()
        if head < before:
            self.forget()
        self._reached = max(self._reached, head)
        return head

    def forget(self) -> None:
        """Drops every kept state."""
        self._reached = 0
        self._states.forget()
        self._past.forget()

    def _unknown(self, stream: str) -> Folded:
        return Folded(self._decider.initial(stream), 0, 0, 0)

    def _folded(self, stream: str, start: Folded, rows: Sequence[Row]) -> Folded:
        evolve, decode, state = self._decider.evolve, self._decode, start.state
        for row in rows:
            state = evolve(stream, state, decode(row))
        last, _, version, *_ = rows[-1]
        return Folded(state, version, last, last)
