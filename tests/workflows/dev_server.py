"""Temporal's real dev server as a child process of a test."""

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workflows.host.client import open_client
from workflows.host.servers import dev_server_command, free_port


@dataclass
class DevServer:
    """A dev server on a file; it can be stopped, and lose its file."""

    port: int
    file: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            dev_server_command(self.port, self.file),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        asyncio.run(self._answers())

    async def _answers(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                await open_client(self.address, lazy=False)
                return
            except RuntimeError:
                await asyncio.sleep(0.05)
        raise TimeoutError("the dev server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def lose_everything(self) -> None:
        self.stop()
        for file in self.file.parent.glob(f"{self.file.name}*"):
            file.unlink()


@contextmanager
def dev_server(folder: Path) -> Iterator[DevServer]:
    server = DevServer(free_port(), folder / "temporal.db")
    try:
        server.start()
        yield server
    finally:
        server.stop()
