"""One supervisor for the local stack: starts children in order, restarts the fallen, ends all.

Children live in sessions of their own, so Ctrl-C reaches the supervisor alone and it ends them in
order; where the kernel offers it, a child also dies with a supervisor that was killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE = 15.0
"""Seconds a child has to end cleanly before it is killed."""
RESTARTS_PER_MINUTE = 5


class StackError(Exception):
    """The stack cannot run; the message says which part, why, and where its log is."""


@dataclass
class Child:
    """A part of the stack; ``ready`` answers whether it serves, within ``patience`` seconds."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    patience: float = 30.0
    process: subprocess.Popen[bytes] | None = None
    falls: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )

    @property
    def code(self) -> int | None:
        """Exit code once it ended."""
        return None if self.process is None else self.process.poll()

    def last_words(self, lines: int = 12) -> str:
        """The tail of its log, for an error message."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor dies (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Supervisor:
    """Starts ``children`` in the order given, waits for each to be ready, keeps them, ends them."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self._children = list(children)
        self._say = say
        self._stopping = False

    def run(self, on_ready: Callable[[], None]) -> int:
        """Run until SIGINT or SIGTERM; the exit code is 0 if every child then ended cleanly.

        Raises:
            StackError: a child does not start, or falls too often.
        """
        before = {s: signal.signal(s, self._stop) for s in (signal.SIGINT, signal.SIGTERM)}
        try:
            for child in self._children:
                if self._stopping:
                    break
                self._bring_up(child)
            if not self._stopping:
                on_ready()
            while not self._stopping:
                time.sleep(0.2)
                self._revive_the_fallen()
        finally:
            clean = self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0 if clean else 1

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _bring_up(self, child: Child) -> None:
        child.start()
        deadline = time.monotonic() + child.patience
        while not self._stopping and not child.ready():
            if child.code is not None:
                raise StackError(
                    f"{child.name} ended with code {child.code} while starting. Its log, "
                    f"{child.log}, ends with:\n{child.last_words()}"
                )
            if time.monotonic() > deadline:
                raise StackError(
                    f"{child.name} was not ready within {child.patience:.0f} s. Its log, "
                    f"{child.log}, ends with:\n{child.last_words()}"
                )
            time.sleep(0.05)

    def _revive_the_fallen(self) -> None:
        for child in self._children:
            code = child.code
            if code is None or self._stopping:
                continue
            now = time.monotonic()
            child.falls.append(now)
            while child.falls and now - child.falls[0] > 60:
                child.falls.popleft()
            if len(child.falls) > RESTARTS_PER_MINUTE:
                raise StackError(
                    f"{child.name} fell {len(child.falls)} times within a minute (last code "
                    f"{code}); stopping. Its log, {child.log}, ends with:\n{child.last_words()}"
                )
            self._say(f"{child.name} ended with code {code}; starting it again (log: {child.log})")
            time.sleep(min(0.2 * 2 ** len(child.falls), 5))
            child.start()

    def _end_all(self) -> bool:
        """End children in reverse order: those that take in work first, Temporal last."""
        clean = True
        for child in reversed(self._children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                code = process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._say(f"{child.name} did not end within {GRACE:.0f} s; killing it")
                process.kill()
                code = process.wait()
            if code != 0:
                clean = False
                self._say(f"{child.name} ended with code {code} (log: {child.log})")
        return clean
