"""Our packages have generic names: nobody else may provide them (ARCHITECTURE, folders)."""

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions

import pytest

OURS = ("api", "deploy", "domain", "journal", "projections", "workflows")


def strangers(name: str, providers: Mapping[str, Sequence[str]]) -> set[str]:
    """Distributions other than ours that bring a top-level package of this name."""
    return set(providers.get(name, ())) - {"truenorth"}


@pytest.mark.parametrize("name", OURS)
def test_nobody_else_provides_our_packages(name):
    assert strangers(name, packages_distributions()) == set()


def test_a_stranger_would_be_found():
    assert strangers("pydantic", packages_distributions()) == {"pydantic"}
    assert strangers("api", {"api": ["truenorth", "someone-else"]}) == {"someone-else"}
