"""What the API stands on: handed in once by whoever composes the processes, never looked up."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from domain.thing import Things
from domain.things import THINGS
from journal.clock import Clock, SystemClock
from journal.directory import Directory
from journal.ids import new_id
from journal.log import Journal
from projections.catalogue import VIEWS
from projections.engine.view_store import ViewStore
from projections.view import Views

Mode = Literal["local", "keys"]
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class Services:
    """The stores, the clock and the choices of one API process.

    ``mode`` is ``local`` (loopback only, no key needed) or ``keys`` (every ``/v1`` request bears
    one). ``hosts`` are the names this server answers to, ``origins`` further web origins that may
    write (a development server). ``clock_status`` tells whether the workflows' clock runs.
    ``things`` are what the log is about, ``catalogue`` what readers are told about each of them.
    """

    journal: Journal
    views: ViewStore
    directory: Directory
    clock: Clock = field(default_factory=SystemClock)
    mode: Mode = "local"
    static_dir: Path = Path(__file__).parent / "static"
    new_id: Callable[[], str] = new_id
    hosts: frozenset[str] = LOCAL_HOSTS
    origins: frozenset[str] = frozenset()
    simulated: bool = False
    demo_note: str | None = None
    installation: Callable[[], str | None] = lambda: None
    """What tells this log from others, for whoever asks who answers."""
    clock_status: Callable[[], Literal["ok", "away"]] = lambda: "away"
    things: Things = THINGS
    catalogue: Views = VIEWS
    heartbeat_seconds: float = 15.0
