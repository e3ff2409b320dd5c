"""Order of the whole suite."""

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its process from then on,
    and no test after it there could start one of its own.
    """
    items.sort(key=lambda item: BROWSER in item.path.parents)
