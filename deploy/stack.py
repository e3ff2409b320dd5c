"""The local stack: Temporal's dev server, worker, projector and API under one supervisor."""

import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.datadir import DataDirectory
from deploy.ports import ensure_free, listens
from deploy.settings import RUNNING, Settings
from deploy.stores import TEMPORAL, StoreFile, move_aside
from deploy.supervisor import Child, Supervisor
from workflows.host.servers import dev_server_command, free_ports

UNFIT_AFTER = 3
"""Starts without success, running, after which Temporal's database counts as unfit for it."""


@dataclass(frozen=True)
class LocalStack:
    """What ``truenorth up`` runs: one data directory, one address."""

    directory: DataDirectory
    settings: Settings

    def run(self, say: Callable[[str], None], on_ready: Callable[[str], None]) -> int:
        """Run until stopped; ``on_ready`` gets the address of the pages. Returns the exit code.

        Raises:
            StackError: the port is taken or the API does not start.
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
        # In the order in which one needs the other; but none waits, each bears the other's absence.
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
            before=self._with_a_fit_database,
        )

    def _with_a_fit_database(self, temporal: Child) -> str | None:
        """Moves Temporal's database aside when it is damaged, or when Temporal cannot use it.

        Nothing is lost with it: the worker finds the new one empty and starts every clock anew.
        """
        store = StoreFile(TEMPORAL, self.directory.temporal)
        if not store.path.exists():
            return None
        reason = store.damage()
        if reason is None and temporal.falls == UNFIT_AFTER and not temporal.ever_served:
            reason = f"temporal did not start with it {UNFIT_AFTER} times running"
        if reason is None:
            return None
        aside = move_aside(store.path)
        return (
            f"{store.path.name} is damaged ({reason}). It is kept as {aside.name}, and the clocks "
            "start anew from the log; nothing is lost"
        )

    def _role(
        self, role: str, settings: Settings, ready: Callable[[], bool] | None = None
    ) -> Child:
        return Child(
            name=role,
            command=[sys.executable, "-m", "deploy", role],
            environment=environment_of(settings),
            log=self.directory.logs / f"{role}.log",
            ready=ready or (lambda: True),
            needed=role == "api",
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
