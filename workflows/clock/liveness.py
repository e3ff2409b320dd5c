"""Signs of life of an activity: a dead worker is noticed by its silence, a busy one is not.

A command may take longer than the server waits for a sign of life: one that says to ten thousand
people what they owe, or one that waits for a slow disk. So a thread beside the work repeats the
last word until the work ends. It hides no hanging activity: that one meets its time limit.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Final

from temporalio import activity

BEAT_EVERY: Final = 2.0
"""Seconds; the loop waits ten for a sign of life (``AgendaLoop.perform``)."""


def beat(doing: str) -> None:
    """Tell the server that this activity lives, and what it does."""
    if activity.in_activity():
        activity.heartbeat(doing)


@contextmanager
def beating(doing: str, every: float = BEAT_EVERY) -> Iterator[None]:
    """Signs of life from beside the work, as long as the block lasts."""
    if not activity.in_activity():
        yield
        return
    over = threading.Event()
    context = copy_context()  # a thread knows its activity by its context

    def repeat() -> None:
        while not over.wait(every):
            context.run(beat, doing)

    beside = threading.Thread(target=repeat, name=f"beats for {doing}", daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()
