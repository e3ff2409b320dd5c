"""What the supervisor promises, with real child processes."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from deploy.supervisor import Child, StackError, Supervisor

SLEEPS = "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(0)); time.sleep(60)"


def child(tmp_path: Path, name: str, code: str, **kwargs: object) -> Child:
    return Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log", **kwargs)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_part_that_does_not_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    broken = child(
        tmp_path, "api", "print('no such table'); raise SystemExit(3)", ready=lambda: False
    )
    with pytest.raises(StackError, match=r"(?s)api ended with code 3.*no such table"):
        Supervisor([broken], say=lambda _: None).run(lambda: None)


def test_a_part_that_is_never_ready_is_named_and_the_others_are_ended(tmp_path: Path) -> None:
    first = child(tmp_path, "temporal", SLEEPS)
    stuck = child(tmp_path, "worker", SLEEPS, ready=lambda: False, patience=0.3)
    with pytest.raises(StackError, match="worker was not ready within"):
        Supervisor([first, stuck], say=lambda _: None).run(lambda: None)
    assert first.code is not None
    assert stuck.code is not None


def test_a_fallen_part_is_started_again(tmp_path: Path) -> None:
    script = tmp_path / "stack.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, pathlib, signal, sys, threading, time
        from deploy.supervisor import Child, Supervisor
        log = pathlib.Path({str(tmp_path / "w.log")!r})
        part = Child("worker", [sys.executable, "-c", {SLEEPS!r}], log)
        def ready():
            first = part.process.pid
            def later():
                time.sleep(0.5)
                os.kill(first, signal.SIGKILL)
                while part.process.pid == first or part.process.poll() is not None:
                    time.sleep(0.05)
                time.sleep(0.5)
                os.kill(os.getpid(), signal.SIGTERM)
            threading.Thread(target=later, daemon=True).start()
        sys.exit(Supervisor([part], print).run(ready))
        """)
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=Path.cwd(), env={**os.environ, "PYTHONPATH": "."},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "worker ended with code -9; starting it again" in done.stdout
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel's parent-death signal is Linux only"
)
def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    script = tmp_path / "stack.py"
    script.write_text(
        textwrap.dedent(f"""
        import pathlib, sys
        from deploy.supervisor import Child, Supervisor
        log = pathlib.Path({str(tmp_path / "w.log")!r})
        part = Child("worker", [sys.executable, "-c", {SLEEPS!r}], log)
        Supervisor([part], print).run(lambda: print(part.process.pid, flush=True))
        """)
    )
    stack = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": "."}, stdout=subprocess.PIPE
    )
    assert stack.stdout is not None
    pid = int(stack.stdout.readline())
    os.kill(stack.pid, signal.SIGKILL)
    stack.wait()
    stack.stdout.close()
    for _ in range(100):
        if not alive(pid):
            return
        time.sleep(0.05)
    pytest.fail(f"child {pid} outlived its supervisor")
