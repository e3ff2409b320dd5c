"""Each trap of JOURNAL J1 to J16 that was fallen into once; the names say what is promised.

J6 stands in test_postgres (roles), J10 in the contract (both stores), J2 and J14 with the
projections, whose places and batches they are about.
"""

import ast
import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import orjson
import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from domain.facts import Command, Refusal
from journal.append import Receipt
from journal.errors import DiskFull, JournalUnavailable, LogUnguarded
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal, open_store
from journal.urls import sqlite_path
from tests.journal.proxy import Proxy
from tests.journal.toy import Added, ToyDecider, add, set_ceiling
from tests.stores import PostgresServer, postgres_binaries

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated store of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    migrate(found)
    return found


# --- J1: SQLite has no subscribe ---------------------------------------------------------------


def test_j01_a_follower_of_a_file_wakes_for_another_process_long_before_the_poll(
    sqlite_url: str,
) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        with pytest.raises(NotImplementedError):  # the trap is still there
            journal._store.subscribe()  # type: ignore[attr-defined]
        writer = (
            "import sys; from journal.store import open_journal;"
            "from tests.journal.toy import ToyDecider, add;"
            "journal = open_journal(sys.argv[1], ToyDecider());"
            "[(sys.stdin.readline(), journal.handle(add('a')), print('done', flush=True))"
            " for _ in range(5)]; journal.close()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", writer, sqlite_url],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            lags = []
            for n in range(5):
                threading.Timer(0.05, _poke, (process.stdin,)).start()
                assert journal.wait(n, 30) == n + 1
                seen = time.monotonic()
                process.stdout.readline()
                lags.append(seen - time.monotonic())
        # Without the hint, a wait begun 50 ms before the commit would last to the 0.5 s poll.
        assert min(abs(lag) for lag in lags) < 0.2


def _poke(pipe: object) -> None:
    pipe.write("go\n")  # type: ignore[attr-defined]
    pipe.flush()  # type: ignore[attr-defined]


# --- J3: implicit rowids are reused and renumbered ---------------------------------------------


def test_j03_a_position_is_never_given_out_twice_even_after_the_last_row_was_torn_out(
    sqlite_url: str,
) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        for _ in range(3):
            journal.handle(add("a"))
    with closing(sqlite3.connect(sqlite_path(sqlite_url) or "")) as raw, raw:
        raw.executescript("DROP TRIGGER no_delete; DELETE FROM stored_events WHERE rowid = 3;")
        with pytest.raises(sqlite3.IntegrityError, match="dense"):
            raw.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
                " VALUES ('x', 1, 't', x'00')"
            )


def test_j03_dump_and_restore_of_a_file_keep_every_position(
    sqlite_url: str, tmp_path: Path
) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        for n in range(5):
            journal.handle(add(f"z{9 - n}"))  # stream names run against the positions
        before = [(e.position, e.stream) for e in journal.tail(0)]
    restored = tmp_path / "restored.db"
    with (
        closing(sqlite3.connect(sqlite_path(sqlite_url) or "")) as source,
        closing(sqlite3.connect(restored)) as target,
    ):
        # As the sqlite3 shell's .dump and .read: rows first, triggers last.
        lines = list(source.iterdump())
        target.executescript("\n".join(lines))
    with open_journal(f"sqlite:///{restored}", ToyDecider()) as journal:
        assert [(e.position, e.stream) for e in journal.tail(0)] == before
        receipt = journal.handle(add("next"))
        assert isinstance(receipt, Receipt)
        assert receipt.position == 6


# --- J4, J5: positions in commit order, without holes ------------------------------------------


