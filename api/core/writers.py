"""Writes wait in threads of their own, for so long and no longer; reads never stand behind them.

A log that somebody else holds locked makes every write wait. In one pool with the reads, forty of
them would take all its threads and stop the readers too. Here each write has its deadline from the
moment it came in, however many others wait: whoever has not been answered by then is told to send
it again, and its key finds out what became of it.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from journal.errors import JournalUnavailable

T = TypeVar("T")

THREADS: Final = 40
PATIENCE_SECONDS: Final = 4.5
"""From a write's arrival to its answer; within the five seconds that a client may count on."""


class Writers:
    """The threads of this process that write."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="write")

    @staticmethod
    def deadline() -> float:
        """When a write that comes in now has to be answered, by the monotonic clock."""
        return time.monotonic() + PATIENCE_SECONDS

    async def run(self, work: Callable[[], T], deadline: float) -> T:
        """What ``work`` gives in a thread.

        Raises JournalUnavailable at the deadline. Work that has begun goes on by itself, work that
        has not is never begun.
        """
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        done, _ = await asyncio.wait((future,), timeout=max(0.0, deadline - time.monotonic()))
        if not done:
            future.cancel()
            future.add_done_callback(_heard)
            raise JournalUnavailable("the write was not answered in time")
        return future.result()

    def close(self) -> None:
        """Take no more; what is under way is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _heard(future: "asyncio.Future[Any]") -> None:
    """What becomes of it later interests nobody: it is in the log, or it is not."""
    if not future.cancelled():
        future.exception()
