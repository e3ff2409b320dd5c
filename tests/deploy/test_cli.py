"""The command line as its reader meets it: what it says when something is in the way."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from deploy.datadir import FORMAT


def truenorth(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy", *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_help_names_every_command() -> None:
    told = truenorth("--help").stdout
    commands = "up demo migrate api worker projector rebuild doctor token workflows"
    for command in commands.split():
        assert command in told


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("up", "demo"):
            done = truenorth(command, "--data", str(tmp_path / command), "--port", port)
            assert done.returncode == 1
            assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
            assert "--port" in done.stderr
            assert not (tmp_path / command / "temporal.db").exists()


def test_a_newer_data_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "truenorth.json").write_text(json.dumps({"format": FORMAT + 1}))
    done = truenorth("up", "--data", str(tmp_path), "--port", "0")
    assert done.returncode == 1
    assert "newer True North" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_never_mixes_with_your_own_data(tmp_path: Path) -> None:
    (tmp_path / "truenorth.json").write_text(json.dumps({"format": FORMAT, "simulation": None}))
    done = truenorth("demo", "--data", str(tmp_path), "--port", "0")
    assert done.returncode == 1
    assert "holds your own data" in done.stderr


def test_an_unknown_role_is_refused_with_the_choices(tmp_path: Path) -> None:
    done = truenorth("token", "create", "--role", "king", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "admin, member, auditor, viewer" in done.stderr
