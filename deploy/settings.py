"""Settings: where things are and how the API listens; environment variables ``TRUENORTH_*``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from journal.urls import keys_beside

RUNNING: Final = "running.json"
"""In the data directory while a local stack runs: where its parts listen."""

_SCHEMES: Final = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "postgresql+psycopg": "postgresql",
}


class SettingsError(Exception):
    """A setting has a value it cannot have; the message names it and says what it may be."""


class Settings(BaseSettings):
    """Everything a process needs to know. Defaults make the local stack in ``./.truenorth``.

    ``journal_url``, ``views_url`` and ``keys_url`` take ``sqlite:///…`` or ``postgresql://…``;
    unset, they are SQLite files inside ``data``, and the keys stand beside the log.
    """

    model_config = SettingsConfigDict(env_prefix="TRUENORTH_", extra="ignore")

    data: Path = Path(".truenorth")
    journal_url: str | None = None
    views_url: str | None = None
    keys_url: str | None = None
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    mode: Literal["local", "keys"] = "local"
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "localhost", "[::1]")

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _names(cls, given: object) -> object:
        """Names with commas between them, or a JSON list."""
        if not isinstance(given, str):
            return given
        if given.strip().startswith("["):
            try:
                return json.loads(given)
            except ValueError:
                pass  # "[::1]" is an address, not a list
        return [name for each in given.split(",") if (name := each.strip())]

    @field_validator("journal_url", "views_url", "keys_url")
    @classmethod
    def _store(cls, given: str | None) -> str | None:
        if not given:
            return None
        scheme, slashes, place = given.partition("://")
        if not slashes or scheme not in _SCHEMES:
            raise ValueError("give an URL of SQLite (sqlite:////…) or PostgreSQL (postgresql://…)")
        if not place.strip("/"):
            raise ValueError("the URL names no database")
        return f"{_SCHEMES[scheme]}://{place}"

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """Settings from the environment, overruled by what is ``given``.

        Raises:
            SettingsError: a value cannot be used; the message is one line for each.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError("\n".join(_told(each) for each in error.errors())) from None

    def beside_a_running_stack(self) -> Self:
        """These settings with the ports of the local stack that runs on ``data``, if one does.

        The stack takes free ports, so a command given in another terminal has to look them up;
        what the environment says goes first.
        """
        try:
            told = json.loads((self.data / RUNNING).read_text())
        except (OSError, ValueError):
            return self
        if not isinstance(told, dict):
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
    def keys(self) -> str:
        """URL of the keys of private texts: never inside the log, and with a backup of its own."""
        return self.keys_url or keys_beside(self.journal)

    @property
    def directory(self) -> str:
        """URL of the directory of people and keys: never inside the log."""
        if self.journal_url and self.journal_url.startswith("postgresql"):
            return self.journal_url
        return f"sqlite:///{self.data.resolve() / 'directory.db'}"


def _told(error: Any) -> str:
    """One thing that is wrong with a setting, and what it may be."""
    name = f"TRUENORTH_{str(error['loc'][0]).upper()}" if error["loc"] else "the settings"
    wish = str(error["msg"]).removeprefix("Value error, ")
    match error["type"]:
        case "literal_error":
            wish = f"choose {error['ctx']['expected']}"
        case "int_parsing" | "greater_than_equal" | "less_than_equal" if name.endswith("PORT"):
            wish = "a port is a number from 0 to 65535"
    value = error["input"]
    return f"{name}={_hidden(value) if isinstance(value, str) else value!r} cannot be: {wish}."


def _hidden(value: str) -> str:
    """A value as it may be shown: an URL may hold a password."""
    before, at, after = value.rpartition("@")
    return f"{before.partition('://')[0]}://…@{after}" if at else value
