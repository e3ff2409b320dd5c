"""One supervisor for the local stack: starts the parts, restarts the fallen, ends all.

A part in trouble is its own affair: each has its own time for the next start, the others go on.
Only a needed part that does not start at all ends the stack.

Children live in sessions of their own, so Ctrl-C reaches the supervisor alone and it ends them in
order; where the kernel offers it, a child also dies with a supervisor that was killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType

from deploy.logs import RotatingLog

GRACE = 15.0
"""Seconds a child has to end cleanly before it is killed."""
FIRST_PAUSE = 0.4
LONGEST_PAUSE = 300.0
"""Seconds before the next start: doubled with each fall in a row, between these two."""
STEADY = 60.0
"""Seconds a part has to serve before its earlier falls are forgotten."""
LEFT_FALLEN = 6
"""Falls in a row after which a part counts as fallen: said once, with its last words."""
SETTLED = 1.0
"""Seconds a part that fell has to run before it counts as up again."""
TICK = 0.1
OTHERS_MAY_TAKE = 10.0
"""Seconds the needed parts wait, ready, for the others before the stack says that it is up."""

_libc = ctypes.CDLL(None)


class StackError(Exception):
    """The stack cannot run; the message says which part, why, and where its log is."""


@dataclass
class Child:
    """A part of the stack.

    Args:
        ready: whether it serves; asked until it does, after every start.
        patience: seconds it may take to be ready.
        needed: without it there is no stack. The others may come later.
        before: what to do before each start; what it returns is told.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    patience: float = 30.0
    needed: bool = False
    before: Callable[["Child"], str | None] = lambda _: None
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started_at: float = 0.0
    serves_since: float | None = None
    ever_served: bool = False
    next_start: float | None = 0.0
    _reader: threading.Thread | None = None

    @cached_property
    def written(self) -> RotatingLog:
        return RotatingLog(self.log)

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self._reader = threading.Thread(
            target=self.written.take, args=(self.process.stdout,), name=self.name, daemon=True
        )
        self._reader.start()
        self.started_at, self.serves_since, self.next_start = now, None, None

    @property
    def code(self) -> int | None:
        """Exit code once it ended."""
        return None if self.process is None else self.process.poll()

    @property
    def serves(self) -> bool:
        return self.serves_since is not None and self.code is None

    def last_words(self, lines: int = 12) -> str:
        """The tail of its log, for an error message; complete once it ended."""
        if self._reader is not None and self.code is not None:
            self._reader.join(1)
        return self.written.last_lines(lines)

    def pause(self) -> float:
        """Seconds until the next start after so many falls in a row."""
        return float(min(FIRST_PAUSE * 2 ** (self.falls - 1), LONGEST_PAUSE))


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor dies (PR_SET_PDEATHSIG).

    Runs between fork and exec, beside the threads that read the logs: it may call the library that
    is already loaded and nothing else.
    """
    _libc.prctl(1, signal.SIGTERM)


class Supervisor:
    """Starts ``children``, keeps them, and ends them in reverse order."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self._children = list(children)
        self._say = say
        self._stopping = False
        self._served_since: float | None = None

    def run(self, on_ready: Callable[[], None]) -> int:
        """Run until SIGINT or SIGTERM; the exit code is 0 if every child then ended cleanly.

        Raises:
            StackError: a needed child does not start.
        """
        before = {s: signal.signal(s, self._stop) for s in (signal.SIGINT, signal.SIGTERM)}
        told = False
        try:
            while not self._stopping:
                for child in self._children:
                    self._look_after(child, time.monotonic())
                if not told and self._is_up(time.monotonic()):
                    told = True
                    on_ready()
                time.sleep(TICK if told else TICK / 2)
        finally:
            clean = self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0 if clean else 1

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _look_after(self, child: Child, now: float) -> None:
        """One look at one child; whatever is to be waited for is left to a later look."""
        if self._stopping:
            return
        if child.next_start is not None:
            if now >= child.next_start:
                self._start(child)
            return
        if child.code is not None:
            self._fell(child, now, f"ended with code {child.code}")
        elif child.serves_since is None:
            if now - child.started_at >= (SETTLED if child.falls else 0) and child.ready():
                child.serves_since, child.ever_served = now, True
                if child.falls:
                    self._say(f"{child.name} is up again")
            elif now - child.started_at > child.patience:
                self._never_ready(child, now)

    def _start(self, child: Child) -> None:
        done = child.before(child)
        if done:
            self._say(done)
        try:
            child.start(time.monotonic())
        except OSError as error:
            self._fell(child, time.monotonic(), f"cannot be started ({error})")

    def _never_ready(self, child: Child, now: float) -> None:
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        self._fell(child, now, f"was not ready within {child.patience:.1f} s and was ended")

    def _fell(self, child: Child, now: float, how: str) -> None:
        if child.needed and not child.ever_served:
            raise StackError(
                f"{child.name} {how} while starting. Its log, {child.log}, ends with:\n"
                f"{child.last_words()}"
            )
        if child.serves_since is not None and now - child.serves_since > STEADY:
            child.falls = 0
        child.falls += 1
        child.serves_since = None
        child.next_start = now + child.pause()
        if child.falls < LEFT_FALLEN:
            self._say(f"{child.name} {how}; starting it again (log: {child.log})")
        elif child.falls == LEFT_FALLEN:
            self._say(
                f"{child.name} {how}, for the {LEFT_FALLEN}th time running. It is left fallen and "
                f"tried again in {child.pause():.0f} s, then less and less often; the other parts "
                f"go on. Its log, {child.log}, ends with:\n{child.last_words()}"
            )
        else:
            self._say(f"{child.name} {how}; trying again in {child.pause():.0f} s")

    def _is_up(self, now: float) -> bool:
        """Whether the needed children serve, and the others do or had time enough."""
        if not all(child.serves for child in self._children if child.needed):
            return False
        if self._served_since is None:
            self._served_since = now
        late = now - self._served_since > OTHERS_MAY_TAKE
        return late or all(child.serves or child.falls for child in self._children)

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
