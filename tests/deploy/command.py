"""The command line, given as an operator would: in a process of its own, or quicker in this one."""

import os
import subprocess
import sys
from dataclasses import dataclass

from typer.testing import CliRunner

from deploy.cli import app


@dataclass(frozen=True)
class Answer:
    code: int
    said: str

    def is_plain(self, *words: str) -> None:
        """It ended with 1, in few lines that hold these words, and showed no code."""
        assert self.code == 1, self.said
        for word in words:
            assert word in " ".join(self.said.split()), self.said
        for code in ("Traceback", 'File "', "[SQL:", ".py"):
            assert code not in self.said, self.said


def here(*arguments: str, **environment: str) -> Answer:
    """The command in this process: for those that end by themselves."""
    result = CliRunner(env=environment).invoke(app, list(arguments))
    return Answer(result.exit_code, result.output)


def apart(*arguments: str, **environment: str) -> Answer:
    """The command as an operator gives it."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *arguments],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout)
