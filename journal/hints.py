"""Hints that the log has grown: cheap, many to many, allowed to be lost, never trusted."""

from threading import Condition, Lock


class Hints:
    """A counter that waiters watch. Read ``count`` first, then the log, then wait for a change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._changed = Condition(self._lock)
        self._waiting = 0
        self.count = 0

    def tell(self) -> None:
        """Something may have happened: wakes everybody."""
        with self._lock:
            self.count += 1
            if self._waiting:  # every append tells, and mostly nobody waits
                self._changed.notify_all()

    def wait(self, seen: int, timeout: float) -> bool:
        """True as soon as the count is no longer ``seen``; False after ``timeout`` seconds."""
        with self._lock:
            self._waiting += 1
            try:
                return self._changed.wait_for(lambda: self.count != seen, timeout)
            finally:
                self._waiting -= 1
