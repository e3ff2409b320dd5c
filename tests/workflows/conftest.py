"""Stores for the clocks' tests: a file, or a database of a private PostgreSQL cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores import PostgresServer, postgres_server
from tests.workflows.stage import Store, on_sqlite, opened

__all__ = ["postgres_server"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh log on SQLite."""
    with on_sqlite(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A fresh log on each store in turn."""
    if request.param == "sqlite":
        with on_sqlite(tmp_path) as made:
            yield made
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new_database()
        with opened(url, url, tmp_path) as made:
            yield made
