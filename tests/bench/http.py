"""G12 and G14 of PERFORMANCE: what a board costs, and how long a command takes, over real HTTP.

    python -m tests.bench.http            both, about 40 seconds
    python -m tests.bench.http --quick    both, shorter

G12 counts the processor time of the server process per request, our board beside an empty route of
plain FastAPI on the same server, turn by turn in one run. G14 sends commands at a fixed rate and
counts from the moment each was due, so a stall is seen by all that wait behind it.
"""

import argparse
import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from tests.api.installation import Urls
from tests.api.processes import ROOT, serving

_EMPTY = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/empty")
async def empty(): return {}
@app.get("/empty-def")
def empty_def(): return {}
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="error")
"""
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
TEAMS, PER_TEAM = 10, 5


@dataclass
class Line:
    """One keep-alive connection."""

    address: str

    def __post_init__(self) -> None:
        self.fresh()

    def fresh(self) -> None:
        """Connect anew: the server closes a line that was idle for five seconds."""
        parts = urlsplit(self.address)
        assert parts.hostname is not None
        if hasattr(self, "_http"):
            self._http.close()
        self._http = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        self._http.connect()
        self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        self._http.request("GET", path, headers=headers or {})
        answer = self._http.getresponse()
        return answer.status, answer.read(), answer.getheader("etag") or ""

    def post(self, path: str, body: object) -> tuple[int, dict[str, object]]:
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        self._http.request("POST", path, body=orjson.dumps(body), headers=headers)
        answer = self._http.getresponse()
        return answer.status, orjson.loads(answer.read())


@contextmanager
def child(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def processor_ns(pid: int) -> int:
    """Nanoseconds on a processor, all threads of the process."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def make(line: Line, path: str, body: object) -> str:
    status, answer = line.post(path, body)
    assert status in {200, 201}, answer
    return str(answer["id"])


def company(line: Line) -> tuple[str, list[str]]:
    """A cycle with fifty active objectives; returns it and the addresses for check-ins."""
    owner = make(line, "/v1/people", {"name": "Ann", "email": "ann@example.org"})
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 40 * 86_400))
    end = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 50 * 86_400))
    cycle = make(
        line,
        "/v1/cycles",
        {"name": "Now", "starts_on": today, "ends_on": end, "timezone": "Europe/Berlin"},
    )
    addresses = []
    for t in range(TEAMS):
        team = make(line, "/v1/teams", {"name": f"Team {t}", "kind": "team"})
        for o in range(PER_TEAM):
            objective = make(
                line,
                "/v1/objectives",
                {
                    "cycle_id": cycle,
                    "team_id": team,
                    "owner_id": owner,
                    "title": f"Objective {o} of team {t}, with a title of some length",
                    "ambition": "aspirational",
                },
            )
            path = f"/v1/objectives/{objective}"
            measure = {"kind": "increase", "baseline": 0, "target": 100}
            key_result = make(line, f"{path}/key-results", {"title": "K", "measure": measure})
            for verb in ("propose", "accept", "activate"):
                make(line, f"{path}/{verb}", {})
            addresses.append(f"{path}/key-results/{key_result}/check-ins")
            make(line, addresses[-1], {"value": 10, "confidence": 0.5})
    return cycle, addresses


def cost(pid: int, line: Line, ask: Callable[[], object], times: int = 200) -> float:
    """Processor microseconds per request."""
    line.fresh()
    ask()
    before = processor_ns(pid)
    for _ in range(times):
        ask()
    return (processor_ns(pid) - before) / times / 1000


def board_cost(ours: Line, our_pid: int, cycle: str, rounds: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with child(sys.executable, "-c", _EMPTY, str(port)) as empty:
        plain = connect(f"http://127.0.0.1:{port}")
        path = f"/v1/boards/objectives?cycle_id={cycle}"
        status, body, etag = ours.get(path)
        assert status == 200
        cards = sum(len(column["cards"]) for column in orjson.loads(body)["columns"])
        assert cards == TEAMS * PER_TEAM
        same = {"If-None-Match": etag}
        asked: dict[str, Callable[[], float]] = {
            "empty": lambda: cost(empty.pid, plain, lambda: plain.get("/empty")),
            "empty def": lambda: cost(empty.pid, plain, lambda: plain.get("/empty-def")),
            "board": lambda: cost(our_pid, ours, lambda: ours.get(path)),
            "304": lambda: cost(our_pid, ours, lambda: ours.get(path, same)),
        }
        for one in asked.values():
            one()  # warm
        seen: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, one in asked.items():
                seen[name].append(one())
    middle = {name: statistics.median(each) for name, each in seen.items()}
    pairs = [board / plain_ for board, plain_ in zip(seen["board"], seen["empty"], strict=True)]
    print(
        f"G12  board of {cards} cards {middle['board']:.0f} us, "
        f"empty route {middle['empty']:.0f} us (as def {middle['empty def']:.0f} us), "
        f"304 {middle['304']:.0f} us: "
        f"ratio {statistics.median(pairs):.2f} (goal <= 1.3), "
        f"304 {middle['304'] / middle['empty']:.2f}"
    )


def connect(address: str) -> Line:
    for _ in range(200):
        try:
            return Line(address)
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(address)


def command_times(address: str, paths: list[str], rate: int, seconds: float) -> None:
    """Open loop: command n is due at n / rate, whether or not the one before was answered."""
    count, workers = int(rate * seconds), min(32, max(4, rate // 8))
    took: list[float] = []
    numbers = iter(range(count))
    lock = threading.Lock()
    began = time.perf_counter() + 0.2

    def work() -> None:
        line = Line(address)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status, answer = line.post(
                paths[number % len(paths)], {"value": number % 100, "confidence": 0.5}
            )
            assert status == 201, answer
            took.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == count
    took.sort()
    goal = 50 if rate <= 50 else 100
    p50, p99 = (took[min(count - 1, int(count * share))] * 1000 for share in (0.5, 0.99))
    print(f"G14  commands at {rate}/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal <= {goal} ms)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        urls = Urls(Path(folder)).migrate()
        running.enter_context(child(sys.executable, "-c", _PROJECTOR, urls.journal, urls.views))
        process = running.enter_context(serving(urls))
        line = Line(process.address)
        cycle, paths = company(line)
        board_cost(line, process.child.pid, cycle, 4 if quick else 12)
        for rate in (50, 260):
            command_times(process.address, paths, rate, 4 if quick else 12)
        assert process.child.poll() is None, "the server died on the way"


if __name__ == "__main__":
    main()
