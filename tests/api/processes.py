"""Real API processes on loopback, as an installation runs them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.api.installation import Urls

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """A running ``truenorth api``; ``said`` is where its log goes."""

    child: subprocess.Popen[str]
    address: str
    said: Path

    def stop(self, patience: float = 15) -> int:
        """SIGTERM and the exit code."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(patience)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait(15)


def environment(urls: Urls, **settings: str) -> dict[str, str]:
    """The environment of a process that serves these stores; settings by their names in it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TRUENORTH_")}
    given = {"port": "0", "data": str(urls.folder), **settings}
    return {**ours, **{f"TRUENORTH_{name.upper()}": value for name, value in given.items()}}


COMMAND = [sys.executable, "-W", "error", "-m", "deploy", "api"]


@contextmanager
def serving(urls: Urls, **settings: str) -> Iterator[Process]:
    """An API process that answers; killed at the end if it still runs."""
    said = urls.folder / f"api-{len(list(urls.folder.glob('api-*')))}.log"
    with said.open("w") as log:
        child = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            env=environment(urls, **settings),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert "http://" in line, said.read_text()
        yield Process(child, line.split()[-1], said)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait(15)
        if child.stdout is not None:
            child.stdout.close()


def events(address: str, after: int, upto: int, **headers: str) -> list[int]:
    """Positions from the live stream, until ``upto`` came."""
    found: list[int] = []
    url = f"{address}/v1/events/stream"
    query = {} if headers else {"after": after}
    with httpx2.stream("GET", url, params=query, headers=headers, timeout=20) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("id: "):
                found.append(int(line[4:]))
                if found[-1] >= upto:
                    break
    return found
