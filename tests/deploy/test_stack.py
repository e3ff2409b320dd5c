"""The local stack as one command: it serves, it mends itself, it ends cleanly."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.compose import migrate
from deploy.datadir import DataDirectory
from deploy.doctor import examine
from deploy.settings import Settings
from deploy.stack import answers
from tests.api.test_follower import Listener
from tests.stores import PostgresServer
from workflows.host.servers import free_ports

pytestmark = pytest.mark.xdist_group("demo")


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``truenorth …`` and the address it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy", *arguments, "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "True North is at" in line:
                yield process, line.split()[4]
                break
        else:
            pytest.fail("the stack did not start:\n" + "".join(said))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.stdout.read()
        process.wait(40)
        process.stdout.close()


def get(address: str, path: str) -> Any:
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        return json.load(answer)


def teams(address: str) -> list[str] | None:
    """The names in the list of teams; None while the view of it is made anew."""
    try:
        return sorted(team["name"] for team in get(address, "/v1/teams")["items"])
    except urllib.error.HTTPError as error:
        if error.code < 500:
            raise
        return None


def post(address: str, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def children(parent: int) -> dict[str, int]:
    """Role to pid of the processes under ``parent``."""
    listed = subprocess.run(
        ["ps", "--ppid", str(parent), "-o", "pid=,args="],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    roles = {}
    for line in listed.splitlines():
        pid, _, ran = line.strip().partition(" ")
        roles["temporal" if "start-dev" in ran else ran.split()[-1]] = int(pid)
    return roles


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_demo_is_served_mends_itself_and_ends_cleanly(demo_copy: DataDirectory) -> None:
    with running("demo", "--data", str(demo_copy.path)) as (process, address):
        system = get(address, "/v1/system")
        assert system["simulated"] is True
        assert "made up" in system["demo"]["note"]
        facts = system["head"]
        parts = children(process.pid)
        assert set(parts) == {"temporal", "worker", "projector", "api"}
        eventually(lambda: get(address, "/v1/system")["clock"] == "ok")

        # Handed over to the dev server: every clock that should run does, and nobody is reminded
        # again of what the play had reminded them of.
        eventually(lambda: "reconciled" in (demo_copy.logs / "worker.log").read_text())
        assert get(address, "/v1/system")["head"] == facts

        os.kill(parts["projector"], signal.SIGKILL)
        who = post(address, "/v1/people", {"name": "Ada Lund", "email": "ada@halden.example"})
        eventually(lambda: children(process.pid).get("projector") not in {None, parts["projector"]})
        eventually(lambda: get(address, "/v1/system")["position"] == facts + 1)
        assert who["position"] == facts + 1

        parts = children(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert all(gone(pid) for pid in parts.values())


def test_an_empty_installation_starts_and_says_so(tmp_path: Path) -> None:
    with running("up", "--data", str(tmp_path / "mine")) as (process, address):
        assert get(address, "/v1/system")["simulated"] is False
        assert get(address, "/v1/cycles")["items"] == []
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0


@pytest.mark.drill
def test_a_damaged_database_of_the_clocks_or_the_views_costs_nothing(tmp_path: Path) -> None:
    """Both can be made anew from the log: `up` serves, keeps the old files and says so."""
    folder = tmp_path / "mine"
    directory = DataDirectory(folder)
    with running("up", "--data", str(folder)) as (_, address):
        team = post(address, "/v1/teams", {"name": "Foundry", "kind": "team"})
        eventually(lambda: get(address, "/v1/system")["position"] == team["position"])
    for name in ("temporal.db", "views.db"):
        for beside in ("-wal", "-shm"):
            (folder / f"{name}{beside}").unlink(missing_ok=True)
        (folder / name).write_bytes(random.Random(1).randbytes(120_000))
    with running("up", "--data", str(folder)) as (process, address):
        eventually(lambda: teams(address) == ["Foundry"])
        eventually(lambda: get(address, "/v1/system")["clock"] == "ok")
        assert list(folder.glob("temporal.db.damaged-*"))
        assert list(folder.glob("views.db.damaged-*"))
        found = {
            each.part: each for each in examine(Settings(data=folder).beside_a_running_stack())
        }
        assert {part for part, each in found.items() if each.state == "ill"} == set(), found
        assert found["api"].words == f"answers at {address}"
        assert not any("Traceback" in each.read_text() for each in directory.logs.iterdir())

        # Another installation is not greeted as this one, whatever listens where this one would.
        other = Settings(data=tmp_path / "other", port=int(address.rpartition(":")[2]))
        migrate(other)
        found = {each.part: each for each in examine(other)}
        assert found["api"].state == "ill"
        assert "another installation answers" in found["api"].words

        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
    found = {each.part: each for each in examine(Settings(data=folder, port=1))}
    assert found["clocks"].state == "ill"
    assert found["api"].state == "ill"


@pytest.mark.drill
def test_a_log_that_was_put_back_heals_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    log, backup = folder / "journal.db", tmp_path / "backup.db"
    up = ("up", "--data", str(folder))
    with running(*up) as (_, address):
        post(address, "/v1/teams", {"name": "Foundry", "kind": "team"})
    shutil.copy(log, backup)
    with running(*up) as (_, address):
        post(address, "/v1/teams", {"name": "Lost", "kind": "team"})
        eventually(lambda: teams(address) == ["Foundry", "Lost"])
    for beside in ("-wal", "-shm"):
        log.with_name(f"{log.name}{beside}").unlink(missing_ok=True)
    shutil.copy(backup, log)
    found = {each.part: each for each in examine(Settings(data=folder, port=1))}
    assert "ahead of a log that ends at 1" in found["views"].words
    with running(*up) as (_, address):
        eventually(lambda: teams(address) == ["Foundry"])
        post(address, "/v1/teams", {"name": "Assembly", "kind": "team"})
        eventually(lambda: teams(address) == ["Assembly", "Foundry"])


@pytest.mark.drill
def test_a_database_that_was_put_back_under_running_processes_heals_by_itself(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRUENORTH_JOURNAL_URL", postgres_url)
    schema = ("-n", "journal", "--clean", "--if-exists")
    with running("up", "--data", str(tmp_path / "mine")) as (_, address):
        post(address, "/v1/teams", {"name": "Foundry", "kind": "team"})
        backup = subprocess.run(
            [postgres_server.binaries / "pg_dump", *schema, "-d", postgres_url],
            capture_output=True, check=True,
        ).stdout  # fmt: skip
        lost = post(address, "/v1/teams", {"name": "Lost", "kind": "team"})
        eventually(lambda: teams(address) == ["Foundry", "Lost"])
        listener = Listener(address, after=0)
        listener.hears("message", lost["position"])

        subprocess.run(
            [postgres_server.binaries / "psql", "-1", "-q", "-v", "ON_ERROR_STOP=1",
             "-d", postgres_url],
            input=backup, capture_output=True, check=True,
        )  # fmt: skip
        eventually(lambda: teams(address) == ["Foundry"])
        assert listener.hears("reset", 1) == {"position": 1}
        after = post(address, "/v1/teams", {"name": "Assembly", "kind": "team"})
        assert after["position"] == 2
        eventually(lambda: teams(address) == ["Assembly", "Foundry"])
        stack = Settings(data=tmp_path / "mine").beside_a_running_stack()
        eventually(lambda: all(each.state != "ill" for each in examine(stack)), 120)


def test_a_page_of_another_server_is_no_answer_of_the_api() -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        assert not answers(f"http://127.0.0.1:{other.server_port}/healthz/live")
        other.shutdown()


def test_ports_that_are_asked_for_together_differ() -> None:
    assert len(set(free_ports(200))) == 200
