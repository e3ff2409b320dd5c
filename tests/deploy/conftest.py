"""One played demo for every test that looks at it: it is the same log for all of them."""

import shutil
from pathlib import Path

import pytest
from rich.console import Console

from deploy.datadir import DataDirectory
from deploy.demo.play import play_into
from tests.stores import postgres_server, postgres_url

__all__ = ["demo", "demo_copy", "postgres_server", "postgres_url"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DataDirectory:
    """A data directory with the whole story of Halden Works; tests must not write to it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    play_into(DataDirectory(folder), Console(quiet=True))
    return DataDirectory(folder)


@pytest.fixture
def demo_copy(demo: DataDirectory, tmp_path: Path) -> DataDirectory:
    """A copy that a test may run a stack on."""

    shutil.copytree(demo.path, tmp_path / "data")
    return DataDirectory(tmp_path / "data")
