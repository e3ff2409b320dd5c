"""Folded states of recently used streams, so that a command reads only what is new."""

from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple


class Folded(NamedTuple):
    """A stream's state after its fact number ``version``, which stands at ``position``.

    Nothing more happened to the stream up to ``known_upto``: what was appended there had read it.
    """

    state: Any
    version: int
    position: int
    known_upto: int


class States:
    """Least recently used go first. States are immutable, so they are shared between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._states: OrderedDict[str, Folded] = OrderedDict()

    def get(self, stream: str) -> Folded | None:
        with self._lock:
            folded = self._states.get(stream)
            if folded is not None:
                self._states.move_to_end(stream)
            return folded

    def put(self, stream: str, folded: Folded) -> None:
        """Keeps ``folded`` unless more is known of the stream."""
        if not folded.version:
            return
        with self._lock:
            known = self._states.get(stream)
            if known is None or known[1:] < folded[1:]:
                self._states[stream] = folded
            self._states.move_to_end(stream)
            if len(self._states) > self._size:
                self._states.popitem(last=False)
