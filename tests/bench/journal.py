"""G1, G2, G3, G4, G6 and G7 of PERFORMANCE.md as ratios to plain code, in one interleaved run.

    python -m tests.bench.journal [figures…]

Every figure alternates plain code (L, ``journal_plain``) with ours on the same kind of store with
the same durability (SQLite FULL; PostgreSQL with fsync), so that a loaded machine loads both.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from domain.facts import Refusal
from domain.okr.check_in import CheckInRecorded
from journal.clock import SystemClock
from journal.ids import new_id
from journal.keys import KeyRing
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal, open_store
from journal.urls import keys_beside
from tests.bench.journal_domain import ThinDecider, check_in, fact
from tests.bench.journal_plain import PlainPostgres, PlainSQLite, Ready
from tests.stores import PostgresServer

WRITERS = 16


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``ratio`` is ours to L; ``goal`` its bound, ``above`` if a floor."""

    name: str
    what: str
    plain: str
    ours: str
    ratio: float
    goal: float
    above: bool = False

    @property
    def held(self) -> bool:
        return self.ratio >= self.goal if self.above else self.ratio <= self.goal


@contextmanager
def sqlite_pair() -> Iterator[tuple[PlainSQLite, str]]:
    with tempfile.TemporaryDirectory(prefix="tn-bench-") as folder:
        url = f"sqlite:///{folder}/ours.db"
        migrate(url)
        plain = PlainSQLite(str(Path(folder) / "plain.db"))
        yield plain, url
        plain.close()


@contextmanager
def postgres_pair() -> Iterator[tuple[PlainPostgres, str]]:
    server = PostgresServer.create(durable=True)
    try:
        url = server.new_database()
        migrate(url)
        plain = PlainPostgres(server.new_database())
        yield plain, url
        plain.close()
    finally:
        server.destroy()


def ready(stream: str, version: int) -> Ready:
    data = fact(stream.partition("/")[2]).model_dump(mode="json")
    return (stream, version, CheckInRecorded.TYPE, orjson.dumps(data), new_id())


