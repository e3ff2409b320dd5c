"""Order of the whole suite."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its process from then on,
    and no test after it there could start one of its own.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
