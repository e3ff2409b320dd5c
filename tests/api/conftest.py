"""Fixtures of the API's tests: installations in local mode and with keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.api.installation import Stack, installation


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One installation per module; tests make their own company in it."""
    with installation(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stack]:
    """An installation of the test's own."""
    with installation(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation that asks for keys."""
    hosts = frozenset({"north.example"})
    with installation(tmp_path_factory.mktemp("keyed"), mode="keys", hosts=hosts) as made:
        made.client.base_url = "http://north.example"  # type: ignore[assignment]
        yield made


Bearer = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def bearer(keyed: Stack) -> Bearer:
    """Headers of a key with the given role."""
    keys: dict[str, str] = {}

    def headers(role: str) -> dict[str, str]:
        if role not in keys:
            keys[role] = keyed.directory.create_key(role, None, role)  # type: ignore[arg-type]
        return {"Authorization": f"Bearer {keys[role]}"}

    return headers
