"""What the supervisor promises, with real child processes."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import supervisor
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
        tmp_path, "api", "print('no such table'); raise SystemExit(3)",
        ready=lambda: False, needed=True,
    )  # fmt: skip
    with pytest.raises(StackError, match=r"(?s)api ended with code 3.*no such table"):
        Supervisor([broken], say=lambda _: None).run(lambda: None)


def test_a_part_that_is_never_ready_is_named_and_the_others_are_ended(tmp_path: Path) -> None:
    first = child(tmp_path, "temporal", SLEEPS)
    stuck = child(tmp_path, "api", SLEEPS, ready=lambda: False, patience=0.3, needed=True)
    with pytest.raises(StackError, match="api was not ready within"):
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


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of hundredths of a second, so that six falls are a matter of one."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "SETTLED", 0.05)
    monkeypatch.setattr(supervisor, "TICK", 0.01)


def until(stack: Supervisor, holds: Callable[[], bool]) -> int:
    """Runs the stack until something holds, and ends it as an operator would."""

    def watch() -> None:
        deadline = time.monotonic() + 20
        while not holds() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        return stack.run(lambda: None)
    finally:
        watching.join()


@pytest.mark.usefixtures("hurried")
def test_a_part_that_falls_and_falls_takes_no_other_down(tmp_path: Path) -> None:
    said: list[str] = []
    falling = child(tmp_path, "projector", "print('no views'); raise SystemExit(4)")
    serving = child(tmp_path, "api", SLEEPS, needed=True)
    code = until(Supervisor([falling, serving], said.append), lambda: falling.falls > 7)
    told = "\n".join(said)
    assert "for the 6th time running. It is left fallen" in told
    assert "the other parts go on" in told
    assert "no views" in told
    assert "trying again in" in told
    assert serving.falls == 0
    assert code == 0


@pytest.mark.usefixtures("hurried")
def test_a_part_that_waits_for_its_next_start_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 60.0)
    waiting = child(tmp_path, "temporal", "raise SystemExit(1)")
    other = child(tmp_path, "worker", SLEEPS)
    killed: list[int] = []

    def seen() -> bool:
        if waiting.falls and other.process is not None and not killed:
            killed.append(other.process.pid)
            monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
            other.process.kill()
        return other.falls == 1 and other.serves

    began = time.monotonic()
    until(Supervisor([waiting, other], lambda _: None), seen)
    assert other.falls == 1
    assert waiting.falls == 1
    assert time.monotonic() - began < 15


@pytest.mark.usefixtures("hurried")
def test_a_part_is_up_again_when_it_answers_and_not_before(tmp_path: Path) -> None:
    said: list[str] = []
    answering = tmp_path / "answering"
    answering.touch()
    part = child(tmp_path, "api", SLEEPS, ready=answering.exists, needed=True, patience=0.3)
    step: list[str] = []

    def seen() -> bool:
        if part.serves and not step:
            answering.unlink()
            assert part.process is not None
            part.process.kill()
            step.append("killed")
        elif step == ["killed"] and any("was not ready within" in line for line in said):
            assert "api is up again" not in said
            answering.touch()
            step.append("answers")
        return "api is up again" in said

    until(Supervisor([part], said.append), seen)
    assert step == ["killed", "answers"]


def test_pauses_grow_and_end_somewhere(tmp_path: Path) -> None:
    part = child(tmp_path, "worker", SLEEPS)
    pauses = []
    for part.falls in range(1, 20):
        pauses.append(part.pause())
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] == supervisor.LONGEST_PAUSE


def test_a_program_that_is_not_there_is_a_fall_like_others(tmp_path: Path) -> None:
    said: list[str] = []
    missing = Child("temporal", [str(tmp_path / "temporal")], tmp_path / "t.log")
    until(Supervisor([missing], said.append), lambda: bool(missing.falls))
    assert "temporal cannot be started" in said[0]


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
