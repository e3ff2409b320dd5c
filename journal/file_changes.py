"""Tells of every commit to an SQLite file, whichever process made it (J1).

Linux says when the file's write-ahead log is written to; nobody has to look hundreds of times a
second. But it says so while the commit is still on its way to the disk: only ``PRAGMA
data_version`` knows when others can see it. So each write is followed by a few looks, close
together at first. Where the platform has no inotify, or has no watch left for us, the looks go on
at a calm pace by themselves.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Final

from inotify_simple import INotify, flags  # type: ignore[import-untyped]

from journal.sqlite_connect import file_uri, identity_of

CALM_SECONDS: Final = 0.05
"""Between two looks where nothing tells of writes."""

RENEW_SECONDS: Final = 10.0
"""Between two checks that the file under watch is still the one of that name."""

_FIRST_LOOK = 0.0005
_GIVE_UP = 0.5
"""Seconds after a write until it is taken for none of ours to tell (a rollback, a checkpoint)."""

_GONE = flags.DELETE_SELF | flags.MOVE_SELF | flags.IGNORED
_WRITTEN = flags.MODIFY | flags.DELETE_SELF | flags.MOVE_SELF


class FileChanges:
    """Calls ``tell`` after each commit to the SQLite file at ``path``, from a thread of its own.

    A hint, as every hint: it may be lost, and one may stand for many commits. Whoever must not
    miss anything looks for himself now and then.

    Args:
        path: the database file, in WAL mode.
        tell: must not block.
        watched: False looks at a calm pace even where the platform could tell of writes.
    """

    def __init__(self, path: str, tell: Callable[[], None], *, watched: bool = True) -> None:
        self._path = path
        self._tell = tell
        self._watched = watched
        self._lock = Lock()
        self._thread: Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._version = -1
        self._inotify: INotify | None = None
        self._watch: int | None = None
        self._stopping = Event()

    @property
    def watching(self) -> bool:
        """Whether the platform tells of writes, so that nobody has to look meanwhile."""
        return self._watch is not None

    def start(self) -> None:
        """Begins to tell, once; from when this returns on, every commit is told of."""
        with self._lock:
            if self._thread is not None or self._stopping.is_set():
                return
            self._look()  # makes the write-ahead log, if there is none yet
            self._renew()
            self._look()
            self._thread = Thread(target=self._run, name="file-changes", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes what it held open."""
        with self._lock:
            self._stopping.set()
            thread, self._thread = self._thread, None
            inotify, watch = self._inotify, self._watch
        if thread is not None:
            if inotify is not None and watch is not None:
                with suppress(OSError):  # the file is gone, and the watch with it
                    inotify.rm_watch(watch)  # which is an event too, and wakes the thread
            thread.join()
        if inotify is not None:
            inotify.close()
        if self._connection is not None:
            self._connection.close()

    # --- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._inotify is None or self._watch is None:
                self._stopping.wait(CALM_SECONDS)
                if self._look():
                    self._tell()
                self._renew()
            elif events := self._inotify.read(timeout=int(RENEW_SECONDS * 1000)):
                if any(event.mask & _GONE for event in events):
                    self._renew()
                self._look_until_visible()
            else:
                self._renew()

    def _look_until_visible(self) -> None:
        """A write was begun: looks until others can see it, more and more seldom."""
        began = time.monotonic()
        while not self._look():
            waited = time.monotonic() - began
            if waited > _GIVE_UP or self._stopping.wait(max(_FIRST_LOOK, waited / 8)):
                return
        self._tell()

    def _look(self) -> bool:
        """Whether anybody has committed since the last look; a file in trouble is worth a look."""
        try:
            if self._connection is None:
                self._file = identity_of(self._path)
                self._connection = sqlite3.connect(
                    file_uri(self._path, "ro"),
                    uri=True,
                    check_same_thread=False,
                    isolation_level=None,
                )
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return True
        changed = version != self._version
        self._version = version
        return bool(changed)

    def _renew(self) -> None:
        """Watches the file that has the log's name now; the same one again costs nothing."""
        if self._connection is not None and identity_of(self._path) not in (self._file, None):
            self._connection.close()
            self._connection = None
            self._look()
        if not self._watched:
            return
        try:
            if self._inotify is None:
                self._inotify = INotify()
            self._watch = self._inotify.add_watch(f"{self._path}-wal", _WRITTEN)
        except (OSError, AttributeError):  # no such file yet, no watch left, no inotify here
            self._watch = None
