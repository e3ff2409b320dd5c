"""LISTEN on a connection of its own: a hint for every commit, from whichever process.

The thread sleeps in the kernel until the server says something, so a quiet log wakes nobody.
"""

import os
import select
from threading import Event, Lock, Thread

import psycopg

from journal.hints import Hints
from journal.postgres_connect import CONNECT_SECONDS, parameters
from journal.postgres_schema import CHANNEL

RECONNECT_SECONDS = 0.5


class Listener:
    """A thread that turns notifications into hints, and listens again after a lost connection."""

    def __init__(self, url: str, hints: Hints) -> None:
        self._parameters = parameters(url)
        self._hints = hints
        self._lock = Lock()
        self._thread: Thread | None = None
        self._listening = Event()
        self._stopping = Event()
        self._wake, self._waker = os.pipe()

    def start(self) -> None:
        """Returns when LISTEN is in force, or after the connect timeout: hints may be lost."""
        if self._listening.is_set():
            return
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = Thread(target=self._run, name="journal-listen", daemon=True)
                self._thread.start()
        self._listening.wait(CONNECT_SECONDS)

    def stop(self) -> None:
        """Ends the thread; a second time it finds nothing left to do."""
        with self._lock:
            if self._stopping.is_set():
                return
            self._stopping.set()
            os.write(self._waker, b".")
            if self._thread is not None:
                self._thread.join()
                self._thread = None
            os.close(self._wake)
            os.close(self._waker)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(**self._parameters, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._listening.set()
                    self._hints.tell()  # what was committed while nobody listened
                    said = select.poll()
                    said.register(connection.fileno(), select.POLLIN)
                    said.register(self._wake, select.POLLIN)
                    while not self._stopping.is_set():
                        said.poll()
                        if list(connection.notifies(timeout=0)):
                            self._hints.tell()
            except psycopg.Error:
                self._stopping.wait(RECONNECT_SECONDS)
