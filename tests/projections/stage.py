"""A log with its views and its directory, to play commands on and to look at any moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from domain.facts import Actor, Command, Refusal
from journal.directory import Directory
from journal.directory import migrate as migrate_directory
from journal.log import Journal
from journal.migrate import migrate as migrate_journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.moment import Moment
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore

START = datetime(2025, 11, 28, 8, tzinfo=UTC)


@dataclass
class Stage:
    """One installation; ``day`` is how far the story has come."""

    journal: Journal
    views: ViewStore
    runner: Runner
    directory: Directory
    day: float = 0.0
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self.day)

    def do(
        self, wish: type[Command], /, *, by: str = "ada", reason: str | None = "why", **fields: Any
    ) -> int:
        """Plays a command now; the position of its last fact."""
        kind = "workflow" if "/" in by else "person"
        command = wish(
            command_id=f"command-{next(self.numbers)}",
            at=self.now,
            by=Actor(kind=kind, id=by),
            reason=reason,
            **fields,
        )
        answer = self.journal.handle(command)
        assert not isinstance(answer, Refusal), f"{wish.__name__} on day {self.day}: {answer}"
        return answer.position

    def on(self, day: float) -> "Stage":
        """Time goes by until ``day``."""
        assert day >= self.day
        self.day = day
        return self

    def moment(self, day: float | None = None, *, position: int | None = None) -> Moment:
        """The present, the moment of a day, or that of a position."""
        self.runner.catch_up()
        if position is not None:
            return self.views.moment(f"@{position}", self.now)
        if day is None:
            return self.views.moment(None, self.now)
        return self.views.moment((START + timedelta(days=day)).isoformat(), self.now)


@contextmanager
def staged(folder: Path, views_url: str | None = None) -> Iterator[Stage]:
    """An empty installation in a folder; the views may live elsewhere."""
    url = f"sqlite:///{folder / 'journal.db'}"
    migrate_journal(url)
    migrate_directory(url)
    with (
        open_journal(url, domain_decider()) as journal,
        ViewStore(
            views_url or f"sqlite:///{folder / 'views.db'}", PROJECTIONS, journal=journal
        ) as views,
    ):
        views.migrate()
        directory = Directory(url)
        try:
            yield Stage(journal, views, Runner(journal, views), directory)
        finally:
            directory.close()
