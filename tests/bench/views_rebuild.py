"""G8: a view rebuilt from the log, against plain code that makes the same rows on the same store.

What is measured is the way from the log to durable rows. The digest that a rebuild ends with is
not: plain code proves nothing.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from typing import Any

from journal.migrate import migrate
from journal.store import open_journal
from projections.catalogue import PROJECTIONS
from projections.engine.generation import Generation
from projections.engine.rebuild import follow
from projections.engine.view_store import ViewStore
from tests.bench.journal import Figure
from tests.bench.views_log import Recorder, a_cycle, record
from tests.bench.views_plain import rebuild_postgres, rebuild_sqlite, rows_of
from tests.stores import PostgresServer

CHECK_INS = 30_000
OKR = next(each for each in PROJECTIONS if each.name == "okr")
ROUNDS = 5

Rows = dict[str, list[tuple[Any, ...]]]


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tn-bench-") as folder:
        log = f"{folder}/journal.db"

        def on_sqlite(views: str, checked: bool) -> int:
            return rebuild_sqlite(log, views.removeprefix("sqlite:///"), checked=checked)

        files = (f"sqlite:///{folder}/views{n}.db" for n in count())
        yield from _rebuilt("SQLite", f"sqlite:///{log}", files, on_sqlite)
    server = PostgresServer.create(durable=True)
    try:
        url = server.new_database()

        def on_postgres(views: str, checked: bool) -> int:
            return rebuild_postgres(url, views, checked=checked)

        databases = (server.new_database() for _ in count())
        yield from _rebuilt("PostgreSQL", url, databases, on_postgres)
    finally:
        server.destroy()


def _rebuilt(
    store: str, log: str, places: Iterator[str], plain: Callable[[str, bool], int]
) -> Iterator[Figure]:
    migrate(log)
    ours, checked, believed = list[float](), list[float](), list[float]()
    with open_journal(log, Recorder()) as journal:
        head = record(journal, a_cycle(0, CHECK_INS))

        def built(url: str, build: Callable[[ViewStore], int]) -> tuple[float, Rows | None]:
            with ViewStore(url, [OKR]) as views:
                views.migrate()
                began = time.perf_counter()
                assert build(views) == head
                rate = head / (time.perf_counter() - began)
                return rate, None if ours else rows_of(views)

        def by_rebuild(views: ViewStore) -> int:
            building = Generation(OKR, 1, 0)
            follow(journal, views, building)
            return building.position

        for _ in range(ROUNDS):
            a, by_hand = built(next(places), lambda views: plain(views.url, True))
            b, _ = built(next(places), lambda views: plain(views.url, False))
            c, by_us = built(next(places), by_rebuild)
            assert by_hand == by_us, "plain code makes other rows"
            checked.append(a)
            believed.append(b)
            ours.append(c)
    for rates, how in ((checked, "facts checked"), (believed, "facts believed")):
        ratio = median(mine / theirs for mine, theirs in zip(ours, rates, strict=True))
        yield Figure(
            "G8",
            f"build the okr view, {store}, to plain code with {how}",
            f"{median(rates):.0f}/s",
            f"{median(ours):.0f}/s",
            ratio,
            0.6,
            above=True,
        )
