"""Folded states that readers keep from answer to answer; a version of a thing never changes."""

import threading
from collections.abc import Hashable
from typing import Any, Final

from cachetools import LRUCache

from domain.text import Opener

STATES: Final = 5_000


class States:
    """At most ``size`` states by key, the least recently used go first. Safe for threads.

    ``opener`` opens the private words in them, at each look: a kept state never holds them open.
    """

    def __init__(self, size: int = STATES, opener: Opener | None = None) -> None:
        self.opener = opener
        self._kept: LRUCache[Hashable, Any] = LRUCache(size)
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any | None:
        """The state, None when it is not kept."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, state: Any) -> None:
        """Keeps a state."""
        with self._lock:
            self._kept[key] = state

    def clear(self) -> None:
        """Forgets all: they belonged to another store."""
        with self._lock:
            self._kept.clear()
