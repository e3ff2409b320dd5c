"""A relay between psycopg and PostgreSQL that can lose a reply, or fall silent, on purpose."""

import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import TypeVar

T = TypeVar("T")
TICK = 0.1


class Proxy:
    """Listens on a unix socket of its own and relays to the server's.

    ``lose_reply_to`` (bytes): the first message that contains them reaches the server; its reply
    is awaited and then thrown away together with the connection. ``silent``: nothing is relayed
    any more, as if the network had swallowed every packet.
    """

    def __init__(self, server_folder: Path) -> None:
        self._server = str(server_folder / ".s.PGSQL.5432")
        self.folder = Path(tempfile.mkdtemp(prefix="tn-px-", dir="/tmp"))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / ".s.PGSQL.5432"))
        self._listener.listen(50)
        self._listener.settimeout(TICK)
        self._closing = threading.Event()
        self.lose_reply_to: bytes | None = None
        self.replies_lost = 0
        self.silent = False
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._spawn(self._accept)

    def _spawn(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        while (client := self._patiently(self._listener.accept)) is not None:
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            for each in (client[0], server):
                each.settimeout(TICK)
                self._sockets.append(each)
            losing = threading.Event()
            self._spawn(self._forward, client[0], server, losing)
            self._spawn(self._backward, server, client[0], losing)

    def _patiently(self, ask: Callable[[], T]) -> T | None:
        """Asks a socket again and again until it has something or the proxy closes."""
        while not self._closing.is_set():
            with suppress(TimeoutError):
                return ask()
        return None

    def _forward(
        self, client: socket.socket, server: socket.socket, losing: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := self._patiently(lambda: client.recv(65536)):
                if self.silent:
                    continue
                if self.lose_reply_to and self.lose_reply_to in data:
                    self.lose_reply_to = None
                    losing.set()
                server.sendall(data)
        self._hang_up(client, server)

    def _backward(
        self, server: socket.socket, client: socket.socket, losing: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := self._patiently(lambda: server.recv(65536)):
                if self.silent:
                    continue
                if losing.is_set():
                    self.replies_lost += 1
                    break
                client.sendall(data)
        self._hang_up(client, server)

    @staticmethod
    def _hang_up(*sockets: socket.socket) -> None:
        for each in sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._closing.set()
        self._hang_up(*self._sockets)
        for thread in self._threads:
            thread.join(5)
        for each in (self._listener, *self._sockets):
            each.close()
        rmtree(self.folder, ignore_errors=True)
