"""The command line as its reader meets it: what it says when something is in the way."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from deploy.datadir import FORMAT
from projections.catalogue import PROJECTIONS
from projections.engine.set_aside import PATIENCE, SetAside
from projections.engine.view_store import ViewStore
from tests.deploy.command import here
from workflows.bridge.relay import RELAY


def test_help_names_every_command() -> None:
    told = here("--help").said
    commands = "up demo migrate api worker projector rebuild doctor token workflows"
    for command in commands.split():
        assert command in told


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("up", "demo"):
            done = here(command, "--data", str(tmp_path / command), "--port", port)
            assert done.code == 1
            assert f"Port {port} on 127.0.0.1 is taken" in done.said
            assert "--port" in done.said
            assert not (tmp_path / command / "temporal.db").exists()


def test_a_newer_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truenorth.json").write_text(json.dumps({"format": FORMAT + 1}))
    done = here("up", "--data", str(tmp_path), "--port", "0")
    assert done.code == 1
    assert "newer True North" in done.said
    assert "Traceback" not in done.said


def test_the_demo_never_mixes_with_your_own_data(tmp_path: Path) -> None:
    (tmp_path / "truenorth.json").write_text(json.dumps({"format": FORMAT, "simulation": None}))
    done = here("demo", "--data", str(tmp_path), "--port", "0")
    assert done.code == 1
    assert "holds your own data" in done.said


def test_an_unknown_role_is_refused_with_the_choices(tmp_path: Path) -> None:
    done = here("token", "create", "--role", "king", "--data", str(tmp_path))
    assert done.code == 1
    assert "admin, member, auditor, viewer" in done.said


def test_doctor_says_what_is_ill_and_what_to_do(tmp_path: Path) -> None:
    migrated = here("migrate", "--data", str(tmp_path))
    assert migrated.code == 0, migrated.said
    with ViewStore(f"sqlite:///{tmp_path / 'views.db'}", PROJECTIONS) as views:
        for _ in range(PATIENCE):
            SetAside(views.engine, RELAY).keep("cycle/q1", 7, "no such type of workflow")
    done = here("doctor", "--data", str(tmp_path), TRUENORTH_PORT="1")
    told = " ".join(done.said.split())
    assert done.code == 1
    assert "ok log: 0 facts" in told
    assert "ok views: up with the log" in told
    assert "ill clock of cycle/q1: could not be told of position 7 (no such type" in told
    assert "ill clocks: no worker reached Temporal" in told
    assert "ill api: no answer at http://127.0.0.1:" in told


def test_a_stop_is_heard_whatever_the_main_thread_holds_just_then(tmp_path: Path) -> None:
    """A handler that sets the event would wait for a lock of the thread it interrupted."""
    script = tmp_path / "process.py"
    script.write_text(
        "from deploy.cli import stop_on_signals\n"
        "stop = stop_on_signals()\n"
        "print('up', flush=True)\n"
        "while not stop.wait(0):\n"
        "    pass\n"
    )
    environment = {**os.environ, "PYTHONPATH": "."}
    for number in range(4):
        process = subprocess.Popen(
            [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"up\n"
            process.send_signal(signal.SIGTERM if number % 2 else signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()
            process.communicate()
