"""Histories of this release replay to the letter, in any process; a changed workflow is caught."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import altered
from tests.workflows.replay import HISTORIES, Divergence, load, strict_replay
from workflows.clock.thing_clock import ThingClock

RECORDED = sorted(HISTORIES.glob("*.json.gz"))
WORKFLOWS: list[type] = [ThingClock]


def replayed(path: Path, workflows: list[type]) -> list[Divergence]:
    return asyncio.run(asyncio.wait_for(strict_replay(load(path), workflows), 120))


def test_every_kind_of_clock_has_a_recording() -> None:
    names = {path.name.partition(".")[0] for path in RECORDED}
    assert names == {"cycle", "obstacle", "improvement"}


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_recordings_replay_strictly_whatever_the_hash_seed(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflows.test_replay"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "0 divergences\n"), done.stdout + done.stderr


@pytest.mark.parametrize("broken", altered.ALL, ids=lambda broken: broken.__name__)
def test_a_changed_workflow_is_caught(broken: type) -> None:
    divergences = replayed(HISTORIES / "cycle.json.gz", [broken])
    assert divergences, f"{broken.__name__} replayed without a finding"


def main() -> int:
    found = [one for path in RECORDED for one in replayed(path, WORKFLOWS)]
    for one in found:
        print(one)
    print(f"{len(found)} divergences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
