"""G10: a board as of any moment against the same board now, a million versions deep.

The rows are made directly: fifty cycles of fifty objectives with two hundred versions each, and
one cycle whose fifty objectives have ten thousand versions each. What the rows say comes from the
projections themselves, only their number does not.
"""

import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import Table, text, update

from domain.facts import Envelope, Fact
from projections.catalogue import PROJECTIONS
from projections.cycle.cycle import CYCLES
from projections.engine import succession
from projections.engine.bulk_writes import BulkWrites
from projections.engine.followers import FOLLOWERS
from projections.engine.moment import Moment
from projections.engine.moments import LOG
from projections.engine.projection import Projection
from projections.engine.stores import writing
from projections.engine.versions import Put, keys_of
from projections.engine.view_store import ViewStore
from projections.okr.objective import CHECK_INS, KEY_RESULTS, OBJECTIVES
from projections.screens.boards import objective_board
from tests.bench.journal import Figure
from tests.bench.views_log import ANN, START, a_cycle, cycle_id
from tests.bench.views_log import OBJECTIVES as CARDS
from tests.stores import PostgresServer

ORDINARY, VERSIONS = 50, 200
DEEP, DEEP_VERSIONS = 50, 10_000  # the cycle with this number, and how deep its objectives are
CHECK_INS_EACH = 13 * 3
ASKED = 9
LATER = START + timedelta(days=60)


class Made:
    """Rows in memory, as the handlers of a projection make them."""

    def __init__(self) -> None:
        self.rows: dict[Table, dict[tuple[Any, ...], dict[str, Any]]] = {}

    def get(self, table: Table, key: tuple[Any, ...]) -> Mapping[str, Any] | None:
        return self.rows.get(table, {}).get(key)

    def where(self, table: Table, **equals: Any) -> list[Mapping[str, Any]]:
        return [
            row
            for row in self.rows.get(table, {}).values()
            if all(row[name] == value for name, value in equals.items())
        ]

    def take_in(self, projection: Projection, envelope: Envelope) -> None:
        for change in projection.changes(envelope, self):
            assert isinstance(change, Put)
            held = self.rows.setdefault(change.table, {})
            keys = dict(zip(keys_of(change.table), change.key, strict=True))
            held[change.key] = {**held.get(change.key, {}), **keys, **change.values}


def of_cycle(number: int) -> Made:
    """Every row of one cycle of ``views_log`` at its end."""
    made, versions = Made(), dict[str, int]()
    for position, fact in enumerate(a_cycle(number, CARDS * CHECK_INS_EACH), 1):
        versions[fact.stream] = versions.get(fact.stream, 0) + 1
        for projection in PROJECTIONS[:3]:  # objectives, people, cycles
            made.take_in(projection, _enveloped(fact, position, versions[fact.stream]))
    return made


def _enveloped(fact: Fact, position: int, version: int) -> Envelope:
    return Envelope(
        position, fact.stream, version, fact, "event", 1, ANN, "command", "command", None, START,
        None, b"",
    )  # fmt: skip


def fill(views: ViewStore) -> dict[int, tuple[int, int]]:
    """Writes a million versions; the first and the last position of each cycle."""
    out, position, spans = BulkWrites(), 0, {}
    generations = dict.fromkeys((OBJECTIVES, KEY_RESULTS, CHECK_INS, CYCLES), 1)

    def records(
        table: Table, row: Mapping[str, Any], sinces: list[int], **moving: list[Any]
    ) -> Iterator[list[Any]]:
        for n, since in enumerate(sinces):
            until = sinces[n + 1] if n + 1 < len(sinces) else None
            known = {"gen": generations[table], "since": since, "until": until, "cause": "event"}
            known |= {"first": int(n == 0), **{name: each[n] for name, each in moving.items()}}
            yield [known[c.name] if c.name in known else row[c.name] for c in table.columns]

    for number in [*range(ORDINARY), DEEP]:
        deep = DEEP_VERSIONS if number == DEEP else VERSIONS
        made, start = of_cycle(number), position
        with writing(views.engine) as connection:
            for row in made.rows[CYCLES].values():
                out.insert(connection, CYCLES, list(records(CYCLES, row, [start + 1])))
            for o, (key, row) in enumerate(made.rows[OBJECTIVES].items()):
                # Facts of the fifty objectives take turns, as a week of check-ins does.
                sinces = [start + 1 + n * CARDS + o for n in range(deep)]
                again = records(
                    OBJECTIVES, row, sinces, version=list(range(1, deep + 1)),
                    drafted_at_position=[sinces[0]] * deep,
                )  # fmt: skip
                out.insert(connection, OBJECTIVES, list(again))
                for table in (KEY_RESULTS, CHECK_INS):
                    mine = [each for k, each in made.rows[table].items() if k[0] == key[0]]
                    rows: list[list[Any]] = []
                    for n, each in enumerate(mine):
                        late = 0 if table is KEY_RESULTS else (n + 1) * deep // (2 * len(mine))
                        rows += records(table, each, sinces[late : late + 1])
                    out.insert(connection, table, rows)
        position += CARDS * deep
        spans[number] = (start + 1, position)
    with writing(views.engine) as connection:
        connection.execute(update(FOLLOWERS).values(position=position))
        for view in (LOG, *views.names):
            succession.succeed(connection, view, 1)
    with views.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return spans


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="tn-bench-") as folder:
        yield from _asked("SQLite", f"sqlite:///{folder}/views.db")
    server = PostgresServer.create(durable=True)
    try:
        yield from _asked("PostgreSQL", server.new_database())
    finally:
        server.destroy()


def _asked(store: str, url: str) -> Iterator[Figure]:
    draw = random.Random(10)
    with ViewStore(url, PROJECTIONS) as views:
        views.migrate()
        spans = fill(views)
        head = spans[DEEP][1]
        for number, what in ((0, "oldest of 50 cycles"), (ORDINARY // 2, "middle one"),
                             (DEEP, "10,000 versions a card")):  # fmt: skip
            first, last = spans[number]
            # From the second half: then the past board has as many cards and check-ins as now.
            moments = [
                Moment(draw.randrange((first + last) // 2, last), LATER, live=False)
                for _ in range(ASKED)
            ]
            now = Moment(head, LATER, live=True)
            cold = _compare(views, cycle_id(number), now, moments, cold=True)
            kept = _compare(views, cycle_id(number), now, moments, cold=False)
            for how, (live, past) in (("nothing kept", cold), ("states kept", kept)):
                yield Figure(
                    "G10", f"board as of then, {store}, {what}, {how}",
                    f"{live * 1000:.1f} ms", f"{past * 1000:.1f} ms", past / live, 1.2,
                )  # fmt: skip


def _compare(
    views: ViewStore, cycle: str, now: Moment, moments: list[Moment], *, cold: bool
) -> tuple[float, float]:
    """Median seconds of the board now and then, asked turn by turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(2):  # the first turn warms
        for moment in moments:
            for which, asked in enumerate((now, moment)):
                if cold:
                    views.states.clear()
                began = time.perf_counter()
                board = objective_board(views, cycle, None, asked)
                if turn:
                    taken[which].append(time.perf_counter() - began)
                assert sum(column["count"] for column in board["columns"]) == CARDS
    return median(taken[0]), median(taken[1])
