"""News that a view has come further: woken by this process, by the file, or by looking."""

import threading
from pathlib import Path
from typing import Final

from journal.file_changes import FileChanges
from journal.hints import Hints

LOOK_SECONDS: Final = 0.25
"""Between two looks while something tells of commits: no hint is trusted to come."""

_FIRST, _SLOWEST, _SLOWER = 0.002, 0.02, 1.5


class ViewGrowth:
    """Wakes who waits for views. Looking costs nothing while nobody waits.

    Args:
        path: the file of the views; None when they live in a server, which is looked at instead.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._hints = Hints()
        self._lock = threading.Lock()
        self._changes: FileChanges | None = None

    @property
    def count(self) -> int:
        """Read it first, then look, then wait for it to change."""
        return self._hints.count

    def tell(self) -> None:
        """A view has come further, in this process."""
        self._hints.tell()

    def wait(self, seen: int, pause: float, left: float) -> float:
        """Waits for news, not longer than it takes until a look is due; the next pause.

        Args:
            seen: the count before the last look.
            pause: what this returned last; 0 at first.
            left: seconds that the caller has.
        """
        pause = min(max(pause * _SLOWER, _FIRST), _SLOWEST)
        self._hints.wait(seen, min(LOOK_SECONDS if self._watching() else pause, left))
        return pause

    def _watching(self) -> bool:
        if self._path is None:
            return False
        with self._lock:
            if self._changes is None:
                self._changes = FileChanges(str(self._path), self._hints.tell)
                self._changes.start()
            return self._changes.watching

    def renew(self) -> None:
        """Another file has the name now: the next one who waits watches that."""
        self.close()

    def close(self) -> None:
        """Ends the thread that watches the file."""
        with self._lock:
            changes, self._changes = self._changes, None
        if changes is not None:
            changes.stop()
        self._hints.tell()
