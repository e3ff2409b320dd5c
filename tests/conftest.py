"""What holds for the whole suite: its order, and how hard its laws are tried."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

BROWSER = Path(__file__).parent / "browser"

# A law says no number of its own unless its examples are dear; `make drill` tries each a lot more.
LAWS = settings(deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
settings.register_profile("quick", LAWS, max_examples=60)
settings.register_profile("thorough", LAWS, max_examples=2_000)
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its process from then on,
    and no test after it there could start one of its own.
    """
    items.sort(key=lambda item: BROWSER in item.path.parents)
