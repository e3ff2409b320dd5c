"""The real worker in a process of its own that kills itself at a chosen command.

``python -m tests.workflows.mortal_worker '{"journal_url": …, "dies_at": 7, "dies": "after"}'``:
SIGKILL right before the seventh command goes to the journal, or right after it was committed and
before anybody heard of it. ``dies_at`` 0 lives on.
"""

import json
import logging
import os
import signal
import sys
from datetime import timedelta
from itertools import count
from typing import Any

from domain.facts import Command, Refusal
from journal.append import Receipt
from journal.log import Journal
from workflows.host.worker import WorkerSettings, run_worker


def make_mortal(dies_at: int, dies: str) -> None:
    """From now on this process ends at its ``dies_at``-th command."""
    handle, number = Journal.handle, count(1)

    def mortal(self: Journal, command: Command, **rest: Any) -> Receipt | Refusal:
        last = next(number) == dies_at
        if last and dies == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = handle(self, command, **rest)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    Journal.handle = mortal


def main() -> int:
    logging.basicConfig(level=logging.INFO)
    told = json.loads(sys.argv[1])
    make_mortal(told.pop("dies_at", 0), told.pop("dies", "after"))
    shift = timedelta(seconds=told.pop("shift", 0.0))
    return run_worker(
        WorkerSettings(
            **told,
            shift=shift,
            sticky=timedelta(seconds=1),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
