"""Facts by family: what a projection handles or ignores as a whole, said by base class."""

from domain.facts import Fact
from domain.things import THINGS


def facts_of(*families: type[Fact]) -> frozenset[type[Fact]]:
    """Every fact that belongs to one of ``families``."""
    return frozenset(fact for fact in THINGS.facts.values() if issubclass(fact, families))
