"""The client's own checks of its pure parts; `make types` checks its types."""

import os
import shutil
import subprocess

from deploy.build_web import WEB

NPM = shutil.which("npm") or "npm"


def test_the_pure_parts_keep_their_promises(interface: None) -> None:
    done = subprocess.run(
        [NPM, "run", "--silent", "test"],
        check=False,
        cwd=WEB,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
