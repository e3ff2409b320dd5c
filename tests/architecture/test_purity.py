"""The domain is pure: no clock, no randomness, no I/O, no logging (ARCHITECTURE, folders)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import domain
from tests.architecture.purity import impurities

ROOT = Path(domain.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_of_the_domain_is_pure(path):
    assert list(impurities(path.read_text())) == []


def test_there_is_a_domain_to_probe():
    assert len(MODULES) > 20


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import random",
        "import os.path",
        "import logging",
        "from uuid import uuid4",
        "from pathlib import Path",
        "from sqlalchemy import select",
        "from journal.log import Journal",
        "from . import secret",
        "def f():\n    import socket",
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import date\nfield = dict(default_factory=date.today)",
        "from datetime import datetime\nat = datetime.fromtimestamp(0)",
        "def f(at):\n    return at.astimezone()",
        "def f():\n    return open('/etc/passwd')",
        "print('hello')",
        "def f(name):\n    return __import__(name)",
        "def f(value):\n    return hash(value) % 7",
        "count = 0\ndef f():\n    global count",
        "async def f(): ...",
    ],
)
def test_the_probe_can_fail(source):
    assert list(impurities(source))


def test_the_probe_lets_pure_code_pass():
    source = (
        "from datetime import tzinfo\n\n\ndef f(at, zone: tzinfo):\n    return at.astimezone(zone)"
    )
    assert list(impurities(source)) == []
    own = "class A:\n    def __hash__(self):\n        return hash(self.text)"
    assert list(impurities(own)) == []


def test_importing_the_domain_loads_nothing_of_the_rest_of_the_house():
    """A lazy import would slip past the reading; what is loaded does not lie."""
    program = "import json, sys, domain.things; print(json.dumps(list(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT.parent
    )
    loaded = {name.partition(".")[0] for name in json.loads(answer.stdout)}
    assert "domain" in loaded
    house = {"api", "deploy", "journal", "projections", "workflows"}
    adapters = {"eventsourcing", "temporalio", "fastapi", "sqlalchemy", "psycopg", "structlog"}
    assert loaded & (house | adapters) == set()
