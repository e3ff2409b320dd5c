"""Waiting until the log grows: woken by a hint, sure by looking."""

import time
from collections.abc import Callable

from journal.errors import JournalUnavailable
from journal.port import Store

POLL_SECONDS = 0.5
"""A hint may be lost, a fact may not: the head is looked at this often in any case."""


def wait_for_growth(store: Store, after: int, timeout: float, closed: Callable[[], bool]) -> int:
    """The head, as soon as it is greater than ``after`` or ``timeout`` seconds are over."""
    deadline = time.monotonic() + timeout
    # Hints flow before the head is read for the first time, so none falls in between.
    store.watch()
    while True:
        seen = store.hints.count
        if closed():
            return after
        try:
            head = store.head()
        except JournalUnavailable:
            if closed():
                return after
            raise
        look_again = min(deadline, time.monotonic() + POLL_SECONDS)
        if head > after or look_again <= time.monotonic():
            return head
        store.hints.wait(seen, look_again - time.monotonic())
