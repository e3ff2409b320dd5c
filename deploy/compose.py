"""The composition root: which parts make the log, the views and the directory of a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from deploy.settings import Settings
from journal.clock import SystemClock
from journal.directory import Directory
from journal.directory import migrate as migrate_directory
from journal.log import Journal
from journal.migrate import migrate as migrate_journal
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.view_store import ViewStore


@dataclass(frozen=True)
class Parts:
    """What every process of True North stands on."""

    journal: Journal
    views: ViewStore
    directory: Directory


def migrate(settings: Settings) -> None:
    """Bring the stores to this version's shape; safe to run twice, and by several at once."""
    migrate_truth(settings)
    migrate_views(settings)


def migrate_truth(settings: Settings) -> None:
    """What cannot be made anew: the log, and the directory."""
    migrate_journal(settings.journal)
    migrate_directory(settings.directory)


def migrate_views(settings: Settings) -> None:
    """What can: the views."""
    with ViewStore(settings.views, PROJECTIONS) as views:
        views.migrate()


@contextmanager
def opened(settings: Settings, *, simulated: bool = False) -> Iterator[Parts]:
    """The parts, closed in the right order at the end.

    In a ``simulated`` history facts are recorded when their commands say so.
    """
    clock = None if simulated else SystemClock()
    with (
        open_journal(settings.journal, domain_decider(), clock) as journal,
        ViewStore(settings.views, PROJECTIONS, journal=journal) as views,
        Directory(settings.directory) as directory,
    ):
        yield Parts(journal, views, directory)