def alternately(
    plain: Callable[[], object],
    ours: Callable[[], object],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """The median seconds of each, measured turn by turn after a warm-up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds + rounds // 10):
        for which, work in enumerate((plain, ours)):
            started = clock()
            work()
            if n >= rounds // 10:
                taken[which].append(clock() - started)
    return median(taken[0]), median(taken[1])


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


# --- G1, G2: one append ------------------------------------------------------------------------


def one_append(
    name: str, store: str, goal: float, plain: PlainSQLite | PlainPostgres, url: str
) -> Figure:
    """A whole ``handle`` (receipt looked up, folded, decided, encoded, appended) against one
    insert of ready bytes and a receipt; streams grow to ten facts."""
    with open_journal(url, ThinDecider(), SystemClock()) as journal:
        turn = iter(range(10**9))
        name_of = [new_id() for _ in range(2000)]

        def plainly() -> None:
            n = next(turn)
            plain.append(ready(f"objective/{name_of[n // 10]}", n % 10 + 1))

        ours_turn = iter(range(10**9))

        def with_journal() -> None:
            journal.handle(check_in(name_of[next(ours_turn) // 10]))

        for_plain, for_ours = alternately(plainly, with_journal, 1000)
    return Figure(
        name, f"append one fact, {store}, p50", _milliseconds(for_plain), _milliseconds(for_ours),
        for_ours / for_plain, goal,
    )  # fmt: skip


# --- G6, G7: reading ---------------------------------------------------------------------------


def reading(plain: PlainSQLite | PlainPostgres, url: str, store: str) -> list[Figure]:
    streams = {count: f"objective/{new_id()}" for count in (100, 1000)}
    with open_journal(url, ThinDecider(), SystemClock()) as journal:
        for count, stream in streams.items():
            objective_id = stream.partition("/")[2]
            for _ in range(count // 100):
                with ThreadPoolExecutor(1) as pool:
                    list(pool.map(journal.handle, [check_in(objective_id) for _ in range(100)]))
            plain.append_all(ready(stream, n + 1) for n in range(count))
        assert len(journal.read(streams[100])) == len(plain.read(streams[100])) == 100
    validate = CheckInRecorded.__pydantic_validator__.validate_json
    no_cache = Journal(open_store(url), ThinDecider(), KeyRing(keys_beside(url)), cache=0)

    def plain_facts(stream: str) -> list[object]:
        return [validate(data) for _, data in plain.read(stream)]

    def plain_fold(stream: str) -> int:
        state = 0
        for each in plain_facts(stream):
            assert each
            state += 1
        return state

    assert plain_fold(streams[1000]) == no_cache.state(streams[1000])[0] == 1000
    # In a file nothing waits for anybody, so CPU time is the same figure without the neighbours.
    read = alternately(
        lambda: plain_facts(streams[100]),
        lambda: no_cache.read(streams[100]),
        400,
        time.thread_time if isinstance(plain, PlainSQLite) else time.perf_counter,
    )
    fold = alternately(
        lambda: plain_fold(streams[1000]),
        lambda: no_cache.state(streams[1000]),
        100,
        time.process_time,
    )
    no_cache.close()
    return [
        Figure("G6", f"read a stream of 100 to facts, {store}, p50", _milliseconds(read[0]),
               _milliseconds(read[1]), read[1] / read[0], 2.5),
        Figure("G7", f"load and fold 1,000 facts, {store}, CPU", _milliseconds(fold[0]),
               _milliseconds(fold[1]), fold[1] / fold[0], 3),
    ]  # fmt: skip


# --- G3, G4: many writers ----------------------------------------------------------------------


def _rate(work: Callable[[int], int]) -> tuple[float, float]:
    """Facts per second of all writers together, and the slowest writer's share of the mean."""
    start = threading.Barrier(WRITERS + 1)

    def run(n: int) -> tuple[int, float]:
        start.wait()
        began = time.perf_counter()
        return work(n), time.perf_counter() - began

    with ThreadPoolExecutor(WRITERS) as pool:
        futures = [pool.submit(run, n) for n in range(WRITERS)]
        start.wait()
        began = time.perf_counter()
        done = [future.result() for future in futures]
        seconds = time.perf_counter() - began
    shares = [count / taken for count, taken in done]
    return sum(count for count, _ in done) / seconds, min(shares) * WRITERS / sum(shares)


def many_writers(
    name: str,
    store: str,
    goal_library: float,
    plain: PlainSQLite | PlainPostgres,
    library: SQLiteApplicationRecorder | PostgresApplicationRecorder,
    url: str,
) -> list[Figure]:
    plain_rates, our_rates, library_rates, shares, skipped = [], [], [], [], 0
    with (
        open_journal(url, ThinDecider(), SystemClock()) as journal,
        open_journal(url, ThinDecider(), SystemClock()) as follower,
    ):
        following = threading.Event()
        seen = [follower.head()]

        def follow() -> None:
            while not following.is_set():
                follower.wait(seen[0], 0.1)
                for envelope in follower.tail(seen[0], 500):
                    nonlocal skipped
                    skipped += envelope.position != seen[0] + 1
                    seen[0] = envelope.position

        thread = threading.Thread(target=follow)
        if name == "G4":
            thread.start()
        for _ in range(5):
            batches = [
                [ready(f"objective/{new_id()}", 1) for _ in range(WRITERS)] for _ in range(40)
            ]
            began = time.perf_counter()
            for batch in batches:
                plain.append_all(batch)
            plain_rates.append(40 * WRITERS / (time.perf_counter() - began))

            def through_journal(_: int) -> int:
                for _ in range(40):
                    assert not isinstance(journal.handle(check_in(new_id())), Refusal)
                return 40

            rate, share = _rate(through_journal)
            our_rates.append(rate)
            shares.append(share)

            def through_library(_: int) -> int:
                for _ in range(10):
                    stream, version, topic, state, _ = ready(f"objective/{new_id()}", 1)
                    library.insert_events([StoredEvent(stream, version, topic, state)])
                return 10

            library_rates.append(_rate(through_library)[0])
        deadline = time.monotonic() + 30
        while name == "G4" and seen[0] < journal.head() and time.monotonic() < deadline:
            time.sleep(0.01)
        following.set()
        if thread.is_alive():
            thread.join()
        assert name != "G4" or (seen[0] == journal.head() and not skipped)
    ours, of_plain, of_library = median(our_rates), median(plain_rates), median(library_rates)
    what = f"{WRITERS} writers, {store}" + (", followed, 0 skipped" if name == "G4" else "")
    return [
        Figure(name, f"{what}, to plain groups", f"{of_plain:.0f}/s", f"{ours:.0f}/s",
               ours / of_plain, 0.5, above=True),
        Figure(name, f"{what}, to the library", f"{of_library:.0f}/s", f"{ours:.0f}/s",
               ours / of_library, goal_library, above=True),
        Figure(name, f"{what}, slowest writer's share", "1", f"{min(shares):.2f}",
               min(shares), 0.5, above=True),
    ]  # fmt: skip


def figures(wanted: set[str]) -> Iterator[Figure]:
    with sqlite_pair() as (plain, url):
        if "G1" in wanted:
            yield one_append("G1", "SQLite FULL", 1.8, plain, url)
        if wanted & {"G6", "G7"}:
            yield from reading(plain, url, "SQLite")
        if "G3" in wanted:
            with tempfile.TemporaryDirectory(prefix="tn-bench-") as folder:
                datastore = SQLiteDatastore(f"{folder}/library.db", originator_id_type="text")
                library = SQLiteApplicationRecorder(datastore)
                library.create_table()
                yield from many_writers("G3", "SQLite FULL", 8, plain, library, url)
                datastore.close()
    if not wanted & {"G2", "G4", "G6", "G7"}:
        return
    with postgres_pair() as (postgres, url):
        if "G2" in wanted:
            yield one_append("G2", "PostgreSQL", 2, postgres, url)
        if wanted & {"G6", "G7"}:
            yield from reading(postgres, url, "PostgreSQL")
        if "G4" in wanted:
            info = postgres.connection.info
            with PostgresDatastore(
                info.dbname, info.host, info.port, info.user, "",
                originator_id_type="text", pool_size=WRITERS,
            ) as datastore:  # fmt: skip
                recorder = PostgresApplicationRecorder(datastore)
                recorder.create_table()
                yield from many_writers("G4", "PostgreSQL", 10, postgres, recorder, url)


def main(wanted: list[str]) -> None:
    """Prints the table as it is measured."""
    every = {"G1", "G2", "G3", "G4", "G6", "G7"}
    print(f"{'':4}{'figure':56}{'L':>10}{'ours':>10}{'ratio':>8}{'goal':>8}")
    for each in figures(set(wanted) or every):
        bound = f"{'≥' if each.above else '≤'} {each.goal:g}"
        print(
            f"{each.name:4}{each.what:56}{each.plain:>10}{each.ours:>10}"
            f"{each.ratio:>8.2f}{bound:>8}  {'ok' if each.held else 'MISSED'}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
