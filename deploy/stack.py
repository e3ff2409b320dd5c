"""The local stack: Temporal's dev server, worker, projector and API under one supervisor."""

import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.datadir import DataDirectory
from deploy.ports import ensure_free, listens
from deploy.settings import RUNNING, Settings
from deploy.supervisor import Child, Supervisor
from workflows.host.servers import dev_server_command, free_ports


@dataclass(frozen=True)
class LocalStack:
    """What ``truenorth up`` runs: one data directory, one address."""

    directory: DataDirectory
    settings: Settings

    def run(self, say: Callable[[str], None], on_ready: Callable[[str], None]) -> int:
        """Run until stopped; ``on_ready`` gets the address of the pages. Returns the exit code.

        Raises:
            StackError: the port is taken or a part does not start.
        """
        ensure_free(self.settings.host, self.settings.port)
        temporal_port, ui_port, api_port = free_ports(3)
        settings = self.settings.model_copy(
            update={
                "data": self.directory.path,
                "port": self.settings.port or api_port,
                "temporal_address": f"127.0.0.1:{temporal_port}",
            }
        )
        address = f"http://{settings.host}:{settings.port}"
        children = [
            self._temporal(temporal_port, ui_port),
            self._role("worker", settings),
            self._role("projector", settings),
            self._role("api", settings, ready=lambda: answers(f"{address}/healthz/live")),
        ]
        note = self.directory.path / RUNNING
        try:
            note.write_text(settings.model_dump_json(include={"temporal_address", "port"}))
            return Supervisor(children, say).run(lambda: on_ready(address))
        finally:
            note.unlink(missing_ok=True)

    def _temporal(self, port: int, ui_port: int) -> Child:
        return Child(
            name="temporal",
            command=dev_server_command(port, self.directory.temporal, ui_port),
            log=self.directory.logs / "temporal.log",
            ready=lambda: listens("127.0.0.1", port),
        )

    def _role(
        self, role: str, settings: Settings, ready: Callable[[], bool] = lambda: True
    ) -> Child:
        return Child(
            name=role,
            command=[sys.executable, "-m", "deploy", role],
            environment=environment_of(settings),
            log=self.directory.logs / f"{role}.log",
            ready=ready,
        )


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The settings as the environment variables a child process reads them from."""
    given = settings.model_dump(mode="json", exclude_none=True, exclude={"allowed_hosts"})
    return {f"TRUENORTH_{name.upper()}": str(value) for name, value in given.items()}


def answers(url: str) -> bool:
    """Whether the URL answers 200 and JSON; pages of whoever else is there do not count."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - our own loopback
            json = answer.headers.get_content_type() == "application/json"
            return bool(answer.status == 200 and json)
    except (urllib.error.URLError, OSError):
        return False
