"""Settings: where things are and how the API listens; environment variables ``TRUENORTH_*``."""

import json
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

RUNNING: Final = "running.json"
"""In the data directory while a local stack runs: where its parts listen."""


class Settings(BaseSettings):
    """Everything a process needs to know. Defaults make the local stack in ``./.truenorth``.

    ``journal_url`` and ``views_url`` take ``sqlite:///…`` or ``postgresql://…``; unset, they are
    SQLite files inside ``data``.
    """

    model_config = SettingsConfigDict(env_prefix="TRUENORTH_", extra="ignore")

    data: Path = Path(".truenorth")
    journal_url: str | None = None
    views_url: str | None = None
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    mode: Literal["local", "keys"] = "local"
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")

    def beside_a_running_stack(self) -> Self:
        """These settings with the ports of the local stack that runs on ``data``, if one does.

        The stack takes free ports, so a command given in another terminal has to look them up;
        what the environment says goes first.
        """
        try:
            told = json.loads((self.data / RUNNING).read_text())
        except (OSError, ValueError):
            return self
        return self.model_copy(
            update={k: v for k, v in told.items() if k not in self.model_fields_set}
        )

    @property
    def journal(self) -> str:
        """URL of the log."""
        return self.journal_url or f"sqlite:///{self.data.resolve() / 'journal.db'}"

    @property
    def views(self) -> str:
        """URL of the view tables: beside the log's unless told otherwise."""
        if self.views_url:
            return self.views_url
        if self.journal_url and self.journal_url.startswith("postgresql"):
            return self.journal_url
        return f"sqlite:///{self.data.resolve() / 'views.db'}"

    @property
    def directory(self) -> str:
        """URL of the directory of people and keys: never inside the log (JOURNAL, privacy)."""
        if self.journal_url and self.journal_url.startswith("postgresql"):
            return self.journal_url
        return f"sqlite:///{self.data.resolve() / 'directory.db'}"

    @property
    def relay_checkpoint(self) -> Path:
        """Where the relay remembers how far it has told Temporal."""
        return self.data.resolve() / "relay.db"

    @property
    def worker_heartbeat(self) -> Path:
        """A file the worker touches while Temporal answers; the API reads its age."""
        return self.data.resolve() / "worker.heartbeat"
