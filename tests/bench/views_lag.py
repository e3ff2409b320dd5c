"""G9: from a fact's commit to its being visible, with the projector in a process of its own.

The writer notes when each ``handle`` returned; another thread asks the views for their position
all the time and notes when it first reached each fact. Commands come at a fixed rate, whether or
not the one before is visible.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from domain.facts import Fact
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from projections.catalogue import PROJECTIONS
from projections.engine.view_store import ViewStore
from tests.bench.journal import Figure
from tests.bench.views_log import START, Recorder, a_cycle, record, said
from tests.stores import PostgresServer

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.002
_PROJECTOR = """
import sys
from deploy.cli import stop_on_signals
from journal.store import open_journal
from journal.wiring import domain_decider
from projections.catalogue import PROJECTIONS
from projections.engine.runner import Runner
from projections.engine.view_store import ViewStore
stop = stop_on_signals()
with (
    open_journal(sys.argv[1], domain_decider()) as journal,
    ViewStore(sys.argv[2], PROJECTIONS) as views,
):
    Runner(journal, views).run(stop)
"""


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tn-bench-") as folder:
        yield from _lag("SQLite", f"sqlite:///{folder}/journal.db", f"sqlite:///{folder}/views.db")
    server = PostgresServer.create(durable=True)
    try:
        url = server.new_database()
        yield from _lag("PostgreSQL", url, url)
    finally:
        server.destroy()


def _lag(store: str, log: str, views_url: str) -> Iterator[Figure]:
    migrate(log)
    with open_journal(log, Recorder()) as journal, ViewStore(views_url, PROJECTIONS) as views:
        views.migrate()
        facts = list(a_cycle(0, 10_000))
        begun = len(facts) - 10_000
        head = record(journal, iter(facts[:begun]))
        command = [sys.executable, "-c", _PROJECTOR, log, views_url]
        projector = subprocess.Popen(command, cwd=ROOT)
        try:
            if not views.wait_for(head, 60):
                raise TimeoutError("the projector did not catch up")
            check_ins = iter(facts[begun:])
            for rate, seconds, share, goal in ((20, 10, 0.5, 10), (260, 10, 0.99, 150)):
                wanted = [next(check_ins) for _ in range(rate * seconds)]
                took = sorted(_watched(journal, views, wanted, rate))
                lag = took[int(len(took) * share)] * 1000
                yield Figure(
                    "G9", f"commit to visible, {store}, p{share * 100:.0f} at {rate}/s",
                    f"{goal} ms", f"{lag:.1f} ms", lag / goal, 1,
                )  # fmt: skip
            assert projector.poll() is None, "the projector died on the way"
        finally:
            projector.terminate()
            projector.wait(15)


def _watched(journal: Journal, views: ViewStore, facts: list[Fact], rate: int) -> list[float]:
    """Seconds from each commit to the first look that saw it."""
    first = journal.head() + 1
    committed: list[float] = []
    seen: list[float] = []

    def look() -> None:
        while len(seen) < len(facts):
            position = views.position()
            now = time.perf_counter()
            seen.extend([now] * (position - first + 1 - len(seen)))
            time.sleep(LOOK_SECONDS)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    began = time.perf_counter()
    for n, fact in enumerate(facts):
        time.sleep(max(0.0, began + n / rate - time.perf_counter()))
        journal.handle(said(f"lag/{first + n}", START, (fact,)))
        committed.append(time.perf_counter())
    watcher.join(30)
    if len(seen) < len(facts):
        raise TimeoutError(f"{len(facts) - len(seen)} facts never became visible")
    return [max(0.0, after - before) for before, after in zip(committed, seen, strict=True)]
