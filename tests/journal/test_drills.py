"""kill -9 drills: whatever was acknowledged is there exactly once, and positions stay dense."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from journal.append import Receipt
from journal.errors import JournalUnavailable
from journal.ids import derived_id
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from tests.journal.toy import ToyDecider, add
from tests.stores import PostgresServer

ROOT = Path(__file__).parents[2]
ROUNDS = 12

WRITER = """
import sys, threading
from journal.ids import new_id
from journal.store import open_journal
from tests.journal.toy import ToyDecider, add
journal = open_journal(sys.argv[1], ToyDecider())
printing = threading.Lock()
def write(name):
    while True:
        command = add(name, command_id=new_id())
        journal.handle(command)
        with printing:
            print(command.command_id, flush=True)
for name in "abcd":
    threading.Thread(target=write, args=(name,)).start()
"""

MANY = 20
WRITER_OF_MANY = """
import sys, threading
from journal.ids import new_id
from journal.store import open_journal
from tests.journal.toy import ToyDecider, add
journal = open_journal(sys.argv[1], ToyDecider())
printing = threading.Lock()
def write(names):
    while True:
        batch = new_id()
        commands = [add(name, command_id=new_id(), correlation_id=batch) for name in names]
        answers = journal.handle_many(commands)
        assert isinstance(answers, tuple), answers
        with printing:
            print(batch, flush=True)
for names in sys.argv[2:]:
    threading.Thread(target=write, args=(names,)).start()
"""


def _check(journal: Journal, acknowledged: Sequence[str]) -> int:
    log: list[tuple[int, str, str, int]] = []
    while page := journal.tail(len(log), 1000):
        log += [(e.position, e.command_id, e.stream, e.version) for e in page]
    assert [position for position, *_ in log] == list(range(1, len(log) + 1))
    times = Counter(command_id for _, command_id, _, _ in log)
    assert {command_id for command_id in acknowledged if times[command_id] != 1} == set()
    assert max(times.values(), default=1) == 1
    for _, command_id, stream, version in log:
        receipt = journal.receipt(command_id)
        assert receipt is not None
        assert (receipt.stream, receipt.version) == (stream, version)
    return len(log)


@pytest.mark.drill
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_process_killed_while_it_appends_loses_nothing_acknowledged(
    request: pytest.FixtureRequest, store: str
) -> None:
    url = request.getfixturevalue(f"{store}_url")
    migrate(url)
    dice = random.Random(store)
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            first = process.stdout.readline().strip()
            assert first
            threading.Timer(dice.uniform(0.01, 0.4), process.kill).start()
            lines = [first, *(line.strip() for line in process.stdout)]
        # The last line may be cut in the middle; a whole id has 36 characters.
        acknowledged += [line for line in lines if len(line) == 36]
        with open_journal(url, ToyDecider()) as journal:
            _check(journal, acknowledged)
    assert len(acknowledged) > 100


@pytest.mark.drill
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_a_process_killed_while_it_appends_many_leaves_all_or_none_of_them(
    request: pytest.FixtureRequest, store: str
) -> None:
    url = request.getfixturevalue(f"{store}_url")
    migrate(url)
    dice = random.Random(store)
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER_OF_MANY, url, "abcde" * 4, "efghi" * 4],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            first = process.stdout.readline().strip()
            assert first
            threading.Timer(dice.uniform(0.01, 0.4), process.kill).start()
            lines = [first, *(line.strip() for line in process.stdout)]
        acknowledged += [line for line in lines if len(line) == 36]
        with open_journal(url, ToyDecider()) as journal:
            _check(journal, [])
            batches: dict[str, list[int]] = {}
            for row in journal.rows(0, 1_000_000):
                envelope = journal.envelope(row)
                batches.setdefault(envelope.correlation_id, []).append(envelope.position)
            for positions in batches.values():
                assert positions == list(range(positions[0], positions[0] + MANY))
            assert set(acknowledged) <= batches.keys()
    assert len(acknowledged) >= ROUNDS


@pytest.mark.drill
def test_a_database_that_crashes_again_and_again_loses_nothing_acknowledged() -> None:
    server = PostgresServer.create(durable=True)
    try:
        url = server.new_database()
        migrate(url)
        with open_journal(url, ToyDecider()) as journal:
            stopping = threading.Event()

            def write(name: str) -> list[str]:
                done = []
                for n in range(10_000):
                    if stopping.is_set():
                        return done
                    command = add(name, command_id=derived_id(name, str(n)))
                    while True:
                        try:
                            answer = journal.handle(command)
                            break
                        except JournalUnavailable as e:
                            time.sleep(e.retry_after / 4)
                    assert isinstance(answer, Receipt)
                    done.append(command.command_id)
                return done

            with ThreadPoolExecutor(4) as pool:
                writing = [pool.submit(write, name) for name in "abcd"]
                for _ in range(4):
                    time.sleep(0.7)
                    server.stop(signal.SIGQUIT)
                    server.start()
                time.sleep(0.7)
                stopping.set()
                acknowledged = [each for future in writing for each in future.result()]
            assert len(acknowledged) > 100
            assert _check(journal, acknowledged) == len(acknowledged)
    finally:
        server.destroy()
