"""Logs: what is written stays bounded, an event is a line, and a flood of faults is no flood."""

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

from deploy.logs import OneLine, RotatingLog


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def test_a_log_keeps_its_bound_and_the_newest_lines(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "api.log", limit=1_000, older=2)
    for number in range(1_000):
        log.write(b"event %d\n" % number)
    assert set(sizes(tmp_path)) == {"api.log", "api.log.1", "api.log.2"}
    assert sum(sizes(tmp_path).values()) < 3 * 1_020
    text = b"".join((tmp_path / n).read_bytes() for n in ("api.log.2", "api.log.1", "api.log"))
    lines = text.decode().splitlines()
    assert lines[-1] == "event 999"
    assert lines == [f"event {number}" for number in range(1_000 - len(lines), 1_000)]
    assert log.last_lines(2) == "event 998\nevent 999"


def test_what_never_ends_a_line_keeps_the_bound_too(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "api.log", limit=1_000, older=1)
    for _ in range(1_000):
        log.write(b"." * 100)
    assert sum(sizes(tmp_path).values()) < 2 * 2_200


def test_a_log_that_cannot_be_written_holds_nobody_up(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "gone" / "api.log")
    log.write(b"nobody hears it\n")
    assert log.last_lines(1) == ""


def test_a_process_is_listened_to_until_its_last_words(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "w.log", limit=10_000, older=1)
    code = "import sys\nfor n in range(50_000): print('line', n)\nsys.exit('last words')"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        log.take(process.stdout)
    assert "last words" in log.last_lines(3)
    assert sum(sizes(tmp_path).values()) < 2 * (10_000 + 65_536)


def logger_into(stream: io.StringIO) -> logging.Logger:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    logger = logging.Logger("truenorth.test")
    logger.addHandler(handler)
    return logger


def test_an_event_is_a_line_and_the_way_of_a_fault_is_told_once() -> None:
    stream = io.StringIO()
    logger = logger_into(stream)

    def break_down(number: int) -> None:
        try:
            raise TimeoutError("the database\nis away")
        except TimeoutError as error:
            raise ConnectionError(f"try {number}") from error

    for number in range(50):
        try:
            break_down(number)
        except ConnectionError:
            logger.exception("refused")
    logger.warning("two\nlines")

    lines = stream.getvalue().splitlines()
    assert len(lines) == 51
    assert "Traceback" not in stream.getvalue()
    assert "ConnectionError: try 0" in lines[0]
    assert "break_down" in lines[0]
    assert "because of TimeoutError: the database ¶ is away" in lines[0]
    assert lines[1].endswith("refused | ConnectionError: try 1")
    assert "two ¶ lines" in lines[-1]


def test_a_fault_that_names_itself_as_its_cause_is_a_line_too() -> None:
    stream = io.StringIO()
    logger = logger_into(stream)
    try:
        fault = OSError("the disk")
        raise fault from fault
    except OSError:
        logger.exception("refused")
    assert stream.getvalue().count("the disk") == 1


def test_a_fault_that_nobody_catches_is_a_line_in_every_thread() -> None:
    code = (
        "import threading\n"
        "from deploy.logs import log_to_stderr\n"
        "log_to_stderr()\n"
        "thread = threading.Thread(target=lambda: 1 / 0, name='sweeper')\n"
        "thread.start(); thread.join()\n"
        "raise LookupError('main')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": "."},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert "sweeper ended by a fault | ZeroDivisionError" in first
    assert "ended by a fault | LookupError: main" in second
