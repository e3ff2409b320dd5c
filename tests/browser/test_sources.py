"""The client's own checks: its pure parts, and its types against the API's schema."""

import os
import shutil
import subprocess

from deploy.build_web import ROOT, WEB

NPM = shutil.which("npm") or "npm"


def _run(*command: str) -> None:
    done = subprocess.run(
        [NPM, *command],
        check=False,
        cwd=WEB,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_pure_parts_keep_their_promises(interface: None) -> None:
    _run("run", "--silent", "test")


def test_types_agree_with_the_contract(interface: None) -> None:
    assert (ROOT / "openapi.json").exists()
    _run("run", "--silent", "types")
    _run("run", "--silent", "check")
