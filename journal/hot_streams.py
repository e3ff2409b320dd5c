"""Turn-taking on hot streams: whoever lost a race for a stream goes through its gate (J15).

A stream has a gate only while somebody has lost a race for it. Losers, and newcomers who see the
gate, pass one at a time; so eight tries are plenty however many threads press on one stream, and
a calm stream costs one look into an empty dictionary.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock


class _Gate:
    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0


class Gates:
    """The gates of one process, by stream."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._gates: dict[str, _Gate] = {}

    @property
    def calm(self) -> bool:
        """Whether no stream of this process is hot."""
        return not self._gates

    @contextmanager
    def passing(self, streams: Iterable[str], lost: Iterable[str], until: float) -> Iterator[None]:
        """Holds the gates of ``lost`` and of every stream that has one, in one order for all.

        Args:
            until: on ``time.monotonic``'s scale, for all gates together. Whoever waits no longer
                only loses the courtesy: the append itself is guarded by the store.
        """
        with ExitStack() as held:
            with self._lock:
                names = sorted({*lost, *(name for name in streams if name in self._gates)})
                gates = [(name, self._gates.setdefault(name, _Gate())) for name in names]
                for _, gate in gates:
                    gate.users += 1
            held.callback(self._leave, gates)
            for _, gate in gates:
                if gate.lock.acquire(timeout=max(0.0, until - time.monotonic())):
                    held.callback(gate.lock.release)
            yield

    def _leave(self, gates: list[tuple[str, _Gate]]) -> None:
        with self._lock:
            for name, gate in gates:
                gate.users -= 1
                if not gate.users:
                    del self._gates[name]
