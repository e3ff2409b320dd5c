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


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in its process from then on,
    and no test after it there could start one of its own.

    Tests that share a fixture of their module run in one process: else each of several would start
    the same servers and play the same quarter.
    """
    items.sort(key=lambda item: BROWSER in item.path.parents)
    for item in items:
        if BROWSER not in item.path.parents and _shares(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _shares(item: pytest.Item) -> bool:
    if item.get_closest_marker("xdist_group") is not None or not isinstance(item, pytest.Function):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs
    return any(
        fixtures[name][-1].scope == "module" for name in item.fixturenames if name in fixtures
    )