def test_j04_a_follower_skips_no_fact_while_many_processes_commit(url: str) -> None:
    journals = [open_journal(url, ToyDecider()) for _ in range(4)]
    follower = open_journal(url, ToyDecider())
    seen: list[int] = []
    total = 4 * 2 * 30
    try:
        with ThreadPoolExecutor(9) as pool:

            def write(journal: Journal, thread: int) -> None:
                for n in range(30):
                    assert isinstance(journal.handle(add(f"{id(journal)}-{thread}-{n}")), Receipt)

            writing = [pool.submit(write, journal, n) for journal in journals for n in range(2)]
            deadline = time.monotonic() + 60
            while len(seen) < total and time.monotonic() < deadline:
                follower.wait(len(seen), 1)
                seen += [e.position for e in follower.tail(len(seen), 50)]
                # A position that shows up late would break this at once.
                assert seen == list(range(1, len(seen) + 1))
            for each in writing:
                each.result()
        assert len(seen) == total
    finally:
        for journal in (*journals, follower):
            journal.close()


def test_j05_conflicts_and_rolled_back_appends_leave_no_holes(url: str) -> None:
    with open_journal(url, ToyDecider()) as one, open_journal(url, ToyDecider()) as two:
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(lambda n: (one, two)[n % 2].handle(add("hot"), expected=n // 8), range(64))
            )
        if url.startswith("postgresql"):
            _fail_inserts_after_taking_a_position(url)
        one.handle(add("last"))
        stored = sum(isinstance(answer, Receipt) for answer in answers) + 1
        assert 1 < stored < 64
        assert [e.position for e in one.tail(0)] == list(range(1, stored + 1))


def _fail_inserts_after_taking_a_position(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as raw:
        for _ in range(10):
            with pytest.raises(psycopg.errors.UniqueViolation):
                raw.execute(
                    "INSERT INTO journal.stored_events"
                    " (originator_id, originator_version, topic, state)"
                    " VALUES ('x', 1, 't', ''), ('x', 1, 't', '')"
                )


# --- J7, J8: replies get lost, databases go away -----------------------------------------------


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[Proxy]:
    proxy = Proxy(postgres_server.folder)
    yield proxy
    proxy.close()


def test_j07_a_commit_whose_reply_was_lost_is_recorded_once_and_answered_as_new(
    postgres_server: PostgresServer, postgres_url: str, proxy: Proxy
) -> None:
    migrate(postgres_url)
    through = postgres_url.replace(str(postgres_server.folder), str(proxy.folder))
    with open_journal(through, ToyDecider()) as journal:
        for n in range(5):
            proxy.lose_reply_to = b'{"meta":'
            receipt = journal.handle(add("a"))
            assert isinstance(receipt, Receipt)
            assert (receipt.version, receipt.position, receipt.replayed) == (n + 1, n + 1, False)
            assert proxy.replies_lost == n + 1
        assert journal.head() == 5


@pytest.mark.parametrize("lost", [b'{"meta":', b"COMMIT"])
def test_j07_many_commands_whose_reply_was_lost_are_recorded_once_and_answered_as_new(
    postgres_server: PostgresServer, postgres_url: str, proxy: Proxy, lost: bytes
) -> None:
    migrate(postgres_url)
    through = postgres_url.replace(str(postgres_server.folder), str(proxy.folder))
    with open_journal(through, ToyDecider()) as journal:
        known = add("a")
        journal.handle(known)
        proxy.lose_reply_to = lost
        answers = journal.handle_many([add("a"), known, add("b"), add("a")])
        assert isinstance(answers, tuple)
        receipts = [each for each in answers if isinstance(each, Receipt)]
        assert [(each.position, each.version, each.replayed) for each in receipts] == [
            (2, 2, False), (1, 1, True), (3, 1, False), (4, 3, False)
        ]  # fmt: skip
        assert proxy.replies_lost == 1
        assert journal.head() == 4


def test_j08_a_database_that_is_down_is_told_within_the_deadline_and_used_again_when_up() -> None:
    server = PostgresServer.create()
    try:
        url = server.new_database()
        migrate(url)
        with open_journal(url, ToyDecider()) as journal:
            journal.handle(add("a"))
            server.stop()
            command = add("a")

            def gives_up(ask: Callable[[], object]) -> None:
                started = time.monotonic()
                with pytest.raises(JournalUnavailable) as caught:
                    ask()
                assert time.monotonic() - started < 7
                assert caught.value.retry_after > 0

            asks = (lambda: journal.handle(command), journal.head, lambda: journal.read("x"))
            with ThreadPoolExecutor(3) as pool:
                list(pool.map(gives_up, asks))
            server.start()
            receipt = journal.handle(command)
            assert isinstance(receipt, Receipt)
            assert (receipt.position, receipt.replayed) == (2, False)
    finally:
        server.destroy()


def test_j08_an_append_into_a_silent_network_is_given_up_and_safe_to_repeat(
    postgres_server: PostgresServer, postgres_url: str, proxy: Proxy
) -> None:
    migrate(postgres_url)
    through = postgres_url.replace(str(postgres_server.folder), str(proxy.folder))
    journal = open_journal(through, ToyDecider())
    try:
        journal.handle(add("a"))
        command = add("a")
        loaded = threading.Event()
        decide = journal._decider.decide

        def then_fall_silent(*args: object) -> object:
            proxy.silent = True  # the read went well, the append will not be heard of
            loaded.set()
            return decide(*args)  # type: ignore[arg-type]

        journal._decider.decide = then_fall_silent  # type: ignore[method-assign, assignment]
        started = time.monotonic()
        with pytest.raises(JournalUnavailable):
            journal.handle(command)
        assert time.monotonic() - started < 7
        assert loaded.is_set()
    finally:
        proxy.close()
        journal.close()
    with open_journal(postgres_url, ToyDecider()) as journal:
        assert isinstance(journal.handle(command), Receipt)
        assert journal.head() == 2


def test_j08_a_file_locked_by_another_process_is_told_and_nothing_is_lost(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with (
        open_journal(sqlite_url, ToyDecider()) as journal,
        closing(sqlite3.connect(sqlite_path(sqlite_url) or "", isolation_level=None)) as other,
    ):
        journal.handle(add("a"))
        other.execute("BEGIN IMMEDIATE")
        command = add("a")
        started = time.monotonic()
        with pytest.raises(JournalUnavailable):
            journal.handle(command)
        assert 4 < time.monotonic() - started < 7
        assert journal.state("tally/a") == (Decimal(1), 1)  # reading goes on
        other.execute("ROLLBACK")
        receipt = journal.handle(command)
        assert isinstance(receipt, Receipt)
        assert receipt.position == 2


# --- J9: INSERT OR REPLACE ---------------------------------------------------------------------


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_j09_insert_or_replace_cannot_overwrite_a_fact(sqlite_url: str, recursive: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
    with closing(sqlite3.connect(sqlite_path(sqlite_url) or "")) as raw:
        raw.execute(f"PRAGMA recursive_triggers={recursive}")
        for row in ("(1, 'tally/x', 1, 't', x'00')", "(NULL, 'tally/a', 1, 't', x'00')"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(f"INSERT OR REPLACE INTO stored_events VALUES {row}")


# --- J11: one migrate step ---------------------------------------------------------------------


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_j11_six_processes_that_migrate_together_all_succeed(
    request: pytest.FixtureRequest, store: str
) -> None:
    url = request.getfixturevalue(f"{store}_url")
    code = (
        "import sys; sys.stdin.readline();from journal.migrate import migrate; migrate(sys.argv[1])"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, url], cwd=ROOT, stdin=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 6, errors
    with open_journal(url, ToyDecider()) as journal:
        journal.handle(add("a"))


def test_j11_processes_create_no_tables_by_themselves(sqlite_url: str) -> None:
    path = Path(sqlite_path(sqlite_url) or "")
    path.touch()
    store = open_store(sqlite_url)
    store.create_table()  # type: ignore[attr-defined]
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []


# --- J12: restore ------------------------------------------------------------------------------


def _postgres_tool(name: str, *arguments: str, **options: object) -> bytes:
    folder = postgres_binaries()
    assert folder is not None
    done = subprocess.run(
        [folder / name, *arguments], check=True, capture_output=True, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    return bytes(done.stdout)


def test_j12_a_whole_dump_restores_positions_triggers_and_the_next_number(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        for n in range(5):
            journal.handle(add(f"z{9 - n}"))
        before = [(e.position, e.stream, e.event_id) for e in journal.tail(0)]
    dump = _postgres_tool("pg_dump", "--format=custom", postgres_url)
    target = postgres_server.new_database()
    _postgres_tool("pg_restore", "--dbname", target, input=dump)
    with open_journal(target, ToyDecider()) as journal:
        assert [(e.position, e.stream, e.event_id) for e in journal.tail(0)] == before
        receipt = journal.handle(add("next"))
        assert isinstance(receipt, Receipt)
        assert receipt.position == 6


def test_j12_triggers_that_a_data_only_restore_weakened_are_found_at_the_next_start(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    migrate(postgres_url)
    with open_journal(postgres_url, ToyDecider()) as journal:
        journal.handle(add("a"))
    dump = _postgres_tool(
        "pg_dump", "--format=custom", "--data-only", "--table=journal.stored_events", postgres_url
    )
    target = postgres_server.new_database()
    migrate(target)
    _postgres_tool(
        "pg_restore", "--data-only", "--disable-triggers", "--dbname", target, input=dump
    )
    with pytest.raises(LogUnguarded, match="no_change on stored_events: O, not A"):
        open_journal(target, ToyDecider())


# --- J13: wire names and upcasters -------------------------------------------------------------


def test_j13_what_is_stored_names_no_import_path(url: str) -> None:
    with open_journal(url, ToyDecider()) as journal:
        journal.handle(add("a"))
        ((_, _, _, topic, state),) = journal._store.tail(0, 10)
    assert topic == "toy.added"
    assert b"tests" not in state
    assert b"Added" not in state
    assert set(orjson.loads(state)) == {"meta", "data"}


def test_j13_facts_of_every_older_schema_are_lifted_when_read(url: str) -> None:
    store = open_store(url)
    for version, data in enumerate(
        ({"tally_id": "a", "n": 1}, {"tally_id": "a", "amount": "2"}), start=1
    ):
        meta = {
            "id": "i", "by": {"kind": "person", "id": "p"}, "command": "c", "schema": version,
            "at": "2026-01-05T12:00:00+00:00", "salt": "",
        }  # fmt: skip
        store.insert_events(  # type: ignore[attr-defined]
            [_event("tally/a", version, orjson.dumps({"meta": meta, "data": data}))]
        )
    store.close()
    with open_journal(url, ToyDecider()) as journal:
        facts = [envelope.fact for envelope in journal.read("tally/a")]
        assert facts == [
            Added(tally_id="a", amount=Decimal(1), unit="piece"),
            Added(tally_id="a", amount=Decimal(2), unit="piece"),
        ]
        assert [envelope.schema for envelope in journal.read("tally/a")] == [1, 2]
        assert journal.state("tally/a") == (Decimal(3), 2)


def _event(stream: str, version: int, state: bytes) -> StoredEvent:
    return StoredEvent(stream, version, "toy.added", state)


# --- J15: hot streams --------------------------------------------------------------------------


def _eight_writers(journals: list[Journal]) -> list[Receipt | Refusal]:
    until = time.monotonic() + 60

    def send(journal: Journal, command: Command) -> Receipt | Refusal:
        """As clients do: a deadline that passed leaves open whether the command was recorded, and
        the same command is sent again. The versions below prove that it counts once.
        """
        while True:
            try:
                return journal.handle(command)
            except JournalUnavailable:
                if time.monotonic() > until:
                    raise

    def write(n: int) -> list[Receipt | Refusal]:
        return [send(journals[n % len(journals)], add("hot")) for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        return [answer for each in pool.map(write, range(8)) for answer in each]


def test_j15_eight_writers_on_one_stream_all_come_through(url: str) -> None:
    with open_journal(url, ToyDecider()) as journal:
        answers = _eight_writers([journal])
        versions = sorted(answer.version for answer in answers if isinstance(answer, Receipt))
        assert versions == list(range(1, 201))
        assert journal.state("tally/hot") == (Decimal(200), 200)


def test_j15_eight_writers_in_two_processes_lose_nothing(url: str) -> None:
    with open_journal(url, ToyDecider()) as one, open_journal(url, ToyDecider()) as two:
        answers = _eight_writers([one, two])
        versions = sorted(answer.version for answer in answers if isinstance(answer, Receipt))
        assert versions == list(range(1, len(versions) + 1))
        assert one.state("tally/hot") == (Decimal(len(versions)), len(versions))
        # Whoever lost eight races to the other process was told so, and that is rare.
        refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
        assert set(refused) <= {"contended"}
        assert len(refused) < 100


def test_j15_after_eight_lost_races_the_answer_names_the_current_version(url: str) -> None:
    with open_journal(url, ToyDecider()) as journal, open_journal(url, ToyDecider()) as rival:
        decide = ToyDecider.decide
        calls = []

        class Unlucky(ToyDecider):
            def decide(self, command: object, states: object) -> object:  # type: ignore[override]
                calls.append(command)
                rival.handle(set_ceiling(1000))  # somebody else is always faster
                return decide(self, command, states)  # type: ignore[arg-type]

        journal._decider = Unlucky()
        answer = journal.handle(add("a"))
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.kind) == ("contended", "conflict")
        assert answer.extra == {"stream": "ceiling/all", "current_version": 8}
        assert len(calls) == 8
        assert journal.state("tally/a") == (Decimal(0), 0)


# --- J16: never from a coroutine ---------------------------------------------------------------


def _coroutines_that_call_the_journal(source: str) -> list[str]:
    """Names of ``async def`` functions that call a journal method themselves."""
    verbs = {"handle", "state", "read", "tail", "head", "wait", "receipt"}
    return [
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.AsyncFunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in verbs
        and ast.unparse(call.func.value).endswith("journal")
    ]


def test_j16_the_check_for_coroutines_can_fail() -> None:
    bad = "async def route(services):\n    return services.journal.handle(1)\n"
    assert _coroutines_that_call_the_journal(bad) == ["route"]
    good = "async def route(s):\n    return await asyncio.to_thread(s.journal.handle, 1)\n"
    assert _coroutines_that_call_the_journal(good) == []


@pytest.mark.parametrize("folder", ["api", "workflows", "projections", "deploy", "journal"])
def test_j16_no_coroutine_calls_the_journal(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (names := _coroutines_that_call_the_journal(path.read_text()))
    }
    assert found == {}


def test_j16_a_locked_store_stalls_threads_but_not_the_event_loop(sqlite_url: str) -> None:
    migrate(sqlite_url)

    async def longest_pause(journal: Journal, other: sqlite3.Connection) -> float:
        other.execute("BEGIN IMMEDIATE")
        writing = [
            asyncio.create_task(asyncio.to_thread(journal.handle, add(f"{n}"))) for n in "ab"
        ]
        pauses, started = [], time.monotonic()
        while time.monotonic() - started < 1.0:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            pauses.append(time.monotonic() - before)
        other.execute("ROLLBACK")
        await asyncio.gather(*writing)
        return max(pauses)

    with (
        open_journal(sqlite_url, ToyDecider()) as journal,
        closing(sqlite3.connect(sqlite_path(sqlite_url) or "", isolation_level=None)) as other,
    ):
        assert asyncio.run(longest_pause(journal, other)) < 0.6
        assert journal.head() == 2


# --- no room left ------------------------------------------------------------------------------


def test_a_full_disk_is_told_by_name_and_nothing_is_half_written(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with open_journal(sqlite_url, ToyDecider()) as journal:
        journal.handle(add("a"))
        store = journal._store
        with store.datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]
            c.execute("PRAGMA page_count")
            pages = c.fetchone()[0]
        # The writer thread takes the connection that was given back last: this one.
        with store.datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]
            c.execute(f"PRAGMA max_page_count={pages}")
        command = add("a", note="x" * 100_000)
        with pytest.raises(DiskFull):
            journal.handle(command)
        assert journal.head() == 1
        assert journal.receipt(command.command_id) is None
        with store.datastore.transaction(commit=False) as c:  # type: ignore[attr-defined]
            c.execute("PRAGMA max_page_count=100000")
        receipt = journal.handle(command)
        assert isinstance(receipt, Receipt)
        assert receipt.position == 2
