"""The data directory of a local installation: its format, its lock, and whether it is a demo.

A demo's history was made under a simulated clock. That is written into the directory when it is
created and never taken out, so that nobody can mistake it for real history.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
"""Version of the directory's layout. Raise it when an older True North could harm newer data."""


class DataDirectoryError(Exception):
    """The directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class DataDirectory:
    """A directory that True North owns."""

    path: Path

    @property
    def stamp(self) -> Path:
        return self.path / "truenorth.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def temporal(self) -> Path:
        """Temporal's own database; it may be lost, the log is truth."""
        return self.path / "temporal.db"

    @property
    def simulation(self) -> dict[str, Any] | None:
        """What the demo wrote about its simulated clock, or None for a real installation."""
        return self._read().get("simulation") if self.stamp.exists() else None

    def prepare(self, *, simulation: dict[str, Any] | None = None) -> None:
        """Create the directory or check that this True North may use it.

        Raises:
            DataDirectoryError: it was written by a newer version, holds something else, or cannot
                be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise DataDirectoryError(
                f"{self.path} cannot be used as data directory: {error.strerror}. "
                "Choose another with --data."
            ) from error
        if not self.stamp.exists():
            strangers = {p.name for p in self.path.iterdir()} - {"logs", "lock"}
            if strangers:
                raise DataDirectoryError(
                    f"{self.path} holds files that True North did not make "
                    f"({', '.join(sorted(strangers)[:3])}). Choose an empty directory with --data."
                )
            self._write({"format": FORMAT, "simulation": simulation})
        self.check()
        self._keep_private()

    def check(self) -> None:
        """Whether this True North may use what is there.

        Raises:
            DataDirectoryError: the stamp cannot be read, or a newer version wrote it.
        """
        found = self._read().get("format")
        if not isinstance(found, int) or found > FORMAT:
            raise DataDirectoryError(
                f"{self.path} was written by a newer True North (format {found}, this one reads "
                f"{FORMAT}). Nothing was touched. Install the newer version, or choose another "
                "directory with --data."
            )

    @property
    def is_running(self) -> bool:
        """Whether a local stack holds the directory just now."""
        try:
            handle = os.open(self.path / "lock", os.O_RDONLY)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory for one local stack at a time; released even by kill -9."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                _lock(handle)
            except BlockingIOError:
                raise DataDirectoryError(
                    f"Another True North is running on {self.path}. Stop it first, or choose "
                    "another directory with --data."
                ) from None
            yield
        finally:
            os.close(handle)

    def _keep_private(self) -> None:
        """For the owner's eyes only: log and directory hold what people wrote, and who they are."""
        with contextlib.suppress(PermissionError):  # another user's files stay as they are
            self.path.chmod(0o700)
            self.logs.chmod(0o700)
            for file in (*self.path.iterdir(), *self.logs.iterdir()):
                if file.is_file():
                    file.chmod(0o600)

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self.stamp.read_text())
        except (OSError, ValueError) as error:
            raise DataDirectoryError(f"{self.stamp} cannot be read: {error}.") from error
        return content if isinstance(content, dict) else {}

    def _write(self, content: dict[str, Any]) -> None:
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text(json.dumps(content, indent=2) + "\n")
        fresh.replace(self.stamp)


def _lock(handle: int) -> None:
    """Take the lock; ``is_running`` holds it too, for the blink of an eye."""
    for attempts_left in reversed(range(5)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not attempts_left:
                raise
            time.sleep(0.05)
