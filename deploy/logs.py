"""Logs that stay small: files that rotate, one line for an event, no flood of tracebacks.

The supervisor writes what its parts say on standard output and standard error, their last words in
a crash included. A process that runs alone says it on standard error, for whoever started it.
"""

import contextlib
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import IO

LIMIT = 5 * 2**20
"""Bytes after which a log begins anew."""
OLDER = 3
"""Older files kept beside it as ``.1``, ``.2``, ``.3``: a part's logs take 20 MiB at most."""
_AT_LENGTH_EVERY = 60.0
_LONGEST = 4_000


class RotatingLog:
    """A file of lines that never grows beyond its bound. Any thread may write."""

    def __init__(self, path: Path, limit: int = LIMIT, older: int = OLDER) -> None:
        self.path = path
        self._limit = limit
        self._older = older
        self._alone = threading.Lock()

    def write(self, piece: bytes) -> None:
        """Append; what a full disk refuses is dropped, for the part must not wait for it."""
        with self._alone, contextlib.suppress(OSError):
            size = self.path.stat().st_size if self.path.exists() else 0
            if size >= self._limit:
                rest_of_line, newline, piece = piece.partition(b"\n")
                self._append(rest_of_line + newline)
                if newline or size >= 2 * self._limit:
                    self._rotate()
            self._append(piece)

    def take(self, source: IO[bytes]) -> None:
        """Append everything that comes from a pipe until its other end is closed."""
        descriptor = source.fileno()
        with source:
            while piece := os.read(descriptor, 65_536):
                self.write(piece)

    def last_lines(self, count: int) -> str:
        """The end of the log, for a message."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - 65_536))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-count:])

    def _append(self, piece: bytes) -> None:
        if piece:
            with self.path.open("ab") as file:
                file.write(piece)

    def _rotate(self) -> None:
        names = [self.path, *(self._numbered(n) for n in range(1, self._older + 1))]
        for newer, older in reversed(list(pairwise(names))):
            if newer.exists():
                newer.replace(older)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


class OneLine(logging.Formatter):
    """An event is a line, also one with a fault: where it came from follows behind a bar.

    The way of the same fault is told at length once a minute and left out in between.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        self._told: dict[str, float] = {}

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        parts = [self.formatMessage(record)]
        if record.exc_info and record.exc_info[1] is not None:
            fault = record.exc_info[1]
            parts.append(_said(fault))
            if self._is_news(record, fault):
                parts.append(" > ".join(_way(fault)))
        return " | ".join(part.replace("\r", "").replace("\n", " ¶ ") for part in parts)[:_LONGEST]

    def _is_news(self, record: logging.LogRecord, fault: BaseException) -> bool:
        key, now = f"{record.name} {record.lineno} {type(fault).__name__}", time.monotonic()
        if now - self._told.get(key, -_AT_LENGTH_EVERY) < _AT_LENGTH_EVERY:
            return False
        if len(self._told) > 1_000:
            self._told.clear()
        self._told[key] = now
        return True


def log_to_stderr() -> None:
    """Set up this process's log; what no handler catches, in any thread, becomes a line too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(True)
    logging.getLogger("temporalio").setLevel(logging.WARNING)
    threading.excepthook = _uncaught_in_thread
    sys.excepthook = _uncaught


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    name = told.thread.name if told.thread else "a thread"
    if told.exc_value is not None:
        logging.getLogger("truenorth").critical(
            "%s ended by a fault", name, exc_info=told.exc_value
        )


def _uncaught(_kind: type[BaseException], fault: BaseException, _way: TracebackType | None) -> None:
    logging.getLogger("truenorth").critical("ended by a fault", exc_info=fault)


def _said(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}".strip().removesuffix(":")


def _way(fault: BaseException) -> Iterator[str]:
    """The calls that led to a fault, outermost first, and those of what caused it."""
    told: list[BaseException] = []
    following: BaseException | None = fault
    while following is not None and following not in told:  # some name themselves as their cause
        if told:
            yield f"because of {_said(following)}"
        for frame in traceback.extract_tb(following.__traceback__):
            yield f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        told.append(following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
