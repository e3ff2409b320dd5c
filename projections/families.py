"""Facts by family: what a projection handles or ignores as a whole, said by base class."""

from domain.catalogue import FACTS
from domain.facts import Fact


def facts_of(*families: type[Fact]) -> frozenset[type[Fact]]:
    """Every fact of the catalogue that belongs to one of ``families``."""
    return frozenset(fact for fact in FACTS.values() if issubclass(fact, families))
