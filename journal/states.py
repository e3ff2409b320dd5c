"""Folded states that are kept: of the present, so that a command reads only what is new, and of the
past, so that looking back at a thing does not fold it from its beginning each time.

Both are bounded by the facts that were folded: a state weighs about as much as what it was made of
(half a kilobyte a fact), and a long stream may push many short ones out. The least recently used
go first. States are immutable, so they are shared between threads.
"""

from threading import Lock
from typing import Any, Final, NamedTuple

from cachetools import LRUCache

POINTS: Final = 8
"""Most points of one stream's past that are kept; who looks back looks at few."""


class Folded(NamedTuple):
    """A stream's state after its fact number ``version``, which stands at ``position``.

    The invariant: nothing more happened to the stream up to ``known_upto``, and the log had come
    that far when this was found. For a log only grows, it holds for ever; so the state is the
    answer for every position from ``position`` to ``known_upto``.
    """

    state: Any
    version: int
    position: int
    known_upto: int

    def answers(self, upto: int) -> bool:
        """Whether this is the stream's state at a position."""
        return self.position <= upto <= self.known_upto


class States:
    """The latest known state of each stream."""

    def __init__(self, facts: int) -> None:
        self._lock = Lock()
        self._states: LRUCache[str, Folded] = LRUCache(facts, getsizeof=_weight)

    def get(self, stream: str) -> Folded | None:
        with self._lock:
            return self._states.get(stream)

    def put(self, stream: str, folded: Folded) -> None:
        """Keeps ``folded`` unless more is known of the stream."""
        if not 0 < folded.version <= self._states.maxsize:
            return
        with self._lock:
            known = self._states.get(stream)
            if known is None or known[1:] < folded[1:]:
                self._states[stream] = folded

    def forget(self) -> None:
        with self._lock:
            self._states.clear()


class Past:
    """States of streams at some points of their past."""

    def __init__(self, facts: int) -> None:
        self._lock = Lock()
        self._points: LRUCache[str, tuple[Folded, ...]] = LRUCache(facts, getsizeof=_weights)

    def before(self, stream: str, upto: int) -> Folded | None:
        """The latest kept state of a stream that is no later than ``upto``."""
        with self._lock:
            points = self._points.get(stream, ())
        return max((p for p in points if p.position <= upto), key=_position, default=None)

    def put(self, stream: str, folded: Folded) -> None:
        """Keeps a point; another one of the same version goes, and the oldest of too many."""
        with self._lock:
            points = self._points.get(stream, ())
            same = [p.known_upto for p in points if p.version == folded.version]
            folded = folded._replace(known_upto=max([folded.known_upto, *same]))
            others = [p for p in points if p.version != folded.version][1 - POINTS :]
            if _weights(kept := (*others, folded)) <= self._points.maxsize:
                self._points[stream] = kept

    def forget(self) -> None:
        with self._lock:
            self._points.clear()


def _position(folded: Folded) -> int:
    return folded.position


def _weight(folded: Folded) -> int:
    return folded.version


def _weights(points: tuple[Folded, ...]) -> int:
    return sum(1 + point.version for point in points)
